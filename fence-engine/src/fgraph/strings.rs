//! The string table of a class graph: all its names in one block of text, each once.

use alloc::string::String;
use alloc::vec::Vec;

use super::lists::span;

/// Strings by index. In a finished graph they are in ascending order, so that indices compare as the strings do; index
/// 0 is always the empty string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Default for Strings {
    fn default() -> Self {
        Self {
            text: String::new(),
            ends: alloc::vec![0],
        }
    }
}

impl Strings {
    pub(super) fn with_capacity(strings: usize, bytes: usize) -> Self {
        let mut table = Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(strings + 1),
        };
        table.ends.push(0);
        table
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all strings together.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn get(&self, index: u32) -> &str {
        self.text.get(span(&self.ends, index)).unwrap_or_default()
    }

    pub(super) fn push(&mut self, string: &str) -> u32 {
        self.text.push_str(string);
        self.ends.push(self.text.len());
        (self.ends.len() - 1) as u32
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|index| self.get(index))
    }
}
