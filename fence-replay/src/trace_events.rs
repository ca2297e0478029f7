//! What a recorded kernel trace means: its records as events of the engine, task by task.
//!
//! Not here: the text. What a trace cannot tell is listed in `docs/spec/traces.md`; where it matters, this file says how
//! it is handled:
//!
//! - Read modes: `read` is recursive for SRCU, sequence counters and reads in interrupts, otherwise not.
//! - Subclasses: two instances of one class nested is a note.
//! - Sections: the fence map held for reading. Once the kernel's lockdep is off, sections leave no event and a wait shows
//!   a release nobody asked for; such waits are recognised and open no section.
//! - Interrupts: from the flags column. Without it everything seems to be the task's own doing.
//! - Queues: flags are not recorded. A queue runs one at a time if an item was seen to wait for the end of another.

mod fence_map;
mod fences;
mod locks;
mod queues;
mod tasks;

use std::collections::{HashMap, HashSet, VecDeque};

use fence_engine::{
    ClassId, ClassKind, ClassSpec, Config, Contract, ContractNames, Engine, Event, Evidence,
    FenceId, Finding, How, Level, Lock, Site, SourceId, TaskId,
};

use crate::tracefs::{self, Flags, Record};

/// The settings a recording is judged with, from those the user chose.
#[must_use]
pub fn config(base: Config) -> Config {
    Config {
        evidence: Evidence::WholeThread,
        class_nesting: Level::Note,
        ..base
    }
}

/// Feeds the records of one recording to an engine.
#[derive(Debug)]
pub struct Replay {
    engine: Engine,
    contract: Contract,
    file: String,
    locks: HashMap<Box<[u8]>, LockName>,
    tasks: HashMap<(u32, u16), usize>,
    last: Option<((u32, u16), usize)>,
    states: Vec<TaskState>,
    /// Those that have left, the first to do so first.
    left: VecDeque<usize>,
    /// Those that have done something since events were last lost.
    active: Vec<usize>,
    fences: HashMap<(u64, u64), FenceId>,
    timelines: HashSet<u64>,
    fence_lock: Lock,
    queues: HashMap<Box<[u8]>, Queue>,
    /// The queue of each work item that is queued and not finished.
    items: HashMap<u64, Box<[u8]>>,
    has_work_events: bool,
    /// Some work item ran that was not seen being queued.
    work_partly_seen: bool,
    limits: Vec<&'static str>,
    unmatched: UnmatchedReleases,
}

/// Releases of locks that nobody was seen to take: taken before the recording began, or an event was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnmatchedReleases {
    /// How many.
    pub count: u64,
    /// The line of the first, 0 if there is none.
    pub first_line: u32,
}

/// How many names, tasks, pending fences and queued items of a recording are kept; a kernel has a few thousand of each.
const MAX_NAMES: usize = 1 << 18;
const MAX_TASKS: usize = 1 << 17;
const MAX_PENDING: usize = 1 << 18;
const MAX_TIMELINES: usize = 1 << 16;

/// How many locks of one task are kept; the engine follows the oldest 48.
const MAX_HELD: usize = 1024;

/// What the name of a lock says about it.
#[derive(Clone, Copy, Debug)]
struct LockName {
    class: ClassId,
    role: Role,
    recursive_reader: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// An ordinary lock or map.
    Plain,
    /// Not validated by the kernel, or no lock at all.
    Ignored,
    /// The fence map.
    FenceMap,
    /// A ww mutex, with the class of its acquire context.
    Ww(ClassId),
    /// A work item's map.
    WorkItem,
    /// The MMU notifier's map, which an allocation touches inside `fs_reclaim`.
    Notifier,
    /// `fs_reclaim`, which only an allocation that may sleep takes.
    Reclaim,
    /// The futex cleanup at a task's exit or exec.
    Leaving,
}

/// Where a task is in the events that a section or a wait leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Map {
    /// Outside any section.
    #[default]
    Out,
    /// In a section.
    In,
    /// The map was released in a section: its end, or the first of a wait's four events.
    MaybeEnd(Site),
    /// The map was released outside any section: lockdep is off, and a wait may follow.
    MaybeOff,
    /// A wait holds the map exclusively; it began in a section or not, and a re-acquisition follows or not.
    Waiting { in_section: bool, again: bool },
    /// The wait gave the map back and takes it for reading again.
    Again { in_section: bool },
}

#[derive(Debug)]
struct TaskState {
    id: TaskId,
    /// What it is found by.
    key: (u32, u16),
    /// It is among those that have left.
    has_left: bool,
    source: SourceId,
    comm: Box<[u8]>,
    /// It is among the active.
    active: bool,
    flags: Option<Flags>,
    map: Map,
    /// What was held when the task began to leave; nothing should be.
    leaving: Option<Vec<Held>>,
    held: Vec<Held>,
    /// An exclusive acquisition of a lock the task seems to hold. If the task goes on, the release was lost; if this is
    /// the last that is heard of it, it hangs there.
    stuck: Option<(Held, How)>,
}

/// A lock a task holds, as far as the recording shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    lock: Lock,
    site: Site,
    irqs_off: bool,
    exclusive: bool,
}

#[derive(Debug, Default)]
struct Queue {
    class: Option<ClassId>,
    /// Items activated and not finished.
    active: Vec<u64>,
    /// Items queued behind exactly one active item, which has not finished.
    waiting: Vec<(u64, u64)>,
    alone: bool,
    /// Some of its items were not seen being queued, so how many run at once cannot be told.
    partly_seen: bool,
}

impl Replay {
    /// A replay of the recording `file`, on an engine primed with the kernel's contract.
    #[must_use]
    pub fn new(file: &str, base: Config) -> Self {
        let mut engine = Engine::new(config(base));
        // First, so that there is room for it: it stands for all tasks beyond the limit.
        engine.sources_mut().intern(file, "");
        let contract = engine.prime(&ContractNames::KERNEL, true);
        let class = engine.declare(&ClassSpec::new("fence lock", ClassKind::PseudoLock));
        let mut replay = Self {
            engine,
            contract,
            file: file.to_owned(),
            locks: HashMap::new(),
            tasks: HashMap::new(),
            last: None,
            states: Vec::new(),
            left: VecDeque::new(),
            active: Vec::new(),
            fences: HashMap::new(),
            timelines: HashSet::new(),
            fence_lock: Lock::map(class),
            queues: HashMap::new(),
            items: HashMap::new(),
            has_work_events: false,
            work_partly_seen: false,
            limits: Vec::new(),
            unmatched: UnmatchedReleases::default(),
        };
        replay.know_contract();
        replay
    }

    fn know_contract(&mut self) {
        let Contract {
            resv_context,
            resv,
            reclaim,
            notifier,
            fence,
            mmap,
        } = self.contract;
        let names = ContractNames::KERNEL;
        let known = [
            (names.resv_context, resv_context, Role::Plain),
            (names.resv, resv, Role::Ww(resv_context)),
            (names.reclaim, reclaim, Role::Reclaim),
            (names.notifier, notifier, Role::Notifier),
            (names.fence, fence, Role::FenceMap),
            (names.mmap, mmap, Role::Plain),
        ];
        for (name, class, role) in known {
            self.locks.insert(
                name.as_bytes().into(),
                LockName {
                    class,
                    role,
                    recursive_reader: false,
                },
            );
        }
    }

    /// The engine, for its findings and graph.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Takes the findings out that are new since the last call.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        if self.engine.findings().is_empty() {
            Vec::new()
        } else {
            self.engine.take_findings()
        }
    }

    /// The engine itself.
    #[must_use]
    pub fn into_engine(self) -> Engine {
        self.engine
    }

    /// Takes in one record.
    pub fn record(&mut self, record: &Record<'_>) {
        if let tracefs::Event::Lost { .. } = record.event {
            return self.lost();
        }
        let Some(at) = record.task.and_then(|task| self.task(task, record.cpu)) else {
            return;
        };
        let site = Site::new(self.states[at].source, record.line, 0);
        if let Some(flags) = record.flags {
            self.flags(at, flags, site);
        }
        match record.event {
            tracefs::Event::LockAcquire {
                addr,
                try_,
                read,
                name,
            } => self.acquire(at, addr, try_, read, name, site),
            tracefs::Event::LockRelease { addr, name } => self.release(at, addr, name, site),
            tracefs::Event::Fence {
                kind,
                driver,
                timeline,
                context,
                seqno,
            } => {
                self.settle(at);
                self.fence(at, kind, (driver, timeline, context, seqno), site);
            }
            tracefs::Event::Workqueue(event) => {
                self.settle(at);
                self.workqueue(at, event);
            }
            tracefs::Event::SchedProcessExit { .. } => self.leaves(at),
            _ => {}
        }
    }

    /// The recording is over.
    pub fn finish(&mut self) {
        for at in 0..self.states.len() {
            self.settle(at);
            if let Some((held, how)) = self.states[at].stuck.take() {
                self.engine.feed(
                    self.states[at].id,
                    Event::acquire(held.lock, how),
                    held.site,
                );
            }
            let state = &self.states[at];
            let Some(leaving) = &state.leaving else {
                continue;
            };
            // What a task that has left held before, and never gave back, is lost for good.
            let lost = leaving.iter().find(|held| state.held.contains(held));
            if let Some(held) = lost {
                self.engine
                    .feed(self.states[at].id, Event::Return, held.site);
            }
        }
        self.engine.finish();
    }

    fn lost(&mut self) {
        self.doubt_queues();
        let active = core::mem::take(&mut self.active);
        let tasks = active.iter().map(|&at| self.states[at].id);
        self.engine.forget_tasks(tasks);
        for at in active {
            let state = &mut self.states[at];
            state.active = false;
            state.map = Map::Out;
            state.held.clear();
            state.leaving = None;
            state.stuck = None;
            state.flags = None;
        }
    }

    /// Limits of the replay or its engine that were reached, a sentence each.
    pub fn limits_reached(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.limits
            .iter()
            .chain(self.engine.limits_reached())
            .copied()
    }

    /// Releases without an acquisition, so far.
    pub fn unmatched_releases(&self) -> UnmatchedReleases {
        self.unmatched
    }

    fn reach_limit(&mut self, what: &'static str) {
        if !self.limits.contains(&what) {
            self.limits.push(what);
        }
    }

    fn name(&mut self, name: &[u8]) -> LockName {
        if let Some(&known) = self.locks.get(name) {
            return known;
        }
        if self.locks.len() >= MAX_NAMES {
            self.reach_limit("more than 262,144 lock names: later ones are left out");
            return LockName {
                class: self.fence_lock.class,
                role: Role::Ignored,
                recursive_reader: false,
            };
        }
        let text = String::from_utf8_lossy(name);
        let ignored = name.starts_with(b"rcu_read_lock") || name == b"sched_map-wait-type-override";
        let (kind, role) = if ignored {
            (ClassKind::PseudoLock, Role::Ignored)
        } else if name.starts_with(b"(wq_completion)") {
            (ClassKind::Workqueue, Role::Plain)
        } else if name.starts_with(b"(work_completion)") {
            (ClassKind::WorkItem, Role::WorkItem)
        } else if name == b"&tsk->futex_exit_mutex" {
            (ClassKind::Lock, Role::Leaving)
        } else {
            (ClassKind::Lock, Role::Plain)
        };
        let class = self.engine.declare(&ClassSpec::new(&text, kind));
        let recursive_reader = text.contains("srcu") || text.contains("seqcount");
        let known = LockName {
            class,
            role,
            recursive_reader,
        };
        self.locks.insert(name.into(), known);
        known
    }
}
