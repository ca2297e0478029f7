//! Waits for one event and its completions, as far as they tell whether a wait can end.

use alloc::vec::Vec;

use crate::class::ClassId;
use crate::signalling::Moment;
use crate::site::{Site, SourceId};
use crate::task::TaskId;
use crate::who::Who;

/// A wait for an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventWait {
    pub(crate) node: ClassId,
    pub(crate) task: TaskId,
    pub(crate) label: SourceId,
    pub(crate) site: Site,
    pub(crate) at: Moment,
}

/// What happened to one event.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventUses {
    /// Waits before the first completion, by tasks that may yet be the only ones to complete it.
    waits: Vec<EventWait>,
    completed_by: Who,
}

impl EventUses {
    /// Notes a wait. One after a completion may be for that one, and one like another says nothing new; of waits that
    /// differ the first few hundred are kept.
    pub(crate) fn wait(&mut self, wait: EventWait) {
        const KEPT: usize = 256;
        let known = |other: &EventWait| (other.task, other.site) == (wait.task, wait.site);
        if self.completed_by == Who::Nobody
            && self.waits.len() < KEPT
            && !self.waits.iter().any(known)
        {
            self.waits.push(wait);
        }
    }

    /// Notes a completion.
    pub(crate) fn complete(&mut self, task: TaskId) {
        self.completed_by.add(task);
        let alone = self.completed_by == Who::Only(task);
        self.waits.retain(|wait| alone && wait.task == task);
    }

    /// The waits that never end: every completion of the event comes later on the waiter's own task.
    pub(crate) fn endless(&self) -> &[EventWait] {
        match self.completed_by {
            Who::Only(_) => &self.waits,
            Who::Nobody | Who::Several => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;

    #[test]
    fn a_wait_is_endless_if_only_its_own_task_completes_the_event_and_only_later() {
        let mut engine = Engine::default();
        let [one, other] = ["one", "other"].map(|name| engine.start_task(name));
        let wait = |task| EventWait {
            node: ClassId(0),
            task,
            label: Site::UNKNOWN.source(),
            site: Site::UNKNOWN,
            at: 0,
        };
        let mut uses = EventUses::default();
        uses.wait(wait(one));
        uses.wait(wait(one));
        uses.wait(wait(other));
        assert!(uses.endless().is_empty(), "nobody is known to complete it");
        uses.complete(one);
        uses.wait(wait(one));
        assert_eq!(uses.endless().len(), 1, "the first wait of the completer");
        uses.complete(other);
        assert!(uses.endless().is_empty(), "someone else completes it too");
        uses.complete(one);
        assert!(uses.endless().is_empty());
    }
}
