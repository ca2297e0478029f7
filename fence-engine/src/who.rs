//! Who did something: nobody yet, one task, or several.

use crate::task::TaskId;

/// Who did something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Who {
    #[default]
    Nobody,
    Only(TaskId),
    Several,
}

impl Who {
    /// A task did it, again or too.
    pub(crate) fn add(&mut self, task: TaskId) {
        *self = match *self {
            Self::Nobody => Self::Only(task),
            Self::Only(first) if first == task => Self::Only(task),
            _ => Self::Several,
        };
    }
}
