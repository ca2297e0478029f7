//! What the engine is fed, in the words of the kernel's tracepoints.

use fence_engine::{ClassId, ContextOp, Engine, Event, FenceId, How, Lock, Mode, Site};

use super::{FENCE, LOCK, SECTION, WAIT, WORK};

/// Something that happened at a place. Free of the engine, so that it can be told of later.
#[derive(Debug)]
pub(super) struct Move {
    what: What,
    file: String,
    line: u32,
}

#[derive(Debug)]
enum What {
    Lock {
        op: &'static str,
        class: String,
        instance: u64,
        how: Option<How>,
    },
    Section {
        op: &'static str,
        kind: &'static str,
        name: String,
        /// That stands for the name, if it is not 0.
        number: u32,
    },
    Wait {
        op: &'static str,
        class: Option<String>,
    },
    Work {
        op: &'static str,
        kind: &'static str,
        class: Option<String>,
        queue: Option<String>,
    },
    Fence {
        op: &'static str,
        fence: u64,
        name: String,
        timeline: String,
        seqno: Option<u32>,
        error: Option<bool>,
    },
}

impl Move {
    /// What `event` is to those who listen, if it is anything.
    pub(super) fn of(engine: &Engine, event: Event, site: Site) -> Option<Self> {
        Some(Self {
            what: What::of(engine, event)?,
            file: engine.sources().file(site).to_owned(),
            line: site.line(),
        })
    }

    /// Puts in the name of a section, of which the engine knows a number only.
    pub(super) fn name_section(&mut self, names: &[&'static str]) {
        if let What::Section { name, number, .. } = &mut self.what {
            let at = number.checked_sub(1).map(|at| at as usize);
            if let Some(known) = at.and_then(|at| names.get(at)) {
                (*known).clone_into(name);
            }
        }
    }

    pub(super) fn emit(&self, session: u32, task: &str) {
        let file = (!self.file.is_empty()).then_some(self.file.as_str());
        let line = file.map(|_| self.line);
        match &self.what {
            What::Lock {
                op,
                class,
                instance,
                how,
            } => tracing::trace!(
                target: LOCK, op, class, instance,
                mode = how.map(|how| word(how.mode)), "try" = how.map(|how| how.try_lock),
                session, task, file, line,
            ),
            What::Section { op, kind, name, .. } => tracing::trace!(
                target: SECTION, op, kind, name = named(name), session, task, file, line,
            ),
            What::Wait { op, class } => tracing::trace!(
                target: WAIT, op, class, session, task, file, line,
            ),
            What::Work {
                op,
                kind,
                class,
                queue,
            } => tracing::trace!(
                target: WORK, op, kind, class, queue, session, task, file, line,
            ),
            What::Fence {
                op,
                fence,
                name,
                timeline,
                seqno,
                error,
            } => tracing::trace!(
                target: FENCE, op, fence, name, timeline, seqno, error, session, task, file, line,
            ),
        }
    }
}

impl What {
    fn of(engine: &Engine, event: Event) -> Option<Self> {
        let label = |class: ClassId| engine.class(class).label();
        let lock = |op, lock: Lock| Self::lock(op, label(lock.class), lock, None);
        let section = |op, kind| Self::section(op, kind, String::new());
        let wait = |op, class: Option<ClassId>| {
            let class = class.map(label);
            Self::Wait { op, class }
        };
        let work = |op, work: ClassId, queue: Option<ClassId>| Self::Work {
            op,
            kind: "work",
            class: Some(label(work)),
            queue: queue.map(label),
        };
        let timer = |op, timer: ClassId| Self::Work {
            op,
            kind: "timer",
            class: Some(label(timer)),
            queue: None,
        };
        let fence = |op, fence| Self::fence(engine, op, fence, None);
        Some(match event {
            Event::Acquire {
                lock,
                subclass,
                how,
            } => Self::lock(
                "acquire",
                nested(label(lock.class), subclass),
                lock,
                Some(how),
            ),
            Event::Sync {
                lock,
                subclass,
                how,
            } => Self::lock("sync", nested(label(lock.class), subclass), lock, Some(how)),
            Event::Release { lock: of } | Event::WwEnd { context: of } => lock("release", of),
            Event::Downgrade { lock: of } => lock("downgrade", of),
            Event::BeginSignalling { name } => Self::signalling("begin", name),
            Event::EndSignalling { name } => Self::signalling("end", name),
            Event::ReclaimBegin => section("begin", "reclaim"),
            Event::ReclaimEnd => section("end", "reclaim"),
            Event::NotifierBegin => section("begin", "notifier"),
            Event::NotifierEnd => section("end", "notifier"),
            Event::PowerBusyBegin { power } => Self::section("begin", "power", label(power)),
            Event::PowerBusyEnd { power } => Self::section("end", "power", label(power)),
            Event::ReaderEnter { readers } => Self::section("begin", "reader", label(readers)),
            Event::ReaderExit { readers } => Self::section("end", "reader", label(readers)),
            Event::CallbackBegin { fence } => {
                Self::section("begin", "callback", name_of(engine, fence))
            }
            Event::CallbackEnd { fence } => {
                Self::section("end", "callback", name_of(engine, fence))
            }
            Event::Context(ContextOp::HardIrqEnter { .. }) => section("begin", "hardirq"),
            Event::Context(ContextOp::HardIrqExit) => section("end", "hardirq"),
            Event::Context(ContextOp::SoftIrqEnter) => section("begin", "softirq"),
            Event::Context(ContextOp::SoftIrqExit) => section("end", "softirq"),
            Event::WaitFor { node, .. } => wait("wait", Some(node)),
            Event::ReaderSync { readers } => wait("sync", Some(readers)),
            Event::WaitForAnyFence => wait("wait_any_fence", None),
            Event::WaitForUser => wait("wait_user", None),
            Event::Complete { node } => wait("complete", Some(node)),
            Event::QueueWork { work: of, queue } => work("queue", of, queue),
            Event::WorkBegin { work: of, queue } => work("begin", of, queue),
            Event::WorkEnd { work: of } => work("end", of, None),
            Event::FlushWork { work: of } => work("flush", of, None),
            Event::CancelWorkSync { work: of } => work("cancel", of, None),
            Event::FlushQueue { queue } => Self::Work {
                op: "flush_queue",
                kind: "work",
                class: None,
                queue: Some(label(queue)),
            },
            Event::TimerBegin { timer: of } => timer("begin", of),
            Event::TimerEnd { timer: of } => timer("end", of),
            Event::Publish { fence: of, .. } => fence("publish", of),
            Event::Signal { fence: of, error } => Self::fence(engine, "signal", of, Some(error)),
            Event::WaitFence { fence: of } => fence("wait", of),
            Event::Poll { fence: of } => fence("poll", of),
            Event::DropIssuer { fence: of } => fence("drop", of),
            Event::LockFence { fence: of } => fence("lock", of),
            Event::UnlockFence { fence: of } => fence("unlock", of),
            _ => return None,
        })
    }

    fn lock(op: &'static str, class: String, lock: Lock, how: Option<How>) -> Self {
        Self::Lock {
            op,
            class,
            instance: lock.instance.0,
            how,
        }
    }

    fn section(op: &'static str, kind: &'static str, name: String) -> Self {
        Self::Section {
            op,
            kind,
            name,
            number: 0,
        }
    }

    fn signalling(op: &'static str, number: u32) -> Self {
        Self::Section {
            op,
            kind: "signalling",
            name: String::new(),
            number,
        }
    }

    fn fence(engine: &Engine, op: &'static str, fence: FenceId, error: Option<bool>) -> Self {
        let spec = engine.fence(fence);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self::Fence {
            op,
            fence: fence.number(),
            name: text(spec.as_ref().map(|spec| spec.name)),
            timeline: text(spec.as_ref().map(|spec| spec.timeline)),
            seqno: spec.and_then(|spec| spec.seqno),
            error,
        }
    }
}

fn name_of(engine: &Engine, fence: FenceId) -> String {
    let spec = engine.fence(fence);
    spec.map(|spec| spec.name.to_owned()).unwrap_or_default()
}

/// The label of the subclass.
fn nested(label: String, subclass: u8) -> String {
    if subclass == 0 {
        label
    } else {
        format!("{label}/{subclass}")
    }
}

fn named(name: &str) -> Option<&str> {
    (!name.is_empty()).then_some(name)
}

const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Exclusive => "exclusive",
        Mode::Read => "read",
        Mode::RecursiveRead => "recursive-read",
    }
}
