//! Workqueues in a recording: which items run where, and whether a queue runs one at a time.

use fence_engine::{ClassId, QueueFlags};

use super::{MAX_HELD, MAX_NAMES, MAX_PENDING, Queue, Replay};
use crate::tracefs::Workqueue;

impl Replay {
    pub(super) fn workqueue(&mut self, at: usize, event: Workqueue<'_>) {
        match event {
            Workqueue::QueueWork {
                work, workqueue, ..
            } => {
                let partly_seen = self.work_partly_seen;
                let queue = self
                    .queues
                    .entry(workqueue.into())
                    .or_insert_with(|| Queue {
                        partly_seen,
                        ..Queue::default()
                    });
                if let [active] = queue.active[..]
                    && active != work
                    && queue.waiting.len() < MAX_HELD
                {
                    queue.waiting.push((work, active));
                }
                if self.items.len() >= MAX_PENDING || self.queues.len() >= MAX_NAMES {
                    self.reach_limit(
                        "more than 262,144 work items or queues: earlier ones are forgotten",
                    );
                    self.items.clear();
                    self.queues.clear();
                }
                self.items.insert(work, workqueue.into());
            }
            Workqueue::ActivateWork { work, .. } => {
                let Some(queue) = self
                    .items
                    .get(&work)
                    .and_then(|name| self.queues.get_mut(name))
                else {
                    return;
                };
                let waited = queue.waiting.iter().position(|waiting| waiting.0 == work);
                if let Some(position) = waited {
                    let (_, before) = queue.waiting.swap_remove(position);
                    // It could start only after the one item before it was done.
                    queue.alone |= queue.active.is_empty() && !queue.active.contains(&before);
                }
                if !queue.active.contains(&work) && queue.active.len() < MAX_HELD {
                    queue.active.push(work);
                }
                if queue.alone && !queue.partly_seen {
                    self.runs_alone(work);
                }
            }
            Workqueue::ExecuteStart { work, function } => {
                self.has_work_events = true;
                self.know_of_unseen(work, Some(function));
                self.engine.new_history(self.states[at].id);
            }
            Workqueue::ExecuteEnd { work, function } => {
                self.know_of_unseen(work, function);
                self.engine.new_history(self.states[at].id);
                if let Some(queue) = self
                    .items
                    .remove(&work)
                    .and_then(|name| self.queues.get_mut(&name))
                {
                    queue.active.retain(|active| *active != work);
                }
            }
        }
    }

    /// An item runs that was not seen being queued, on whichever queue: it was queued before the recording began, or its
    /// event was lost. From then on no queue is said to run one item at a time.
    pub(super) fn know_of_unseen(&mut self, work: u64, function: Option<&[u8]>) {
        // A flush runs an item of its own, which is queued without an event.
        let barrier = function.is_some_and(|function| function.starts_with(b"wq_barrier_func"));
        if !barrier && !self.items.contains_key(&work) {
            self.doubt_queues();
        }
    }

    pub(super) fn doubt_queues(&mut self) {
        self.work_partly_seen = true;
        let mut classes: Vec<ClassId> = Vec::new();
        #[allow(
            clippy::iter_over_hash_type,
            reason = "the classes are sorted before anything is said"
        )]
        for queue in self.queues.values_mut() {
            queue.partly_seen = true;
            classes.extend(queue.class.take());
        }
        classes.sort_unstable();
        for class in classes {
            self.engine.declare_queue(class, QueueFlags::default());
        }
    }

    pub(super) fn runs_alone(&mut self, work: u64) {
        let Some(name) = self.items.get(&work) else {
            return;
        };
        let label = [b"(wq_completion)", &name[..]].concat();
        let name = name.clone();
        let class = self.name(&label).class;
        if let Some(queue) = self.queues.get_mut(&name)
            && queue.class.is_none()
        {
            queue.class = Some(class);
            self.engine.declare_queue(
                class,
                QueueFlags {
                    mem_reclaim: false,
                    ordered: true,
                },
            );
        }
    }
}
