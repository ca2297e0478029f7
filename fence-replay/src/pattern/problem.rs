//! What may be wrong with a pattern file: where, what was found, and what was expected.
//!
//! Not here: finding it out, and how a problem is shown beside its source line.

use std::fmt;

use thiserror::Error;

use super::line::MAX_LINE;
use super::name::{MAX_NAME, Name};
use super::vocabulary::LockKind;

/// A place in a file: line and column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pos {
    /// The line.
    pub line: u32,
    /// The column, in characters; a tab is one.
    pub column: u32,
}

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Something that could not be understood, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{pos}: {kind}")]
pub struct Problem {
    /// Where it stands.
    pub pos: Pos,
    /// What was expected and what was found.
    pub kind: ProblemKind,
}

/// What was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A statement is not UTF-8.
    #[error("expected UTF-8 text, found the bytes {}", .bytes.escape_ascii())]
    NotUtf8 {
        /// The bytes that are none, one to three.
        bytes: Box<[u8]>,
    },
    /// A line is longer than [`MAX_LINE`].
    #[error("expected a line of at most {MAX_LINE} bytes, found one of {length}")]
    LineTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A file or a pattern has more of something than is read.
    #[error("expected at most {limit} {what}; the rest is not read")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are read.
        limit: usize,
    },
    /// A statement stands before the first `pattern` line.
    #[error("expected \"pattern ID\" before the first statement, found {found}")]
    OutsidePattern {
        /// The first word of the statement.
        found: Found,
    },
    /// Two patterns have the same id.
    #[error("expected an id of its own, found {id}, which is the pattern of line {first_line}", id = Found::new(.id))]
    DuplicatePattern {
        /// The id.
        id: Name,
        /// Where the other pattern begins.
        first_line: u32,
    },
    /// A statement begins with an unknown word.
    #[error("expected an operation or a declaration, found {found}{}", did_you_mean(*.suggestion))]
    UnknownStatement {
        /// The word.
        found: Found,
        /// The known word it resembles.
        suggestion: Option<&'static str>,
    },
    /// A word is not one of a closed list.
    #[error("expected {}, found {found}{}", .choice.listed(.suggestion.is_none()), did_you_mean(*.suggestion))]
    UnknownWord {
        /// The list.
        choice: Choice,
        /// The word.
        found: Found,
        /// The known word it resembles.
        suggestion: Option<&'static str>,
    },
    /// A line ends too early.
    #[error("expected {expected} after {after}, found the end of the line")]
    Missing {
        /// What should stand there.
        expected: Expected,
        /// The first word of the statement.
        after: Found,
    },
    /// A word holds a character that a name may not.
    #[error(
        "expected {expected}, found {found}: a name is made of letters, digits, \"_\", \"-\" and \".\""
    )]
    BadName {
        /// What should stand there.
        expected: Expected,
        /// The word.
        found: Found,
    },
    /// A word is longer than [`MAX_NAME`].
    #[error("expected {expected} of at most {MAX_NAME} bytes, found one of {length}")]
    NameTooLong {
        /// What should stand there.
        expected: Expected,
        /// Its length in bytes.
        length: usize,
    },
    /// A word is none of a statement's options.
    #[error("expected {} after {after}, found {found}{}", listed(.allowed), did_you_mean(*.suggestion))]
    UnknownOption {
        /// The first word of the statement.
        after: Found,
        /// The options and flags it has; none if its line should have ended.
        allowed: Box<[&'static str]>,
        /// The word.
        found: Found,
        /// The option it resembles.
        suggestion: Option<&'static str>,
    },
    /// An option or a flag is given twice.
    #[error("expected {option:?} once, found it again")]
    DuplicateOption {
        /// The option.
        option: &'static str,
    },
    /// An option has no value.
    #[error("expected a value after {option:?}, found nothing (no blank may stand there)")]
    MissingValue {
        /// The option.
        option: &'static str,
    },
    /// The value of an option is no number, or too large a one.
    #[error("expected a number from 0 to {max} after {option:?}, found {found}")]
    BadNumber {
        /// The option.
        option: &'static str,
        /// The largest value it takes.
        max: u64,
        /// The value.
        found: Found,
    },
    /// The value of `error=` is neither a number nor a name.
    #[error("expected an error such as -110 or ETIME after \"error=\", found {found}")]
    BadError {
        /// The value.
        found: Found,
    },
    /// `ctx=` stands beside a kind other than `ww`.
    #[error("expected \"ctx=\" beside the kind \"ww\" only, found it beside \"{kind}\"")]
    ContextWithoutWw {
        /// The kind.
        kind: LockKind,
    },
    /// `ww_begin`, `ww_done` or `ww_end` is given the name that means the thread's own context.
    #[error(
        "expected the name of an acquire context, found \"auto\", which opens and closes by itself"
    )]
    AutoContext,
    /// Two classes of an `order` are not separated by `>`.
    #[error("expected \">\" between two classes, found {found}")]
    OrderSeparator {
        /// What stands there.
        found: Found,
    },
    /// An `order` names a class twice.
    #[error("expected each class once, found {} again", Found::new(.class))]
    RepeatedClass {
        /// The class.
        class: Name,
    },
    /// `expect clean` stands beside an expected rule.
    #[error("expected either \"clean\" or rules, found both")]
    CleanAndRules,
    /// An operation stands before the first thread.
    #[error("expected \"thread NAME\" before the first operation, found {found}")]
    BeforeThread {
        /// The word that opens the operation.
        found: Found,
    },
    /// A declaration stands after the first thread.
    #[error("expected {found} before the first thread, found it after")]
    AfterThread {
        /// The word that opens the declaration.
        found: Found,
    },
    /// A fence is declared twice.
    #[error("expected one declaration of the fence {}, found another; the first is on line {first_line}", Found::new(.fence))]
    DuplicateFence {
        /// The fence.
        fence: Name,
        /// Where it is declared first.
        first_line: u32,
    },
    /// A queue is declared twice, with different flags.
    #[error("expected the flags of line {first_line} for the queue {}, found others", Found::new(.queue))]
    WorkqueueConflict {
        /// The queue.
        queue: Name,
        /// Where it is declared first.
        first_line: u32,
    },
    /// One lock name is used for two kinds of lock.
    #[error("expected \"{first}\" as on line {first_line} for the lock {}, found \"{found}\"", Found::new(.lock))]
    LockKindConflict {
        /// The lock.
        lock: Name,
        /// The kind it has.
        first: LockKind,
        /// Where it got it.
        first_line: u32,
        /// The kind it is given here.
        found: LockKind,
    },
    /// One lock name is given two classes.
    #[error("expected \"class={first}\" as on line {first_line} for the lock {}, found \"class={found}\"", Found::new(.lock))]
    LockClassConflict {
        /// The lock.
        lock: Name,
        /// The class it has.
        first: Name,
        /// Where it got it.
        first_line: u32,
        /// The class it is given here.
        found: Name,
    },
    /// Something ends that has not begun on this thread.
    #[error("expected \"{opener} {name}\" earlier on this thread, found \"{closer} {name}\" alone")]
    NotOpened {
        /// The word that ends it.
        closer: &'static str,
        /// The word that begins it.
        opener: &'static str,
        /// What is ended.
        name: Name,
    },
    /// Something begins that does not end on this thread.
    #[error("expected \"{closer} {name}\" before the thread ends, found \"{opener} {name}\" alone")]
    NotClosed {
        /// The word that begins it.
        opener: &'static str,
        /// The word that ends it.
        closer: &'static str,
        /// What is begun.
        name: Name,
    },
}

/// What should stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Something of the user's choice, such as "a lock name".
    Free(&'static str),
    /// A word of a closed list.
    OneOf(Choice),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Free(noun) => f.write_str(noun),
            Self::OneOf(choice) => f.write_str(&choice.listed(true)),
        }
    }
}

/// A closed list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What the words are, such as "a lock kind".
    pub noun: &'static str,
    /// The words.
    pub words: &'static [&'static str],
}

impl Choice {
    /// The list as a message shows it; in full, or only its beginning where a better hint follows.
    fn listed(&self, in_full: bool) -> String {
        let shown = if in_full {
            self.words.len()
        } else {
            self.words.len().min(2)
        };
        let more = if shown < self.words.len() {
            ", …"
        } else {
            ""
        };
        format!("{} ({}{more})", self.noun, self.words[..shown].join(", "))
    }
}

/// A piece of the source as a message shows it: in quotes, escaped, and cut off where it gets long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found(Box<str>);

/// How many characters of the source a message shows.
const SHOWN: usize = 40;

impl Found {
    /// Keeps as much of a text as a message shows.
    pub fn new(text: &str) -> Self {
        let end = text
            .char_indices()
            .nth(SHOWN + 1)
            .map_or(text.len(), |(end, _)| end);
        Self(text[..end].into())
    }

    /// The text, at most one character longer than a message shows.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut characters = self.0.chars();
        f.write_str("\"")?;
        for character in characters.by_ref().take(SHOWN) {
            write!(f, "{}", character.escape_debug())?;
        }
        f.write_str(if characters.next().is_some() {
            "…\""
        } else {
            "\""
        })
    }
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |word| format!("; did you mean {word:?}?"))
}

fn listed(allowed: &[&str]) -> String {
    match allowed {
        [] => "nothing more".to_owned(),
        [one] => format!("only {one:?}"),
        several => format!("only {}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_shown_in_quotes_without_control_characters() {
        assert_eq!(
            Found::new("a\u{1b}[31m\"b").to_string(),
            "\"a\\u{1b}[31m\\\"b\""
        );
    }

    #[test]
    fn a_long_word_is_cut_off_with_an_ellipsis() {
        assert_eq!(
            Found::new(&"é".repeat(40)).to_string(),
            format!("\"{}\"", "é".repeat(40))
        );
        assert_eq!(
            Found::new(&"é".repeat(4000)).to_string(),
            format!("\"{}…\"", "é".repeat(40))
        );
        assert!(Found::new(&"é".repeat(4000)).as_str().len() < 100);
    }

    #[test]
    fn a_problem_is_small_enough_to_be_an_error_by_value() {
        assert!(size_of::<Problem>() <= 96, "{}", size_of::<Problem>());
    }
}
