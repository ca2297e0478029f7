//! The fields of every event that is read, as each dialect prints them.

use super::*;

#[test]
fn a_lock_name_reaches_to_the_end_of_the_line() {
    for name in [
        "&ACCESS_PRIVATE(sdp, lock)",
        "(work_completion)(&gpu->job_work)",
        "&(&sig->stats_lock)->lock",
        "(null)",
        "name=x lockdep_addr=0x1",
    ] {
        let line = format!("lock_release: ff1100003ebedfd8 {name}");
        let outcome = Parser::new().line(1, line.as_bytes());
        let Event::LockRelease { name: read, .. } =
            outcome.expect("an event").expect("readable").event
        else {
            panic!("not a release");
        };
        assert_eq!(read, name.as_bytes());
    }
}

#[test]
fn try_and_read_are_words_in_front_of_the_name_or_bits() {
    let modes = |line: &str| match event(line) {
        Event::LockAcquire {
            try_, read, name, ..
        } => (try_, read, String::from_utf8_lossy(name).into_owned()),
        other => panic!("{other:?}"),
    };
    let named = |try_, read| (try_, read, "&vma->vm_lock->lock".to_owned());
    assert_eq!(
        modes("lock_acquire: ff1100000090c5b8 try read &vma->vm_lock->lock"),
        named(true, true)
    );
    assert_eq!(
        modes("lock_acquire: ff1100000090c5b8 read &vma->vm_lock->lock"),
        named(false, true)
    );
    assert_eq!(
        modes("lock_acquire: ff1100000090c5b8 try &vma->vm_lock->lock"),
        named(true, false)
    );
    for (flags, try_, read) in [
        ("1", true, false),
        ("0x2 (2)", false, true),
        ("3", true, true),
    ] {
        let line = format!(
            "lock_acquire: flags={flags} name=&vma->vm_lock->lock lockdep_addr=0xff1100000090c5b8"
        );
        assert_eq!(modes(&line), named(try_, read));
    }
}

#[test]
fn raw_fields_end_a_name_at_the_last_key() {
    let name = b"x lockdep_addr=0x1 y";
    assert_eq!(
        event("lock_acquire: flags=0 name=x lockdep_addr=0x1 y lockdep_addr=0xff11"),
        Event::LockAcquire {
            addr: 0xff11,
            try_: false,
            read: false,
            name
        }
    );
    assert_eq!(
        event("lock_release: name=x lockdep_addr=0x1 y lockdep_addr=0xff11 (-1)"),
        Event::LockRelease { addr: 0xff11, name }
    );
}

#[test]
fn the_address_of_nothing_is_zero() {
    for addr in ["(nil)", "(null)", "0x0", "0000000000000000"] {
        let line = format!("lock_release: {addr} x");
        assert_eq!(
            Parser::new()
                .line(1, line.as_bytes())
                .and_then(Result::ok)
                .map(|record| record.event),
            Some(Event::LockRelease {
                addr: 0,
                name: b"x"
            })
        );
    }
}

#[test]
fn the_numbers_of_a_fence_stand_behind_the_last_keys() {
    assert_eq!(
        event(
            "dma_fence_wait_start: driver=fb-gpu timeline=tx queue context=2 seqno=9 context=4294967295 seqno=3"
        ),
        Event::Fence {
            kind: FenceEvent::WaitStart,
            driver: b"fb-gpu",
            timeline: b"tx queue context=2 seqno=9",
            context: 4_294_967_295,
            seqno: 3,
        }
    );
    assert_eq!(
        event("dma_fence_init: driver=fb-gpu timeline=ring0 context=0x1 (1) seqno=0x1f (31)"),
        Event::Fence {
            kind: FenceEvent::Init,
            driver: b"fb-gpu",
            timeline: b"ring0",
            context: 1,
            seqno: 31,
        }
    );
}

#[test]
fn every_fence_event_has_its_kind() {
    for (name, expected) in [
        ("init", FenceEvent::Init),
        ("emit", FenceEvent::Emit),
        ("enable_signal", FenceEvent::EnableSignal),
        ("signaled", FenceEvent::Signaled),
        ("wait_start", FenceEvent::WaitStart),
        ("wait_end", FenceEvent::WaitEnd),
        ("destroy", FenceEvent::Destroy),
    ] {
        let line = format!("dma_fence_{name}: driver= timeline= context=1 seqno=1");
        let outcome = Parser::new().line(1, line.as_bytes());
        let Event::Fence { kind, .. } = outcome.expect("an event").expect("readable").event else {
            panic!("not a fence event: {name}");
        };
        assert_eq!(kind, expected);
    }
}

#[test]
fn workqueue_events_name_item_function_and_queue() {
    let work = 0xff11_0000_0082_32e8;
    let function = b"job_work [fencebug]";
    assert_eq!(
        event(
            "workqueue_queue_work: work struct=ff110000008232e8 function=job_work [fencebug] workqueue=fb-wq tx req_cpu=9 req_cpu=4 cpu=-1"
        ),
        Event::Workqueue(Workqueue::QueueWork {
            work,
            function,
            workqueue: b"fb-wq tx req_cpu=9",
            req_cpu: 4,
            cpu: -1,
        })
    );
    assert_eq!(
        event(
            "workqueue_activate_work: work struct ff110000008232e8 function=job_work [fencebug] "
        ),
        Event::Workqueue(Workqueue::ActivateWork {
            work,
            function: Some(function)
        })
    );
    assert_eq!(
        event("workqueue_activate_work: work struct ff110000008232e8"),
        Event::Workqueue(Workqueue::ActivateWork {
            work,
            function: None
        })
    );
    assert_eq!(
        event(
            "workqueue_execute_start: work struct ff110000008232e8: function job_work [fencebug]"
        ),
        Event::Workqueue(Workqueue::ExecuteStart { work, function })
    );
    assert_eq!(
        event("workqueue_execute_end: work struct ff110000008232e8: function job_work [fencebug]"),
        Event::Workqueue(Workqueue::ExecuteEnd {
            work,
            function: Some(function)
        })
    );
}

#[test]
fn raw_fields_of_workqueue_events_say_the_same() {
    assert_eq!(
        event(
            "workqueue_queue_work: work=0xff110000008232e8 (-1) function=0xffffffffa000018d (-2) workqueue=fb-wq req_cpu=0x4 (4) cpu=0xffffffff (-1)"
        ),
        Event::Workqueue(Workqueue::QueueWork {
            work: 0xff11_0000_0082_32e8,
            function: b"0xffffffffa000018d",
            workqueue: b"fb-wq",
            req_cpu: 4,
            cpu: -1,
        })
    );
    assert_eq!(
        event("workqueue_execute_start: work=0xff110000008232e8 function=0xffffffffa000018d"),
        Event::Workqueue(Workqueue::ExecuteStart {
            work: 0xff11_0000_0082_32e8,
            function: b"0xffffffffa000018d",
        })
    );
}

#[test]
fn interrupts_and_timers_have_entry_and_exit() {
    for (line, expected) in [
        (
            "irq_handler_entry: irq=163 name=a, b",
            Event::IrqHandlerEntry {
                irq: 163,
                name: b"a, b",
            },
        ),
        (
            "irq_handler_exit: irq=163 ret=handled",
            Event::IrqHandlerExit { irq: 163 },
        ),
        (
            "softirq_entry: vec=9 [action=RCU]",
            Event::SoftirqEntry { vec: 9 },
        ),
        (
            "softirq_exit: vec=9 [action=RCU]",
            Event::SoftirqExit { vec: 9 },
        ),
        (
            "irq_work_entry:       vector=246",
            Event::IrqVectorEntry {
                name: b"irq_work",
                vector: 246,
            },
        ),
        (
            "local_timer_exit: vector=236",
            Event::IrqVectorExit {
                name: b"local_timer",
                vector: 236,
            },
        ),
        (
            "timer_expire_entry: timer=ffa0000000013ce0 function=process_timeout now=4294894307 baseclk=4294894307",
            Event::TimerExpireEntry {
                timer: 0xffa0_0000_0001_3ce0,
                function: b"process_timeout",
            },
        ),
        (
            "timer_expire_exit: timer=ffa0000000013ce0",
            Event::TimerExpireExit {
                timer: 0xffa0_0000_0001_3ce0,
            },
        ),
        (
            "hrtimer_expire_entry: hrtimer=ff1100003ebe0ed8 function=tick_nohz_handler now=8045401159",
            Event::HrtimerExpireEntry {
                hrtimer: 0xff11_0000_3ebe_0ed8,
                function: b"tick_nohz_handler",
            },
        ),
        (
            "hrtimer_expire_entry: hrtimer=0xff1100003ebe0ed8 now=8045401159 function=tick_nohz_handler/0x0",
            Event::HrtimerExpireEntry {
                hrtimer: 0xff11_0000_3ebe_0ed8,
                function: b"tick_nohz_handler",
            },
        ),
        (
            "hrtimer_expire_exit: hrtimer=ff1100003ebe0ed8",
            Event::HrtimerExpireExit {
                hrtimer: 0xff11_0000_3ebe_0ed8,
            },
        ),
        // Named alike, about something else.
        (
            "ext4_writepages_entry: dev 8,1",
            Event::Other {
                name: b"ext4_writepages_entry",
            },
        ),
        (
            "softirq_raise: vec=9 [action=RCU]",
            Event::Other {
                name: b"softirq_raise",
            },
        ),
    ] {
        assert_eq!(event(line), expected, "{line}");
    }
}

#[test]
fn scheduler_events_name_both_tasks() {
    let expected = Event::SchedSwitch {
        prev_pid: 88,
        prev_comm: b"fb-waiter x",
        next_pid: 1,
        next_comm: b"init next_pid=7",
    };
    for line in [
        "sched_switch: prev_comm=fb-waiter x prev_pid=88 prev_prio=120 prev_state=R+ ==> next_comm=init next_pid=7 next_pid=1 next_prio=120",
        "sched_switch: prev_comm=fb-waiter x prev_pid=0x58 (88) prev_prio=0x78 (120) prev_state=0x0 (0) next_comm=init next_pid=7 next_pid=0x1 (1) next_prio=0x78 (120)",
        "sched_switch:         fb-waiter x:88 [120] R ==> init next_pid=7:1 [120]",
    ] {
        assert_eq!(event(line), expected, "{line}");
    }
    assert_eq!(
        event("sched_process_exit: comm=fb pid=7 pid=88 prio=120"),
        Event::SchedProcessExit { pid: 88 }
    );
}

#[test]
fn markers_are_text_and_trace_printk_is_not() {
    let text = Event::Marker(b" start: a");
    assert_eq!(event("tracing_mark_write:  start: a"), text);
    assert_eq!(
        event("print:                tracing_mark_write:  start: a"),
        text
    );
    assert_eq!(
        event("print:                 ip=tracing_mark_write buf= start: a"),
        text
    );
    assert_eq!(
        event("print:                ffffffff810f62f9:  start: a"),
        text
    );
    assert_eq!(
        event("print:                my_function: a"),
        Event::Other { name: b"print" }
    );
}

#[test]
fn contention_has_the_address_of_the_lock() {
    let addr = 0xffff_ffff_81fe_2000;
    for (line, expected) in [
        (
            "contention_begin: ffffffff81fe2000 (flags=SPIN|MUTEX)",
            Event::ContentionBegin {
                addr,
                flags: b"SPIN|MUTEX",
            },
        ),
        (
            "contention_begin: lock_addr=0xffffffff81fe2000 flags=0x21",
            Event::ContentionBegin {
                addr,
                flags: b"0x21",
            },
        ),
        (
            "contention_end: ffffffff81fe2000 (ret=0)",
            Event::ContentionEnd { addr, ret: 0 },
        ),
        (
            "contention_end: lock_addr=0xffffffff81fe2000 ret=-4",
            Event::ContentionEnd { addr, ret: -4 },
        ),
        (
            "contention_end: lock_addr=0xffffffff81fe2000 (-1) ret=0xfffffffc (-4)",
            Event::ContentionEnd { addr, ret: -4 },
        ),
    ] {
        assert_eq!(event(line), expected, "{line}");
    }
}
