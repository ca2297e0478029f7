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

use std::collections::{HashMap, HashSet};

use fence_engine::{
    ClassId, ClassKind, ClassSpec, Config, ContextState, Contract, ContractNames, Engine, Event,
    Evidence, FenceId, FenceSpec, Finding, How, Instance, Level, Lock, Mode, QueueFlags, Site,
    SourceId, TaskId,
};

use crate::tracefs::{self, FenceEvent, Flags, Record, Workqueue};

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
    source: SourceId,
    comm: Box<[u8]>,
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
        self.engine.forget_tasks();
        self.doubt_queues();
        for state in &mut self.states {
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

    fn task(&mut self, task: tracefs::Task<'_>, cpu: Option<u16>) -> Option<usize> {
        let key = (task.pid, if task.pid == 0 { cpu.unwrap_or(0) } else { 0 });
        let at = match self.last {
            Some((last, at)) if last == key => at,
            _ => match self.tasks.get(&key) {
                Some(&at) => at,
                None if self.states.len() >= MAX_TASKS => {
                    self.reach_limit("more than 131,072 tasks: what later ones do is left out");
                    return None;
                }
                None => self.new_task(key, task.comm),
            },
        };
        self.last = Some((key, at));
        if *self.states[at].comm != *task.comm {
            self.rename(at, task);
        }
        Some(at)
    }

    /// The source of a task's lines; of the recording alone once there are more names than can be told apart.
    fn source_of(&mut self, name: &str) -> SourceId {
        let source = self.engine.sources_mut().intern(&self.file, name);
        if !source.is_unknown() {
            return source;
        }
        self.reach_limit("more than 1,048,575 names of tasks: later ones are not shown");
        self.engine.sources_mut().intern(&self.file, "")
    }

    fn new_task(&mut self, key: (u32, u16), comm: &[u8]) -> usize {
        let name = format!("{}-{}", String::from_utf8_lossy(comm), key.0);
        let at = self.states.len();
        let source = self.source_of(&name);
        self.states.push(TaskState {
            id: self.engine.start_task(&name),
            source,
            comm: comm.into(),
            flags: None,
            map: Map::Out,
            leaving: None,
            held: Vec::new(),
            stuck: None,
        });
        self.tasks.insert(key, at);
        at
    }

    /// A task took another name: an exec, or a new thread with an old id.
    fn rename(&mut self, at: usize, task: tracefs::Task<'_>) {
        let name = format!("{}-{}", String::from_utf8_lossy(task.comm), task.pid);
        let source = self.source_of(&name);
        let state = &mut self.states[at];
        state.comm = task.comm.into();
        state.source = source;
        self.engine.rename_task(state.id, &name);
    }

    fn flags(&mut self, at: usize, flags: Flags, site: Site) {
        let state = &mut self.states[at];
        let context = |flags: Flags| ContextState {
            hardirq: flags.hardirq || flags.nmi,
            softirq: flags.softirq,
            irqs_off: flags.irqs_off,
            bh_off: flags.bh_off,
        };
        if state.flags.map(context) != Some(context(flags)) {
            self.engine
                .feed(state.id, Event::ContextIs(context(flags)), site);
        }
        state.flags = Some(flags);
        // With interrupts on and preemption possible no lock can be held that was taken with interrupts off: its release
        // fell into a time when another task, not recorded, had the CPU (the run queue's lock, with a pid filter).
        let process = !(flags.hardirq || flags.softirq || flags.nmi);
        if process
            && !flags.irqs_off
            && flags.preempt_depth == 0
            && state.held.iter().any(|held| held.irqs_off)
        {
            self.drop_held(at, |held| held.irqs_off, site);
        }
    }

    fn in_interrupt(&self, at: usize) -> bool {
        self.states[at]
            .flags
            .is_some_and(|flags| flags.hardirq || flags.softirq || flags.nmi)
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

    fn acquire(
        &mut self,
        at: usize,
        addr: u64,
        try_lock: bool,
        read: bool,
        name: &[u8],
        site: Site,
    ) {
        let known = self.name(name);
        if known.role == Role::Ignored {
            return;
        }
        if known.role == Role::FenceMap {
            return self.take_map(at, read, site);
        }
        self.settle(at);
        let recursive = known.recursive_reader || self.in_interrupt(at);
        let mode = match (read, recursive) {
            (false, _) => Mode::Exclusive,
            (true, true) => Mode::RecursiveRead,
            (true, false) => Mode::Read,
        };
        let mut how = How {
            try_lock,
            ..How::new(mode)
        };
        if let Role::Ww(context) = known.role {
            let context = Lock::map(context);
            how.nest = self.states[at]
                .held
                .iter()
                .any(|held| held.lock == context)
                .then_some(context);
        }
        let lock = self.lock(&known, addr);
        if known.role == Role::Leaving {
            self.leaves(at);
        }
        if known.role == Role::Notifier
            && self
                .engine
                .holds_kind(self.states[at].id, ClassKind::Reclaim)
        {
            // The same allocation: what depends on reclaim depends on this by contract.
            return;
        }
        if known.role == Role::WorkItem && !self.has_work_events && self.holds_queue(at) {
            self.engine.new_history(self.states[at].id);
        }
        let irqs_off = self.states[at].flags.is_some_and(|flags| flags.irqs_off);
        let held = Held {
            lock,
            site,
            irqs_off,
            exclusive: mode == Mode::Exclusive,
        };
        let again = self.states[at]
            .held
            .iter()
            .any(|old| old.lock == lock && old.exclusive && held.exclusive);
        if again && !try_lock && !self.in_interrupt(at) {
            self.states[at].stuck = Some((held, how));
            return;
        }
        self.hold(at, held);
        self.engine
            .feed(self.states[at].id, Event::acquire(lock, how), site);
        if known.role == Role::Reclaim && !try_lock {
            self.engine
                .feed(self.states[at].id, Event::MightSleep, site);
        }
    }

    fn hold(&mut self, at: usize, held: Held) {
        if self.states[at].held.len() >= MAX_HELD {
            self.states[at].held.remove(0);
            self.reach_limit("more than 1,024 locks held by one task: the oldest are forgotten");
        }
        self.states[at].held.push(held);
    }

    /// The task went on after taking a lock it seemed to hold: the release in between was lost.
    fn unstick(&mut self, at: usize) {
        let Some((held, how)) = self.states[at].stuck.take() else {
            return;
        };
        self.drop_held(at, |old| old.lock == held.lock, held.site);
        self.hold(at, held);
        self.engine.feed(
            self.states[at].id,
            Event::acquire(held.lock, how),
            held.site,
        );
    }

    /// Forgets locks whose releases were lost.
    fn drop_held(&mut self, at: usize, lost: impl Fn(&Held) -> bool, site: Site) {
        let state = &mut self.states[at];
        let mut position = state.held.len();
        while position > 0 {
            position -= 1;
            if lost(&state.held[position]) {
                let held = state.held.remove(position);
                self.engine
                    .feed(state.id, Event::Release { lock: held.lock }, site);
            }
        }
    }

    fn is_context(&self, class: ClassId) -> bool {
        class == self.contract.resv_context
    }

    fn lock(&self, known: &LockName, addr: u64) -> Lock {
        // A worker's map is a copy on its stack, so items and contexts are told apart by class alone.
        if known.role == Role::WorkItem || self.is_context(known.class) {
            Lock::map(known.class)
        } else {
            Lock {
                class: known.class,
                instance: Instance(addr),
            }
        }
    }

    fn holds_queue(&self, at: usize) -> bool {
        self.engine
            .holds_kind(self.states[at].id, ClassKind::Workqueue)
    }

    fn release(&mut self, at: usize, addr: u64, name: &[u8], site: Site) {
        let known = self.name(name);
        if known.role == Role::Ignored {
            return;
        }
        if known.role == Role::FenceMap {
            return self.give_map(at, site);
        }
        self.settle(at);
        let lock = self.lock(&known, addr);
        let held = &mut self.states[at].held;
        let Some(position) = held.iter().rposition(|held| held.lock == lock) else {
            // The notifier's map inside reclaim was never taken here, see `acquire`.
            if known.role == Role::Notifier {
                return;
            }
            self.unmatched.count += 1;
            if self.unmatched.count == 1 {
                self.unmatched.first_line = site.line();
            }
            return;
        };
        held.remove(position);
        self.engine
            .feed(self.states[at].id, Event::Release { lock }, site);
        if known.role == Role::WorkItem && !self.has_work_events && self.holds_queue(at) {
            self.engine.new_history(self.states[at].id);
        }
    }

    /// The fence map is taken: for reading by a section or the end of a wait, exclusively by a wait.
    fn take_map(&mut self, at: usize, read: bool, site: Site) {
        let id = self.states[at].id;
        let map = self.states[at].map;
        self.states[at].map = match (map, read) {
            (Map::Again { in_section }, true) => {
                if in_section {
                    Map::In
                } else {
                    Map::Out
                }
            }
            (_, true) => {
                self.settle(at);
                if self.states[at].map == Map::In {
                    Map::In
                } else {
                    self.engine
                        .feed(id, Event::BeginSignalling { name: 0 }, site);
                    Map::In
                }
            }
            (_, false) => {
                if map == Map::MaybeOff {
                    self.reach_limit(
                        "The kernel's lockdep was off in part of the recording, so signalling sections are missing there; \
                         what a signal needed is told by what its thread did since the fence was initialised.",
                    );
                }
                self.engine.feed(id, Event::WaitForAnyFence, site);
                let in_section = matches!(map, Map::In | Map::MaybeEnd(_));
                Map::Waiting {
                    in_section,
                    again: in_section || map == Map::MaybeOff,
                }
            }
        };
    }

    fn give_map(&mut self, at: usize, site: Site) {
        let state = &mut self.states[at];
        state.map = match state.map {
            Map::Out | Map::MaybeOff | Map::Again { in_section: false } => Map::MaybeOff,
            Map::In | Map::MaybeEnd(_) | Map::Again { in_section: true } => Map::MaybeEnd(site),
            Map::Waiting {
                in_section,
                again: true,
            } => Map::Again { in_section },
            Map::Waiting { .. } => Map::Out,
        };
    }

    /// Decides what an earlier release of the fence map was, now that something else follows it.
    fn settle(&mut self, at: usize) {
        if self.in_interrupt(at) {
            return;
        }
        self.unstick(at);
        match self.states[at].map {
            Map::MaybeEnd(end) => {
                self.engine
                    .feed(self.states[at].id, Event::EndSignalling { name: 0 }, end);
                self.states[at].map = Map::Out;
            }
            Map::MaybeOff => self.states[at].map = Map::Out,
            _ => {}
        }
    }

    fn leaves(&mut self, at: usize) {
        let state = &mut self.states[at];
        state.leaving = (!state.held.is_empty()).then(|| state.held.clone());
    }

    fn fence(&mut self, at: usize, kind: FenceEvent, name: (&[u8], &[u8], u64, u64), site: Site) {
        let (driver, timeline, context, seqno) = name;
        let task = self.states[at].id;
        let key = (context, seqno);
        if kind == FenceEvent::Destroy {
            if let Some(fence) = self.fences.remove(&key) {
                self.engine.forget_fence(fence);
            }
            return;
        }
        if !matches!(
            kind,
            FenceEvent::Init | FenceEvent::WaitStart | FenceEvent::Signaled
        ) {
            return;
        }
        if kind == FenceEvent::Init
            && let Some(old) = self.fences.remove(&key)
        {
            self.engine.forget_fence(old);
        }
        if self.fences.len() >= MAX_PENDING {
            self.reach_limit("more than 262,144 fences at once: earlier ones are forgotten");
            let mut fences: Vec<_> = self.fences.drain().collect();
            fences.sort_unstable_by_key(|(key, _)| *key);
            for (_, fence) in fences {
                self.engine.forget_fence(fence);
            }
        }
        if self.timelines.len() >= MAX_TIMELINES && !self.timelines.contains(&context) {
            return self
                .reach_limit("more than 65,536 fence contexts: fences of later ones are left out");
        }
        self.timelines.insert(context);
        let known = self.fences.get(&key).copied();
        let fence = known.unwrap_or_else(|| {
            let [driver, timeline] = [driver, timeline].map(String::from_utf8_lossy);
            let spec = FenceSpec {
                name: &format!("{driver}:{timeline}:{seqno}"),
                timeline: &format!("{driver}:{timeline} (context {context})"),
                lock: Some(self.fence_lock),
                // Recordings keep the low halves only, and contexts such as the stub's have no order.
                seqno: None,
                unbounded: false,
            };
            let fence = self.engine.declare_fence(&spec);
            self.fences.insert(key, fence);
            fence
        });
        match kind {
            FenceEvent::Init => self.engine.fence_born(task, fence, site),
            FenceEvent::WaitStart => self.engine.feed(task, Event::WaitFence { fence }, site),
            _ => self.engine.feed(
                task,
                Event::Signal {
                    fence,
                    error: false,
                },
                site,
            ),
        }
    }

    fn workqueue(&mut self, at: usize, event: Workqueue<'_>) {
        match event {
            Workqueue::QueueWork {
                work, workqueue, ..
            } => {
                let partly_seen = self.work_partly_seen;
                let queue = self
                    .queues
                    .entry(workqueue.into())
                    .or_insert_with(|| Queue {
                        partly_seen,
                        ..Queue::default()
                    });
                if let [active] = queue.active[..]
                    && active != work
                    && queue.waiting.len() < MAX_HELD
                {
                    queue.waiting.push((work, active));
                }
                if self.items.len() >= MAX_PENDING || self.queues.len() >= MAX_NAMES {
                    self.reach_limit(
                        "more than 262,144 work items or queues: earlier ones are forgotten",
                    );
                    self.items.clear();
                    self.queues.clear();
                }
                self.items.insert(work, workqueue.into());
            }
            Workqueue::ActivateWork { work, .. } => {
                let Some(queue) = self
                    .items
                    .get(&work)
                    .and_then(|name| self.queues.get_mut(name))
                else {
                    return;
                };
                let waited = queue.waiting.iter().position(|waiting| waiting.0 == work);
                if let Some(position) = waited {
                    let (_, before) = queue.waiting.swap_remove(position);
                    // It could start only after the one item before it was done.
                    queue.alone |= queue.active.is_empty() && !queue.active.contains(&before);
                }
                if !queue.active.contains(&work) && queue.active.len() < MAX_HELD {
                    queue.active.push(work);
                }
                if queue.alone && !queue.partly_seen {
                    self.runs_alone(work);
                }
            }
            Workqueue::ExecuteStart { work, function } => {
                self.has_work_events = true;
                self.know_of_unseen(work, Some(function));
                self.engine.new_history(self.states[at].id);
            }
            Workqueue::ExecuteEnd { work, function } => {
                self.know_of_unseen(work, function);
                self.engine.new_history(self.states[at].id);
                if let Some(queue) = self
                    .items
                    .remove(&work)
                    .and_then(|name| self.queues.get_mut(&name))
                {
                    queue.active.retain(|active| *active != work);
                }
            }
        }
    }

    /// An item runs that was not seen being queued, on whichever queue: it was queued before the recording began, or its
    /// event was lost. From then on no queue is said to run one item at a time.
    fn know_of_unseen(&mut self, work: u64, function: Option<&[u8]>) {
        // A flush runs an item of its own, which is queued without an event.
        let barrier = function.is_some_and(|function| function.starts_with(b"wq_barrier_func"));
        if !barrier && !self.items.contains_key(&work) {
            self.doubt_queues();
        }
    }

    fn doubt_queues(&mut self) {
        self.work_partly_seen = true;
        let mut classes: Vec<ClassId> = Vec::new();
        #[allow(
            clippy::iter_over_hash_type,
            reason = "the classes are sorted before anything is said"
        )]
        for queue in self.queues.values_mut() {
            queue.partly_seen = true;
            classes.extend(queue.class.take());
        }
        classes.sort_unstable();
        for class in classes {
            self.engine.declare_queue(class, QueueFlags::default());
        }
    }

    fn runs_alone(&mut self, work: u64) {
        let Some(name) = self.items.get(&work) else {
            return;
        };
        let label = [b"(wq_completion)", &name[..]].concat();
        let name = name.clone();
        let class = self.name(&label).class;
        if let Some(queue) = self.queues.get_mut(&name)
            && queue.class.is_none()
        {
            queue.class = Some(class);
            self.engine.declare_queue(
                class,
                QueueFlags {
                    mem_reclaim: false,
                    ordered: true,
                },
            );
        }
    }
}
