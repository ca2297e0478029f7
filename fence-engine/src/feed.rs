//! Where each event goes that is about fences, waits and memory rather than locks.

use crate::engine::Engine;
use crate::event::Event;
use crate::mode::Mode;
use crate::site::Site;
use crate::task::{How, TaskId};

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
}
