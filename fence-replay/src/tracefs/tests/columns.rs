//! The columns in front of an event, most of them from real recordings.

use super::*;

#[expect(clippy::unnecessary_wraps, reason = "compared with `Record::task`")]
fn task(comm: &str, pid: u32) -> Option<Task<'_>> {
    Some(Task {
        comm: comm.as_bytes(),
        pid,
    })
}

const ACQUIRE: Event<'_> = Event::LockAcquire {
    addr: 0xff11_0000_3ebe_dfd8,
    try_: false,
    read: false,
    name: b"&rq->__lock",
};

#[test]
fn the_default_layout_has_all_columns() {
    let line = "       fb-waiter-43      [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock";
    assert_eq!(
        record(line),
        Record {
            line: 1,
            task: task("fb-waiter", 43),
            cpu: Some(0),
            flags: Some(Flags {
                irqs_off: true,
                preempt_depth: 2,
                ..Flags::default()
            }),
            time: Some(Timestamp::Clock(5_971_213_000)),
            event: ACQUIRE,
        }
    );
}

#[test]
fn all_layouts_of_one_event_agree_on_task_cpu_and_event() {
    for line in [
        "       fb-waiter-43      [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "       fb-waiter-43      [000]      5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "       fb-waiter-43      (     43) [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "       fb-waiter-43      (-------) [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "       fb-waiter      43   0 1 00000002 00000001 [005b1d0d] 16.055ms (+0.112ms): lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "       fb-waiter-43    [000]     5.971213: lock_acquire:         0xff1100003ebedfd8 &rq->__lock",
        "       fb-waiter-43    [000]     5.971213: lock_acquire:          flags=0 name=&rq->__lock lockdep_addr=0xff1100003ebedfd8",
        "       fb-waiter-43      [000] d..2.     5.971213: lock_acquire: flags=0x0 (0) name=&rq->__lock lockdep_addr=0xff1100003ebedfd8 (-67272518381150248)",
        "       fb-waiter    43 [000]     5.971213:                 lock:lock_acquire: 0xff1100003ebedfd8 &rq->__lock",
        "       fb-waiter    42/43    [000]     5.971213:          1     lock:lock_acquire: 0xff1100003ebedfd8 &rq->__lock",
        // Pasted text that lost its indentation.
        "fb-waiter-43      [000] d..2.     5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "fb-waiter-43 (     43) [000] d..2. 5.971213: lock_acquire: ff1100003ebedfd8 &rq->__lock",
        "fb-waiter 43 [000] 5.971213: lock:lock_acquire: 0xff1100003ebedfd8 &rq->__lock",
    ] {
        let record = record(line);
        assert_eq!(record.task, task("fb-waiter", 43), "{line}");
        assert_eq!(record.cpu, Some(0), "{line}");
        assert_eq!(record.event, ACQUIRE, "{line}");
        // The verbose layout prints 005b1d0d microseconds: 5.971213 s.
        assert_eq!(record.time, Some(Timestamp::Clock(5_971_213_000)), "{line}");
    }
}

#[test]
fn latency_format_cuts_the_name_and_counts_from_the_start() {
    let tracefs =
        record("fb-waite-43        0d..2. 16055us!: lock_acquire: ff1100003ebedfd8 &rq->__lock");
    assert_eq!(tracefs.task, task("fb-waite", 43));
    assert_eq!(tracefs.time, Some(Timestamp::SinceStart(16_055_000)));
    assert_eq!(tracefs.flags.map(|flags| flags.preempt_depth), Some(2));
    let trace_cmd =
        record("fb-waite-50     12dNh..     6.334790: irq_work_exit:        vector=246");
    assert_eq!(trace_cmd.cpu, Some(12));
    assert_eq!(trace_cmd.time, Some(Timestamp::Clock(6_334_790_000)));
    assert_eq!(
        trace_cmd.flags,
        Some(Flags {
            irqs_off: true,
            need_resched: true,
            hardirq: true,
            ..Flags::default()
        })
    );
}

#[test]
fn every_letter_of_the_flags_column_counts() {
    let flags = |text: &str| {
        let line = format!("            init-1       [000] {text}     5.968899: x: y");
        Parser::new()
            .line(1, line.as_bytes())
            .and_then(Result::ok)
            .and_then(|record| record.flags)
    };
    let none = Flags::default();
    assert_eq!(flags("....."), Some(none));
    assert_eq!(flags("X...."), Some(none));
    assert_eq!(
        flags("b...."),
        Some(Flags {
            bh_off: true,
            ..none
        })
    );
    let both = Flags {
        irqs_off: true,
        bh_off: true,
        ..none
    };
    assert_eq!(flags("D...."), Some(both));
    assert_eq!(
        flags(".N..."),
        Some(Flags {
            need_resched: true,
            ..none
        })
    );
    assert_eq!(
        flags("..s.."),
        Some(Flags {
            softirq: true,
            ..none
        })
    );
    let nested = Flags {
        hardirq: true,
        softirq: true,
        ..none
    };
    assert_eq!(flags("..H.."), Some(nested));
    assert_eq!(flags("..z.."), Some(Flags { nmi: true, ..none }));
    let nmi_in_irq = Flags {
        nmi: true,
        hardirq: true,
        ..none
    };
    assert_eq!(flags("..Z.."), Some(nmi_in_irq));
    assert_eq!(
        flags("...f."),
        Some(Flags {
            preempt_depth: 15,
            ..none
        })
    );
    assert_eq!(
        flags("...1"),
        Some(Flags {
            preempt_depth: 1,
            ..none
        }),
        "older kernels: four"
    );
    let real_time = Flags {
        hardirq: true,
        preempt_depth: 1,
        ..none
    };
    assert_eq!(
        flags("...h1.."),
        Some(real_time),
        "real-time kernels: seven"
    );
    assert_eq!(flags("q...."), None);
    assert_eq!(flags("..q.."), None);
    assert_eq!(flags("...q."), None);
}

#[test]
fn the_verbose_layout_gives_the_flags_as_bits() {
    // From include/linux/trace_events.h: irqs off 1, need resched 4, hardirq 8, softirq 16, preempt
    // resched 32, nmi 64, bottom halves off 128.
    let flags = |bits: u32, count: &str| {
        let line = format!(
            "            init       1   0 {bits} {count} 00000000 [005b1403] 13.741ms (+2.314ms): x: y"
        );
        Parser::new()
            .line(1, line.as_bytes())
            .and_then(Result::ok)
            .and_then(|record| record.flags)
            .expect("a verbose line")
    };
    assert_eq!(
        flags(1 + 8 + 128, "00000012"),
        Flags {
            irqs_off: true,
            bh_off: true,
            hardirq: true,
            // The upper half of the byte is migrate-disable.
            preempt_depth: 2,
            ..Flags::default()
        }
    );
    assert!(flags(4, "00000000").need_resched && flags(32, "00000000").need_resched);
    assert!(flags(16, "00000000").softirq && flags(64, "00000000").nmi);
}

#[test]
fn names_of_tasks_may_hold_blanks_dashes_colons_and_brackets() {
    for (comm, pid) in [
        ("fb-late waiter", 111),
        ("kworker/u4:0", 10),
        ("a-1 [0]", 77),
        ("<idle>", 0),
        ("a: b-c", 12),
    ] {
        let column = format!("{comm:>16}-{pid:<7}");
        let line = format!(
            "{column} [000] .....     5.1: dma_fence_destroy: driver=d timeline=t context=1 seqno=1"
        );
        let outcome = Parser::new().line(1, line.as_bytes());
        let record = outcome.expect("an event").expect("readable");
        assert_eq!(record.task, task(comm, pid));
    }
    let perf = record(
        "        a: b c-1    51 [000]    10.525548: sched:sched_process_exit: comm=a pid=51 prio=120",
    );
    assert_eq!(perf.task, task("a: b c-1", 51));
}

#[test]
fn perf_events_without_a_known_task_have_none() {
    let mut parser = Parser::new();
    for line in [
        &b"             :-1    -1 [000]    10.565974:                 lock:lock_release: 0xffffffff81fd3800 rcu_read_lock"[..],
        b":-1    -1 [000]    10.565974:                 lock:lock_release: 0xffffffff81fd3800 rcu_read_lock",
    ] {
        let record = parser.line(1, line).expect("an event").expect("readable");
        assert_eq!(record.task, None);
        assert_eq!(record.cpu, Some(0));
    }
    assert!(parser.limits().contains(Limit::TaskForgotten));
}

#[test]
fn clocks_without_a_unit_give_ticks() {
    let record = record("            init-1       [000] .....  29362487362: x: y");
    assert_eq!(record.time, Some(Timestamp::Ticks(29_362_487_362)));
    let verbose =
        "            init       1   0 0 00000000 00000000 [0000000000000003] 3 (+1): x: y";
    assert_eq!(self::record(verbose).time, Some(Timestamp::Ticks(3)));
    let latency = "    init-1         0.....   41: x: y";
    assert_eq!(self::record(latency).time, Some(Timestamp::Ticks(41)));
}

#[test]
fn a_fraction_of_nine_digits_is_nanoseconds() {
    let record = record("              sh-49    [000]     6.316151007: x: y");
    assert_eq!(record.time, Some(Timestamp::Clock(6_316_151_007)));
}
