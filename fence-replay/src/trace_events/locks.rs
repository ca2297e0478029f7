//! Locks in a recording: taking and releasing them, and making up for releases that were not recorded.

use fence_engine::{ClassId, ClassKind, ContextState, Event, How, Instance, Lock, Mode, Site};

use super::{Held, LockName, MAX_HELD, Replay, Role};
use crate::tracefs::Flags;

impl Replay {
    pub(super) fn flags(&mut self, at: usize, flags: Flags, site: Site) {
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

    pub(super) fn in_interrupt(&self, at: usize) -> bool {
        self.states[at]
            .flags
            .is_some_and(|flags| flags.hardirq || flags.softirq || flags.nmi)
    }

    pub(super) fn acquire(
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

    pub(super) fn hold(&mut self, at: usize, held: Held) {
        if self.states[at].held.len() >= MAX_HELD {
            self.states[at].held.remove(0);
            self.reach_limit("more than 1,024 locks held by one task: the oldest are forgotten");
        }
        self.states[at].held.push(held);
    }

    /// The task went on after taking a lock it seemed to hold: the release in between was lost.
    pub(super) fn unstick(&mut self, at: usize) {
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
    pub(super) fn drop_held(&mut self, at: usize, lost: impl Fn(&Held) -> bool, site: Site) {
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

    pub(super) fn is_context(&self, class: ClassId) -> bool {
        class == self.contract.resv_context
    }

    pub(super) fn lock(&self, known: &LockName, addr: u64) -> Lock {
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

    pub(super) fn holds_queue(&self, at: usize) -> bool {
        self.engine
            .holds_kind(self.states[at].id, ClassKind::Workqueue)
    }

    pub(super) fn release(&mut self, at: usize, addr: u64, name: &[u8], site: Site) {
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
}
