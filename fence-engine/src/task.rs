//! A task's held stack and the hot path: taking and releasing a lock whose order is already known.

use alloc::vec::Vec;

use crate::chain::{self, ChainSlots, Probe};
use crate::class::{ClassId, Instance};
use crate::context::{Context, ContextOp, ContextState};
use crate::mode::Mode;
use crate::site::Site;

/// How deep a held stack may get, as in the kernel.
pub const MAX_LOCK_DEPTH: usize = 48;

/// A task known to an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId {
    /// Never given twice.
    number: u32,
    /// Where its state is; given to another task when this one is retired.
    slot: u32,
}

impl TaskId {
    pub(crate) const fn new(number: usize, slot: usize) -> Self {
        Self {
            number: number as u32,
            slot: slot as u32,
        }
    }

    /// Where its state is.
    pub(crate) const fn index(self) -> usize {
        self.slot as usize
    }

    pub(crate) const fn slot(self) -> u32 {
        self.slot
    }

    /// Which of all tasks there ever were it is.
    pub(crate) const fn number(self) -> usize {
        self.number as usize
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
}

/// One entry of a held stack. Written on the hot path, between two locked instructions that wait for every store before
/// them: so what is small shares one word, and what is rare is written only where it says something.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Held {
    /// The chain key with this entry on top.
    key: u64,
    /// Class, references, context and how it was taken, see the constants below.
    word: u64,
    pub(crate) site: Site,
    pub(crate) instance: Instance,
    /// Says something only with the bit [`NESTED`].
    nest: Lock,
}

const CLASS: u32 = 32;
const REFERENCES: u64 = 0xffff << 16;
const REFERENCE: u64 = 1 << 16;
/// The context it was taken in, see [`Context::stamp`].
const STAMP: u32 = 8;
const LEVEL_OF_STAMP: u8 = 3;
const LEVEL: u64 = (LEVEL_OF_STAMP as u64) << STAMP;
const IRQS_ON: u64 = 4 << STAMP;
const NESTED: u64 = 1 << 4;
const CHECKED: u64 = 1 << 3;
const TRIED: u64 = 1 << 2;
const MODE: u64 = 3;

impl Held {
    /// Lies under the oldest entry, so that there always is one below.
    const BOTTOM: Self = Self {
        key: chain::EMPTY,
        word: 0,
        site: Site::UNKNOWN,
        instance: Instance(u64::MAX),
        nest: Lock {
            class: ClassId(0),
            instance: Instance(0),
        },
    };

    #[inline]
    pub(crate) const fn class(&self) -> ClassId {
        ClassId((self.word >> CLASS) as u32)
    }

    pub(crate) const fn mode(&self) -> Mode {
        match self.word & MODE {
            0 => Mode::Exclusive,
            1 => Mode::Read,
            _ => Mode::RecursiveRead,
        }
    }

    pub(crate) const fn try_lock(&self) -> bool {
        self.word & TRIED != 0
    }

    pub(crate) const fn check(&self) -> bool {
        self.word & CHECKED != 0
    }

    /// How many acquisitions were merged into it, 0 if none was.
    pub(crate) const fn references(&self) -> u16 {
        ((self.word & REFERENCES) / REFERENCE) as u16
    }

    pub(crate) fn set_references(&mut self, references: u16) {
        self.word = self.word & !REFERENCES | (u64::from(references) * REFERENCE);
    }

    #[inline]
    pub(crate) const fn level(&self) -> u8 {
        ((self.word & LEVEL) >> STAMP) as u8
    }

    pub(crate) const fn irqs_on(&self) -> bool {
        self.word & IRQS_ON != 0
    }

    pub(crate) fn set_irqs_on(&mut self, on: bool) {
        self.word = self.word & !IRQS_ON | if on { IRQS_ON } else { 0 };
    }

    /// Held for reading from here on, which was made so at `site`.
    pub(crate) fn downgrade(&mut self, site: Site) {
        self.word = self.word & !MODE | Mode::Read as u64;
        self.site = site;
    }

    pub(crate) fn nest(&self) -> Option<Lock> {
        (self.word & NESTED != 0).then_some(self.nest)
    }

    pub(crate) fn how(&self) -> How {
        How {
            mode: self.mode(),
            try_lock: self.try_lock(),
            nest: self.nest(),
            check: self.check(),
        }
    }

    /// Whether this entry is `lock`, or a merged entry of its class that stands for it.
    pub(crate) fn is(&self, lock: Lock) -> bool {
        self.instance == lock.instance || self.references() > 0 && self.class() == lock.class
    }
}

/// All of an entry that is not where and which instance, on top of no references.
#[inline]
const fn word(class: ClassId, stamp: u8, mode: Mode, tried: bool, checked: bool) -> u64 {
    let how = mode as u64 | if tried { TRIED } else { 0 } | if checked { CHECKED } else { 0 };
    (class.0 as u64) << CLASS | (stamp as u64) << STAMP | how
}

/// The chain key of `word` on top of `below`. It starts anew where an interrupt began.
#[inline]
const fn key_on(below: &Held, word: u64) -> u64 {
    let key = if (below.word ^ word) & LEVEL == 0 {
        below.key
    } else {
        chain::EMPTY
    };
    chain::extend(key, word & !REFERENCES)
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
    /// [`Held::BOTTOM`], then what it holds, oldest first, then room. Empty before it first takes something.
    entries: Vec<Held>,
    /// How many it holds. Narrower than an index, so that one more is no overflow to be looked for.
    depth: u32,
    context: Context,
    /// What of the context an entry and the chain key need, and whether it may sleep, kept ready.
    stamp: u8,
    may_sleep: bool,
    merges_from: usize,
}

impl Default for Task {
    fn default() -> Self {
        Self::new()
    }
}

impl Task {
    /// A task that holds nothing, in process context. It allocates room when it first takes something; no order is known to
    /// it before.
    pub const fn empty() -> Self {
        Self::merging_from(MAX_LOCK_DEPTH / 2)
    }

    /// Allocates room for `entries` locks, or for as many as a task may hold.
    fn make_room(&mut self, entries: usize) {
        let entries = entries.min(MAX_LOCK_DEPTH);
        self.entries.resize(entries + 1, Held::BOTTOM);
    }

    /// A task that holds nothing, in process context.
    pub fn new() -> Self {
        let mut task = Self::merging_from(MAX_LOCK_DEPTH / 2);
        task.make_room(MAX_LOCK_DEPTH);
        task
    }

    /// A task whose nested acquisitions of one class merge from `depth` locks up. The kernel merges always, and so loses
    /// sight of the instances; merging late keeps them and still never fills the stack.
    pub(crate) const fn merging_from(depth: usize) -> Self {
        Self {
            entries: Vec::new(),
            depth: 0,
            context: Context::NEW,
            stamp: Context::NEW.stamp(),
            may_sleep: true,
            merges_from: depth,
        }
    }

    /// How many locks it holds.
    pub fn depth(&self) -> usize {
        self.depth as usize
    }

    /// Replaces the sites that are tokens by what `place` makes of them.
    pub fn resolve_sites(&mut self, mut place: impl FnMut(u64) -> Site) {
        for held in self.held_mut() {
            if let Some(token) = held.site.as_token() {
                held.site = place(token);
            }
        }
    }

    /// `preempt_disable()` or `preempt_enable()`: nothing the engine would have to see.
    #[inline]
    pub fn preempt(&mut self, op: ContextOp) {
        self.apply(op);
    }

    /// Whether it may sleep here: not in atomic context, and interrupts are on.
    #[inline]
    pub fn may_sleep(&self) -> bool {
        self.may_sleep
    }

    /// Whether interrupts are on: none is served, and none is off.
    pub fn irqs_on(&self) -> bool {
        self.context.irqs_on()
    }

    /// Whether it serves an interrupt, hard or soft.
    #[inline]
    pub fn in_interrupt(&self) -> bool {
        self.context.irq_level() != 0
    }

    /// Whether it holds this very lock.
    pub fn holds(&self, lock: Lock) -> bool {
        self.held().iter().any(|held| held.is(lock))
    }

    /// Whether it holds this instance, of whatever class.
    pub fn holds_instance(&self, instance: Instance) -> bool {
        let mut held = self.held().iter();
        held.any(|held| held.instance == instance)
    }

    /// The locks it holds, oldest first, each with how and where it was taken.
    pub fn holding(&self) -> impl Iterator<Item = (Lock, Mode, Site)> {
        self.held().iter().map(|held| {
            let lock = Lock {
                class: held.class(),
                instance: held.instance,
            };
            (lock, held.mode(), held.site)
        })
    }

    pub(crate) fn held(&self) -> &[Held] {
        self.entries.get(1..=self.depth()).unwrap_or_default()
    }

    fn held_mut(&mut self) -> &mut [Held] {
        let held = 1..=self.depth();
        self.entries.get_mut(held).unwrap_or_default()
    }

    /// The key of all that it holds.
    pub(crate) fn key(&self) -> u64 {
        self.below().key
    }

    /// What the next entry would lie on.
    fn below(&self) -> &Held {
        self.entries.get(self.depth()).unwrap_or(&Held::BOTTOM)
    }

    pub(crate) fn context(&self) -> Context {
        self.context
    }

    pub(crate) fn apply(&mut self, op: ContextOp) -> bool {
        let turns_on = self.context.apply(op);
        self.keep_ready();
        turns_on
    }

    pub(crate) fn set_context(&mut self, state: ContextState) -> bool {
        let turns_on = self.context.set(state);
        self.keep_ready();
        turns_on
    }

    #[inline]
    fn keep_ready(&mut self) {
        let before = self.stamp;
        self.stamp = self.context.stamp();
        if (before ^ self.stamp) & LEVEL_OF_STAMP != 0 {
            self.begin_keys_anew();
        }
        self.may_sleep = !self.context.in_atomic() && self.context.irqs_on();
    }

    /// An interrupt begins or ends: what is taken now does not lie on what it interrupts. So that the hot path need not look,
    /// the newest entry's key is as if nothing were held.
    #[cold]
    fn begin_keys_anew(&mut self) {
        let depth = self.depth();
        for at in 1..=depth {
            self.entries[at].key = key_on(&self.entries[at - 1], self.entries[at].word);
        }
        let level = self.stamp & LEVEL_OF_STAMP;
        if let Some(newest) = self.held_mut().last_mut() {
            if newest.level() != level {
                newest.key = chain::EMPTY;
            }
        }
    }

    /// Takes a lock. This is the whole hot path: no lock, no allocation, no write to shared memory.
    ///
    /// ```
    /// use fence_engine::{Acquired, ClassKind, ClassSpec, Engine, How, Instance, Mode, Site, Task};
    /// let mut engine = Engine::default();
    /// let class = engine.declare(&ClassSpec::new("gpu", ClassKind::Lock));
    /// let mut task = Task::new();
    /// let how = How::new(Mode::Exclusive);
    /// assert_eq!(task.acquire(engine.chains().slots(), class, Instance(1), how, Site::UNKNOWN), Acquired::New);
    /// ```
    #[inline]
    pub fn acquire(
        &mut self,
        chains: ChainSlots<'_>,
        class: ClassId,
        instance: Instance,
        how: How,
        site: Site,
    ) -> Acquired {
        let entry = self.entry(class, instance, how, site);
        if how.nest.is_some() && self.merge(class, 0) {
            return Acquired::Merged;
        }
        if !self.push(entry) {
            return Acquired::TooDeep;
        }
        match chains.probe(self.key()) {
            Probe::Known => Acquired::Known,
            Probe::New => Acquired::New,
            Probe::CompareInstances => Acquired::CompareInstances,
        }
    }

    /// Takes a lock without nest lock if the order is known and nothing is left to decide. False, and nothing is changed, if
    /// the engine has to see it.
    #[inline]
    pub fn acquire_known(
        &mut self,
        chains: ChainSlots<'_>,
        class: ClassId,
        instance: impl FnOnce() -> Instance,
        mode: Mode,
        try_lock: bool,
        site: Site,
    ) -> bool {
        let at = self.depth as usize;
        if at + 1 >= self.entries.len() {
            return false;
        }
        let word = word(class, self.stamp, mode, try_lock, true);
        let key = chain::extend(self.entries[at].key, word);
        if !chains.knows(key) {
            return false;
        }
        let new = &mut self.entries[at + 1];
        new.key = key;
        new.word = word;
        new.site = site;
        new.instance = instance();
        self.depth += 1;
        true
    }

    /// Whether taking and releasing the one lock of `class` here, exclusively, is known to be fine.
    #[inline]
    pub fn knows(&self, chains: ChainSlots<'_>, class: ClassId) -> bool {
        let word = word(class, self.stamp, Mode::Exclusive, false, true);
        chains.knows(chain::extend(self.below().key, word))
    }

    /// Releases the newest entry if it is exactly this instance, held once: the common case. False if it is not.
    #[inline]
    pub fn release_newest(&mut self, instance: Instance) -> bool {
        match self.entries.get(self.depth()) {
            Some(newest) if newest.instance == instance && newest.word & REFERENCES == 0 => {
                // The bottom is no instance, so there is one to take off, unless someone releases that.
                self.depth = self.depth.saturating_sub(1);
                true
            }
            _ => false,
        }
    }

    #[inline]
    pub(crate) fn entry(&self, class: ClassId, instance: Instance, how: How, site: Site) -> Held {
        let word = word(class, self.stamp, how.mode, how.try_lock, how.check);
        let nested = if how.nest.is_some() { NESTED } else { 0 };
        Held {
            key: chain::EMPTY,
            word: word | nested,
            site,
            instance,
            nest: how.nest.unwrap_or(Held::BOTTOM.nest),
        }
    }

    /// Joins an acquisition with `references` of its own into the newest entry, if that is of the same class.
    pub(crate) fn merge(&mut self, class: ClassId, references: u16) -> bool {
        let deep_enough = self.depth() > self.merges_from;
        match self.held_mut().last_mut() {
            Some(newest) if newest.class() == class && deep_enough => {
                let joined = newest.references().max(1);
                newest.set_references(joined.saturating_add(references.max(1)));
                true
            }
            _ => false,
        }
    }

    /// Puts an entry on top. False if there is no room.
    #[inline]
    pub(crate) fn push(&mut self, entry: Held) -> bool {
        let at = self.depth();
        if at >= MAX_LOCK_DEPTH {
            return false;
        }
        if at + 1 >= self.entries.len() {
            self.make_room(4.max(2 * at));
        }
        let key = key_on(&self.entries[at], entry.word);
        let new = &mut self.entries[at + 1];
        new.key = key;
        new.word = entry.word;
        new.site = entry.site;
        new.instance = entry.instance;
        if entry.word & NESTED != 0 {
            new.nest = entry.nest;
        }
        self.depth += 1;
        true
    }

    pub(crate) fn at_mut(&mut self, at: usize) -> Option<&mut Held> {
        self.held_mut().get_mut(at)
    }

    /// Takes the entries from `at` up off the stack.
    pub(crate) fn split_off(&mut self, at: usize) -> Vec<Held> {
        let above = self.held().get(at..).unwrap_or_default().to_vec();
        self.depth -= above.len() as u32;
        above
    }

    /// The newest entry that stands for `lock`, looked for down to where an interrupt began. Where merging is the exception,
    /// an entry that is exactly this instance comes before a merged one of its class.
    pub(crate) fn find(&self, lock: Lock) -> Option<usize> {
        let level = self.held().last()?.level();
        let bottom = self
            .held()
            .iter()
            .rposition(|held| held.level() != level)
            .map_or(0, |at| at + 1);
        let newest = |stands: &dyn Fn(&Held) -> bool| {
            let at = self.held()[bottom..].iter().rposition(stands)?;
            Some(bottom + at)
        };
        let exact = |held: &Held| held.instance == lock.instance && held.references() == 0;
        let first = if self.merges_from > 0 {
            newest(&exact)
        } else {
            None
        };
        first.or_else(|| newest(&|held| held.is(lock)))
    }
}
