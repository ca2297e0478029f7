//! Trees that a reader can produce, at random: every declaration and operation, with the checks of the language kept.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{
    AllocScope, Context, ErrorCode, Expect, Expectation, FenceDecl, Gfp, Lock, LockKind,
    LockOptions, Name, Op, OpKind, Order, Pattern, Pos, Thread, Timeout, Title, Usage, Workqueue,
    WorkqueueDecl, WwContext,
};
use super::name;

/// Few names, so that they meet, and some at the edge of what is one.
fn any_name() -> impl Strategy<Value = Name> {
    prop_oneof![
        4 => "[a-c]",
        2 => "bo\\.[12]",
        1 => "[-_.a-zA-Z0-9äß]{1,12}",
        1 => Just("try".to_owned()),
        1 => Just("mutex".to_owned()),
        1 => Just("n".repeat(super::super::MAX_NAME)),
    ]
    .prop_map(|text| name(&text))
}

fn optional_name() -> impl Strategy<Value = Option<Name>> {
    option::of(any_name())
}

fn options(name_of_lock: &str) -> impl Strategy<Value = LockOptions> + use<> {
    // One class for each lock, so that two lines do not contradict each other.
    let class = name(&format!("class-of-{name_of_lock}"));
    (
        option::of(Just(class)),
        0..=LockOptions::MAX_SUBCLASS,
        optional_name(),
        any::<bool>(),
    )
        .prop_map(|(class, subclass, nest, trylock)| LockOptions {
            class,
            subclass,
            nest,
            trylock,
        })
}

fn ww_context() -> impl Strategy<Value = WwContext> {
    prop_oneof![
        Just(WwContext::Auto),
        any_name()
            .prop_filter("auto is the other one", |name| *name != "auto")
            .prop_map(WwContext::Named),
    ]
}

fn lock() -> impl Strategy<Value = Lock> {
    (select(LockKind::ALL), 0..3_u8).prop_flat_map(|(kind, number)| {
        // The kind is part of the name, so that a name keeps its kind.
        let instance = format!("{kind}.{number}");
        let context = if kind == LockKind::Ww {
            option::of(ww_context()).boxed()
        } else {
            Just(None).boxed()
        };
        (options(&instance), context).prop_map(move |(options, context)| Lock {
            name: name(&instance),
            kind,
            options,
            context,
        })
    })
}

fn spin_irq() -> impl Strategy<Value = OpKind> {
    let lock = LockKind::Spin.word();
    options(lock).prop_map(move |options| OpKind::SpinIrq {
        lock: name(lock),
        options,
    })
}

/// The flags are a function of the name, so that two declarations agree.
fn workqueue() -> impl Strategy<Value = Workqueue> {
    (any::<bool>(), any::<bool>()).prop_map(|(mem_reclaim, ordered)| Workqueue {
        name: name(&format!("q-{mem_reclaim}-{ordered}")),
        mem_reclaim,
        ordered,
    })
}

fn error_code() -> impl Strategy<Value = ErrorCode> {
    prop_oneof![
        any::<i32>().prop_map(ErrorCode::Number),
        "E[A-Z]{2,8}".prop_map(|text| ErrorCode::Name(name(&text)))
    ]
}

fn timeout() -> impl Strategy<Value = Timeout> {
    prop_oneof![Just(Timeout::Some), any::<u64>().prop_map(Timeout::Length)]
}

/// Operations that are one word.
fn bare() -> impl Strategy<Value = OpKind> {
    select(vec![
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
        OpKind::ReclaimBegin,
        OpKind::ReclaimEnd,
        OpKind::MmuNotifierBegin,
        OpKind::MmuNotifierEnd,
        OpKind::Fault,
        OpKind::CopyUser,
        OpKind::MightSleep,
        OpKind::Sleep,
        OpKind::Return,
    ])
}

/// Operations that have a name and nothing else, apart from those that open or close a bracket.
fn named() -> impl Strategy<Value = OpKind> {
    let makers: Vec<fn(Name) -> OpKind> = vec![
        |lock| OpKind::Unlock { lock },
        |lock| OpKind::Downgrade { lock },
        |lock| OpKind::Init { lock },
        |lock| OpKind::Free { lock },
        |lock| OpKind::UnlockIrq { lock },
        |context| OpKind::WwBegin { context },
        |context| OpKind::WwDone { context },
        |context| OpKind::WwEnd { context },
        |name| OpKind::BeginSignalling {
            section: Some(name),
        },
        |name| OpKind::EndSignalling {
            section: Some(name),
        },
        |fence| OpKind::Poll { fence },
        |fence| OpKind::Drop { fence },
        |fence| OpKind::Get { fence },
        |fence| OpKind::Put { fence },
        |fence| OpKind::FenceLock { fence },
        |fence| OpKind::FenceUnlock { fence },
        |work| OpKind::Flush { work },
        |queue| OpKind::FlushQueue { queue },
        |work| OpKind::CancelSync { work },
        |work| OpKind::Cancel { work },
        |timer| OpKind::TimerArm { timer },
        |timer| OpKind::TimerSync { timer },
        |event| OpKind::WaitEvent { event },
        |event| OpKind::Complete { event },
        |event| OpKind::WaitUser { event },
        |resource| OpKind::PmGet { resource },
        |section| OpKind::SectionEnter { section },
        |section| OpKind::SectionExit { section },
        |section| OpKind::SectionSync { section },
        |buffer| OpKind::CpuBegin { buffer },
        |buffer| OpKind::CpuEnd { buffer },
        |attachment| OpKind::DeviceBegin { attachment },
        |attachment| OpKind::DeviceEnd { attachment },
    ];
    (select(makers), any_name()).prop_map(|(make, name)| make(name))
}

fn with_options() -> impl Strategy<Value = OpKind> {
    prop_oneof![
        lock().prop_map(OpKind::Lock),
        spin_irq(),
        workqueue().prop_map(OpKind::Workqueue),
        Just(OpKind::BeginSignalling { section: None }),
        Just(OpKind::EndSignalling { section: None }),
        (any_name(), optional_name(), option::of(select(Usage::ALL)))
            .prop_map(|(fence, resv, usage)| OpKind::Publish { fence, resv, usage }),
        (any_name(), option::of(error_code()))
            .prop_map(|(fence, error)| OpKind::Signal { fence, error }),
        (any_name(), option::of(timeout()))
            .prop_map(|(fence, timeout)| OpKind::Wait { fence, timeout }),
        select(Gfp::ALL).prop_map(|flags| OpKind::Alloc { flags }),
        select(AllocScope::ALL).prop_map(|scope| OpKind::ScopeBegin { scope }),
        select(AllocScope::ALL).prop_map(|scope| OpKind::ScopeEnd { scope }),
        (any_name(), optional_name()).prop_map(|(work, queue)| OpKind::Queue { work, queue }),
        (any_name(), any::<bool>()).prop_map(|(attachment, unlocked)| OpKind::DmaMap {
            attachment,
            unlocked
        }),
        (any_name(), any::<bool>()).prop_map(|(attachment, unlocked)| OpKind::DmaUnmap {
            attachment,
            unlocked
        }),
        (any_name(), any::<bool>()).prop_map(|(attachment, unlocked)| OpKind::Pin {
            attachment,
            unlocked
        }),
        (any_name(), any::<bool>()).prop_map(|(attachment, unlocked)| OpKind::Vmap {
            attachment,
            unlocked
        }),
    ]
}

/// The two ends of a bracket.
fn bracket() -> impl Strategy<Value = (OpKind, OpKind)> {
    (0..4_u8, any_name(), optional_name()).prop_map(|(which, name, queue)| match which {
        0 => (
            OpKind::Callback {
                fence: name.clone(),
            },
            OpKind::CallbackEnd { fence: name },
        ),
        1 => (
            OpKind::Run {
                work: name.clone(),
                queue,
            },
            OpKind::Done { work: name },
        ),
        2 => (
            OpKind::TimerRun {
                timer: name.clone(),
            },
            OpKind::TimerDone { timer: name },
        ),
        _ => (
            OpKind::PmBusy {
                resource: name.clone(),
            },
            OpKind::PmDone { resource: name },
        ),
    })
}

/// Some operations in a row, with what they open closed.
fn block() -> impl Strategy<Value = Vec<OpKind>> {
    let single = prop_oneof![bare(), named(), with_options()].prop_map(|kind| vec![kind]);
    single.prop_recursive(3, 20, 6, |inner| {
        (option::of(bracket()), vec(inner, 0..6)).prop_map(|(bracket, inner)| {
            let mut ops = inner.concat();
            if let Some((opener, closer)) = bracket {
                ops.insert(0, opener);
                ops.push(closer);
            }
            ops
        })
    })
}

fn thread() -> impl Strategy<Value = Thread> {
    let ops = vec(block(), 0..6).prop_map(|blocks| {
        blocks
            .concat()
            .into_iter()
            .map(|kind| Op {
                kind,
                pos: Pos::default(),
            })
            .collect()
    });
    (any_name(), select(Context::ALL), ops).prop_map(|(name, context, ops)| Thread {
        name,
        context,
        line: 0,
        ops,
    })
}

fn expects() -> impl Strategy<Value = Vec<Expect>> {
    let rules = vec("[a-z]{1,5}(-[a-z]{1,5}){0,3}|[A-Z]{2}[0-9]{3}", 0..4).prop_map(|words| {
        let rules = words.into_iter().filter(|word| word != "clean");
        rules
            .map(|word| Expectation::Rule(name(&word)))
            .collect::<Vec<_>>()
    });
    prop_oneof![rules, Just(vec![Expectation::Clean])].prop_map(|all| {
        all.into_iter()
            .map(|what| Expect {
                what,
                pos: Pos::default(),
            })
            .collect()
    })
}

fn order() -> impl Strategy<Value = Order> {
    proptest::collection::hash_set(any_name(), 2..5).prop_map(|classes| Order {
        classes: classes.into_iter().collect(),
        pos: Pos::default(),
    })
}

fn fence(name: Name) -> impl Strategy<Value = FenceDecl> {
    (
        optional_name(),
        option::of(any::<u32>()),
        optional_name(),
        any::<bool>(),
    )
        .prop_map(move |(context, seqno, lock, unbounded)| FenceDecl {
            name: name.clone(),
            context,
            seqno,
            lock,
            unbounded,
            pos: Pos::default(),
        })
}

fn fences() -> impl Strategy<Value = Vec<FenceDecl>> {
    proptest::collection::btree_set(any_name(), 0..4)
        .prop_flat_map(|names| names.into_iter().map(fence).collect::<Vec<_>>())
}

/// A usable pattern, all of whose positions are zero.
pub(super) fn pattern() -> impl Strategy<Value = Pattern> {
    let title = option::of("\\PC{0,40}(\n\\PC{0,40}){0,2}")
        .prop_map(|text| text.and_then(|text| Title::new(&text)));
    let workqueues = vec(workqueue(), 0..3).prop_map(|queues| {
        queues
            .into_iter()
            .map(|queue| WorkqueueDecl {
                queue,
                pos: Pos::default(),
            })
            .collect()
    });
    (
        any_name(),
        title,
        expects(),
        vec(order(), 0..3),
        fences(),
        workqueues,
        vec(thread(), 0..4),
    )
        .prop_map(
            |(id, title, expect, orders, fences, workqueues, threads)| Pattern {
                id: Some(id),
                title,
                line: 0,
                expect,
                orders,
                fences,
                workqueues,
                threads,
                problems: Vec::new(),
            },
        )
}

/// The pattern with every position set to zero: what two texts of the same pattern have in common.
pub(super) fn without_positions(mut pattern: Pattern) -> Pattern {
    pattern.line = 0;
    pattern
        .expect
        .iter_mut()
        .for_each(|expect| expect.pos = Pos::default());
    pattern
        .orders
        .iter_mut()
        .for_each(|order| order.pos = Pos::default());
    pattern
        .fences
        .iter_mut()
        .for_each(|fence| fence.pos = Pos::default());
    pattern
        .workqueues
        .iter_mut()
        .for_each(|workqueue| workqueue.pos = Pos::default());
    for thread in &mut pattern.threads {
        thread.line = 0;
        thread.ops.iter_mut().for_each(|op| op.pos = Pos::default());
    }
    pattern
}
