//! Signalling sections: opening, closing, and what a signal at their end depended on.

use alloc::vec::Vec;

use crate::hash::Hasher;
use hashbrown::HashSet;

use crate::class::{ClassId, ClassKind, ClassSpec, Instance, WaitType};
use crate::config::{Evidence, FenceBegin};
use crate::context::ContextOp;
use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::gates::GateSet;
use crate::graph::Why;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::{Callback, Fence, FenceSpec, Happened, HeldUnder, Moment, Need, Section};
use crate::site::Site;
use crate::task::{Held, How, Lock};

impl Engine {
    /// Declares a fence. Its timeline is waited for under the contract, whether or not anything here waits for it; not
    /// so in a recording, where what its signal needed is partly guessed and only waits that were seen count against it.
    pub fn declare_fence(&mut self, spec: &FenceSpec<'_>) -> FenceId {
        let timeline = self.declare(&ClassSpec::new(spec.timeline, ClassKind::Timeline));
        let waited_for = self.fences.ordered && self.config.evidence == Evidence::Sections;
        if let Some(contract) = self.contract().filter(|_| waited_for) {
            self.declare_order(contract.notifier, timeline, Site::UNKNOWN);
        }
        self.fences.declared += 1;
        let number = self.fences.declared;
        let lock = spec.lock.unwrap_or_else(|| {
            let name = alloc::format!("{} lock", spec.name);
            let class =
                self.declare(&ClassSpec::new(&name, ClassKind::Lock).waits(WaitType::Config));
            Lock {
                class,
                instance: Instance(u64::MAX - number),
            }
        });
        self.fences.add(Fence {
            name: spec.name.into(),
            timeline,
            lock,
            shares_lock: spec.lock.is_some(),
            seqno: spec.seqno,
            unbounded: spec.unbounded,
            published: None,
            signalled: None,
            dropped: None,
            lock_freed: None,
            references: 0,
            needed: Vec::new(),
        })
    }

    fn fence_map(&mut self) -> Option<Lock> {
        self.contract().map(|contract| Lock::map(contract.fence))
    }

    /// `lock_is_held_type(map, 1)`: the oldest entry that stands for the map decides, whatever is held above it.
    fn section_held(&self, task: TaskId, map: Lock) -> bool {
        let held = self.tasks[task.index()].task.held();
        held.iter()
            .find(|held| held.is(map))
            .is_some_and(|held| held.how.mode.is_read())
    }

    /// `dma_fence_begin_signalling()`.
    pub(crate) fn begin_signalling(&mut self, task: TaskId, name: u32, site: Site) {
        let Some(map) = self.fence_map() else { return };
        let held_read = self.section_held(task, map);
        let state = &self.tasks[task.index()];
        let skip = held_read || !self.is_strict() && state.task.context().in_atomic();
        let gates = self.gates_now(task);
        let opened = self.fences.tick();
        let held = self.held_under(task);
        let level = self.tasks[task.index()].task.context().irq_level();
        let signalling = &mut self.tasks[task.index()].signalling;
        signalling.sections.push(Section {
            nested: skip,
            level,
            held,
            name,
            site,
            opened,
            gates,
        });
        if !skip {
            let mut how = How::new(Mode::Read);
            how.try_lock = self.config.fence_begin == FenceBegin::Trylock;
            self.acquire(task, map, map.class, how, site);
        }
    }

    /// `dma_fence_end_signalling()`.
    pub(crate) fn end_signalling(&mut self, task: TaskId, name: u32, site: Site) {
        let Some(map) = self.fence_map() else { return };
        let signalling = &mut self.tasks[task.index()].signalling;
        let Some(newest) = signalling.sections.last().cloned() else {
            return rules::section_not_closed::report_unopened(self, task, site);
        };
        let mut closes = signalling.sections.len() - 1;
        if name != 0 && newest.name != 0 && name != newest.name {
            rules::section_not_closed::report_order(self, task, newest.site, site);
            let sections = &self.tasks[task.index()].signalling.sections;
            // Close the one that was meant, so that the rest of the task is judged as it was written.
            let Some(meant) = sections.iter().rposition(|section| section.name == name) else {
                return;
            };
            closes = meant;
        }
        let signalling = &mut self.tasks[task.index()].signalling;
        let nested = signalling.sections.remove(closes).nested;
        let last = signalling.sections.is_empty();
        if self.is_strict() && last {
            self.hand_off_at_end(task);
            let held = self.tasks[task.index()].task.held();
            if held
                .iter()
                .any(|held| held.is(map) && held.how.mode.is_read())
            {
                self.release(task, map, site);
            }
        } else if !nested && !self.is_strict() {
            self.release(task, map, site);
        }
    }

    /// `__dma_fence_might_wait()`: a wait for some fence.
    pub(crate) fn wait_for_any_fence(&mut self, task: TaskId, site: Site) {
        self.might_sleep(task, site);
        let Some(map) = self.fence_map() else { return };
        if self.stopped {
            return;
        }
        let in_section = self.section_held(task, map);
        if in_section {
            self.release(task, map, site);
        }
        self.touch(task, map.class, Mode::Exclusive, site);
        if in_section && !self.stopped {
            let mut how = How::new(Mode::Read);
            how.try_lock = self.config.fence_begin == FenceBegin::Trylock;
            self.acquire(task, map, map.class, how, site);
            if self.is_strict() && self.config.evidence == Evidence::Sections {
                rules::wait_in_section::report(self, task, None, site);
            }
        }
    }

    /// The gates held at this moment.
    pub(crate) fn gates_now(&mut self, task: TaskId) -> GateSet {
        if !self.is_strict() {
            return GateSet::EMPTY;
        }
        let held = self.tasks[task.index()].task.held();
        let gates = held
            .iter()
            .filter(|held| self.classes[held.class].kind.is_lock())
            .map(|held| (self.classes[held.class].base, held.how.mode.is_read()))
            .collect();
        self.gates.intern(gates)
    }

    fn happened(&mut self, task: TaskId, site: Site) -> Happened {
        Happened {
            at: self.fences.tick(),
            task,
            site,
            gates: self.gates_now(task),
        }
    }

    /// The fence becomes reachable.
    pub(crate) fn publish(&mut self, task: TaskId, fence: FenceId, resv: Option<Lock>, site: Site) {
        let happened = self.happened(task, site);
        let state = &mut self.tasks[task.index()];
        let in_section = state.signalling.in_section();
        let unlocked = |resv: &Lock| !state.task.held().iter().any(|held| held.is(*resv));
        if let Some(resv) = resv.filter(unlocked) {
            rules::add_without_reserve::report(self, task, fence, resv, site);
        }
        if !in_section {
            rules::publish_outside_section::report(self, task, fence, site);
        }
        let about = self.fences.get_mut(fence);
        if about.published.is_none() {
            about.published = Some(happened);
            self.tasks[task.index()].signalling.published.push(fence);
        }
        if self.fences.get(fence).unbounded {
            rules::unbounded_fence::report(self, task, fence, site);
        }
    }

    /// `dma_fence_init()` in a recording: from here on others may come to wait.
    pub fn fence_born(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let happened = self.happened(task, site);
        if self.fences.get(fence).published.is_none() {
            self.fences.live += 1;
        }
        self.fences.get_mut(fence).published = Some(happened);
    }

    /// The issuer signals.
    pub(crate) fn signal(&mut self, task: TaskId, fence: FenceId, error: bool, site: Site) {
        if self.tasks[task.index()]
            .signalling
            .callbacks
            .iter()
            .any(|callback| callback.fence == fence)
        {
            return rules::callback_misuse::report(self, task, fence, site);
        }
        self.use_fence_lock(task, fence, site);
        if let Some(first) = self.fences.get(fence).signalled {
            if error {
                rules::error_after_signal::report(self, task, fence, first.site, site);
            }
            return rules::signalled_twice::report(self, task, fence, first.site, site);
        }
        self.check_seqno(task, fence, site);
        self.check_issuer_reference(task, fence, site);
        let in_section = self.tasks[task.index()].signalling.in_section();
        // A recorded signal comes from inside dma_fence_signal(), which is a section by itself.
        if !in_section && self.config.evidence == Evidence::Sections {
            rules::signal_outside_section::report(self, task, fence, site);
        }
        self.take_and_give_fence_lock(task, fence, in_section, site);
        self.note_signalling_work(task, site);
        self.record_needs(task, fence, site);
        self.settle_waits(task, fence);
        let happened = self.happened(task, site);
        let about = self.fences.get_mut(fence);
        about.signalled = Some(happened);
        if about.published.is_some() && self.config.evidence == Evidence::WholeThread {
            self.fences.live = self.fences.live.saturating_sub(1);
        }
        if let Some(published) = self.fences.get(fence).published {
            let own = &mut self.tasks[published.task.index()].signalling.published;
            own.retain(|&published| published != fence);
        }
    }

    /// `dma_fence_signal()` takes the fence's own lock unless the caller holds it, in a section of its own.
    fn take_and_give_fence_lock(
        &mut self,
        task: TaskId,
        fence: FenceId,
        in_section: bool,
        site: Site,
    ) {
        let lock = self.fences.get(fence).lock;
        if self.config.evidence == Evidence::WholeThread || self.holds_fence_lock(task, lock) {
            return;
        }
        let atomic = self.tasks[task.index()].task.context().in_atomic();
        if !in_section && !atomic {
            self.begin_signalling(task, 0, site);
        }
        self.switch_context(task, ContextOp::IrqOff);
        self.acquire(task, lock, lock.class, How::new(Mode::Exclusive), site);
        self.release(task, lock, site);
        self.switch_context(task, ContextOp::IrqOn);
        if !in_section && !atomic {
            self.tasks[task.index()].signalling.sections.pop();
            if let Some(map) = self.fence_map() {
                self.release(task, map, site);
            }
        }
    }

    pub(crate) fn holds_fence_lock(&self, task: TaskId, lock: Lock) -> bool {
        let state = &self.tasks[task.index()];
        state
            .task
            .held()
            .iter()
            .any(|held| held.is(lock) || held.class == lock.class)
    }

    /// Everything the signal of `fence` depended on becomes a dependency of its timeline.
    fn record_needs(&mut self, task: TaskId, fence: FenceId, site: Site) {
        if !self.is_strict() {
            return;
        }
        let about = self.fences.get(fence);
        let (timeline, published) = (about.timeline, about.published);
        let whole_thread = self.config.evidence == Evidence::WholeThread;
        let level = self.tasks[task.index()].task.context().irq_level();
        let signalling = &self.tasks[task.index()].signalling;
        let section = signalling
            .sections
            .iter()
            .find(|section| section.level == level)
            .cloned();
        let own = published.filter(|published| whole_thread || published.task == task);
        let floor = if level > 0 {
            signalling.irq_floor
        } else {
            signalling.history_floor
        };
        let (since, from_site, gates) = match (own, &section) {
            (Some(published), _) => (published.at.max(floor), published.site, published.gates),
            (None, Some(section)) => (section.opened, section.site, section.gates),
            (None, None) => (Moment::MAX, site, GateSet::EMPTY),
        };
        let counts = |need: &&Need| need.at > since && need.level == level;
        let mut needs: Vec<Need> = signalling
            .history
            .values()
            .filter(counts)
            .copied()
            .collect();
        needs.sort_unstable_by_key(|need| need.at);
        let label = self.task_label(task);
        let same_task = own.is_some_and(|published| published.task == task);
        let gates = if whole_thread { GateSet::EMPTY } else { gates };
        for need in needs {
            if need.class != timeline && !(whole_thread && self.is_contract(need.class)) {
                let to = (need.class, need.mode, need.site);
                let gates = self.gates.intersection(gates, need.gates);
                self.depend_on((timeline, from_site), to, gates, label, Why::BeforeSignal);
            }
        }
        if whole_thread {
            self.record_waited(task, fence, since);
        }
        // What was held when the section opened (or is held around a signal without one) is needed too, unless this task
        // published the fence itself: then it was taken either before, and nobody can wait for this task to get it, or
        // since, and the history has it.
        if same_task && !whole_thread {
            return;
        }
        let held = section.map_or_else(|| self.held_under(task), |section| section.held);
        let own_lock = self.fences.get(fence).lock.class;
        for entry in held {
            let counts = match self.classes[entry.class].kind {
                ClassKind::Workqueue => true,
                // What a recorded item does after its signal is no part of it.
                _ if whole_thread => false,
                // A trylock that failed would have sent the task another way, not made it wait.
                ClassKind::Lock => !entry.tried && entry.class != own_lock,
                // Nobody waits to get into these.
                ClassKind::Power | ClassKind::Timer => false,
                _ => true,
            };
            if counts {
                let to = (entry.class, entry.mode, entry.site);
                self.depend_on((timeline, site), to, entry.gates, label, Why::AroundSignal);
            }
        }
    }

    /// What the task holds now that a signal or completion on it depends on, each with the gates around it. An interrupt
    /// does not depend on the locks of the task it interrupted, but the item it is the body of contains it.
    pub(crate) fn held_under(&mut self, task: TaskId) -> alloc::boxed::Box<[HeldUnder]> {
        let depth = if self.is_strict() {
            self.tasks[task.index()].task.depth()
        } else {
            0
        };
        let entry = |engine: &mut Self, at| {
            let gates = engine.gates_below(task, at);
            let held = engine.tasks[task.index()].task.held()[at];
            HeldUnder {
                class: held.class,
                mode: held.how.mode,
                site: held.site,
                gates,
                tried: held.how.try_lock,
            }
        };
        let level = self.tasks[task.index()].task.context().irq_level();
        let held = &self.tasks[task.index()].task.held()[..depth];
        let counts = |held: &Held| match self.classes[held.class].kind {
            ClassKind::Lock
            | ClassKind::WwContext
            | ClassKind::PseudoLock
            | ClassKind::Power
            | ClassKind::Timer => held.level == level,
            ClassKind::WorkItem => true,
            ClassKind::Workqueue => self.queue_runs_alone(held.class),
            // Fences are waited for, not held; reclaim, notifiers and readers keep nobody out.
            _ => false,
        };
        let counted: Vec<usize> = (0..depth).filter(|&at| counts(&held[at])).collect();
        counted.into_iter().map(|at| entry(self, at)).collect()
    }

    /// Between fences a recording is judged fence by fence: timelines that take turns are no cycle.
    fn record_waited(&mut self, task: TaskId, fence: FenceId, since: Moment) {
        let waited = core::mem::take(&mut self.tasks[task.index()].signalling.waited);
        let needed = waited
            .iter()
            .filter(|(other, at, _)| *at > since && *other != fence);
        self.fences.get_mut(fence).needed = needed.map(|&(other, _, site)| (other, site)).collect();
        self.tasks[task.index()].signalling.waited = waited;
        if let Some(path) = self.needs_itself(fence) {
            rules::timeline_wait_cycle::report(self, task, fence, &path);
        }
    }

    /// The fences, one needed by the other, by way of which signalling `fence` needed itself. Looks at each fence once,
    /// and not at more than a few thousand.
    fn needs_itself(&self, fence: FenceId) -> Option<Vec<(FenceId, Site)>> {
        const LOOKED_AT: usize = 4_096;
        let mut seen: HashSet<FenceId, Hasher> = HashSet::default();
        let mut queue: Vec<(FenceId, Site, usize)> =
            alloc::vec![(fence, Site::UNKNOWN, usize::MAX)];
        let mut at = 0;
        while let Some(&(from, _, _)) = queue.get(at) {
            for &(next, site) in &self.fences.get(from).needed {
                if next == fence {
                    let mut path = alloc::vec![(next, site)];
                    let mut back = at;
                    while let Some(&(on_path, site, before)) = queue.get(back).filter(|_| back > 0)
                    {
                        path.push((on_path, site));
                        back = before;
                    }
                    path.reverse();
                    return Some(path);
                }
                let fresh =
                    self.fences.is_current(next) && queue.len() < LOOKED_AT && seen.insert(next);
                if fresh {
                    queue.push((next, site, at));
                }
            }
            at += 1;
        }
        None
    }

    /// A signal settles the waits for that fence: the signaller's own earlier ones were for itself.
    fn settle_waits(&mut self, task: TaskId, fence: FenceId) {
        let floor = self.tasks[task.index()].signalling.history_floor;
        for wait in self.fences.pending.remove(&fence).unwrap_or_default() {
            if wait.task == task && wait.at >= floor {
                rules::wait_in_own_section::report_fence(self, &wait);
            } else if wait.in_section && !wait.earlier {
                rules::wait_in_section::report_pending(self, &wait);
            }
        }
        let own = self
            .fences
            .get(fence)
            .published
            .filter(|published| published.task == task);
        let waits = &self.tasks[task.index()].signalling.user_waits;
        let between =
            own.and_then(|published| waits.iter().find(|(at, _)| *at > published.at).copied());
        if let Some((_, site)) = between {
            rules::wait_for_user::report(self, task, site);
        }
    }

    fn check_seqno(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let about = self.fences.get(fence);
        let (Some(seqno), timeline) = (about.seqno, about.timeline) else {
            return;
        };
        match self.fences.latest.get(&timeline).copied() {
            // 32 bits that wrap: later means a positive signed distance.
            Some((latest, before)) if !(1..1 << 31).contains(&seqno.wrapping_sub(latest)) => {
                rules::seqno_misuse::report(self, task, fence, latest, before, site);
            }
            _ => {
                self.fences.latest.insert(timeline, (seqno, site));
            }
        }
    }

    fn check_issuer_reference(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let about = self.fences.get(fence);
        if let Some(dropped) = about.dropped.filter(|_| about.references <= 0) {
            rules::issuer_without_reference::report(self, task, fence, dropped.site, site);
        }
    }

    /// The issuer gives up its handle.
    pub(crate) fn drop_issuer(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let happened = self.happened(task, site);
        let about = self.fences.get_mut(fence);
        if about.signalled.is_none() {
            about.dropped = Some(happened);
        }
    }

    /// `dma_fence_is_signaled()`: takes the fence's lock only while it is pending.
    pub(crate) fn poll(&mut self, task: TaskId, fence: FenceId, site: Site) {
        if self.fences.get(fence).signalled.is_none() {
            self.use_fence_lock(task, fence, site);
        }
    }

    /// A use of the fence that takes its lock, which must not have been freed.
    pub(crate) fn use_fence_lock(&mut self, task: TaskId, fence: FenceId, site: Site) {
        if let Some(freed) = self.fences.get(fence).lock_freed {
            rules::lock_outlived_by_fence::report(self, task, fence, freed, site);
        }
    }

    /// The memory of a lock is freed: fences that share it and still live have outlived it.
    pub(crate) fn fence_locks_freed(&mut self, task: TaskId, lock: Lock, site: Site) {
        for id in self.fences.ids() {
            let fence = self.fences.get_mut(id);
            if !fence.shares_lock || fence.lock != lock {
                continue;
            }
            fence.lock_freed = Some(site);
            let alive =
                fence.published.is_some() && fence.signalled.is_none() || fence.references > 0;
            if alive {
                rules::lock_outlived_by_fence::report(self, task, id, site, site);
            }
        }
    }

    /// A callback starts: with the fence's lock held, which it takes itself where nobody has.
    pub(crate) fn callback_begin(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let lock = self.fences.get(fence).lock;
        let took_lock = !self.holds_fence_lock(task, lock);
        if took_lock {
            self.lock_fence(task, fence, site);
        }
        let depth = self.tasks[task.index()].task.depth();
        let callback = Callback {
            fence,
            took_lock,
            depth,
        };
        self.tasks[task.index()].signalling.callbacks.push(callback);
    }

    pub(crate) fn callback_end(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let callbacks = &mut self.tasks[task.index()].signalling.callbacks;
        let at = callbacks
            .iter()
            .rposition(|callback| callback.fence == fence);
        let Some(callback) = at.map(|at| callbacks.remove(at)) else {
            return;
        };
        let held = self.tasks[task.index()].task.held();
        if let Some(left) = held.get(callback.depth) {
            let class = left.class;
            rules::callback_misuse::report_lock(self, task, fence, class, site);
        }
        if callback.took_lock {
            self.unlock_fence(task, fence, site);
        }
    }

    pub(crate) fn lock_fence(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let lock = self.fences.get(fence).lock;
        self.use_fence_lock(task, fence, site);
        self.switch_context(task, ContextOp::IrqOff);
        self.acquire(task, lock, lock.class, How::new(Mode::Exclusive), site);
        self.switch_context(task, ContextOp::PreemptOff);
    }

    pub(crate) fn unlock_fence(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let lock = self.fences.get(fence).lock;
        self.release(task, lock, site);
        self.switch_context(task, ContextOp::PreemptOn);
        self.switch_context(task, ContextOp::IrqOn);
    }

    /// Whether a later signal may ask what this task did now: it is in a section, or fences it may signal are pending.
    #[inline]
    pub(crate) fn remembers(&self, task: TaskId) -> bool {
        let signalling = &self.tasks[task.index()].signalling;
        let live = self.fences.live > 0 && self.config.evidence == Evidence::WholeThread;
        live || signalling.in_section() || !signalling.published.is_empty()
    }

    /// Remembers a blocking step that a later signal of this task may turn out to have needed.
    pub(crate) fn remember(&mut self, task: TaskId, class: ClassId, mode: Mode, site: Site) {
        if !self.remembers(task) {
            return;
        }
        let recorded = self.config.evidence == Evidence::WholeThread;
        let gates = if recorded {
            GateSet::EMPTY
        } else {
            self.gates_now(task)
        };
        let since = self.remembers_since(task);
        let at = self.fences.tick();
        let state = &mut self.tasks[task.index()];
        let level = state.task.context().irq_level();
        let new = Need {
            class,
            mode,
            site,
            at,
            level,
            gates,
        };
        let need = state
            .signalling
            .history
            .entry((class, mode, level))
            .or_insert(new);
        // The latest stands for all that still count, under the gates that all of them had.
        let gates = if need.at < since {
            gates
        } else {
            self.gates.intersection(need.gates, gates)
        };
        *need = Need { gates, ..new };
    }

    /// The moment from which on a signal of this task may ask what it did.
    fn remembers_since(&self, task: TaskId) -> Moment {
        let signalling = &self.tasks[task.index()].signalling;
        let opened = signalling.section().map(|section| section.opened);
        let published = signalling
            .published
            .iter()
            .filter_map(|&fence| Some(self.fences.get(fence).published?.at));
        opened.into_iter().chain(published).min().unwrap_or(0)
    }

    pub(crate) fn is_contract(&self, class: ClassId) -> bool {
        self.contract().is_some_and(|contract| {
            [
                contract.mmap,
                contract.resv_context,
                contract.resv,
                contract.reclaim,
                contract.notifier,
                contract.fence,
            ]
            .contains(&class)
        })
    }
}
