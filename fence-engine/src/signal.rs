//! A signal, and what it depended on: everything a waiter for the fence waits for in turn.

use alloc::vec::Vec;
use hashbrown::HashSet;

use crate::class::ClassKind;
use crate::config::Evidence;
use crate::context::ContextOp;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::gates::GateSet;
use crate::hash::Hasher;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::{HeldUnder, Moment, Need};
use crate::site::Site;
use crate::task::{Held, How, TaskId};
use crate::witness::Why;

impl Engine {
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
                class: held.class(),
                mode: held.mode(),
                site: held.site,
                gates,
                tried: held.try_lock(),
            }
        };
        let level = self.tasks[task.index()].task.context().irq_level();
        let held = &self.tasks[task.index()].task.held()[..depth];
        let counts = |held: &Held| match self.classes[held.class()].kind {
            ClassKind::Lock
            | ClassKind::WwContext
            | ClassKind::PseudoLock
            | ClassKind::Power
            | ClassKind::Timer => held.level() == level,
            ClassKind::WorkItem => true,
            ClassKind::Workqueue => self.queue_runs_alone(held.class()),
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
}
