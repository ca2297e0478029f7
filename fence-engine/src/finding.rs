//! A finding: what a rule has to say, with everything a person needs to believe it, and nothing about how it is shown.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::class::ClassKind;
use crate::mode::Mode;
use crate::rule::{Level, Rule};
use crate::site::Place;
use crate::verdict::Complaint;

/// How a finding was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Guessed from shape.
    Heuristic,
    /// Follows from paths that exist in the source.
    Path,
    /// Seen in a run.
    Observed,
}

impl Confidence {
    /// The word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Heuristic => "heuristic",
            Self::Path => "path",
            Self::Observed => "observed",
        }
    }
}

/// What a task does in one step of a report.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Takes a lock and goes on to hold it.
    Takes {
        /// The class's label.
        lock: String,
        /// How.
        mode: Mode,
    },
    /// Needs a lock or waits for something, and blocks there when the deadlock happens.
    Blocks {
        /// The class's label.
        on: String,
        /// How.
        mode: Mode,
    },
    /// Opens a signalling section.
    OpensSection,
    /// Must still signal this fence.
    MustSignal {
        /// The timeline's label.
        fence: String,
    },
    /// Waits for something that is not a lock.
    WaitsFor {
        /// Its label.
        what: String,
        /// What it is.
        kind: ClassKind,
    },
    /// Is inside something others wait for the end of: a work item, a reader section, memory reclaim.
    Inside {
        /// Its label.
        what: String,
        /// What it is.
        kind: ClassKind,
    },
    /// Must still bring about an event that others wait for.
    MustComplete {
        /// The event's label.
        what: String,
    },
    /// Can signal, or complete, only with this held.
    NeedsHeld {
        /// Its label.
        what: String,
    },
    /// The built-in contract or a declared order: nobody in this run, somebody in the kernel.
    Contract {
        /// What is held.
        from: String,
        /// What is taken under it.
        to: String,
    },
    /// Anything else, said in words.
    Says {
        /// The sentence, without a full stop.
        text: String,
    },
}

/// One numbered step of one task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// Which task, from 1.
    pub task: u32,
    /// Its name.
    pub who: String,
    /// Position in the interleaving that hangs, from 1.
    pub step: u32,
    /// Where.
    pub place: Place,
    /// What.
    pub action: Action,
}

/// What a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Its level here.
    pub level: Level,
    /// How it was come by.
    pub confidence: Confidence,
    /// The values for the braces of the rule's template.
    pub arguments: Vec<(&'static str, String)>,
    /// The primary place.
    pub place: Place,
    /// The task that was running.
    pub task: String,
    /// What each task does, in an order that hangs.
    pub steps: Vec<Step>,
    /// The classes of the cycle, each waiting for the next and the last for the first; empty where there is none.
    pub cycle: Vec<String>,
    /// More to say, a sentence each.
    pub notes: Vec<String>,
    /// Equal for the same finding in another run or after an edit elsewhere in the file.
    pub fingerprint: u64,
    /// What the kernel's lockdep would print, for findings it knows.
    pub complaint: Option<Box<Complaint>>,
}

impl Finding {
    /// The message: the rule's template with its arguments filled in.
    pub fn message(&self) -> String {
        let mut message = String::new();
        let mut rest = self.rule.template;
        while let Some((before, after)) = rest.split_once('{') {
            message.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            if let Some((_, value)) = self.arguments.iter().find(|argument| argument.0 == name) {
                message.push_str(value);
            }
            rest = after;
        }
        message.push_str(rest);
        message
    }
}
