//! What happens inside one acquisition, release or change of context, in the kernel's order; in profile `kernel` the first
//! complaint ends it, in profile `strict` the checks go on.

use crate::chain;
use crate::class::{ClassId, ClassKind, Instance, LockType, Population, WaitType};
use crate::config::{Evidence, Profile};
use crate::engine::Engine;
use crate::mode::DepKinds;
use crate::rules;
use crate::site::Site;
use crate::task::{Acquired, Held, How, Lock, MAX_LOCK_DEPTH, TaskId};

impl Engine {
    /// Takes `lock` as `class`, which is the lock's class or a subclass of it.
    pub(crate) fn acquire(
        &mut self,
        task: TaskId,
        lock: Lock,
        class: ClassId,
        how: How,
        site: Site,
    ) {
        if self.classes.last_met(class) != lock.instance {
            self.meet(class, lock.instance);
        }
        if how.nest.is_some() && self.is_strict() && self.config.evidence == Evidence::Sections {
            self.check_ww(task, lock, how, site);
        }
        let held = &mut self.tasks[task.index()].task;
        match held.acquire(self.chains.slots(), class, lock.instance, how, site) {
            Acquired::Known if how.nest.is_none() => {}
            Acquired::Known => self.check_nest(task, held_top(self, task)),
            Acquired::New => self.learn(task),
            Acquired::CompareInstances => {
                self.check_nest(task, held_top(self, task));
                self.compare_instances(task);
            }
            Acquired::Merged => {}
            Acquired::TooDeep => {
                self.tasks[task.index()].beyond.push(lock.instance);
                self.too_deep(task, class, how, site);
            }
        }
        // Lockdep gives up when its stack becomes full, after all checks of the lock that fills it.
        let full = self.tasks[task.index()].task.depth() >= MAX_LOCK_DEPTH;
        if full && !self.is_strict() && !self.stopped {
            self.too_deep(task, class, how, site);
        }
    }

    /// Validates the newest entry of a held stack that was never seen before.
    fn learn(&mut self, task: TaskId) {
        let entry = held_top(self, task);
        let depth = self.tasks[task.index()].task.depth() - 1;
        let compare = self.validate(task, entry, depth);
        if !self.stopped {
            self.chains
                .insert(self.tasks[task.index()].task.key(), compare);
        }
    }

    /// Checks `entry` against the `depth` oldest entries of the task. True if instances have to be compared each time.
    fn validate(&mut self, task: TaskId, entry: Held, depth: usize) -> bool {
        self.check_wait_context(task, &entry, depth);
        if self.stopped || !self.mark_usage(task, &entry, false) {
            return false;
        }
        self.check_nest_among(task, entry, depth);
        if self.stopped {
            return false;
        }
        let compare = self.is_strict() && self.instances_matter(task, &entry, depth);
        if compare {
            self.compare_instances(task);
        }
        if !entry.try_lock() && entry.check() && self.chain_is_new(task, &entry, depth) {
            match self.check_recursion(task, &entry, depth) {
                Recursion::None => self.add_edges(task, &entry, depth),
                Recursion::Nested if self.is_strict() => self.add_edges(task, &entry, depth),
                Recursion::Nested | Recursion::Reported => {}
            }
        }
        compare
    }

    /// In profile `kernel`, whether lockdep's own chain cache misses: its key is only (class, reader mode) of each entry.
    fn chain_is_new(&mut self, task: TaskId, entry: &Held, depth: usize) -> bool {
        if self.is_strict() {
            return true;
        }
        let held = &self.tasks[task.index()].task.held()[..depth];
        let below = held
            .iter()
            .rev()
            .take_while(|other| other.level() == entry.level())
            .count();
        let key = held[depth - below..]
            .iter()
            .chain([entry])
            .fold(chain::EMPTY, |key, held| {
                chain::extend(key, u64::from(held.class().0) << 2 | held.mode() as u64)
            });
        self.kernel_chains.insert(key)
    }

    fn check_wait_context(&mut self, task: TaskId, entry: &Held, depth: usize) {
        let class = &self.classes[entry.class()];
        let (outer, inner) = class.wait_types();
        if inner == WaitType::None || entry.try_lock() {
            return;
        }
        let state = &self.tasks[task.index()].task;
        let context = state.context();
        let mut limit = if context.in_hardirq() {
            if context.threaded() {
                WaitType::Config
            } else {
                WaitType::Spin
            }
        } else if context.in_softirq() {
            WaitType::Config
        } else {
            WaitType::Max
        };
        let held = &state.held()[..depth];
        let start = held
            .iter()
            .rposition(|other| other.level() != entry.level())
            .map_or(0, |at| at + 1);
        for other in &held[start..] {
            let class = &self.classes[other.class()];
            if class.inner != WaitType::None {
                limit = limit.min(class.inner);
                if class.lock_type == LockType::WaitOverride {
                    limit = class.inner;
                }
            }
        }
        if outer > limit {
            let lock = Lock {
                class: self.classes[entry.class()].base,
                instance: entry.instance,
            };
            self.wrong_context = Some((lock, entry.site));
            rules::invalid_wait_context::report(self, task, entry, limit);
        }
    }

    fn check_nest(&mut self, task: TaskId, entry: Held) {
        let depth = self.tasks[task.index()].task.depth() - 1;
        self.check_nest_among(task, entry, depth);
    }

    fn check_nest_among(&mut self, task: TaskId, entry: Held, depth: usize) {
        let Some(nest) = entry.nest() else { return };
        let held = &self.tasks[task.index()].task.held()[..depth];
        if !held.iter().any(|held| held.is(nest)) {
            rules::nest_lock_not_held::report(self, task, &entry, nest);
        }
    }

    /// Looks for the class of `entry` among what the task holds, interrupted locks included.
    fn check_recursion(&mut self, task: TaskId, entry: &Held, depth: usize) -> Recursion {
        let mut nested = false;
        for at in 0..depth {
            let held = self.tasks[task.index()].task.held()[at];
            nested |= entry
                .nest()
                .is_some_and(|nest| nest.instance == held.instance);
            if held.class() != entry.class() || entry.mode().is_recursive() && held.mode().is_read()
            {
                continue;
            }
            if nested {
                return Recursion::Nested;
            }
            rules::recursive_lock::report_class(self, task, entry, &held);
            return Recursion::Reported;
        }
        Recursion::None
    }

    /// Whether the stack holds the entry's class a second time, in any subclass.
    fn instances_matter(&self, task: TaskId, entry: &Held, depth: usize) -> bool {
        let base = self.classes[entry.class()].base;
        let held = &self.tasks[task.index()].task.held()[..depth];
        held.iter()
            .any(|held| self.classes[held.class()].base == base)
    }

    /// Looks for the newest entry's own instance below it: that hangs whatever subclass it was given.
    fn compare_instances(&mut self, task: TaskId) {
        let held = self.tasks[task.index()].task.held();
        let Some((entry, below)) = held.split_last() else {
            return;
        };
        let (entry, below) = (*entry, below.iter().copied());
        let again = below.clone().find(|held| {
            held.instance == entry.instance
                && self.classes[held.class()].base == self.classes[entry.class()].base
                && !(held.mode().is_read() && entry.mode().is_read())
        });
        let tried = |held: &Held| entry.try_lock() || held.try_lock();
        if let Some(held) = again.filter(|held| !tried(held)) {
            rules::recursive_lock::report_instance(self, task, &entry, &held);
        }
    }

    /// Adds the edges from what is held to `entry`. The kernel goes from the newest down and stops at the first that was
    /// not tried, which implies the rest; but a recursive reader in between hides them, so strict takes all, oldest
    /// first: of several cycles that one acquisition closes, the shortest is then known before its detours.
    fn add_edges(&mut self, task: TaskId, entry: &Held, depth: usize) {
        let held = &self.tasks[task.index()].task.held()[..depth];
        let bottom = held
            .iter()
            .rposition(|held| held.level() != entry.level())
            .map_or(0, |at| at + 1);
        let distance = |at: usize| (depth - at).min(usize::from(u16::MAX)) as u16;
        if self.is_strict() {
            for at in bottom..depth {
                let at = self.item_before_queue(task, bottom, at);
                if self.tasks[task.index()].task.held()[at].check() {
                    self.depend_held(task, at, entry, distance(at));
                }
            }
            return;
        }
        for at in (bottom..depth).rev() {
            let held = self.tasks[task.index()].task.held()[at];
            if held.check() {
                self.depend_held(task, at, entry, distance(at));
                if self.stopped || !held.try_lock() {
                    break;
                }
            }
        }
    }

    /// `at`, but with an item and the queue below it, which runs it, in each other's place: the item's cycle says more, so it
    /// is looked for first.
    fn item_before_queue(&self, task: TaskId, bottom: usize, at: usize) -> usize {
        let held = self.tasks[task.index()].task.held();
        let is = |at: usize, kind| {
            let held = held.get(at);
            held.is_some_and(|held| self.classes[held.class()].kind == kind)
        };
        if is(at, ClassKind::Workqueue) && is(at + 1, ClassKind::WorkItem) {
            at + 1
        } else if at > bottom && is(at, ClassKind::WorkItem) && is(at - 1, ClassKind::Workqueue) {
            at - 1
        } else {
            at
        }
    }

    /// `lock_sync()`: as if taken and released at once, for what waits until all holders are gone.
    pub(crate) fn sync(&mut self, task: TaskId, lock: Lock, class: ClassId, how: How, site: Site) {
        let state = &self.tasks[task.index()].task;
        let entry = state.entry(class, lock.instance, how, site);
        let depth = state.depth();
        self.check_wait_context(task, &entry, depth);
        if self.stopped || !self.mark_usage(task, &entry, true) {
            return;
        }
        self.check_nest_among(task, entry, depth);
        if self.stopped || !entry.check() || !self.chain_is_new(task, &entry, depth) {
            return;
        }
        if self.check_recursion(task, &entry, depth) == Recursion::None {
            self.add_edges(task, &entry, depth);
        }
    }

    /// Releases `lock`, wherever in the stack it is.
    pub(crate) fn release(&mut self, task: TaskId, lock: Lock, site: Site) {
        if self.tasks[task.index()].task.release_newest(lock.instance) {
            return;
        }
        // Locks beyond the depth that is followed are known by name only, so that their release is no surprise.
        let beyond = &mut self.tasks[task.index()].beyond;
        if let Some(at) = beyond
            .iter()
            .rposition(|instance| *instance == lock.instance)
        {
            beyond.swap_remove(at);
            return;
        }
        let state = &mut self.tasks[task.index()].task;
        let Some(at) = state.find(lock) else {
            return rules::unbalanced_unlock::report(self, task, lock, site);
        };
        if let Some(held) = state.at_mut(at).filter(|held| held.references() > 0) {
            held.set_references(held.references() - 1);
            if held.references() > 0 {
                return;
            }
        }
        let above = state.split_off(at);
        self.take_again(task, above.get(1..).unwrap_or_default());
    }

    /// Turns a lock held for writing into one held for reading, and takes everything above it again.
    pub(crate) fn downgrade(&mut self, task: TaskId, lock: Lock, site: Site) {
        let state = &mut self.tasks[task.index()].task;
        let Some(at) = state.find(lock) else {
            return rules::unbalanced_unlock::report(self, task, lock, site);
        };
        if state.held()[at].mode().is_read() {
            let held = state.held()[at];
            return rules::downgrade_misuse::report(self, task, &held, site);
        }
        let mut above = state.split_off(at);
        if let Some(held) = above.first_mut() {
            held.downgrade(site);
        }
        self.take_again(task, &above);
    }

    fn take_again(&mut self, task: TaskId, entries: &[Held]) {
        for old in entries {
            let state = &mut self.tasks[task.index()].task;
            if old.nest().is_some() && state.merge(old.class(), old.references()) {
                continue;
            }
            let mut entry = state.entry(old.class(), old.instance, old.how(), old.site);
            entry.set_references(old.references());
            entry.set_irqs_on(old.irqs_on());
            state.push(entry);
            // Lockdep validates the stack as if it had been taken anew, which nobody did; only nest locks may be gone.
            if self.is_strict() {
                self.check_nest(task, entry);
            } else if old.nest().is_some()
                || self.chains.probe(self.tasks[task.index()].task.key()) == chain::Probe::New
            {
                self.learn(task);
            }
            if self.stopped {
                return;
            }
        }
    }

    /// Frees the memory of `lock`.
    pub(crate) fn free(&mut self, task: TaskId, lock: Lock, site: Site) {
        let held = self.tasks[task.index()]
            .task
            .held()
            .iter()
            .find(|held| held.instance == lock.instance)
            .copied();
        if let Some(held) = held {
            rules::held_lock_dropped::report(self, task, &held, site);
        }
    }

    /// Learns of an instance of `class`. A second live one means that the class is no gate. Acquisitions that are fed tell it
    /// by themselves; a front end that takes known orders without the engine tells it of each new lock.
    ///
    /// # Panics
    /// If the class is another engine's and this one has none of that number.
    pub fn meet(&mut self, class: ClassId, instance: Instance) {
        self.classes.set_last_met(class, instance);
        let base = self.classes[class].base;
        let population = &mut self.classes[base].population;
        match *population {
            Population::One(known) if known == instance => {}
            Population::Many => {}
            // The one instance of an earlier run, which may have been this one.
            Population::None | Population::One(Instance(0)) => {
                *population = Population::One(instance);
            }
            Population::One(_) => {
                *population = Population::Many;
                self.gate_lost();
            }
        }
    }

    fn too_deep(&mut self, task: TaskId, class: ClassId, how: How, site: Site) {
        if !core::mem::replace(&mut self.said_too_deep, true) {
            rules::lock_depth::report(self, task, class, how, site);
        }
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.config.profile == Profile::Strict
    }
}

#[derive(PartialEq, Eq)]
enum Recursion {
    None,
    Nested,
    Reported,
}

fn held_top(engine: &Engine, task: TaskId) -> Held {
    let held = engine.tasks[task.index()].task.held();
    held[held.len() - 1]
}

/// The kinds of the edge between two entries.
pub(crate) fn kinds_between(prev: &Held, next: &Held) -> DepKinds {
    DepKinds::of(prev.mode(), next.mode())
}
