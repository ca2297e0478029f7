//! What each group of operations becomes, and where it stands.

use super::super::{
    AllocScope, ErrorCode, Gfp, Lock, LockKind, LockOptions, Name, Op, OpKind, Timeout, Usage,
    Workqueue, WwContext,
};
use super::{kinds, name, ops, pos};

fn lock(instance: &str, kind: LockKind) -> Lock {
    Lock {
        name: name(instance),
        kind,
        options: LockOptions::default(),
        context: None,
    }
}

/// Checks the operations of lines that all have an indentation of two.
fn check(body: &str, expected: &[OpKind]) {
    let expected: Vec<Op> = (1..)
        .zip(expected)
        .map(|(line, kind)| Op {
            kind: kind.clone(),
            pos: pos(line, 3),
        })
        .collect();
    assert_eq!(ops(body), expected);
}

#[test]
fn a_lock_has_a_kind_and_options_in_any_order() {
    let all = Lock {
        options: LockOptions {
            class: Some(name("C")),
            subclass: 2,
            nest: Some(name("M")),
            trylock: true,
        },
        context: Some(WwContext::Named(name("W"))),
        ..lock("L", LockKind::Ww)
    };
    for body in [
        "lock L ww class=C subclass=2 nest=M try ctx=W",
        "lock L ww ctx=W try nest=M subclass=2 class=C",
        "lock L try class=C ww ctx=W subclass=0x2 nest=M",
    ] {
        assert_eq!(kinds(body), [OpKind::Lock(all.clone())], "{body}");
    }
}

#[test]
fn the_class_of_a_lock_is_the_given_one_or_the_part_before_the_dot() {
    let class = |body: &str| match kinds(body).remove(0) {
        OpKind::Lock(lock) => lock.class().to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(class("lock bo.1 ww"), "bo");
    assert_eq!(class("lock bo.1 ww class=resv"), "resv");
    assert_eq!(class("lock bo.1 ww class=x.y"), "x.y");
    assert_eq!(class("lock gpu mutex"), "gpu");
}

#[test]
fn locks_are_taken_released_downgraded_initialised_and_freed() {
    check(
        "  lock mmap rwsem-read\n  unlock mmap\n  downgrade L\n  init L\n  free L\n",
        &[
            OpKind::Lock(lock("mmap", LockKind::RwsemRead)),
            OpKind::Unlock { lock: name("mmap") },
            OpKind::Downgrade { lock: name("L") },
            OpKind::Init { lock: name("L") },
            OpKind::Free { lock: name("L") },
        ],
    );
}

#[test]
fn acquire_contexts_are_named_or_the_threads_own() {
    let resv = Lock {
        context: Some(WwContext::Auto),
        ..lock("resv", LockKind::Ww)
    };
    check(
        "  ww_begin W\n  ww_done W\n  ww_end W\n  lock resv ww ctx=auto\n",
        &[
            OpKind::WwBegin { context: name("W") },
            OpKind::WwDone { context: name("W") },
            OpKind::WwEnd { context: name("W") },
            OpKind::Lock(resv),
        ],
    );
}

#[test]
fn spin_irq_takes_the_options_of_the_lock_it_is_short_for() {
    let options = LockOptions {
        class: Some(name("C")),
        subclass: 1,
        ..LockOptions::default()
    };
    check(
        "  spin_irq s\n  spin_irq t class=C subclass=1\n  unlock_irq s\n",
        &[
            OpKind::SpinIrq {
                lock: name("s"),
                options: LockOptions::default(),
            },
            OpKind::SpinIrq {
                lock: name("t"),
                options,
            },
            OpKind::UnlockIrq { lock: name("s") },
        ],
    );
}

#[test]
fn the_state_of_interrupts_has_no_operand() {
    check(
        "  irq_off\n  irq_on\n  bh_off\n  bh_on\n  preempt_off\n  preempt_on\n  irq_enter\n  irq_exit\n  softirq_enter\n  softirq_exit",
        &[
            OpKind::IrqOff,
            OpKind::IrqOn,
            OpKind::BhOff,
            OpKind::BhOn,
            OpKind::PreemptOff,
            OpKind::PreemptOn,
            OpKind::IrqEnter,
            OpKind::IrqExit,
            OpKind::SoftirqEnter,
            OpKind::SoftirqExit,
        ],
    );
}

#[test]
fn a_signalling_section_may_have_a_name() {
    check(
        "  begin_signalling\n  begin_signalling S\n  end_signalling S\n  end_signalling\n",
        &[
            OpKind::BeginSignalling { section: None },
            OpKind::BeginSignalling {
                section: Some(name("S")),
            },
            OpKind::EndSignalling {
                section: Some(name("S")),
            },
            OpKind::EndSignalling { section: None },
        ],
    );
}

#[test]
fn a_fence_is_published_signalled_waited_for_and_dropped() {
    let fence = || name("F");
    check(
        "  publish F usage=WRITE resv=R\n  signal F\n  wait F\n  poll F\n  drop F\n  get F\n  put F\n",
        &[
            OpKind::Publish {
                fence: fence(),
                resv: Some(name("R")),
                usage: Some(Usage::Write),
            },
            OpKind::Signal {
                fence: fence(),
                error: None,
            },
            OpKind::Wait {
                fence: fence(),
                timeout: None,
            },
            OpKind::Poll { fence: fence() },
            OpKind::Drop { fence: fence() },
            OpKind::Get { fence: fence() },
            OpKind::Put { fence: fence() },
        ],
    );
}

#[test]
fn an_error_is_a_number_or_a_name() {
    let error = |body: &str| match kinds(body).remove(0) {
        OpKind::Signal { error, .. } => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error("signal F error=-110"), Some(ErrorCode::Number(-110)));
    assert_eq!(error("signal F error=5"), Some(ErrorCode::Number(5)));
    assert_eq!(
        error("signal F error=ETIME"),
        Some(ErrorCode::Name(name("ETIME")))
    );
    assert_eq!(
        error("signal F error=-EIO"),
        Some(ErrorCode::Name(name("EIO")))
    );
}

#[test]
fn a_wait_may_be_bounded_with_or_without_saying_by_how_much() {
    let timeout = |body: &str| match kinds(body).remove(0) {
        OpKind::Wait { timeout, .. } => timeout,
        other => panic!("{other:?}"),
    };
    assert_eq!(timeout("wait F"), None);
    assert_eq!(timeout("wait F timeout"), Some(Timeout::Some));
    assert_eq!(timeout("wait F timeout=100"), Some(Timeout::Length(100)));
    assert_eq!(timeout("wait F timeout=0"), Some(Timeout::Length(0)));
}

#[test]
fn a_fences_own_lock_and_callbacks_name_the_fence() {
    let fence = || name("F");
    check(
        "  fence_lock F\n  fence_unlock F\n  callback F\n  callback_end F\n",
        &[
            OpKind::FenceLock { fence: fence() },
            OpKind::FenceUnlock { fence: fence() },
            OpKind::Callback { fence: fence() },
            OpKind::CallbackEnd { fence: fence() },
        ],
    );
}

#[test]
fn allocations_scopes_and_reclaim() {
    check(
        "  alloc GFP_NOWAIT\n  scope_begin noreclaim\n  scope_end noreclaim\n  reclaim_begin\n  reclaim_end\n  mmu_notifier_begin\n  mmu_notifier_end\n  fault\n  copy_user\n",
        &[
            OpKind::Alloc { flags: Gfp::Nowait },
            OpKind::ScopeBegin {
                scope: AllocScope::Noreclaim,
            },
            OpKind::ScopeEnd {
                scope: AllocScope::Noreclaim,
            },
            OpKind::ReclaimBegin,
            OpKind::ReclaimEnd,
            OpKind::MmuNotifierBegin,
            OpKind::MmuNotifierEnd,
            OpKind::Fault,
            OpKind::CopyUser,
        ],
    );
}

#[test]
fn work_items_run_on_queues() {
    let work = || name("W");
    let queue = || Some(name("Q"));
    check(
        "  queue W\n  queue W wq=Q\n  run W wq=Q\n  done W\n  flush W\n  flush_queue Q\n  cancel_sync W\n  cancel W\n  workqueue Q ordered\n",
        &[
            OpKind::Queue {
                work: work(),
                queue: None,
            },
            OpKind::Queue {
                work: work(),
                queue: queue(),
            },
            OpKind::Run {
                work: work(),
                queue: queue(),
            },
            OpKind::Done { work: work() },
            OpKind::Flush { work: work() },
            OpKind::FlushQueue { queue: name("Q") },
            OpKind::CancelSync { work: work() },
            OpKind::Cancel { work: work() },
            OpKind::Workqueue(Workqueue {
                name: name("Q"),
                mem_reclaim: false,
                ordered: true,
            }),
        ],
    );
}

#[test]
fn timers_events_power_and_readers() {
    let of = |text: &str| -> Name { name(text) };
    check(
        "  timer_arm T\n  timer_run T\n  timer_done T\n  timer_sync T\n  wait_event E\n  complete E\n  wait_user X\n  pm_get R\n  pm_busy R\n  pm_done R\n  section_enter S\n  section_exit S\n  section_sync S\n  might_sleep\n  sleep\n  return\n",
        &[
            OpKind::TimerArm { timer: of("T") },
            OpKind::TimerRun { timer: of("T") },
            OpKind::TimerDone { timer: of("T") },
            OpKind::TimerSync { timer: of("T") },
            OpKind::WaitEvent { event: of("E") },
            OpKind::Complete { event: of("E") },
            OpKind::WaitUser { event: of("X") },
            OpKind::PmGet { resource: of("R") },
            OpKind::PmBusy { resource: of("R") },
            OpKind::PmDone { resource: of("R") },
            OpKind::SectionEnter { section: of("S") },
            OpKind::SectionExit { section: of("S") },
            OpKind::SectionSync { section: of("S") },
            OpKind::MightSleep,
            OpKind::Sleep,
            OpKind::Return,
        ],
    );
}

#[test]
fn buffers_are_mapped_with_or_without_the_lock() {
    let attachment = || name("A");
    check(
        "  dma_map A\n  dma_unmap A unlocked\n  pin A\n  vmap A unlocked\n  cpu_begin B\n  cpu_end B\n  device_begin A\n  device_end A\n",
        &[
            OpKind::DmaMap {
                attachment: attachment(),
                unlocked: false,
            },
            OpKind::DmaUnmap {
                attachment: attachment(),
                unlocked: true,
            },
            OpKind::Pin {
                attachment: attachment(),
                unlocked: false,
            },
            OpKind::Vmap {
                attachment: attachment(),
                unlocked: true,
            },
            OpKind::CpuBegin { buffer: name("B") },
            OpKind::CpuEnd { buffer: name("B") },
            OpKind::DeviceBegin {
                attachment: attachment(),
            },
            OpKind::DeviceEnd {
                attachment: attachment(),
            },
        ],
    );
}

#[test]
fn an_operations_position_is_that_of_its_first_word() {
    let positions: Vec<_> = ops("fault\n\t\tsleep\n\n   # nothing\n      return # é\n")
        .iter()
        .map(|op| op.pos)
        .collect();
    assert_eq!(positions, [pos(1, 1), pos(2, 3), pos(5, 7)]);
}
