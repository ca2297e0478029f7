//! What only recordings have: fences that are born before anyone knows who will publish them, histories that end, and
//! events that were lost.

use crate::engine::Engine;
use crate::event::FenceId;
use crate::site::Site;
use crate::task::TaskId;

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
        if !self.fences.is_current(fence) {
            return;
        }
        let about = self.fences.get(fence);
        if let Some(published) = about.published {
            let own = &mut self.tasks[published.task.index()].signalling.published;
            own.retain(|&other| other != fence);
        }
        let unsignalled = about.published.is_some() && about.signalled.is_none();
        if unsignalled {
            self.fences.live = self.fences.live.saturating_sub(1);
        }
        self.fences.pending.remove(&fence);
        self.fences.remove(fence);
    }

    /// Events were lost: what these tasks hold, and which sections they have open, is unknown from here on, and so is
    /// who waits for which fence. `tasks` are all that have done anything since the last time.
    ///
    /// # Panics
    /// If a task is another engine's and this one has none of that number.
    pub fn forget_tasks(&mut self, tasks: impl IntoIterator<Item = TaskId>) {
        for task in tasks {
            self.forget_task(task.index());
        }
        self.fences.pending.clear();
    }
}
