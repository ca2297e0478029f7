//! Lines that are no event, lines that are damaged, and recordings that are refused.

use super::*;

fn problem(line: &str) -> (u32, ProblemKind) {
    // The header makes this a recording with columns.
    let mut parser = Parser::new();
    assert!(parser.line(1, b"#           TASK-PID     CPU#").is_none());
    let problem = parser
        .line(2, line.as_bytes())
        .unwrap_or_else(|| panic!("no event: {line}"))
        .expect_err("the line is damaged");
    assert_eq!(problem.line, 2);
    (problem.column, problem.kind)
}

#[test]
fn lost_events_are_records_with_their_count() {
    for (line, cpu, count) in [
        ("CPU:3 [LOST 10416 EVENTS]", Some(3), Some(10_416)),
        ("CPU:0 [LOST EVENTS]", Some(0), None),
        ("CPU:7 [204600 EVENTS DROPPED]", Some(7), Some(204_600)),
        ("CPU:7 [EVENTS DROPPED]", Some(7), None),
    ] {
        let mut parser = Parser::new();
        let record = parser
            .line(4, line.as_bytes())
            .expect("a record")
            .expect("readable");
        assert_eq!(
            (record.cpu, record.event),
            (cpu, Event::Lost { cpu, count })
        );
        assert!(parser.limits().contains(Limit::EventsLost));
    }
    let perf = record("        kthreadd    51 [002]    10.525548: PERF_RECORD_LOST lost 5");
    assert_eq!(
        (perf.cpu, perf.event),
        (
            Some(2),
            Event::Lost {
                cpu: None,
                count: Some(5)
            }
        )
    );
}

#[test]
fn lines_that_are_no_event_give_nothing() {
    let mut parser = Parser::new();
    for line in [
        "",
        "   ",
        "\r\n",
        "# tracer: nop",
        "#",
        "##### CPU 2 buffer started ####",
        "cpus=4",
        "version = 6",
        "CPU 3 is empty",
        "       fb-waiter-58      [000] d..2.     6.637636: <stack trace>",
        " => trace_event_raw_event_lock_acquire",
        "       fb-waiter-58      [000] d..2.     6.637636: <user stack trace>",
        " =>  <00007f2b1c0>",
        "       fb-waiter-50    [000]     6.320309: kernel_stack:         <stack trace >",
        "=> lock_acquire (ffffffff810a06f3)",
        "\tffffffff8109fb71 lock_acquire+0x1 ([kernel.kallsyms])",
    ] {
        assert_eq!(parser.line(1, line.as_bytes()), None, "{line:?}");
    }
}

#[test]
fn unknown_events_are_records_and_not_problems() {
    assert_eq!(
        event(
            "            init-1       [000] .....     8.070406: timer_init: timer=ffa0000000013ce0"
        ),
        Event::Other {
            name: b"timer_init"
        }
    );
    assert_eq!(
        event("            init-1       [000] .....     5.968899: UNKNOWN TYPE 5"),
        Event::Other { name: b"" }
    );
    assert_eq!(
        event("            init-1       [000] .....     5.968899: schedule <-do_idle"),
        Event::Other { name: b"" }
    );
}

#[test]
fn damage_is_a_problem_at_its_column() {
    for (line, column, kind) in [
        ("what is this", 1, ProblemKind::Unrecognised),
        ("word: text", 1, ProblemKind::Unrecognised),
        (
            "            init-99999999999 [000] .....     5.968899: x: y",
            18,
            ProblemKind::BadTask,
        ),
        (
            "            init-1       [0x0] .....     5.968899: x: y",
            26,
            ProblemKind::BadCpu,
        ),
        (
            "            init-1       [99999] .....     5.968899: x: y",
            26,
            ProblemKind::BadCpu,
        ),
        (
            "            init-1       [000] .. ..     5.968899: x: y",
            32,
            ProblemKind::BadFlags,
        ),
        (
            "             cat-94      [000] d..1.     8.",
            42,
            ProblemKind::BadTime,
        ),
        (
            "            init-1       [000] .....     5.968899: ",
            52,
            ProblemKind::NoEvent,
        ),
        (
            "            init-1       [000] .....     5.968899:",
            51,
            ProblemKind::NoEvent,
        ),
        (
            "            init-1       [000] .....     5.968899: lock_acquire: ff11zz &x",
            66,
            ProblemKind::BadAddress,
        ),
        (
            "            init-1       [000] .....     5.968899: lock_acquire:",
            65,
            ProblemKind::BadAddress,
        ),
        (
            "            init-1       [000] .....     5.968899: lock_acquire: ff11",
            70,
            ProblemKind::NoName,
        ),
        (
            "            init-1       [000] .....     5.968899: lock_release: ff11 ",
            71,
            ProblemKind::NoName,
        ),
        (
            "            init-1       [000] .....     5.968899: dma_fence_init: driver=a timeline=b context=1",
            68,
            ProblemKind::BadField("seqno"),
        ),
    ] {
        assert_eq!(problem(line), (column, kind), "{line}");
    }
}

#[test]
fn leading_blanks_move_the_column_of_a_problem_and_nothing_else() {
    for line in [
        "fence-wait-43 [000] d..2. not-a-time: x",
        "fence-wait 43 [000] not-a-time: x",
        "fence-wait -1 [000] not-a-time: x",
    ] {
        let (column, kind) = problem(line);
        assert_eq!(kind, ProblemKind::BadTime, "{line}");
        let padded = format!("{}{line}", " ".repeat(40));
        assert_eq!(problem(&padded), (column + 40, kind), "{line}");
    }
}

#[test]
fn a_problem_says_where_and_what() {
    let problem = Problem {
        line: 7,
        column: 66,
        kind: ProblemKind::BadAddress,
    };
    assert_eq!(problem.to_string(), "line 7, column 66: no address here");
}

#[test]
fn a_cut_line_is_a_problem_even_if_its_head_reads_well() {
    let line = crate::lines::Line {
        number: 3,
        bytes: b"            init-1       [000] .....     5.968899: x: y",
        cut: true,
        terminated: true,
    };
    let problem = Parser::new()
        .read(&line)
        .expect("a problem")
        .expect_err("cut");
    assert_eq!((problem.line, problem.kind), (3, ProblemKind::TooLong));
}

#[test]
fn one_damaged_line_costs_only_itself() {
    let mut parser = Parser::new();
    let good = b"            init-1       [000] .....     5.968899: x: y";
    assert!(matches!(parser.line(1, good), Some(Ok(_))));
    assert!(matches!(parser.line(2, b"\0\xff\0"), Some(Err(_))));
    assert!(matches!(parser.line(3, good), Some(Ok(_))));
}

#[test]
fn a_binary_recording_is_refused_with_the_command_that_converts_it() {
    let mut parser = Parser::new();
    let problem = parser
        .line(1, b"\x17\x08\x44tracing7\0zstd")
        .expect("a problem")
        .expect_err("binary");
    assert_eq!(problem.kind, ProblemKind::Refused(Refusal::TraceDat));
    assert!(
        problem
            .to_string()
            .contains("trace-cmd report -l FILE > FILE.txt")
    );
    assert_eq!(parser.refusal(), Some(Refusal::TraceDat));
    assert_eq!(
        parser.line(2, b"word: text"),
        None,
        "nothing is read after a refusal"
    );
}

#[test]
fn the_magic_counts_in_the_first_line_only() {
    let mut parser = Parser::new();
    parser.line(1, b"# tracer: nop");
    parser.line(2, b"PERFILE2");
    assert_eq!(parser.refusal(), None);
}

#[test]
fn sniffing_tells_a_trace_from_other_text() {
    let sniff = |text: &str| super::super::sniff(text.as_bytes());
    assert_eq!(sniff("# tracer: nop\n#\n"), Ok(Some(Dialect::Trace)));
    assert_eq!(sniff("cpus=1\n"), Ok(Some(Dialect::TraceCmd)));
    assert_eq!(
        sniff("lock_release: ff11 x\n"),
        Ok(Some(Dialect::NoContext))
    );
    assert_eq!(sniff("Cargo: text\nNote: more\n"), Ok(None));
    assert_eq!(sniff("{\"id\":1}\n"), Ok(None));
    assert_eq!(
        sniff("[    4.692662] WARNING: inconsistent lock state\n"),
        Ok(None)
    );
    assert_eq!(
        sniff("43 0 5971212978 type: 122\n"),
        Err(Refusal::RawEvents)
    );
    assert_eq!(
        super::super::sniff(b"\x17\x08\x44tracing7\0"),
        Err(Refusal::TraceDat)
    );
    assert_eq!(super::super::sniff(b""), Ok(None));
}

#[test]
fn the_column_of_an_older_kernel_limits_what_is_known_of_bottom_halves() {
    let mut parser = Parser::new();
    parser.line(1, b"# tracer: nop");
    parser.line(2, b"#                              _-----=> irqs-off");
    assert!(parser.limits().contains(Limit::NoBhFlag));
}

#[test]
fn a_forgotten_task_name_is_a_limit() {
    let mut parser = Parser::new();
    let line = b"           <...>-3979  [007]   217.975284: x: y";
    assert!(matches!(parser.line(1, line), Some(Ok(_))));
    assert!(parser.limits().contains(Limit::CommForgotten));
}

#[test]
fn small_addresses_of_a_32_bit_machine_are_not_hashed() {
    let mut parser = Parser::new();
    parser.line(1, b"lock_acquire: c0ffee00 &x");
    assert!(!parser.limits().contains(Limit::HashedAddresses));
    parser.line(2, b"lock_acquire: 00000000c0ffee00 &x");
    assert!(parser.limits().contains(Limit::HashedAddresses));
}

#[test]
fn a_second_recording_behind_the_first_starts_anew() {
    let mut parser = Parser::new();
    parser.line(1, b"# tracer: nop");
    parser.line(2, b"# entries-in-buffer/entries-written: 398/1917   #P:1");
    parser.line(
        3,
        b"       fb-waiter-43      [000] d..2.     5.971213: x: y",
    );
    parser.line(4, b"cpus=2");
    assert_eq!(parser.header().entries_written, None);
    assert_eq!(
        (parser.header().dialect, parser.header().cpus),
        (Dialect::TraceCmd, Some(2))
    );
    parser.line(5, b"       fb-waiter-43      [000]     5.971213: x: y");
    assert_eq!(parser.header().dialect, Dialect::TraceCmd);
    parser.line(6, b"# tracer: nop");
    parser.line(7, b"tracing_mark_write: without columns");
    assert_eq!(parser.header().dialect, Dialect::NoContext);
}
