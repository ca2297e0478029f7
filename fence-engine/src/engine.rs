//! The engine as its users see it: declare classes, start tasks, feed events, read findings.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use hashbrown::HashSet;

use crate::chain::ChainTable;
use crate::class::{Class, ClassId, ClassKind, ClassSpec, Classes};
use crate::config::Config;
use crate::event::Event;
use crate::finding::Finding;
use crate::gates::Gates;
use crate::gating;
use crate::graph::Graph;
use crate::hash::Hasher;
use crate::mode::DepKinds;
use crate::signalling::{Fences, Signalling};
use crate::site::{Site, SourceId, Sources};
use crate::task::{How, Lock, MAX_LOCK_DEPTH, Task, TaskId};

/// What the engine keeps per task.
#[derive(Clone, Debug)]
pub(crate) struct TaskState {
    pub(crate) task: Task,
    pub(crate) signalling: Signalling,
    /// Instances taken while the held stack was full.
    pub(crate) beyond: Vec<crate::class::Instance>,
}

/// The checker: events in, findings and a graph out. Does no I/O, reads no clock, knows no thread but those it is told of.
///
/// ```
/// use fence_engine::{ClassKind, ClassSpec, Engine, Event, How, Instance, Lock, Mode, Site};
/// let mut engine = Engine::default();
/// let lock = |engine: &mut Engine, name, at| {
///     let class = engine.declare(&ClassSpec::new(name, ClassKind::Lock));
///     Lock { class, instance: Instance(at) }
/// };
/// let (a, b) = (lock(&mut engine, "a", 1), lock(&mut engine, "b", 2));
/// for pair in [[a, b], [b, a]] {
///     let task = engine.start_task("thread");
///     for lock in pair {
///         engine.feed(task, Event::acquire(lock, How::new(Mode::Exclusive)), Site::UNKNOWN);
///     }
///     for lock in pair {
///         engine.feed(task, Event::Release { lock }, Site::UNKNOWN);
///     }
/// }
/// engine.finish();
/// assert_eq!(engine.findings()[0].rule.name, "lock-order-cycle");
/// ```
#[derive(Debug)]
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) sources: Sources,
    pub(crate) classes: Classes,
    pub(crate) graph: Graph,
    pub(crate) gates: Gates,
    pub(crate) chains: Arc<ChainTable>,
    /// Lockdep's own chain cache, for profile `kernel`.
    pub(crate) kernel_chains: HashSet<u64, Hasher>,
    pub(crate) tasks: Vec<TaskState>,
    /// The name of every task there ever was.
    pub(crate) task_names: Vec<SourceId>,
    /// Where tasks were that are retired.
    pub(crate) vacant: Vec<u32>,
    pub(crate) fences: Fences,
    pub(crate) findings: Vec<Finding>,
    pub(crate) reported: HashSet<u64, Hasher>,
    /// The classes of the cycles told so far, and whether behind a gate: one closed elsewhere too is no other deadlock.
    pub(crate) told: HashSet<(Box<[ClassId]>, bool), Hasher>,
    /// Dependencies that closed a cycle behind a gate.
    pub(crate) gated: Vec<(ClassId, ClassId)>,
    /// How much searching for ways around gates is left to do.
    pub(crate) gate_steps: u32,
    /// Which limits were reached, each once.
    pub(crate) limits: Vec<&'static str>,
    pub(crate) said_too_deep: bool,
    /// The last acquisition found to sleep where it must not.
    pub(crate) wrong_context: Option<(Lock, Site)>,
    pub(crate) stopped: bool,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl Engine {
    /// An engine that knows nothing yet, not even the built-in contract: see [`Engine::prime`].
    pub fn new(config: Config) -> Self {
        let mut graph = Graph::default();
        graph.real_locks_only = config.profile == crate::config::Profile::Strict;
        Self {
            config,
            sources: Sources::new(),
            classes: Classes::default(),
            graph,
            gates: Gates::default(),
            chains: Arc::default(),
            kernel_chains: HashSet::default(),
            tasks: Vec::new(),
            task_names: Vec::new(),
            vacant: Vec::new(),
            fences: Fences::default(),
            findings: Vec::new(),
            reported: HashSet::default(),
            told: HashSet::default(),
            gated: Vec::new(),
            gate_steps: gating::STEPS_OF_RUN,
            limits: Vec::new(),
            said_too_deep: false,
            wrong_context: None,
            stopped: false,
        }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Declares a class, or finds the one of the same name and kind.
    pub fn declare(&mut self, spec: &ClassSpec<'_>) -> ClassId {
        let id = self.classes.declare(spec);
        self.graph.grow(self.classes.len());
        id
    }

    /// The class that `class` is with another subclass.
    pub fn subclass(&mut self, class: ClassId, subclass: u8) -> ClassId {
        let id = self.classes.subclass(class, subclass);
        self.graph.grow(self.classes.len());
        id
    }

    /// A declared class.
    pub fn class(&self, class: ClassId) -> &Class {
        &self.classes[class]
    }

    /// All classes, in order of declaration.
    pub fn classes(&self) -> impl Iterator<Item = (ClassId, &Class)> {
        self.classes.iter()
    }

    /// The class declared with `name` and `kind`, if there is one.
    pub fn find_class(&self, name: &str, kind: ClassKind) -> Option<ClassId> {
        self.classes.find(name, kind)
    }

    /// The interner that makes sites.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The interner that makes sites, to add sources to.
    pub fn sources_mut(&mut self) -> &mut Sources {
        &mut self.sources
    }

    /// The validated chains, for the hot path. Shared, so that threads can probe them while another one feeds the engine.
    pub fn chains(&self) -> &Arc<ChainTable> {
        &self.chains
    }

    /// Starts a task that holds nothing.
    pub fn start_task(&mut self, name: &str) -> TaskId {
        let name = self.sources.intern("", name);
        let number = self.task_names.len();
        self.task_names.push(name);
        if let Some(slot) = self.vacant.pop() {
            return TaskId::new(number, slot as usize);
        }
        let id = TaskId::new(number, self.tasks.len());
        self.tasks.push(TaskState {
            task: self.new_task(),
            signalling: Signalling::default(),
            beyond: Vec::new(),
        });
        id
    }

    /// Frees what is kept of a task that has [ended](Event::TaskEnd). Its name lives on in reports.
    ///
    /// # Panics
    /// If the task is another engine's and this one has none of that number.
    pub fn retire_task(&mut self, task: TaskId) {
        self.forget_task(task.index());
        self.vacant.push(task.slot());
    }

    /// A task that holds nothing, and merges nested locks as the profile does.
    pub(crate) fn new_task(&self) -> Task {
        Task::merging_from(if self.is_strict() {
            MAX_LOCK_DEPTH / 2
        } else {
            0
        })
    }

    /// Exchanges what the engine has of a task's held stack for `held`: a thread that takes known orders itself lends its
    /// stack for the events that the engine must see, and takes it back with a second call.
    pub fn exchange_task(&mut self, task: TaskId, held: &mut Task) {
        core::mem::swap(&mut self.tasks[task.index()].task, held);
    }

    /// Gives a task another name.
    pub fn rename_task(&mut self, task: TaskId, name: &str) {
        self.task_names[task.number()] = self.sources.intern("", name);
    }

    /// How many locks, sections and other maps a task holds.
    pub fn depth(&self, task: TaskId) -> usize {
        self.tasks[task.index()].task.depth()
    }

    /// Whether a task holds this very lock.
    pub fn holds(&self, task: TaskId, lock: Lock) -> bool {
        self.tasks[task.index()].task.holds(lock)
    }

    /// The lock that a task took last, of those it holds.
    pub fn newest(&self, task: TaskId) -> Option<Lock> {
        let newest = self.tasks[task.index()].task.held().last()?;
        Some(Lock {
            class: newest.class(),
            instance: newest.instance,
        })
    }

    /// Whether a task holds a class of `kind`.
    pub fn holds_kind(&self, task: TaskId, kind: ClassKind) -> bool {
        self.tasks[task.index()]
            .task
            .held()
            .iter()
            .any(|held| self.classes[held.class()].kind == kind)
    }

    /// Whether profile `kernel` has made its one complaint; what is fed afterwards is ignored.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What was found so far, in order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Takes the findings out.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        core::mem::take(&mut self.findings)
    }

    /// The direct dependencies of `class`, as lockdep counts them: later class, kinds, distance.
    pub fn dependencies(&self, class: ClassId) -> Vec<(ClassId, DepKinds, u16)> {
        self.graph
            .edges()
            .filter(|edge| edge.from == class)
            .map(|edge| (edge.to, edge.kinds, edge.distance))
            .collect()
    }

    /// How many dependencies there are.
    pub fn dependency_count(&self) -> usize {
        self.graph.len()
    }

    /// Bytes a dependency takes, besides its witnesses.
    pub fn bytes_per_dependency(&self) -> f64 {
        self.graph.bytes_per_edge()
    }

    /// Limits that keep memory bounded and were reached: a sentence each, with what is not recorded from there on.
    pub fn limits_reached(&self) -> &[&'static str] {
        &self.limits
    }

    pub(crate) fn reach_limit(&mut self, what: &'static str) {
        if !self.limits.contains(&what) {
            self.limits.push(what);
        }
    }

    /// Feeds one event of `task` at `site`.
    ///
    /// # Panics
    /// If a class, fence or task in the event is another engine's and this one has none of that number.
    #[inline]
    pub fn feed(&mut self, task: TaskId, event: Event, site: Site) {
        if self.stopped {
            return;
        }
        match event {
            Event::Acquire {
                lock,
                subclass: 0,
                how,
            } => self.take(task, lock, lock.class, how, site),
            Event::Release { lock } => {
                if !self.tasks[task.index()].task.release_newest(lock.instance) {
                    self.release(task, lock, site);
                }
            }
            other => self.feed_other(task, other, site),
        }
    }

    /// The events that are not the hot path.
    fn feed_other(&mut self, task: TaskId, event: Event, site: Site) {
        match event {
            Event::Acquire {
                lock,
                subclass,
                how,
            } => {
                let class = self.subclass(lock.class, subclass);
                self.take(task, lock, class, how, site);
            }
            Event::Sync {
                lock,
                subclass,
                how,
            } => {
                let class = if subclass == 0 {
                    lock.class
                } else {
                    self.subclass(lock.class, subclass)
                };
                self.sync(task, lock, class, how, site);
            }
            Event::Downgrade { lock } => self.downgrade(task, lock, site),
            Event::Init { lock } => self.free(task, lock, site),
            Event::Free { lock } => self.free_lock(task, lock, site),
            Event::Context(op) => self.switch_context(task, op),
            Event::ContextIs(state) => self.set_context(task, state),
            Event::MightSleep => self.might_sleep(task, site),
            Event::MightSleepIn { lock } => {
                if self.wrong_context != Some((lock, site)) {
                    self.might_sleep(task, site);
                }
            }
            other => self.feed_signalling(task, other, site),
        }
    }

    /// Takes a lock, and remembers that where a later signal of the task may turn out to need it.
    fn take(&mut self, task: TaskId, lock: Lock, class: ClassId, how: How, site: Site) {
        if self.remembers(task) && !how.try_lock && how.check && self.is_strict() {
            self.remember(task, class, how.mode, site);
        }
        self.acquire(task, lock, class, how, site);
    }

    /// `might_sleep()`: complains in atomic context or with interrupts off.
    pub(crate) fn might_sleep(&mut self, task: TaskId, site: Site) {
        let context = self.tasks[task.index()].task.context();
        if context.in_atomic() || !context.irqs_on() {
            crate::rules::sleep_in_atomic::report(self, task, site);
        }
    }
}
