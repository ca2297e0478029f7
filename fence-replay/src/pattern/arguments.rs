//! The words behind a statement's first: operands in order, then options and flags in any.
//!
//! Not here: which statement has which; its reader asks for them one by one and says at the end that there are no more.

use super::line::Word;
use super::name::{Name, NameError};
use super::problem::{Expected, Found, Pos, Problem, ProblemKind};
use super::suggestion::closest;
use super::vocabulary::Vocabulary;

/// The words of one statement that are not yet accounted for.
pub(super) struct Arguments<'w, 'a> {
    line: u32,
    head: Word<'a>,
    rest: &'w mut Vec<Word<'a>>,
    /// The column behind the last word of the line.
    end: u32,
    /// The options and flags the statement has asked for so far: what a message offers.
    asked: Vec<&'static str>,
}

impl<'w, 'a> Arguments<'w, 'a> {
    /// The statement whose first word is `head`; `rest` is used up.
    pub(super) fn new(line: u32, head: Word<'a>, rest: &'w mut Vec<Word<'a>>) -> Self {
        let end = rest.last().unwrap_or(&head).end_column();
        Self {
            line,
            head,
            rest,
            end,
            asked: Vec::new(),
        }
    }

    /// Where the statement's first word stands.
    pub(super) fn pos(&self) -> Pos {
        self.head.pos(self.line)
    }

    /// The statement's first word.
    pub(super) fn head(&self) -> &'a str {
        self.head.text
    }

    /// A problem with one word of the statement.
    pub(super) fn problem(&self, word: Word<'_>, kind: ProblemKind) -> Problem {
        Problem {
            pos: word.pos(self.line),
            kind,
        }
    }

    /// The next word, left where it is.
    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.rest.first().copied()
    }

    /// All remaining words, at least one.
    pub(super) fn words(
        &mut self,
        noun: &'static str,
    ) -> Result<std::vec::Drain<'_, Word<'a>>, Problem> {
        if self.rest.is_empty() {
            return Err(self.missing(Expected::Free(noun)));
        }
        Ok(self.rest.drain(..))
    }

    /// The next word as a name.
    pub(super) fn name(&mut self, noun: &'static str) -> Result<Name, Problem> {
        match self.optional_name(noun)? {
            Some(name) => Ok(name),
            None => Err(self.missing(Expected::Free(noun))),
        }
    }

    /// The next word as a name, if there is one.
    pub(super) fn optional_name(&mut self, noun: &'static str) -> Result<Option<Name>, Problem> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let word = self.rest.remove(0);
        name_of(self.line, word, noun).map(Some)
    }

    /// The next word as one of a closed list.
    pub(super) fn word<V: Vocabulary>(&mut self) -> Result<V, Problem> {
        match self.optional_word()? {
            Some(value) => Ok(value),
            None => Err(self.missing(Expected::OneOf(V::CHOICE))),
        }
    }

    /// The next word as one of a closed list, if there is a word.
    pub(super) fn optional_word<V: Vocabulary>(&mut self) -> Result<Option<V>, Problem> {
        let Some(&word) = self.rest.first() else {
            return Ok(None);
        };
        if word.text.contains('=') {
            // No list has such a word: it is an option that nobody asked for.
            return Err(self.unknown_option(word));
        }
        self.rest.remove(0);
        match V::from_word(word.text) {
            Some(value) => Ok(Some(value)),
            None => Err(self.unknown_word::<V>(word, &self.asked)),
        }
    }

    /// The value of the option `key`, which ends with `=`, wherever it stands.
    pub(super) fn option(&mut self, key: &'static str) -> Result<Option<Word<'a>>, Problem> {
        self.asked.push(key);
        let found = self.take(key, |word| word.after(key))?;
        match found {
            Some(value) if value.text.is_empty() => {
                Err(self.problem(value, ProblemKind::MissingValue { option: key }))
            }
            found => Ok(found),
        }
    }

    /// The value of an option as a name.
    pub(super) fn name_option(
        &mut self,
        key: &'static str,
        noun: &'static str,
    ) -> Result<Option<Name>, Problem> {
        self.option(key)?
            .map(|value| name_of(self.line, value, noun))
            .transpose()
    }

    /// A word that was taken from the line, as a name.
    pub(super) fn name_of(&self, word: Word<'a>, noun: &'static str) -> Result<Name, Problem> {
        name_of(self.line, word, noun)
    }

    /// The value of an option as a number, decimal or hexadecimal with `0x`.
    pub(super) fn number_option(
        &mut self,
        key: &'static str,
        max: u64,
    ) -> Result<Option<u64>, Problem> {
        let Some(value) = self.option(key)? else {
            return Ok(None);
        };
        let number = number(value.text).filter(|number| *number <= max);
        number.map(Some).ok_or_else(|| {
            let found = Found::new(value.text);
            let option = key;
            self.problem(value, ProblemKind::BadNumber { option, max, found })
        })
    }

    /// True if the flag stands somewhere.
    pub(super) fn flag(&mut self, flag: &'static str) -> Result<bool, Problem> {
        Ok(self.flag_word(flag)?.is_some())
    }

    /// The flag, if it stands somewhere.
    pub(super) fn flag_word(&mut self, flag: &'static str) -> Result<Option<Word<'a>>, Problem> {
        self.asked.push(flag);
        self.take(flag, |word| (word.text == flag).then_some(word))
    }

    /// Accounts for the end of the line.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.rest.first() {
            Some(&word) => Err(self.unknown_option(word)),
            None => Ok(()),
        }
    }

    /// The value of an option outside a closed list.
    pub(super) fn unknown_value<V: Vocabulary>(&self, value: Word<'a>) -> Problem {
        self.unknown_word::<V>(value, &[])
    }

    fn unknown_word<V: Vocabulary>(&self, word: Word<'a>, others: &[&'static str]) -> Problem {
        let suggestion = closest(word.text, V::CHOICE.words.iter().chain(others).copied());
        let found = Found::new(word.text);
        self.problem(
            word,
            ProblemKind::UnknownWord {
                choice: V::CHOICE,
                found,
                suggestion,
            },
        )
    }

    fn unknown_option(&self, word: Word<'a>) -> Problem {
        // Compare what stands before the value, so that a long value does not hide a near miss.
        let key_length = word.text.find('=').map_or(word.text.len(), |at| at + 1);
        let kind = ProblemKind::UnknownOption {
            after: Found::new(self.head.text),
            allowed: self.asked.as_slice().into(),
            found: Found::new(word.text),
            suggestion: closest(&word.text[..key_length], self.asked.iter().copied()),
        };
        self.problem(word, kind)
    }

    fn missing(&self, expected: Expected) -> Problem {
        let pos = Pos {
            line: self.line,
            column: self.end,
        };
        Problem {
            pos,
            kind: ProblemKind::Missing {
                expected,
                after: Found::new(self.head.text),
            },
        }
    }

    /// Removes the one word that `select` accepts; `option` names it if it stands twice.
    fn take(
        &mut self,
        option: &'static str,
        select: impl Fn(Word<'a>) -> Option<Word<'a>>,
    ) -> Result<Option<Word<'a>>, Problem> {
        let mut selected = self
            .rest
            .iter()
            .enumerate()
            .filter_map(|(at, word)| Some((at, select(*word)?)));
        let Some((at, value)) = selected.next() else {
            return Ok(None);
        };
        if let Some((again, _)) = selected.next() {
            return Err(self.problem(self.rest[again], ProblemKind::DuplicateOption { option }));
        }
        self.rest.remove(at);
        Ok(Some(value))
    }
}

/// A word as a name; `noun` says what it names.
pub(super) fn name_of(line: u32, word: Word<'_>, noun: &'static str) -> Result<Name, Problem> {
    let expected = Expected::Free(noun);
    Name::new(word.text).map_err(|error| {
        let kind = match error {
            NameError::TooLong { length } => ProblemKind::NameTooLong { expected, length },
            NameError::Empty | NameError::Illegal { .. } => ProblemKind::BadName {
                expected,
                found: Found::new(word.text),
            },
        };
        Problem {
            pos: word.pos(line),
            kind,
        }
    })
}

/// A number without sign, decimal or hexadecimal with `0x`.
fn number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // The standard parser accepts a plus sign, the language does not.
    let first = digits.chars().next()?;
    first
        .is_digit(radix)
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
}
