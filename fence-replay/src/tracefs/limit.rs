//! What a recording cannot tell because of how it was printed or recorded.

use std::fmt;

/// One thing that a recording cannot tell.
///
/// [`Display`](fmt::Display) gives the sentence for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Limit {
    /// Lines without task: `nocontext-info`.
    NoTask,
    /// Lines without irqs-off, interrupt and preempt-depth columns.
    NoIrqFlags,
    /// The `irqs-off` column of an older kernel, which does not show disabled bottom halves.
    NoBhFlag,
    /// Task names cut to eight characters.
    CommCut,
    /// `perf script` names kernel threads after `kthreadd`, which made them.
    KthreadNames,
    /// Task names that the kernel had forgotten: `<...>`.
    CommForgotten,
    /// Events of tasks that `perf` no longer knows: pid -1.
    TaskForgotten,
    /// Times count from the first event.
    RelativeTime,
    /// Times are ticks without a unit.
    TickTime,
    /// Addresses are hashed.
    HashedAddresses,
    /// The `fields` option prints markers as `UNKNOWN TYPE`.
    NoMarkers,
    /// Events before the first one were overwritten.
    StartOverwritten,
    /// Events between others were lost.
    EventsLost,
}

impl Limit {
    /// All limits, in the order in which [`Limits`] gives them.
    pub const ALL: [Limit; 13] = [
        Limit::NoTask,
        Limit::NoIrqFlags,
        Limit::NoBhFlag,
        Limit::CommCut,
        Limit::KthreadNames,
        Limit::CommForgotten,
        Limit::TaskForgotten,
        Limit::RelativeTime,
        Limit::TickTime,
        Limit::HashedAddresses,
        Limit::NoMarkers,
        Limit::StartOverwritten,
        Limit::EventsLost,
    ];

    /// One sentence on what this recording cannot tell.
    pub fn text(self) -> &'static str {
        match self {
            Limit::NoTask => {
                "The lines do not name the task, CPU or time (option nocontext-info), so events of \
                 different tasks cannot be told apart."
            }
            Limit::NoIrqFlags => {
                "The lines do not show whether interrupts were off or an interrupt was running, so \
                 nothing can be said about irq safety."
            }
            Limit::NoBhFlag => {
                "The kernel is too old to show disabled bottom halves, so softirq safety is judged \
                 as if they were always enabled."
            }
            Limit::CommCut => "Task names are cut to eight characters.",
            Limit::KthreadNames => {
                "perf shows `kthreadd` as the name of kernel threads, so only thread ids tell them \
                 apart."
            }
            Limit::CommForgotten => {
                "Some task names were no longer known when the trace was printed and show as <...>."
            }
            Limit::TaskForgotten => {
                "Some events belong to tasks that perf no longer knew and have no task."
            }
            Limit::RelativeTime => "Times count from the first event, not from boot.",
            Limit::TickTime => "Times are ticks of the trace clock and have no unit.",
            Limit::HashedAddresses => {
                "Addresses are hashed: equal ones are the same lock, but they match no symbol and \
                 no other boot."
            }
            Limit::NoMarkers => "Markers written by user space show only as UNKNOWN TYPE.",
            Limit::StartOverwritten => {
                "Events at the start were overwritten, so locks taken before the first line are not \
                 known."
            }
            Limit::EventsLost => {
                "Events were lost in the middle, so locks may be held or released unseen."
            }
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A set of [`Limit`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Limits(u16);

impl Limits {
    /// Whether `limit` is in the set.
    pub fn contains(self, limit: Limit) -> bool {
        self.0 & Self::bit(limit) != 0
    }

    /// Whether nothing is limited.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The limits in the order of [`Limit::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Limit> {
        Limit::ALL
            .into_iter()
            .filter(move |&limit| self.contains(limit))
    }

    pub(super) fn insert(&mut self, limit: Limit) {
        self.0 |= Self::bit(limit);
    }

    fn bit(limit: Limit) -> u16 {
        1 << limit as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_listed_once_and_says_one_sentence() {
        for (index, limit) in Limit::ALL.into_iter().enumerate() {
            assert_eq!(limit as usize, index, "{limit:?} is out of order");
            let text = limit.to_string();
            assert!(text.ends_with('.'), "{text}");
            assert_eq!(text.matches(". ").count(), 0, "{text}");
        }
    }

    #[test]
    fn a_set_gives_back_what_was_put_in() {
        let mut limits = Limits::default();
        assert!(limits.is_empty());
        limits.insert(Limit::EventsLost);
        limits.insert(Limit::NoTask);
        limits.insert(Limit::NoTask);
        assert_eq!(
            limits.iter().collect::<Vec<_>>(),
            [Limit::NoTask, Limit::EventsLost]
        );
    }
}
