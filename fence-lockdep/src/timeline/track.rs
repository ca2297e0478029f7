//! What is going on in one thread: slices that have begun and not ended, each within the one before.

use serde_json::Value;

/// Which slice of a thread it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// By instance.
    Lock(u64),
    /// By kind and name.
    Section(String, String),
    /// A thread waits for one thing at a time.
    Wait,
    /// By kind and class.
    Work(String, String),
}

/// A slice that has begun.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) key: Key,
    pub(super) category: &'static str,
    pub(super) name: String,
    pub(super) arguments: Value,
}

/// A thread.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) number: u64,
    /// The innermost last.
    open: Vec<Slice>,
}

impl Track {
    pub(super) fn new(number: u64) -> Self {
        Self {
            number,
            open: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self, slice: Slice) {
        self.open.push(slice);
    }

    /// The newest slice of that key ends. Gives how many end with it on the track, and which of these go on; None if there is
    /// none, as nobody listened when it began.
    pub(super) fn end(&mut self, key: &Key) -> Option<(usize, Vec<Slice>)> {
        let at = self.open.iter().rposition(|slice| slice.key == *key)?;
        let mut ended = self.open.split_off(at);
        let count = ended.len();
        ended.remove(0);
        for slice in &mut ended {
            if let Value::Object(arguments) = &mut slice.arguments {
                arguments.insert("continued".to_owned(), Value::Bool(true));
            }
        }
        self.open.extend(ended.iter().cloned());
        Some((count, ended))
    }
}
