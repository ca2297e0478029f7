//! What only recordings have: fences that are born before anyone knows who will publish them, histories that end, and
//! events that were lost.

use crate::engine::{Engine, TaskId};
use crate::event::FenceId;
use crate::site::Site;

impl Engine {
    /// `dma_fence_init()` in a recording: from here on others may come to wait.
    pub fn fence_born(&mut self, task: TaskId, fence: FenceId, site: Site) {
        let happened = self.happened(task, site);
        if self.fences.get(fence).published.is_none() {
            self.fences.live += 1;
        }
        self.fences.get_mut(fence).published = Some(happened);
    }

    /// What this task did so far is no evidence for what it does from here on.
    pub fn new_history(&mut self, task: TaskId) {
        let now = self.fences.tick();
        let signalling = &mut self.tasks[task.index()].signalling;
        signalling.history_floor = now;
        signalling.waited.clear();
    }

    /// The fence is gone and will not be named again.
    pub fn forget_fence(&mut self, fence: FenceId) {
        let about = self.fences.get(fence);
        let unsignalled = about.published.is_some() && about.signalled.is_none();
        if unsignalled {
            self.fences.live = self.fences.live.saturating_sub(1);
        }
        self.fences.pending.remove(&fence);
        self.fences.remove(fence);
    }

    /// Events were lost: what tasks hold, and which sections are open, is unknown from here on.
    pub fn forget_tasks(&mut self) {
        for at in 0..self.tasks.len() {
            self.forget_task(at);
        }
        self.fences.pending.clear();
    }
}
