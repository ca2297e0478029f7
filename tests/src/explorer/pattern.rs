//! Programs in the `.fence` pattern language.
//!
//! A lock that is never read is a `mutex`, any other an `rwsem`, so a recursive read has no spelling. Threads are `t0`, `t1`, …, each
//! once: the checker needs no copies.

use std::fmt::Write as _;

use super::program::{LockId, Mode, Program, Step};
use super::search::Publication;

/// The program as a pattern; none if it has a recursive read. With [`Publication::AtSection`] every fence is
/// published right after the section opens that signals it, as the exploration with that option has it; with
/// [`Publication::Beforehand`] nothing is published.
pub fn to_pattern(id: &str, program: &Program, publication: Publication) -> Option<String> {
    let read = |lock: LockId| {
        let reads = |step: &Step| matches!(step, Step::Lock { lock: other, mode, .. } if *other == lock && mode.is_read());
        program.threads.iter().flatten().any(reads)
    };
    let mut out = format!("pattern {id}\n");
    let mut published = 0_u8;
    for (thread, steps) in program.threads.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "thread t{thread}");
        let mut depth = 0_usize;
        for (number, step) in steps.iter().enumerate() {
            match step {
                Step::Lock { lock, mode, try_ } => {
                    let kind = match mode {
                        Mode::Exclusive if read(*lock) => "rwsem-write",
                        Mode::Exclusive => "mutex",
                        Mode::Read => "rwsem-read",
                        Mode::RecursiveRead => return None,
                    };
                    let _ = writeln!(
                        out,
                        "  lock {lock} {kind}{}",
                        if *try_ { " try" } else { "" }
                    );
                }
                Step::Unlock { lock } => {
                    let _ = writeln!(out, "  unlock {lock}");
                }
                Step::SectionBegin => {
                    out.push_str("  begin_signalling\n");
                    depth += 1;
                    if depth == 1 && publication == Publication::AtSection {
                        publish(
                            steps.get(number + 1..).unwrap_or_default(),
                            &mut published,
                            &mut out,
                        );
                    }
                }
                Step::SectionEnd => {
                    out.push_str("  end_signalling\n");
                    depth = depth.saturating_sub(1);
                }
                Step::Signal { fence } => {
                    let _ = writeln!(out, "  signal {fence}");
                }
                Step::Wait { fence } => {
                    let _ = writeln!(out, "  wait {fence}");
                }
            }
        }
    }
    Some(out)
}

/// Publishes what the rest of the open section signals and nobody has published.
fn publish(rest: &[Step], published: &mut u8, out: &mut String) {
    let mut depth = 1_usize;
    for step in rest {
        match step {
            Step::SectionBegin => depth += 1,
            Step::SectionEnd => depth -= 1,
            Step::Signal { fence } if *published & fence.bit() == 0 => {
                *published |= fence.bit();
                let _ = writeln!(out, "  publish {fence}");
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_line() {
        let program: Program = "wA { rB !f -B } -A | w?B ?f -B".parse().expect("readable");
        let expected = "\
pattern p1
thread t0
  lock A mutex
  begin_signalling
  lock B rwsem-read
  signal f
  unlock B
  end_signalling
  unlock A
thread t1
  lock B rwsem-write try
  wait f
  unlock B
";
        assert_eq!(
            to_pattern("p1", &program, Publication::Beforehand).as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn a_fence_is_published_where_its_outermost_section_opens() {
        let program: Program = "{ wA { !f } -A } { !g }".parse().expect("readable");
        let text = to_pattern("p", &program, Publication::AtSection).expect("no recursive read");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(
            lines[2..5],
            ["begin_signalling", "publish f", "lock A mutex"]
        );
        assert_eq!(lines[10..13], ["begin_signalling", "publish g", "signal g"]);
        assert_eq!(
            lines
                .iter()
                .filter(|line| line.starts_with("publish"))
                .count(),
            2
        );
    }

    #[test]
    fn a_recursive_read_has_no_spelling() {
        let program: Program = "RA -A".parse().expect("readable");
        assert_eq!(to_pattern("p", &program, Publication::Beforehand), None);
    }
}
