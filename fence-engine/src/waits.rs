//! Waits: for fences, events, memory, user space, and the touch of a node that all of them are to the graph.

use crate::class::{ClassId, ClassKind};
use crate::config::Evidence;
use crate::engine::Engine;
use crate::event::{AllocScope, FenceId, Gfp};
use crate::event_uses::EventWait;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::PendingWait;
use crate::site::Site;
use crate::task::{How, Lock, TaskId};

impl Engine {
    /// Takes and releases a node: what is held now depends on it.
    pub(crate) fn touch(&mut self, task: TaskId, node: ClassId, mode: Mode, site: Site) {
        let lock = Lock::map(node);
        self.remember(task, node, mode, site);
        self.acquire(task, lock, node, How::new(mode), site);
        if !self.stopped {
            self.release(task, lock, site);
        }
    }

    /// Holds a node until [`Engine::let_go`], as a task that runs a work item or is in reclaim does.
    pub(crate) fn hold(&mut self, task: TaskId, node: ClassId, how: How, site: Site) {
        self.acquire(task, Lock::map(node), node, how, site);
    }

    pub(crate) fn let_go(&mut self, task: TaskId, node: ClassId, site: Site) {
        self.release(task, Lock::map(node), site);
    }

    /// `dma_fence_wait()`.
    pub(crate) fn wait_fence(&mut self, task: TaskId, fence: FenceId, site: Site) {
        if !self.is_strict() {
            return self.wait_for_any_fence(task, site);
        }
        self.might_sleep(task, site);
        self.use_fence_lock(task, fence, site);
        let whole_thread = self.config.evidence == Evidence::WholeThread;
        let about = self.fences.get(fence);
        let (timeline, published, signalled) = (about.timeline, about.published, about.signalled);
        let section = self.tasks[task.index()].signalling.section().cloned();
        // The contract's node stands for every section's own fences: that they wait for others is another rule's matter.
        self.touch_past_sections(task, timeline, site);
        if whole_thread {
            self.note_waited(task, fence, site);
        }
        // A recording shows when a fence was initialised, which is not when it was published.
        let earlier = !whole_thread
            && section.as_ref().is_some_and(|section| {
                published.is_some_and(|published| published.at < section.opened)
            });
        let wait = PendingWait {
            fence,
            at: self.fences.tick(),
            task,
            label: self.task_label(task),
            site,
            in_section: section.is_some(),
            earlier,
        };
        if signalled.is_none() {
            // The first of a task stands for all.
            let waits = self.fences.pending.entry(fence).or_default();
            if !waits
                .iter()
                .any(|known| known.task == task && known.in_section == wait.in_section)
            {
                waits.push(wait);
            }
        } else if wait.in_section && !earlier && !whole_thread {
            rules::wait_in_section::report_pending(self, &wait);
        }
    }

    /// Remembers which fence was waited for, for the signals that come after. The oldest are forgotten.
    fn note_waited(&mut self, task: TaskId, fence: FenceId, site: Site) {
        const KEPT: usize = 256;
        let at = self.fences.tick();
        let waited = &mut self.tasks[task.index()].signalling.waited;
        if waited.len() >= KEPT {
            waited.drain(..KEPT / 2);
        }
        waited.push((fence, at, site));
    }

    /// Touches a timeline as if no section were open.
    fn touch_past_sections(&mut self, task: TaskId, timeline: ClassId, site: Site) {
        let map = self.contract().map(|contract| Lock::map(contract.fence));
        let section = map.and_then(|map| {
            let state = &self.tasks[task.index()];
            let at = state
                .task
                .held()
                .iter()
                .rposition(|held| held.is(map) && held.mode().is_read())?;
            Some((map, state.task.held()[at]))
        });
        let Some((map, entry)) = section else {
            return self.touch(task, timeline, Mode::Exclusive, site);
        };
        self.release(task, map, site);
        self.touch(task, timeline, Mode::Exclusive, site);
        let how = How {
            try_lock: true,
            ..entry.how()
        };
        self.acquire(task, map, map.class, how, entry.site);
    }

    /// Something waited for that is neither a lock nor a fence.
    pub(crate) fn wait_for(&mut self, task: TaskId, node: ClassId, sleeps: bool, site: Site) {
        if sleeps {
            self.might_sleep(task, site);
        }
        if self.classes[node].kind == ClassKind::Event {
            let wait = EventWait {
                node,
                task,
                label: self.task_label(task),
                site,
                at: self.fences.tick(),
            };
            self.fences.events.entry(node).or_default().wait(wait);
        }
        self.touch(task, node, Mode::Exclusive, site);
    }

    /// What others wait for happens: it needed every lock and busy section around it.
    pub(crate) fn complete(&mut self, task: TaskId, node: ClassId, site: Site) {
        if !self.is_strict() {
            return;
        }
        self.fences.tick();
        self.fences.events.entry(node).or_default().complete(task);
        let label = self.task_label(task);
        for held in self.held_under(task) {
            let to = (held.class, held.mode, held.site);
            self.depend_on(
                (node, site),
                to,
                held.gates,
                label,
                crate::witness::Why::AroundSignal,
            );
        }
    }

    /// An allocation: may wait for reclaim and the MMU notifiers, unless flags or scopes forbid it.
    pub(crate) fn alloc(&mut self, task: TaskId, gfp: Gfp, site: Site) {
        let signalling = &self.tasks[task.index()].signalling;
        let no_reclaim =
            signalling.reclaim > 0 || signalling.scopes.contains(&AllocScope::NoReclaim);
        let file_systems = gfp == Gfp::Kernel
            && !signalling
                .scopes
                .iter()
                .any(|scope| matches!(scope, AllocScope::NoFs | AllocScope::NoIo));
        if !gfp.blocks() {
            return;
        }
        if let Some(contract) = self.contract().filter(|_| !no_reclaim) {
            let node = if file_systems {
                contract.reclaim
            } else {
                contract.notifier
            };
            self.touch(task, node, Mode::Exclusive, site);
        }
        if !self.stopped {
            self.might_sleep(task, site);
        }
    }

    pub(crate) fn scope_end(&mut self, task: TaskId, scope: AllocScope) {
        let scopes = &mut self.tasks[task.index()].signalling.scopes;
        if let Some(at) = scopes.iter().rposition(|open| *open == scope) {
            scopes.remove(at);
        }
    }

    pub(crate) fn reclaim(&mut self, task: TaskId, begins: bool, site: Site) {
        let Some(contract) = self.contract() else {
            return;
        };
        if begins {
            self.hold(task, contract.reclaim, How::new(Mode::Exclusive), site);
            self.tasks[task.index()].signalling.reclaim += 1;
        } else {
            self.let_go(task, contract.reclaim, site);
            let reclaim = &mut self.tasks[task.index()].signalling.reclaim;
            *reclaim = reclaim.saturating_sub(1);
        }
    }

    pub(crate) fn notifier(&mut self, task: TaskId, begins: bool, site: Site) {
        let Some(contract) = self.contract() else {
            return;
        };
        if begins {
            self.hold(task, contract.notifier, How::new(Mode::Exclusive), site);
        } else {
            self.let_go(task, contract.notifier, site);
        }
    }

    /// A page fault or a copy from or to user space.
    pub(crate) fn touch_user_memory(&mut self, task: TaskId, site: Site) {
        self.might_sleep(task, site);
        if let Some(contract) = self.contract() {
            self.touch(task, contract.mmap, Mode::Read, site);
        }
    }

    /// A wait that only user space can end.
    pub(crate) fn wait_for_user(&mut self, task: TaskId, site: Site) {
        self.might_sleep(task, site);
        let state = &self.tasks[task.index()];
        if state.task.depth() > 0 || state.signalling.in_section() {
            rules::wait_for_user::report(self, task, site);
        } else {
            const KEPT: usize = 256;
            let pending = !state.signalling.published.is_empty();
            if pending && state.signalling.user_waits.len() < KEPT {
                let at = self.fences.tick();
                self.tasks[task.index()]
                    .signalling
                    .user_waits
                    .push((at, site));
            }
        }
    }

    /// `synchronize_srcu()` and kin.
    pub(crate) fn reader_sync(&mut self, task: TaskId, readers: ClassId, site: Site) {
        self.might_sleep(task, site);
        self.remember(task, readers, Mode::Exclusive, site);
        let lock = Lock::map(readers);
        self.sync(task, lock, readers, How::new(Mode::Exclusive), site);
    }
}
