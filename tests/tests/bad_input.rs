//! Bad input, by name: an error or a problem with its line and column, never a panic, and never memory without a bound.
//!
//! What a fuzzer makes up is in `corpus.rs`; here are the inputs one can think of, many of them larger than a fuzzer's.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use fence_engine::Config;
use fence_replay::input::{self, InputError};
use fence_replay::lines::SliceLines;
use fence_replay::proc_lockdep::{ProblemKind, Snapshot};
use fence_replay::{pattern, pattern_events, splat, tracefs};

#[path = "bad_input/memory.rs"]
mod memory;
#[path = "bad_input/recording.rs"]
mod recording;

use memory::peak;
use recording::{lines, read, trace};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

const MIB: usize = 1 << 20;

/// Two classes and a dependency, as `/proc/lockdep` prints them.
const PROC_LOCKDEP: &str = "all lock classes:\n\
    ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: &gpu->submit_lock\n \
    -> [ffffffff82024000] dma_fence_map\n\n\
    ffffffff82024000 FD:    1 BD:    2 ++++: dma_fence_map\n\n";

fn data(path: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the project")
}

/// The first bytes of a file, in fifty lengths, the last of them all of it.
fn cuts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..=50).map(|part| &bytes[..bytes.len() * part / 50])
}

/// Bytes without any order, always the same ones.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let bytes = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    bytes.take(count).collect()
}

#[test]
fn a_trace_cut_off_anywhere_loses_its_last_line_at_most() {
    for name in [
        "resv-in-section.trace.txt",
        "variants/verbose-latency.trace.txt",
        "variants/latency-format.trace.txt",
        "variants/mutex-over-wait.perf-script.txt",
        "variants/mutex-over-wait.report.txt",
        "variants/lost-overwrite.trace.txt",
    ] {
        let whole = data(&format!("data/oracle/traces/{name}"));
        let known = read(&whole[..], Config::STRICT).problems;
        for cut in cuts(&whole) {
            let last = SliceLines::new(cut).count() as u64;
            let seen = read(cut, Config::STRICT);
            if let Some(Err(error)) = &seen.lines {
                assert!(
                    matches!(error, InputError::Unknown) && cut.len() < 4096,
                    "{name}: {error}"
                );
                continue;
            }
            let new = seen
                .problems
                .iter()
                .filter(|problem| problem.0 > 0 && !known.contains(problem));
            for (line, column, message) in new {
                assert!(
                    *line == last && *column > 0,
                    "{name}, {} bytes: {line}:{column}: {message}",
                    cut.len()
                );
            }
        }
    }
}

#[test]
fn scenarios_cut_off_anywhere_lose_their_last_line_at_most() {
    let whole: Vec<u8> = data("data/oracle/fence.jsonl")
        .into_iter()
        .take(40_000)
        .collect();
    let all = read(&whole[..], Config::KERNEL).ran;
    for cut in cuts(&whole).skip(1) {
        let seen = read(cut, Config::KERNEL);
        let complete = cut.iter().filter(|&&byte| byte == b'\n').count();
        assert!(
            seen.ran.len() >= complete && all.starts_with(&seen.ran),
            "{} bytes",
            cut.len()
        );
        for (line, column, message) in &seen.problems {
            assert!(
                *line == complete as u64 + 1 && *column > 0,
                "{line}:{column}: {message}"
            );
        }
        assert!(seen.problems.len() <= 1);
    }
}

#[test]
fn patterns_cut_off_anywhere_lose_their_last_one_at_most() {
    let whole: Vec<u8> = [
        "lock-order-cycle/abba-two-paths",
        "flush-in-signalling/reset-flushes-submit-work",
        "callback-misuse/signals-own-fence",
        "error-after-signal/error-found-after-success",
    ]
    .iter()
    .flat_map(|name| data(&format!("patterns/{name}.fence")))
    .collect();
    let known: Vec<_> = pattern::parse_bytes(&whole).patterns;
    for cut in cuts(&whole) {
        let mut file = pattern::parse_bytes(cut);
        assert_eq!(file.problems, []);
        let cut_off = file.patterns.pop();
        assert!(known.starts_with(&file.patterns), "{} bytes", cut.len());
        let problems = cut_off.iter().flat_map(|pattern| &pattern.problems);
        assert!(
            problems
                .into_iter()
                .all(|problem| problem.pos.line > 0 && problem.pos.column > 0)
        );
        for pattern in cut_off.iter().filter(|pattern| pattern.is_usable()) {
            let _ = pattern_events::run(pattern, "cut", Config::STRICT);
        }
    }
}

#[test]
fn logs_and_lockdep_files_cut_off_anywhere_lose_their_last_entry_at_most() {
    for name in [
        "circular.1",
        "hardirq-safe-unsafe.1",
        "inconsistent.2",
        "bad-unlock.1",
    ] {
        let log = data(&format!("data/oracle/reports/{name}.txt")).repeat(2);
        let known = splat::read_reports(&log);
        assert_eq!(known.len(), 2, "{name}");
        for cut in cuts(&log) {
            let mut reports = splat::read_reports(cut);
            reports.pop();
            assert!(known.starts_with(&reports), "{name}, {} bytes", cut.len());
        }
    }
    let known = Snapshot::read(PROC_LOCKDEP.as_bytes())
        .expect("a slice cannot fail")
        .classes;
    for cut in cuts(PROC_LOCKDEP.as_bytes()) {
        let mut snapshot = Snapshot::read(cut).expect("a slice cannot fail");
        snapshot.classes.pop();
        assert!(known.starts_with(&snapshot.classes));
        assert!(
            snapshot
                .problems
                .iter()
                .all(|problem| problem.line > 0 && problem.column > 0)
        );
    }
}

#[test]
fn binary_recordings_are_refused_with_the_command_that_converts_them() {
    let recording = data("data/oracle/traces/variants/mutex-over-wait.trace.dat");
    for cut in cuts(&recording).skip(1) {
        let Some(Err(error)) = read(cut, Config::STRICT).lines else {
            panic!("read a binary file")
        };
        assert!(error.to_string().contains("trace-cmd report"), "{error}");
    }
}

#[test]
fn binary_noise_is_no_known_file() {
    let noise = noise(MIB);
    for begin in [0, 1000, 50_000] {
        assert!(matches!(
            input::detect(&noise[begin..]),
            Err(InputError::Unknown)
        ));
        assert!(matches!(
            read(&noise[begin..], Config::STRICT).lines,
            Some(Err(InputError::Unknown))
        ));
    }
}

#[test]
fn binary_noise_in_a_known_file_is_a_problem_a_line_and_no_more() {
    let noise = noise(MIB / 4);
    let noise_lines = noise.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
    let seen = read(
        [b"# tracer: nop\n", &noise[..]].concat().as_slice(),
        Config::STRICT,
    );
    assert!((1..=noise_lines).contains(&seen.problem_count));
    assert!(
        seen.problems
            .iter()
            .all(|problem| problem.0 > 1 && problem.1 > 0)
    );

    let seen = read([b"{\n", &noise[..]].concat().as_slice(), Config::STRICT);
    assert!(seen.ran.is_empty() && seen.problem_count <= noise_lines + 1);

    let file =
        pattern::parse_bytes(&[b"pattern a\n", &noise[..], b"\npattern b\nthread t\n"].concat());
    assert!(
        !file.patterns[0].is_usable()
            && file.patterns[0].problems.len() <= pattern::MAX_PROBLEMS + 1
    );
    assert!(
        file.patterns
            .last()
            .is_some_and(pattern::Pattern::is_usable)
    );

    assert_eq!(splat::read_reports(&noise), []);
    let snapshot = Snapshot::read(&noise[..]).expect("a slice cannot fail");
    assert!(snapshot.classes.is_empty() && snapshot.problems.len() <= 1000);
}

/// A line of 5 MB and its end.
fn long_line() -> Vec<u8> {
    let mut line = b"lock ".repeat(MIB);
    line.push(b'\n');
    line
}

#[test]
fn a_line_of_5_mb_in_a_trace_or_among_scenarios_costs_itself_only_and_little_memory() {
    let event = b"            task-1 [000] ..... 1.000000: lock_acquire: ff11 read &a\n";
    let text = [b"# tracer: nop\n", &long_line()[..], event].concat();
    let mut records = 0;
    let mut parser = tracefs::Parser::new();
    for line in SliceLines::new(&text) {
        records += u32::from(matches!(parser.read(&line), Some(Ok(_))));
    }
    assert_eq!(records, 1);
    let (seen, bytes) = peak(|| read(&text[..], Config::STRICT));
    assert_eq!(
        (seen.line_count(), seen.problem_count, seen.problems[0].0),
        (3, 1, 2)
    );
    assert!(bytes < 2 * MIB, "{bytes} bytes");

    let scenario = br#"{"id":"x","scenario":["class A","acq A w","rel A"]}"#;
    let text = [scenario, &b"\n"[..], &long_line(), scenario].concat();
    let (seen, bytes) = peak(|| read(&text[..], Config::STRICT));
    assert_eq!(
        (seen.ran.len(), seen.problem_count, seen.problems[0].0),
        (2, 1, 2)
    );
    assert!(bytes < 2 * MIB, "{bytes} bytes");
}

#[test]
fn a_line_of_5_mb_in_a_pattern_or_a_log_costs_itself_only() {
    let text = [
        b"pattern a\nthread t\n",
        &long_line()[..],
        b"pattern b\nthread t\n lock l mutex\n unlock l\n",
    ]
    .concat();
    let seen = read(&text[..], Config::STRICT);
    assert_eq!((seen.ran, seen.problems.len()), (vec!["b".to_owned()], 1));
    assert_eq!((seen.problems[0].0, seen.problems[0].1), (3, 1));

    let report = data("data/oracle/reports/recursive.1.txt");
    let reports = splat::read_reports(&[&long_line()[..], &report].concat());
    assert_eq!(
        (reports.len(), &reports[0].lock),
        (1, &splat::read_reports(&report)[0].lock)
    );

    let text = [&long_line()[..], PROC_LOCKDEP.as_bytes()].concat();
    let snapshot = Snapshot::read(&text[..]).expect("a slice cannot fail");
    assert_eq!((snapshot.classes.len(), snapshot.problems.len()), (2, 1));
    assert_eq!(
        (snapshot.problems[0].line, snapshot.problems[0].kind),
        (1, ProblemKind::TooLong)
    );
}

#[test]
fn unknown_events_are_passed_over_in_a_trace_and_named_in_scenarios_and_patterns() {
    let seen = read(
        trace(1000, |number, text| {
            write!(text, "event_{number}: a=1 b=[2] lock_acquire: c").expect("a string takes all");
            1
        }),
        Config::STRICT,
    );
    assert_eq!(
        (seen.line_count(), seen.problem_count, seen.rules.len()),
        (1001, 0, 0)
    );

    let seen = read(
        &br#"{"id":"x","scenario":["class A","acq A w","borrow A","rel A"]}"#[..],
        Config::STRICT,
    );
    assert_eq!(seen.problems[0].0, 1);
    assert!(seen.problems[0].2.contains("operation 2") && seen.problems[0].2.contains("borrow A"));

    let seen = read(
        &b"pattern p\nthread t\n lock a mutex\n  borrow a\n"[..],
        Config::STRICT,
    );
    assert_eq!((seen.problems[0].0, seen.problems[0].1), (4, 3));
}

#[test]
fn releases_without_an_acquisition_are_judged_where_they_can_be() {
    // The lock was taken before the recording began.
    let seen = read(
        trace(1000, |_, text| {
            text.push_str("lock_release: ff11 &a");
            1
        }),
        Config::STRICT,
    );
    assert_eq!((seen.problem_count, seen.rules.len()), (0, 0));
    let scenario = &br#"{"id":"x","scenario":["class A","rel A","rel A"]}"#[..];
    let source = &b"pattern p\nthread t\n unlock a\n unlock a\n end_signalling\n irq_on\n softirq_exit\n ww_end W\n"[..];
    assert_eq!(read(scenario, Config::KERNEL).rules, ["unbalanced-unlock"]);
    let rules = read(source, Config::STRICT).rules;
    assert!(
        rules.contains(&"unbalanced-unlock") && rules.contains(&"section-not-closed"),
        "{rules:?}"
    );
}

#[test]
fn more_lock_classes_than_any_kernel_has_are_left_out_and_said_so() {
    let (seen, bytes) = peak(|| {
        read(
            trace(600_000, |number, text| {
                let (lock, event) = (
                    number / 2,
                    if number % 2 == 0 {
                        "acquire"
                    } else {
                        "release"
                    },
                );
                write!(text, "lock_{event}: ff11{lock:08x} &l{lock}").expect("a string takes all");
                1
            }),
            Config::STRICT,
        )
    });
    assert_eq!((seen.line_count(), seen.rules.len()), (600_001, 0));
    assert!(
        seen.limits()
            .iter()
            .any(|limit| limit.contains("lock names")),
        "{:?}",
        seen.problems
    );
    assert!(bytes < 256 * MIB, "{bytes} bytes");
}

#[test]
fn more_tasks_than_any_kernel_has_are_left_out_and_said_so() {
    let (seen, bytes) = peak(|| {
        read(
            trace(200_000, |number, text| {
                text.push_str("lock_acquire: ff11 read &a");
                number + 1
            }),
            Config::STRICT,
        )
    });
    assert_eq!((seen.line_count(), seen.rules.len()), (200_001, 0));
    assert!(
        seen.limits().iter().any(|limit| limit.contains("tasks")),
        "{:?}",
        seen.problems
    );
    assert!(bytes < 256 * MIB, "{bytes} bytes");
}

#[test]
fn fences_that_are_never_destroyed_do_not_fill_the_memory() {
    let (seen, bytes) = peak(|| {
        read(
            trace(300_000, |number, text| {
                write!(
                    text,
                    "dma_fence_init: driver=d timeline=t context=1 seqno={number}"
                )
                .expect("a string takes all");
                1
            }),
            Config::STRICT,
        )
    });
    assert_eq!((seen.line_count(), seen.rules.len()), (300_001, 0));
    assert!(
        seen.limits().iter().any(|limit| limit.contains("fences")),
        "{:?}",
        seen.problems
    );
    assert!(bytes < 256 * MIB, "{bytes} bytes");
}

#[test]
fn a_trace_of_acquisitions_alone_ends_and_its_memory_is_bounded() {
    // Somebody enabled `lock_acquire` and not `lock_release`.
    let (seen, bytes) = peak(|| {
        read(
            trace(100_000, |number, text| {
                let lock = number % 1000;
                write!(text, "lock_acquire: ff11{number:08x} &l{lock}")
                    .expect("a string takes all");
                1
            }),
            Config::STRICT,
        )
    });
    assert_eq!(seen.line_count(), 100_001);
    assert!(bytes < 16 * MIB, "{bytes} bytes");
}

#[test]
fn a_trace_in_which_every_line_is_a_problem_gives_one_a_line_in_constant_memory() {
    let count = 100_000;
    let (seen, bytes) = peak(|| {
        read(
            lines(|number, out| {
                out.push_str(if number == 0 {
                    "# tracer: nop\n"
                } else {
                    "no task and [no] cpu\n"
                });
                number <= count
            }),
            Config::STRICT,
        )
    });
    assert!(
        seen.problem_count.abs_diff(count) <= 2,
        "{}",
        seen.problem_count
    );
    assert!(
        seen.problems
            .iter()
            .all(|problem| problem.0 > 1 && problem.1 > 0)
    );
    assert!(bytes < 2 * MIB, "{bytes} bytes");
}

#[test]
fn nesting_beyond_48_locks_is_reported_once_in_every_language() {
    let deep =
        |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let locks = deep(10_000, &|at| format!(" lock l{at} mutex\n"))
        + &deep(10_000, &|at| format!(" unlock l{}\n", 9999 - at));
    let seen = read(
        format!("pattern p\nthread t\n{locks}").as_bytes(),
        Config::STRICT,
    );
    assert_eq!((seen.rules, seen.problem_count), (vec!["lock-depth"], 0));

    let operations = deep(500, &|at| format!("\"class L{at}\",\"acq L{at} w\","));
    let seen = read(
        format!("{{\"id\":\"x\",\"scenario\":[{operations}\"ms\"]}}").as_bytes(),
        Config::STRICT,
    );
    assert_eq!(
        (
            seen.ran.len(),
            seen.rules
                .iter()
                .filter(|rule| **rule == "lock-depth")
                .count()
        ),
        (1, 1)
    );

    let seen = read(
        trace(400, |number, text| {
            let (event, lock) = if number < 200 {
                ("acquire", number)
            } else {
                ("release", 399 - number)
            };
            write!(text, "lock_{event}: ff11{lock:08x} &l{lock}").expect("a string takes all");
            1
        }),
        Config::STRICT,
    );
    assert_eq!(seen.rules, ["lock-depth"]);
}

#[test]
fn brackets_that_open_without_end_are_survived() {
    for (open, close) in [
        ("begin_signalling", "end_signalling"),
        ("irq_off", "irq_on"),
        ("bh_off", "bh_on"),
        ("preempt_off", "preempt_on"),
        ("irq_enter", "irq_exit"),
        ("softirq_enter", "softirq_exit"),
        ("reclaim_begin", "reclaim_end"),
        ("mmu_notifier_begin", "mmu_notifier_end"),
        ("scope_begin nofs", "scope_end nofs"),
        ("get F", "put F"),
        ("timer_run T", "timer_done T"),
        ("run w wq=q", "done w"),
        ("pm_busy P", "pm_done P"),
        ("section_enter S", "section_exit S"),
        ("ww_begin W", "ww_end W"),
        ("callback F", "callback_end F"),
        ("lock r rwsem-read", "unlock r"),
        ("spin_irq s", "unlock_irq s"),
    ] {
        // More than 65,535: a counter of 16 bits overflows.
        let source = format!(
            "pattern p\nthread t\n{}",
            format!("{open}\n").repeat(66_000)
        );
        let (seen, bytes) = peak(|| read(source.as_bytes(), Config::STRICT));
        assert!(
            seen.ran.len() == 1 || open == "callback F",
            "{open}: {:?}",
            seen.problems.first()
        );
        assert!(bytes < 128 * MIB, "{open}: {bytes} bytes");
        let source = format!(
            "pattern p\nthread t\n{open}\n{}",
            format!("{close}\n").repeat(1000)
        );
        let _ = read(source.as_bytes(), Config::STRICT);
    }
}

#[test]
fn a_pattern_of_100_000_threads_runs() {
    let source = lines(|number, out| {
        match number {
            0 => out.push_str("pattern p\n"),
            _ => write!(out, "thread t{number}\n lock a mutex\n unlock a\n")
                .expect("a string takes all"),
        }
        number <= 100_000
    });
    let (seen, bytes) = peak(|| read(source, Config::STRICT));
    assert_eq!(
        (seen.ran.len(), seen.problem_count, seen.rules.len()),
        (1, 0, 0)
    );
    assert!(bytes < 512 * MIB, "{bytes} bytes");
}

#[test]
fn json_nested_10_000_deep_is_no_scenario_and_costs_its_line_only() {
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
    let before = &br#"{"id":"x","scenario":"#[..];
    let good = &br#"{"id":"good","scenario":["class A"]}"#[..];
    let seen = read(
        [before, &deep, b"}\n", good].concat().as_slice(),
        Config::STRICT,
    );
    assert_eq!(
        (seen.ran, seen.problems.len()),
        (vec!["good".to_owned()], 1)
    );
    assert_eq!(seen.problems[0].0, 1);
    assert!(seen.problems[0].1 > 0);
    // In a field that nobody reads it is passed over, or a problem; either way the next line is read.
    let seen = read(
        [
            &br#"{"id":"x","scenario":[],"more":"#[..],
            &deep,
            b"}\n",
            good,
        ]
        .concat()
        .as_slice(),
        Config::STRICT,
    );
    assert_eq!(seen.ran.last().map(String::as_str), Some("good"));
}
