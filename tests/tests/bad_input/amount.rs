//! More of everything than any kernel has: memory stays bounded, and what is left out is said.

use fence_engine::Config;

use crate::memory::{MIB, peak};
use crate::recording::{Seen, lines, read, trace};

/// Reads a trace of `count` events, which must be judged without a finding and within the memory given.
fn judge(count: u64, most_bytes: usize, event: impl Fn(u64) -> (u64, String)) -> Seen {
    let (seen, bytes) = peak(|| read(trace(count, event), Config::STRICT));
    assert_eq!((seen.line_count(), &seen.rules[..]), (count + 1, &[][..]));
    assert!(bytes < most_bytes, "{bytes} bytes");
    seen
}

#[test]
fn more_lock_classes_than_any_kernel_has_are_left_out_and_said_so() {
    let seen = judge(270_000, 256 * MIB, |number| {
        (1, format!("lock_release: ff11 &lock{number}"))
    });
    let limits = seen.limits();
    assert!(
        limits.iter().any(|limit| limit.contains("lock names")),
        "{limits:?}"
    );
}

#[test]
fn more_tasks_than_any_kernel_has_are_left_out_and_said_so() {
    let seen = judge(135_000, 256 * MIB, |number| {
        (number + 1, "lock_acquire: ff11 read &lock".to_owned())
    });
    let limits = seen.limits();
    assert!(
        limits.iter().any(|limit| limit.contains("tasks")),
        "{limits:?}"
    );
}

#[test]
fn tasks_that_left_make_room_for_others() {
    let seen = judge(3 * 135_000, 256 * MIB, |number| {
        let event = match number % 3 {
            0 => "lock_acquire: ff11 &lock",
            1 => "lock_release: ff11 &lock",
            _ => "sched_process_exit: comm=task pid=1 prio=120",
        };
        (number / 3 + 1, event.to_owned())
    });
    assert_eq!(seen.limits(), [""; 0]);
    assert_eq!(seen.rules, [""; 0]);
}

#[test]
fn fences_that_are_never_destroyed_do_not_fill_the_memory() {
    let seen = judge(270_000, 256 * MIB, |number| {
        (
            1,
            format!("dma_fence_init: driver=d timeline=t context=1 seqno={number}"),
        )
    });
    let limits = seen.limits();
    assert!(
        limits.iter().any(|limit| limit.contains("fences")),
        "{limits:?}"
    );
}

#[test]
fn fences_on_as_many_timelines_do_not_fill_the_memory() {
    judge(50_000, 128 * MIB, |number| {
        (
            1,
            format!("dma_fence_init: driver=d timeline=t{number} context={number} seqno=1"),
        )
    });
}

#[test]
fn waits_for_fences_that_are_never_signalled_do_not_fill_the_memory() {
    judge(100_000, 16 * MIB, |number| {
        let event = "dma_fence_wait_start: driver=d timeline=t context=1";
        (number % 10, format!("{event} seqno={}", number % 1000))
    });
}

#[test]
fn a_trace_of_acquisitions_alone_ends_and_its_memory_is_bounded() {
    // Somebody enabled `lock_acquire` and not `lock_release`.
    let event = |number: u64| {
        (
            1,
            format!("lock_acquire: ff11{number:08x} &lock{}", number % 1000),
        )
    };
    let (seen, bytes) = peak(|| read(trace(100_000, event), Config::STRICT));
    assert_eq!(seen.line_count(), 100_001);
    assert!(bytes < 16 * MIB, "{bytes} bytes");
}

#[test]
fn a_task_with_a_new_name_on_every_line_does_not_fill_the_memory() {
    let (seen, bytes) = peak(|| {
        let line = |number: u64| {
            let event = format!("{number:>16}-7 [000] ..... 1.000000: lock_release: ff11 &lock\n");
            (number < 100_000).then_some(event)
        };
        read(lines(line), Config::STRICT)
    });
    assert_eq!((seen.line_count(), &seen.rules[..]), (100_000, &[][..]));
    assert!(bytes < 64 * MIB, "{bytes} bytes");
}

#[test]
fn a_work_item_queued_or_activated_without_end_does_not_fill_the_memory() {
    judge(50_000, 8 * MIB, |number| {
        let (item, activates) = (number % 2, number % 3 == 1);
        let event = if activates {
            format!("workqueue_activate_work: work struct ff1{item}")
        } else {
            format!(
                "workqueue_queue_work: work struct=ff1{item} function=f workqueue=q req_cpu=1 cpu=0"
            )
        };
        (1, event)
    });
}

#[test]
fn a_trace_in_which_every_line_is_a_problem_gives_one_a_line_in_constant_memory() {
    let count = 100_000;
    let (seen, bytes) = peak(|| {
        let line = |number: u64| match number {
            0 => Some("# tracer: nop\n".to_owned()),
            _ => (number <= count).then(|| "no task and [no] cpu\n".to_owned()),
        };
        read(lines(line), Config::STRICT)
    });
    assert_eq!((seen.line_count(), seen.problem_count), (count + 1, count));
    let positions = seen
        .problems
        .iter()
        .map(|problem| (problem.0, problem.1 > 0));
    assert!(positions.eq((2..).map(|line| (line, true)).take(seen.problems.len())));
    assert!(bytes < 2 * MIB, "{bytes} bytes");
}

#[test]
fn a_pattern_of_100_000_threads_runs() {
    let line = |number: u64| match number {
        0 => Some("pattern p\n".to_owned()),
        _ => (number <= 100_000).then(|| format!("thread t{number}\n might_sleep\n")),
    };
    let (seen, bytes) = peak(|| read(lines(line), Config::STRICT));
    assert_eq!(
        (seen.ran.len(), seen.problem_count, &seen.rules[..]),
        (1, 0, &[][..])
    );
    assert!(bytes < 256 * MIB, "{bytes} bytes");
}

#[test]
fn a_pattern_file_of_nothing_but_mistakes_stops_telling_them() {
    let source = "pattern p\n".to_owned() + &"borrow a\n".repeat(50_000) + "pattern q\nthread t\n";
    let (seen, bytes) = peak(|| read(source.as_bytes(), Config::STRICT));
    assert_eq!((seen.ran, seen.problem_count), (vec!["q".to_owned()], 101));
    assert!(
        seen.last.contains("too many")
            || seen
                .problems
                .iter()
                .any(|problem| problem.2.contains("at most"))
    );
    assert!(bytes < 16 * MIB, "{bytes} bytes");
}

#[test]
fn more_findings_than_anyone_reads_are_said_so() {
    // Each lock is taken twice.
    let source: Vec<String> = (0..10_001)
        .map(|at| format!("lock a{at} mutex\nlock a{at} mutex\nunlock a{at}\nunlock a{at}\n"))
        .collect();
    let source = format!("pattern p\nthread t\n{}", source.concat());
    let seen = read(source.as_bytes(), Config::STRICT);
    let limits = seen.limits();
    assert!(
        limits.iter().any(|limit| limit.contains("10,000 findings")),
        "{limits:?}"
    );
}
