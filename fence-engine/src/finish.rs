//! The end of a task and of a run: what is still held, open, owed or waited for.

use alloc::vec::Vec;

use crate::class::ClassKind;
use crate::config::Evidence;
use crate::engine::Engine;
use crate::event_uses::{EventUses, EventWait};
use crate::rules;
use crate::signalling::Signalling;
use crate::site::Site;
use crate::task::{Lock, TaskId};

impl Engine {
    /// The task ends: nothing may be held. Whatever was held is forgotten.
    pub(crate) fn task_end(&mut self, task: TaskId, site: Site) {
        self.leave(task, site);
        self.forget_task(task.index());
    }

    /// Nothing is held, open or owed by the task from here on.
    pub(crate) fn forget_task(&mut self, index: usize) {
        let fresh = self.new_task();
        let state = &mut self.tasks[index];
        state.task = fresh;
        state.signalling = Signalling::default();
        state.beyond.clear();
    }

    pub(crate) fn leave(&mut self, task: TaskId, site: Site) {
        let section = self.tasks[task.index()].signalling.section();
        if let Some(section) = section.filter(|_| self.is_strict()) {
            rules::section_not_closed::report_open(self, task, section.site, site);
        }
        let counts = |kind: ClassKind| !self.is_strict() || kind != ClassKind::FenceContract;
        let held = self.tasks[task.index()].task.held();
        if held
            .iter()
            .any(|held| counts(self.classes[held.class()].kind))
        {
            rules::lock_held_at_exit::report(self, task, site);
        }
    }

    /// The memory of a lock is freed; fences that share the lock have lost it.
    pub(crate) fn free_lock(&mut self, task: TaskId, lock: Lock, site: Site) {
        self.free(task, lock, site);
        if self.is_strict() {
            self.fence_locks_freed(task, lock, site);
        }
    }

    /// The run is over: reports what only its end can tell. Call it once; what is fed later is not covered.
    pub fn finish(&mut self) {
        if self.stopped || !self.is_strict() {
            return;
        }
        let mut pending: Vec<_> = core::mem::take(&mut self.fences.pending)
            .into_values()
            .flatten()
            .collect();
        pending.sort_unstable_by_key(|wait| wait.at);
        for wait in pending
            .iter()
            .filter(|wait| wait.in_section && !wait.earlier)
        {
            rules::wait_in_section::report_pending(self, wait);
        }
        self.finish_events();
        // A recording ends somewhere: what was not signalled by then may have been later.
        if self.config.evidence == Evidence::Sections {
            for id in self.fences.ids() {
                let fence = self.fences.get(id);
                let owed = fence.published.filter(|_| fence.signalled.is_none());
                if let Some(published) = owed {
                    rules::never_signalled::report(self, published.task, id, published.site);
                }
            }
        }
        self.finish_brackets();
    }

    /// A wait for an event whose every completion comes later on the same task never ends.
    fn finish_events(&mut self) {
        let events = core::mem::take(&mut self.fences.events);
        let endless = events.values().flat_map(EventUses::endless);
        let mut endless: Vec<EventWait> = endless.copied().collect();
        endless.sort_unstable_by_key(|wait| wait.at);
        for wait in &endless {
            rules::wait_in_own_section::report_event(self, wait);
        }
    }
}
