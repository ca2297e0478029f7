//! A task's held stack and the hot path: taking and releasing a lock whose order is already known.

use alloc::vec::Vec;

use crate::chain::{self, ChainTable, Probe};
use crate::class::{ClassId, Instance};
use crate::context::{Context, ContextOp, ContextState};
use crate::mode::Mode;
use crate::site::Site;

/// How deep a held stack may get, as in the kernel.
pub const MAX_LOCK_DEPTH: usize = 48;

/// A task known to an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(u32);

impl TaskId {
    pub(crate) const fn new(index: usize) -> Self {
        Self(index as u32)
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One lock: an instance of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Its class, without subclass.
    pub class: ClassId,
    /// Which instance.
    pub instance: Instance,
}

impl Lock {
    /// The one lock of a class that has no instances: a map such as the fence map, a queue, an event.
    pub const fn map(class: ClassId) -> Self {
        Self {
            class,
            instance: Instance(1 << 63 | class.0 as u64),
        }
    }
}

/// How a lock is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    /// Exclusively or for reading.
    pub mode: Mode,
    /// A trylock that succeeded: it cannot have blocked.
    pub try_lock: bool,
    /// A lock the task holds that serialises all locks of the new one's class.
    pub nest: Option<Lock>,
    /// False for classes lockdep does not validate, such as RCU's.
    pub check: bool,
}

impl How {
    /// A plain blocking acquisition.
    pub const fn new(mode: Mode) -> Self {
        Self {
            mode,
            try_lock: false,
            nest: None,
            check: true,
        }
    }

    /// The same as a successful trylock.
    #[must_use]
    pub const fn tried(mut self) -> Self {
        self.try_lock = true;
        self
    }

    /// The same under a nest lock.
    #[must_use]
    pub const fn under(mut self, nest: Lock) -> Self {
        self.nest = Some(nest);
        self
    }

    const fn bits(self) -> u64 {
        self.mode as u64
            | (self.try_lock as u64) << 2
            | (self.check as u64) << 3
            | (self.nest.is_some() as u64) << 4
    }
}

/// One entry of a held stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) key_before: u64,
    pub(crate) site: Site,
    pub(crate) instance: Instance,
    pub(crate) class: ClassId,
    pub(crate) references: u16,
    pub(crate) level: u8,
    pub(crate) irqs_on: bool,
    pub(crate) how: How,
}

impl Held {
    /// Whether this entry is `lock`, or a merged entry of its class that stands for it.
    pub(crate) fn is(&self, lock: Lock) -> bool {
        self.instance == lock.instance || self.references > 0 && self.class == lock.class
    }
}

/// What became of an acquisition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an order that is not known must be learned"]
pub enum Acquired {
    /// The order was validated before: done.
    Known,
    /// The order is new: the graph must learn it.
    New,
    /// Joined the newest entry, which is of the same class and nests under a lock.
    Merged,
    /// The order is known, but the stack holds two entries of one class: their instances must be compared.
    CompareInstances,
    /// The stack is full; the lock was not recorded.
    TooDeep,
}

/// A task: what it holds, and the context it runs in. Owned by one thread, never shared.
#[derive(Clone, Debug)]
pub struct Task {
    held: Vec<Held>,
    key: u64,
    context: Context,
    merges_from: usize,
}

impl Default for Task {
    fn default() -> Self {
        Self::new()
    }
}

impl Task {
    /// A task that holds nothing, in process context.
    pub fn new() -> Self {
        let mut task = Self::merging_from(MAX_LOCK_DEPTH / 2);
        task.held.reserve_exact(MAX_LOCK_DEPTH);
        task
    }

    /// A task whose nested acquisitions of one class merge from `depth` locks up. The kernel merges always, and so loses
    /// sight of the instances; merging late keeps them and still never fills the stack.
    pub(crate) fn merging_from(depth: usize) -> Self {
        Self {
            held: Vec::new(),
            key: chain::EMPTY,
            context: Context::default(),
            merges_from: depth,
        }
    }

    /// How many locks it holds.
    pub fn depth(&self) -> usize {
        self.held.len()
    }

    pub(crate) fn held(&self) -> &[Held] {
        &self.held
    }

    pub(crate) fn key(&self) -> u64 {
        self.key
    }

    pub(crate) fn context(&self) -> Context {
        self.context
    }

    pub(crate) fn apply(&mut self, op: ContextOp) -> bool {
        self.context.apply(op)
    }

    pub(crate) fn set_context(&mut self, state: ContextState) -> bool {
        self.context.set(state)
    }

    /// Takes a lock. This is the whole hot path: no lock, no allocation, no write to shared memory.
    ///
    /// ```
    /// use fence_engine::{Acquired, ChainTable, ClassKind, ClassSpec, Engine, How, Instance, Mode, Site, Task};
    /// let mut engine = Engine::default();
    /// let class = engine.declare(&ClassSpec::new("gpu", ClassKind::Lock));
    /// let mut task = Task::new();
    /// let how = How::new(Mode::Exclusive);
    /// assert_eq!(task.acquire(engine.chains(), class, Instance(1), how, Site::UNKNOWN), Acquired::New);
    /// ```
    #[inline]
    pub fn acquire(
        &mut self,
        chains: &ChainTable,
        class: ClassId,
        instance: Instance,
        how: How,
        site: Site,
    ) -> Acquired {
        let entry = self.entry(class, instance, how, site);
        if how.nest.is_some() && self.merge(class, 0) {
            return Acquired::Merged;
        }
        if self.held.len() >= MAX_LOCK_DEPTH {
            return Acquired::TooDeep;
        }
        self.key = self.key_with(&entry);
        self.held.push(entry);
        match chains.probe(self.key) {
            Probe::Known => Acquired::Known,
            Probe::New => Acquired::New,
            Probe::CompareInstances => Acquired::CompareInstances,
        }
    }

    /// Releases the newest entry if it is exactly this instance, held once: the common case. False if it is not.
    #[inline]
    pub fn release_newest(&mut self, instance: Instance) -> bool {
        match self.held.last() {
            Some(newest) if newest.instance == instance && newest.references == 0 => {
                self.key = newest.key_before;
                self.held.pop();
                true
            }
            _ => false,
        }
    }

    #[inline]
    pub(crate) fn entry(&self, class: ClassId, instance: Instance, how: How, site: Site) -> Held {
        Held {
            key_before: self.key,
            site,
            instance,
            class,
            references: 0,
            level: self.context.irq_level(),
            irqs_on: self.context.irqs_on(),
            how,
        }
    }

    /// The chain key with `entry` on top. It starts anew where an interrupt began.
    #[inline]
    pub(crate) fn key_with(&self, entry: &Held) -> u64 {
        let below = match self.held.last() {
            Some(newest) if newest.level != entry.level => chain::EMPTY,
            _ => self.key,
        };
        let context =
            self.context.key_bits() << 3 | u64::from(entry.irqs_on) << 2 | u64::from(entry.level);
        let bits = u64::from(entry.class.0) << 16 | context << 8 | entry.how.bits();
        chain::extend(below, bits)
    }

    /// Joins an acquisition with `references` of its own into the newest entry, if that is of the same class.
    pub(crate) fn merge(&mut self, class: ClassId, references: u16) -> bool {
        let deep_enough = self.held.len() > self.merges_from;
        match self.held.last_mut() {
            Some(newest) if newest.class == class && deep_enough => {
                newest.references = newest.references.max(1).saturating_add(references.max(1));
                true
            }
            _ => false,
        }
    }

    /// Pushes an entry that was taken off before.
    pub(crate) fn push(&mut self, entry: Held) {
        self.key = self.key_with(&entry);
        self.held.push(entry);
    }

    pub(crate) fn at_mut(&mut self, at: usize) -> Option<&mut Held> {
        self.held.get_mut(at)
    }

    /// Takes the entries from `at` up off the stack.
    pub(crate) fn split_off(&mut self, at: usize) -> Vec<Held> {
        if let Some(first) = self.held.get(at) {
            self.key = first.key_before;
        }
        self.held.split_off(at)
    }

    /// The newest entry that stands for `lock`, looked for down to where an interrupt began. Where merging is the exception,
    /// an entry that is exactly this instance comes before a merged one of its class.
    pub(crate) fn find(&self, lock: Lock) -> Option<usize> {
        let level = self.held.last()?.level;
        let bottom = self
            .held
            .iter()
            .rposition(|held| held.level != level)
            .map_or(0, |at| at + 1);
        let newest = |stands: &dyn Fn(&Held) -> bool| {
            let at = self.held[bottom..].iter().rposition(stands)?;
            Some(bottom + at)
        };
        let exact = |held: &Held| held.instance == lock.instance && held.references == 0;
        let first = if self.merges_from > 0 {
            newest(&exact)
        } else {
            None
        };
        first.or_else(|| newest(&|held| held.is(lock)))
    }
}
