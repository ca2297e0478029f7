//! A lock as lockdep prints it: `ff11000000825298 (&tl->lock){-...}-{3:3}, at: symbol`.

use super::frame::Symbol;
use super::report::{LockClass, LockRef, WaitTypes};
use crate::lines::{decimal, hexadecimal};
use crate::proc_lockdep::{ClassName, Usage};

/// Longest class name that is kept, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// The end of a class, and what comes behind it.
struct End<'a> {
    /// Where its name ends.
    at: usize,
    usage: &'a [u8],
    wait: Option<WaitTypes>,
    rest: &'a [u8],
}

/// Finds `){+.+.}-{4:4}`; a name may hold parentheses, so only one with usage characters counts.
fn end(text: &[u8]) -> Option<End<'_>> {
    memchr::memmem::find_iter(text, b"){").find_map(|at| {
        let inside = &text[at + 2..];
        let length = inside
            .iter()
            .position(|byte| !matches!(byte, b'.' | b'+' | b'-' | b'?'))?;
        // Four characters; older kernels have a pair more, for reclaim.
        if !matches!(length, 4 | 6) {
            return None;
        }
        let (usage, rest) = inside.split_at(length);
        let rest = rest.strip_prefix(b"}")?;
        let (wait, rest) = match wait_types(rest) {
            Some((wait, rest)) => (Some(wait), rest),
            None => (None, rest),
        };
        Some(End {
            at,
            usage,
            wait,
            rest,
        })
    })
}

/// `-{outer:inner}`.
fn wait_types(text: &[u8]) -> Option<(WaitTypes, &[u8])> {
    let (outer, rest) = decimal(text.strip_prefix(b"-{")?)?;
    let (inner, rest) = decimal(rest.strip_prefix(b":")?)?;
    let wait = WaitTypes {
        outer: u8::try_from(outer).ok()?,
        inner: u8::try_from(inner).ok()?,
    };
    Some((wait, rest.strip_prefix(b"}")?))
}

/// Whether the text ends right behind a class.
pub(super) fn ends_with_class(text: &[u8]) -> bool {
    text.ends_with(b"}")
        && end(text).is_some_and(|end| end.rest.is_empty() || ends_with_class(end.rest))
}

/// Reads the first class of a text, `(name){usage}`; gives what stands before and behind it.
pub(super) fn class(text: &[u8]) -> Option<(LockClass, &[u8], &[u8])> {
    let open = memchr::memchr(b'(', text)?;
    let end = end(&text[open..])?;
    let name = &text[open + 1..open + end.at];
    let class = LockClass {
        usage: Usage::from_chars(end.usage),
        wait: end.wait,
        ..named(name)
    };
    Some((class, &text[..open], end.rest))
}

/// A class of which only the name is printed.
pub(super) fn named(name: &[u8]) -> LockClass {
    let name = ClassName::parse(&name[..name.len().min(MAX_NAME_BYTES)]);
    LockClass {
        name: String::from_utf8_lossy(name.base).into_owned(),
        version: name.version,
        subclass: name.subclass,
        usage: None,
        wait: None,
    }
}

/// Reads a lock with its address, if printed, and the place where it was taken.
pub(super) fn lock(line: u64, text: &[u8]) -> Option<LockRef> {
    let (class, before, behind) = class(text)?;
    let before = before.trim_ascii();
    let addr = if before.is_empty() {
        None
    } else {
        let (addr, rest) = hexadecimal(before)?;
        if !rest.is_empty() {
            return None;
        }
        Some(addr)
    };
    Some(LockRef {
        addr,
        class,
        at: behind.strip_prefix(b", at: ").and_then(Symbol::parse),
        line,
    })
}

/// Reads the index and the lock of ` #0: ff11... (name){..}, at: symbol`.
pub(super) fn held(line: u64, text: &[u8]) -> Option<(u32, LockRef)> {
    let (index, rest) = decimal(text.trim_ascii_start().strip_prefix(b"#")?)?;
    let lock = lock(line, rest.strip_prefix(b":")?)?;
    Some((u32::try_from(index).ok()?, lock))
}

/// Reads the index and the class of `-> #3 (name){..}:`.
pub(super) fn chain_entry(text: &[u8]) -> Option<(u32, LockClass)> {
    let (index, rest) = decimal(text.trim_ascii_start().strip_prefix(b"-> #")?)?;
    let (class, _, _) = class(rest)?;
    Some((u32::try_from(index).ok()?, class))
}

/// Reads the class of `  -> (name){..} {`.
pub(super) fn list_entry(text: &[u8]) -> Option<LockClass> {
    let rest = text.trim_ascii_start().strip_prefix(b"->")?;
    let (class, before, behind) = class(rest)?;
    (before.trim_ascii().is_empty() && behind.trim_ascii() == b"{").then_some(class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_has_address_class_and_place() {
        let lock = lock(
            3,
            b"ffffffffa0004730 (&obj[i].obj_lock){+.+.}-{4:3}, at: ac1+0x16/0x2d [fencebug]",
        )
        .expect("a lock");
        assert_eq!(lock.addr, Some(0xffff_ffff_a000_4730));
        assert_eq!(lock.class.name, "&obj[i].obj_lock");
        assert_eq!(lock.class.usage, Usage::from_chars(b"+.+."));
        let wait = lock.class.wait.map(|wait| (wait.outer, wait.inner));
        assert_eq!(wait, Some((4, 3)));
        let at = lock.at.expect("a place");
        assert_eq!(
            (at.function.as_str(), at.module.as_deref()),
            ("ac1", Some("fencebug"))
        );
    }

    #[test]
    fn names_may_hold_parentheses_and_braces() {
        for name in [
            "(work_completion)(&gpu->job_work)",
            "&(&sig->stats_lock)->lock",
            "&x){",
            "(null)",
        ] {
            let text = format!(" ({name}){{....}}-{{0:0}}");
            let (class, _, behind) = class(text.as_bytes()).expect("a class");
            assert_eq!((class.name.as_str(), behind), (name, &b""[..]));
        }
    }

    #[test]
    fn older_kernels_print_no_wait_types_and_addresses_in_brackets() {
        let lock = lock(
            1,
            b" (&x->lock){+.+.-.}, at: [<ffffffff81001234>] foo+0x1/0x2",
        )
        .expect("a lock");
        assert_eq!(
            (lock.addr, lock.class.wait, lock.class.usage),
            (None, None, None)
        );
        assert_eq!(lock.at.map(|at| at.function), Some("foo".to_owned()));
    }

    #[test]
    fn version_and_subclass_are_told_from_the_name() {
        let (index, class) = chain_entry(b"-> #12 (&x->lock#3/1){+.+.}-{4:4}:").expect("an entry");
        assert_eq!((index, class.name.as_str()), (12, "&x->lock"));
        assert_eq!((class.version, class.subclass), (Some(3), 1));
    }

    #[test]
    fn text_that_is_no_lock_is_none() {
        for text in [
            &b"hardirqs last  enabled at (19): [<ffffffff8141c6b6>] x+0x1/0x2"[..],
            b"(x){+.+}",
            b"xyz (a){....}",
            b"(a)",
            b"",
        ] {
            assert_eq!(lock(1, text), None);
        }
    }
}
