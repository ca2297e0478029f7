//! A fence's own lock and what runs under it: its callbacks, and how long the lock has to live.

use crate::context::ContextOp;
use crate::engine::Engine;
use crate::event::FenceId;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::Callback;
use crate::site::Site;
use crate::task::{How, Lock, TaskId};

impl Engine {
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
        for id in self.fences.sharing(lock) {
            let fence = self.fences.get_mut(id);
            fence.lock_freed = Some(site);
            let alive =
                fence.published.is_some() && fence.signalled.is_none() || fence.references > 0;
            if alive {
                rules::lock_outlived_by_fence::report(self, task, id, site, site);
            }
        }
    }

    pub(crate) fn holds_fence_lock(&self, task: TaskId, lock: Lock) -> bool {
        let state = &self.tasks[task.index()];
        state
            .task
            .held()
            .iter()
            .any(|held| held.is(lock) || held.class() == lock.class)
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
            let class = left.class();
            rules::callback_misuse::report_lock(self, task, fence, class, site);
        }
        if callback.took_lock {
            self.unlock_fence(task, fence, site);
        }
    }
}
