//! Inputs that are cheap to write and could be expensive to judge: a few hundred lines must not take minutes or gigabytes.

use std::fmt::Write as _;

use fence_engine::Config;

use crate::memory::{MIB, peak};
use crate::recording::{read, trace};

#[test]
fn a_signaller_that_waited_for_many_fences_before_is_judged_soon() {
    // 60 fences; for each in turn: it is signalled, then waited for. So each needed all before it.
    let fences = 60;
    let event = |number: u64| {
        let (event, seqno) = match number.checked_sub(fences) {
            None => ("init", number),
            Some(number) if number % 2 == 0 => ("signaled", number / 2),
            Some(number) => ("wait_start", number / 2),
        };
        (
            1,
            format!("dma_fence_{event}: driver=d timeline=t context=1 seqno={seqno}"),
        )
    };
    let seen = read(trace(3 * fences, event), Config::STRICT);
    assert_eq!(seen.line_count(), 3 * fences + 1);
}

#[test]
fn a_long_chain_of_locks_learnt_from_its_end_is_judged_soon() {
    // Each lock is taken before the one that was new last time, so the order turns round with every pair.
    let locks = 16_000;
    let event = |number: u64| {
        let new = number / 4 + 1;
        let (event, lock) = match number % 4 {
            0 => ("acquire", new),
            1 => ("acquire", new - 1),
            2 => ("release", new - 1),
            _ => ("release", new),
        };
        (1, format!("lock_{event}: ff11000{lock:09x} lock{lock}"))
    };
    let seen = read(trace(4 * locks, event), Config::STRICT);
    assert_eq!(seen.line_count(), 4 * locks + 1);
    assert_eq!(seen.rules, [""; 0]);
}

fn many(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn waits_for_user_space_keep_each_fence_once() {
    let mut source = "pattern p\nthread t\n".to_owned();
    source += &many(4000, |at| format!("publish F{at}\n"));
    source += &"wait_user X\n".repeat(4000);
    let (seen, bytes) = peak(|| read(source.as_bytes(), Config::STRICT));
    assert_eq!(seen.ran.len(), 1);
    assert!(bytes < 64 * MIB, "{bytes} bytes");
}

#[test]
fn items_queued_in_a_section_share_what_they_have_to_signal() {
    let mut source = "pattern p\nthread t\nbegin_signalling\n".to_owned();
    source += &many(4000, |at| format!("publish F{at}\n"));
    source += &many(4000, |at| format!("queue w{at}\n"));
    source.push_str("end_signalling\n");
    let (seen, bytes) = peak(|| read(source.as_bytes(), Config::STRICT));
    assert_eq!(seen.ran.len(), 1);
    assert!(bytes < 32 * MIB, "{bytes} bytes");
}

#[test]
fn signals_inside_many_items_are_judged_soon() {
    let mut source = "pattern p\nthread t\n".to_owned();
    source += &many(3000, |at| format!("run w{at}\n"));
    source += &many(3000, |at| format!("signal F{at}\n"));
    let seen = read(source.as_bytes(), Config::STRICT);
    assert_eq!(seen.ran.len(), 1);
}

#[test]
fn a_line_of_nothing_but_brackets_is_read_soon() {
    let mut line = " ".repeat(30_000);
    for _ in 0..6000 {
        line.write_str("(a[0]").expect("a string takes all");
    }
    let seen = read(
        format!("# tracer: nop\n{line}\n").as_bytes(),
        Config::STRICT,
    );
    assert_eq!((seen.problem_count, seen.problems[0].0), (1, 2));
}
