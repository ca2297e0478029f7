//! Work items and queues: what runs elsewhere and is waited for by a flush.

use alloc::vec::Vec;

use crate::class::ClassId;
use crate::engine::Engine;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::{HandOff, QueueFlags, Queued};
use crate::site::Site;
use crate::task::{How, TaskId};
use crate::witness::Why;

impl Engine {
    /// Declares what is known of a queue. Of a queue never declared nothing is known, and nothing is reported about it.
    pub fn declare_queue(&mut self, queue: ClassId, flags: QueueFlags) {
        self.fences.queues.insert(queue, flags);
    }

    /// Says on which queue an item is run or queued.
    pub fn declare_item(&mut self, work: ClassId, queue: ClassId) {
        self.fences.item_queues.insert(work, queue);
    }

    /// Whether a queue's items wait for each other: it is ordered, or its rescuer may run them one by one.
    pub(crate) fn queue_runs_alone(&self, queue: ClassId) -> bool {
        self.fences
            .queues
            .get(&queue)
            .is_some_and(|flags| flags.ordered || flags.mem_reclaim)
    }

    pub(crate) fn queue_work(
        &mut self,
        task: TaskId,
        work: ClassId,
        queue: Option<ClassId>,
        site: Site,
    ) {
        if let Some(queue) = queue {
            self.declare_item(work, queue);
        }
        let Some(section) = self.tasks[task.index()].signalling.section().cloned() else {
            return;
        };
        let queued = Queued {
            work,
            queue: queue.or_else(|| self.fences.item_queues.get(&work).copied()),
            section: section.site,
            site,
            gates: section.gates,
        };
        self.tasks[task.index()].signalling.queued.push(queued);
    }

    /// At the end of a section, what was published there and not signalled is what queued items have to signal.
    pub(crate) fn hand_off_at_end(&mut self, task: TaskId) {
        let label = self.task_label(task);
        let signalling = &mut self.tasks[task.index()].signalling;
        let queued = core::mem::take(&mut signalling.queued);
        if queued.is_empty() {
            return;
        }
        let left = signalling.published.iter();
        let mut timelines: Vec<ClassId> =
            left.map(|&fence| self.fences.get(fence).timeline).collect();
        timelines.sort_unstable();
        timelines.dedup();
        let timelines = self.fences.number_timelines(&timelines);
        for queued in queued {
            let handoff = HandOff {
                queued,
                label,
                timelines,
            };
            // What is handed to an item counts from when the item is known to signal.
            if self.fences.signalling_work.contains(&handoff.queued.work) {
                self.record_hand_off(&handoff);
            } else {
                self.fences.keep(handoff);
            }
        }
    }

    fn record_hand_off(&mut self, handoff: &HandOff) {
        let queued = &handoff.queued;
        // Of a queue that was never declared nothing is known.
        let queue = queued
            .queue
            .filter(|queue| self.fences.queues.contains_key(queue));
        let contract = self.contract().map(|contract| contract.fence);
        let timelines = self.fences.timelines(handoff.timelines);
        for node in timelines.iter().copied().chain(contract) {
            for to in [Some(queued.work), queue].into_iter().flatten() {
                let (from, to) = ((node, queued.section), (to, Mode::Exclusive, queued.site));
                self.depend_on(from, to, queued.gates, handoff.label, Why::HandedOff);
            }
        }
    }

    /// A signal inside a work item makes it part of the signalling path.
    pub(crate) fn note_signalling_work(&mut self, task: TaskId, site: Site) {
        let works = self.tasks[task.index()].signalling.works.clone();
        for (work, queue) in works {
            if let Some(queue) = queue.filter(|queue| self.fences.lacks_rescuer(*queue)) {
                rules::queue_without_reclaim::report(self, task, work, queue, site);
            }
            if !self.fences.signalling_work.insert(work) {
                continue;
            }
            for handoff in self.fences.handed_to(work) {
                self.record_hand_off(&handoff);
            }
        }
    }

    pub(crate) fn work_begin(
        &mut self,
        task: TaskId,
        work: ClassId,
        queue: Option<ClassId>,
        site: Site,
    ) {
        let queue = queue.or_else(|| self.fences.item_queues.get(&work).copied());
        if let Some(queue) = queue {
            self.declare_item(work, queue);
            self.hold(task, queue, How::new(Mode::Exclusive), site);
        }
        self.hold(task, work, How::new(Mode::Exclusive), site);
        let now = self.fences.tick();
        let signalling = &mut self.tasks[task.index()].signalling;
        signalling.works.push((work, queue));
        if self.config.evidence == crate::config::Evidence::WholeThread {
            signalling.history_floor = now;
        }
    }

    pub(crate) fn work_end(&mut self, task: TaskId, work: ClassId, site: Site) {
        let works = &mut self.tasks[task.index()].signalling.works;
        let Some(at) = works.iter().rposition(|running| running.0 == work) else {
            return;
        };
        let (_, queue) = works.remove(at);
        self.let_go(task, work, site);
        if let Some(queue) = queue {
            self.let_go(task, queue, site);
        }
        if self.config.evidence == crate::config::Evidence::WholeThread {
            self.new_history(task);
        }
    }

    /// `flush_work()` and `cancel_work_sync()`: wait for the item, and a flush for its queue where that runs one at a time.
    pub(crate) fn flush_work(&mut self, task: TaskId, work: ClassId, flush: bool, site: Site) {
        self.might_sleep(task, site);
        let queue = self.fences.item_queues.get(&work).copied();
        self.check_flush(task, work, queue, site);
        self.touch(task, work, Mode::Exclusive, site);
        if let Some(queue) = queue.filter(|queue| flush && self.queue_runs_alone(*queue)) {
            self.touch(task, queue, Mode::Exclusive, site);
        }
    }

    pub(crate) fn flush_queue(&mut self, task: TaskId, queue: ClassId, site: Site) {
        self.might_sleep(task, site);
        self.check_flush(task, queue, Some(queue), site);
        self.touch(task, queue, Mode::Exclusive, site);
    }

    fn check_flush(&mut self, task: TaskId, what: ClassId, queue: Option<ClassId>, site: Site) {
        let signalling = &self.tasks[task.index()].signalling;
        let in_reclaim = signalling.reclaim > 0;
        if signalling.in_section() {
            rules::flush_in_signalling::report(self, task, what, site);
        }
        let lacking = queue.filter(|queue| in_reclaim && self.fences.lacks_rescuer(*queue));
        if let Some(queue) = lacking {
            rules::queue_without_reclaim::report(self, task, what, queue, site);
        }
    }
}
