//! Names of the pattern language: what may be called something, and how.
//!
//! Not here: which name means what. A lock, a fence and a work item may share a name.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use thiserror::Error;

/// The most bytes a name may have.
pub const MAX_NAME: usize = 255;

/// A name: letters, digits, `_`, `-` and `.`, one to [`MAX_NAME`] bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

/// Why a text is not a [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name has at least one character")]
    Empty,
    /// The text is longer than [`MAX_NAME`] bytes.
    #[error("a name has at most {MAX_NAME} bytes, not {length}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The text holds a character that is no letter, no digit and none of `_`, `-`, `.`.
    #[error("a name is made of letters, digits, `_`, `-` and `.`, not {character:?}")]
    Illegal {
        /// The first such character.
        character: char,
    },
}

impl Name {
    /// Makes a name of a text.
    ///
    /// # Errors
    /// [`NameError`] says which of the three conditions of a name the text breaks.
    pub fn new(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > MAX_NAME {
            return Err(NameError::TooLong { length: text.len() });
        }
        match text
            .chars()
            .find(|&character| !is_name_character(character))
        {
            Some(character) => Err(NameError::Illegal { character }),
            None => Ok(Self(text.into())),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The class an instance of this name belongs to if none is given: the part before the first `.`.
    ///
    /// A name that begins with `.` has no such part and is its own class.
    pub fn class_part(&self) -> &str {
        match self.0.split_once('.') {
            Some((class, _)) if !class.is_empty() => class,
            _ => &self.0,
        }
    }
}

fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_underscore_hyphen_and_dot_make_a_name() {
        for text in [
            "gpu",
            "bo.1",
            "wait-in-section",
            "DF104",
            "dma_fence",
            "0",
            "-",
            "größe",
        ] {
            assert_eq!(
                Name::new(text).map(|name| name.as_str().to_owned()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn another_character_is_named_in_the_error() {
        assert_eq!(Name::new("a:b"), Err(NameError::Illegal { character: ':' }));
        assert_eq!(Name::new("a b"), Err(NameError::Illegal { character: ' ' }));
        assert_eq!(Name::new("a=b"), Err(NameError::Illegal { character: '=' }));
        assert_eq!(
            Name::new("a\u{1b}"),
            Err(NameError::Illegal {
                character: '\u{1b}'
            })
        );
    }

    #[test]
    fn a_name_is_neither_empty_nor_endless() {
        assert_eq!(Name::new(""), Err(NameError::Empty));
        assert!(Name::new(&"n".repeat(MAX_NAME)).is_ok());
        assert_eq!(
            Name::new(&"n".repeat(MAX_NAME + 1)),
            Err(NameError::TooLong {
                length: MAX_NAME + 1
            })
        );
    }

    #[test]
    fn the_class_is_what_stands_before_the_first_dot() {
        for (name, class) in [
            ("bo.1", "bo"),
            ("a.b.c", "a"),
            ("gpu", "gpu"),
            (".1", ".1"),
            ("bo.", "bo"),
        ] {
            assert_eq!(
                Name::new(name).map(|name| name.class_part().to_owned()),
                Ok(class.to_owned())
            );
        }
    }
}
