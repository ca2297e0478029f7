//! The end of a task and of a run: what is still held, open, owed or waited for.

use alloc::vec::Vec;

use crate::class::ClassKind;
use crate::engine::{Engine, TaskId};
use crate::event::Event;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::EventUse;
use crate::site::Site;
use crate::task::{How, Lock};

impl Engine {
    /// All the events that are about fences, waits and memory rather than locks.
    pub(crate) fn feed_signalling(&mut self, task: TaskId, event: Event, site: Site) {
        match event {
            Event::WaitFor { node, sleeps } => self.wait_for(task, node, sleeps, site),
            Event::BeginSignalling { name } => self.begin_signalling(task, name, site),
            Event::EndSignalling { name } => self.end_signalling(task, name, site),
            Event::WaitForAnyFence => self.wait_for_any_fence(task, site),
            Event::Publish { fence, resv } => self.publish(task, fence, resv, site),
            Event::Signal { fence, error } => self.signal(task, fence, error, site),
            Event::WaitFence { fence } => self.wait_fence(task, fence, site),
            Event::Poll { fence } => self.poll(task, fence, site),
            Event::DropIssuer { fence } => self.drop_issuer(task, fence, site),
            Event::Get { fence } => self.fences.get_mut(fence).references += 1,
            Event::Put { fence } => self.fences.get_mut(fence).references -= 1,
            Event::LockFence { fence } => self.lock_fence(task, fence, site),
            Event::UnlockFence { fence } => self.unlock_fence(task, fence, site),
            Event::CallbackBegin { fence } => self.callback_begin(task, fence, site),
            Event::CallbackEnd { fence } => self.callback_end(task, fence, site),
            Event::Alloc(gfp) => self.alloc(task, gfp, site),
            Event::ScopeBegin(scope) => self.tasks[task.index()].signalling.scopes.push(scope),
            Event::ScopeEnd(scope) => self.scope_end(task, scope),
            Event::ReclaimBegin => self.reclaim(task, true, site),
            Event::ReclaimEnd => self.reclaim(task, false, site),
            Event::NotifierBegin => self.notifier(task, true, site),
            Event::NotifierEnd => self.notifier(task, false, site),
            Event::TouchUserMemory => self.touch_user_memory(task, site),
            Event::QueueWork { work, queue } => self.queue_work(task, work, queue, site),
            Event::WorkBegin { work, queue } => self.work_begin(task, work, queue, site),
            Event::WorkEnd { work } => self.work_end(task, work, site),
            Event::FlushWork { work } => self.flush_work(task, work, true, site),
            Event::CancelWorkSync { work } => self.flush_work(task, work, false, site),
            Event::FlushQueue { queue } => self.flush_queue(task, queue, site),
            Event::TimerBegin { timer } => self.timer_begin(task, timer, site),
            Event::TimerEnd { timer } => self.timer_end(task, timer, site),
            Event::Complete { node } => self.complete(task, node, site),
            Event::WaitForUser => self.wait_for_user(task, site),
            Event::PowerBusyBegin { power } => {
                self.hold(task, power, How::new(Mode::Exclusive).tried(), site);
            }
            Event::PowerBusyEnd { power } => self.let_go(task, power, site),
            Event::ReaderEnter { readers } => {
                self.hold(task, readers, How::new(Mode::RecursiveRead), site);
            }
            Event::ReaderExit { readers } => self.let_go(task, readers, site),
            Event::ReaderSync { readers } => self.reader_sync(task, readers, site),
            Event::Buffer {
                op,
                buffer,
                unlocked,
            } => self.buffer(task, op, buffer, unlocked, site),
            Event::WwDone { context } => self.ww_done(task, context, site),
            Event::WwEnd { context } => self.ww_end(task, context, site),
            Event::Return => self.leave(task, site),
            Event::TaskEnd => self.task_end(task, site),
            _ => {}
        }
    }

    /// The task ends: nothing may be held. Whatever was held is forgotten.
    fn task_end(&mut self, task: TaskId, site: Site) {
        self.leave(task, site);
        let fresh = self.new_task();
        let state = &mut self.tasks[task.index()];
        state.task = fresh;
        state.signalling = crate::signalling::Signalling::default();
        state.beyond.clear();
    }

    fn leave(&mut self, task: TaskId, site: Site) {
        let signalling = &self.tasks[task.index()].signalling;
        if self.is_strict()
            && let Some(section) = signalling.section().cloned()
        {
            rules::section_not_closed::report_open(self, task, section.site, site);
        }
        let counts = |kind: ClassKind| !self.is_strict() || kind != ClassKind::FenceContract;
        let held = self.tasks[task.index()].task.held();
        if held
            .iter()
            .any(|held| counts(self.classes[held.class].kind))
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
        for id in self.fences.ids() {
            let fence = self.fences.get(id);
            let owed = fence.published.filter(|_| fence.signalled.is_none());
            let recorded = self.config.evidence == crate::config::Evidence::WholeThread;
            if let Some(published) = owed.filter(|_| !recorded) {
                rules::never_signalled::report(self, published.task, id, published.site);
            }
        }
        for bracket in self.fences.brackets.clone() {
            if bracket.open != 0 && !bracket.reported {
                rules::unbalanced_access::report(self, &bracket);
            }
        }
    }

    /// A wait for an event whose every completion comes later on the same task never ends.
    fn finish_events(&mut self) {
        let events = core::mem::take(&mut self.fences.events);
        let waits: Vec<EventUse> = events
            .iter()
            .filter(|event| !event.completes)
            .copied()
            .collect();
        for wait in waits {
            let mut completions = events
                .iter()
                .filter(|event| event.completes && event.node == wait.node)
                .peekable();
            let any = completions.peek().is_some();
            if any && completions.all(|done| done.task == wait.task && done.at > wait.at) {
                rules::wait_in_own_section::report_event(self, &wait);
            }
        }
    }
}
