//! What a pattern says before its first thread runs: queues, fences, orders, and the kinds and classes of locks.

use fence_engine::{ClassKind, ClassSpec, FenceSpec, QueueFlags, Site};

use super::Player;
use crate::pattern::{self, LockKind, OpKind, Pattern, WwContext};

impl<'a> Player<'a> {
    /// Declares what stands at the head of the pattern, and the locks, whose kinds and classes later lines may leave out.
    pub(super) fn declare(&mut self, pattern: &'a Pattern) {
        let ops = || pattern.threads.iter().flat_map(|thread| &thread.ops);
        for op in ops() {
            match &op.kind {
                OpKind::Lock(lock) => {
                    self.lock_of(&lock.name, lock.class(), lock.kind);
                    if let Some(WwContext::Named(context)) = &lock.context {
                        self.ww_classes.entry(context).or_insert(lock.class());
                    }
                }
                OpKind::SpinIrq { lock, options } => {
                    let class = options
                        .class
                        .as_ref()
                        .map_or(lock.class_part(), |class| class.as_str());
                    self.lock_of(lock, class, LockKind::Spin);
                }
                OpKind::Workqueue(queue) => self.queue_flags(queue),
                // A flush waits for the item's queue too, wherever it is said which that is.
                OpKind::Queue {
                    work,
                    queue: Some(queue),
                }
                | OpKind::Run {
                    work,
                    queue: Some(queue),
                } => {
                    let work = self.node(work, ClassKind::WorkItem);
                    let queue = self.node(queue, ClassKind::Workqueue);
                    self.engine.declare_item(work, queue);
                }
                _ => {}
            }
        }
        for decl in &pattern.workqueues {
            self.queue_flags(&decl.queue);
        }
        for fence in &pattern.fences {
            let lock = fence
                .lock
                .as_ref()
                .map(|lock| self.lock_of(lock, lock.class_part(), LockKind::Spin));
            let timeline = fence
                .context
                .as_ref()
                .map_or(fence.name.as_str(), |context| context.as_str());
            let spec = FenceSpec {
                name: &fence.name,
                timeline,
                lock,
                seqno: fence.seqno,
                unbounded: fence.unbounded,
            };
            let id = self.engine.declare_fence(&spec);
            self.fences.insert(&fence.name, id);
        }
        for order in &pattern.orders {
            let source = self.engine.sources_mut().intern(self.file, "order");
            let site = Site::new(source, order.pos.line.into(), order.pos.column);
            for pair in order.classes.windows(2) {
                let [outer, inner] = [&pair[0], &pair[1]]
                    .map(|name| self.engine.declare(&ClassSpec::new(name, ClassKind::Lock)));
                self.engine.declare_order(outer, inner, site);
            }
        }
    }

    fn queue_flags(&mut self, queue: &pattern::Workqueue) {
        let class = self.node(&queue.name, ClassKind::Workqueue);
        self.engine.declare_queue(
            class,
            QueueFlags {
                mem_reclaim: queue.mem_reclaim,
                ordered: queue.ordered,
            },
        );
    }
}
