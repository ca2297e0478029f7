//! Puts together what the kernel printed in pieces.
//!
//! Lockdep prints a lock's name with `KERN_CONT`, and a log that does not honour it gives each piece
//! a line of its own: address, ` (`, name, `#2`, `){+.+.}-{0:0}`, `, at: symbol`. The joiner holds back
//! a line as long as the next one can belong to it, and gives whole lines.

use super::lock_text;
use crate::lines::hexadecimal;
use crate::proc_lockdep::UsageBit;

/// Longest line that is put together, in bytes. Longer ones are given as they are.
const MAX_JOINED: usize = 4096;

/// A line of the log, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Joined {
    /// Number of the line in the log at which it starts.
    pub(super) line: u64,
    pub(super) text: Vec<u8>,
}

/// Holds back one line at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Joiner {
    pending: Option<(Joined, Awaits)>,
}

/// What the next piece of a line that is held back can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    /// An address or ` (`.
    Lock,
    /// Any name.
    Name,
    /// `#2`, `/1`, or the closing parenthesis.
    Close,
    /// What comes behind a lock: `, at: `, ` {`, `:`, ` ->`.
    Tail,
    /// ` at:`.
    At,
}

impl Joiner {
    /// Takes the next line; gives the line held back so far, if this one does not belong to it, and
    /// this one, if nothing can come behind it. In this order.
    pub(super) fn push(&mut self, line: u64, text: &[u8]) -> [Option<Joined>; 2] {
        let before = match self.pending.take() {
            Some((mut joined, awaits)) => {
                if fits(awaits, text) && joined.text.len() + text.len() <= MAX_JOINED {
                    joined.text.extend_from_slice(text);
                    let next = match awaits {
                        Awaits::Name => Some(Awaits::Close),
                        Awaits::Close if !text.starts_with(b")") => Some(Awaits::Close),
                        _ => awaited(&joined.text),
                    };
                    return self.hold(joined, next);
                }
                Some(joined)
            }
            None => None,
        };
        let awaits = if text.len() <= MAX_JOINED {
            awaited(text)
        } else {
            None
        };
        let joined = Joined {
            line,
            text: text.to_vec(),
        };
        let [whole, _] = self.hold(joined, awaits);
        [before, whole]
    }

    /// Gives the line held back.
    pub(super) fn finish(&mut self) -> Option<Joined> {
        self.pending.take().map(|(joined, _)| joined)
    }

    fn hold(&mut self, joined: Joined, awaits: Option<Awaits>) -> [Option<Joined>; 2] {
        match awaits {
            Some(awaits) => {
                self.pending = Some((joined, awaits));
                [None, None]
            }
            None => [Some(joined), None],
        }
    }
}

/// What can come behind a line that ends like this.
fn awaited(text: &[u8]) -> Option<Awaits> {
    let trimmed = text.trim_ascii();
    if text.ends_with(b" (") {
        Some(Awaits::Name)
    } else if lock_text::ends_with_class(text) {
        Some(Awaits::Tail)
    } else if trimmed.ends_with(b"->")
        || is_arrow(trimmed)
        || is_index(trimmed)
        || is_address(trimmed)
    {
        Some(Awaits::Lock)
    } else if UsageBit::from_words(trimmed).is_some() {
        Some(Awaits::At)
    } else {
        None
    }
}

fn fits(awaits: Awaits, text: &[u8]) -> bool {
    match awaits {
        Awaits::Lock => text == b" (" || is_address(text.trim_ascii()),
        Awaits::Name => !text.is_empty(),
        Awaits::Close => match text {
            [b')', ..] => true,
            [b'#' | b'/', digits @ ..] => {
                !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
            }
            _ => false,
        },
        Awaits::Tail => [&b", at: "[..], b" {", b":", b" at:", b" ->"]
            .iter()
            .any(|tail| text.starts_with(tail)),
        Awaits::At => text == b" at:",
    }
}

/// `-> #3`.
fn is_arrow(text: &[u8]) -> bool {
    text.strip_prefix(b"-> #")
        .is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// `#0:`.
fn is_index(text: &[u8]) -> bool {
    text.strip_prefix(b"#")
        .and_then(|text| text.strip_suffix(b":"))
        .is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// `ffffffff84010080`, perhaps with the index of a held lock in front.
fn is_address(text: &[u8]) -> bool {
    let address = match memchr::memchr(b' ', text) {
        Some(at) if is_index(&text[..at]) => text[at..].trim_ascii_start(),
        _ => text,
    };
    address.len() >= 8 && hexadecimal(address).is_some_and(|(_, rest)| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(lines: &[&str]) -> Vec<(u64, String)> {
        let mut joiner = Joiner::default();
        let mut joined = Vec::new();
        for (number, line) in (1..).zip(lines) {
            joined.extend(joiner.push(number, line.as_bytes()).into_iter().flatten());
        }
        joined.extend(joiner.finish());
        joined
            .into_iter()
            .map(|joined| {
                (
                    joined.line,
                    String::from_utf8_lossy(&joined.text).into_owned(),
                )
            })
            .collect()
    }

    fn whole(lines: &[&str]) -> String {
        let joined = join(lines);
        assert_eq!(joined.len(), 1, "{joined:?}");
        joined[0].1.clone()
    }

    #[test]
    fn the_pieces_of_a_held_lock_become_its_line() {
        let pieces = [
            " #0: ",
            "ffffffff84010080",
            " (",
            "C",
            "#2",
            "){+.+.}-{0:0}",
            ", at: do_acq.constprop.0+0x175/0x1a0",
        ];
        assert_eq!(
            whole(&pieces),
            " #0: ffffffff84010080 (C#2){+.+.}-{0:0}, at: do_acq.constprop.0+0x175/0x1a0"
        );
    }

    #[test]
    fn the_pieces_of_a_chain_entry_become_its_line() {
        assert_eq!(
            whole(&["-> #1", " (", "B", "/1", "){.+.+}-{0:0}", ":"]),
            "-> #1 (B/1){.+.+}-{0:0}:"
        );
    }

    #[test]
    fn the_pieces_of_two_locks_and_an_arrow_become_one_line() {
        let pieces = [
            " (",
            "E",
            "){.-..}-{0:0}",
            " ->",
            " (",
            "H",
            "){.+.+}-{0:0}",
        ];
        assert_eq!(whole(&pieces), " (E){.-..}-{0:0} -> (H){.+.+}-{0:0}");
    }

    #[test]
    fn the_pieces_of_a_class_and_of_its_states_become_their_lines() {
        let joined = join(&[
            "  ->",
            " (",
            "A",
            "){--..}-{0:0}",
            " {",
            "     IN-HARDIRQ-W",
            " at:",
            "      lock_acquire+0x1/0x2",
        ]);
        assert_eq!(joined[0], (1, "  -> (A){--..}-{0:0} {".to_owned()));
        assert_eq!(joined[1], (6, "     IN-HARDIRQ-W at:".to_owned()));
        assert_eq!(joined.len(), 3);
    }

    #[test]
    fn the_pieces_of_a_release_become_its_line() {
        let pieces = ["ldfuzz/29 is trying to release lock (", "C", ") at:"];
        assert_eq!(
            whole(&pieces),
            "ldfuzz/29 is trying to release lock (C) at:"
        );
    }

    #[test]
    fn whole_lines_pass_in_order() {
        let lines = [
            "ff11000000825298 (&tl->lock){-...}-{3:3}, at: dma_fence_signal+0x26/0x61",
            " (&tl->lock){-...}-{3:3}",
            "",
            "-> (&tl->lock){-...}-{3:3} {",
            "   IN-HARDIRQ-W at:",
        ];
        let texts: Vec<String> = join(&lines).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, lines);
    }

    #[test]
    fn a_line_held_back_in_vain_comes_out_alone() {
        assert_eq!(join(&["-> #1", "other text", " (", ""]).len(), 4);
    }

    #[test]
    fn a_name_of_any_length_is_not_joined_without_bound() {
        let long = "x".repeat(MAX_JOINED);
        let joined = join(&[" (", &long, "#2"]);
        assert!(joined.iter().all(|(_, text)| text.len() <= MAX_JOINED));
    }
}
