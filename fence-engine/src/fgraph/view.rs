//! What a person sees of a class graph: rows with their strings, and no index but that of a class.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::class_graph::ClassGraph;
use super::instances::Instances;
use super::roles::Roles;
use super::rows::EdgeRow;
use crate::class::{ClassKind, ClassSpec, LockType, WaitType};
use crate::mode::{DepKinds, Mode};
use crate::usage::Usage;
use crate::witness::Why;

/// The index of a class in its graph or builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassIndex(pub(super) u32);

impl ClassIndex {
    /// The index, 0 for the first class.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A place in a source. The default is no place at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GraphSite<'g> {
    /// File, empty where unknown.
    pub file: &'g str,
    /// Function, empty where unknown.
    pub function: &'g str,
    /// 1-based line, up to 268,435,455; 0 where unknown.
    pub line: u32,
    /// 1-based column, up to 65,535; 0 where unknown.
    pub column: u32,
}

/// A class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphClass<'g> {
    /// Its name without subclass.
    pub name: &'g str,
    /// What it stands for.
    pub kind: ClassKind,
    /// The subclass, 0 to 7.
    pub subclass: u8,
    /// The deepest wait its acquisition does; [`WaitType::None`] means as `inner`.
    pub outer: WaitType,
    /// The deepest wait allowed while it is held.
    pub inner: WaitType,
    /// Whether it is an ordinary lock.
    pub lock_type: LockType,
    /// Its parts in the built-in contract.
    pub roles: Roles,
    /// How many instances were met, for locks.
    pub instances: Instances,
    /// Its usage bits.
    pub usage: Usage,
}

impl Default for GraphClass<'_> {
    fn default() -> Self {
        Self::new("", ClassKind::PseudoLock)
    }
}

impl<'g> GraphClass<'g> {
    /// A class that was never used.
    pub const fn new(name: &'g str, kind: ClassKind) -> Self {
        Self {
            name,
            kind,
            subclass: 0,
            outer: WaitType::None,
            inner: WaitType::None,
            lock_type: LockType::Normal,
            roles: Roles::NONE,
            instances: Instances::None,
            usage: Usage::NONE,
        }
    }

    /// What to declare it with in an engine.
    pub fn spec(&self) -> ClassSpec<'g> {
        ClassSpec {
            name: self.name,
            kind: self.kind,
            inner: self.inner,
            outer: self.outer,
            lock_type: self.lock_type,
        }
    }

    /// The name a report shows: `name`, or `name/1` for a subclass.
    pub fn label(&self) -> String {
        if self.subclass == 0 {
            self.name.to_owned()
        } else {
            format!("{}/{}", self.name, self.subclass)
        }
    }

    /// Whether [`GraphClass::label`] is `label`.
    pub(super) fn is_labelled(&self, label: &str) -> bool {
        let Some(rest) = label.strip_prefix(self.name) else {
            return false;
        };
        match rest.as_bytes() {
            [] => self.subclass == 0,
            [b'/', digit] => self.subclass != 0 && *digit == b'0' + self.subclass,
            _ => false,
        }
    }
}

/// A dependency.
#[derive(Clone, Copy, Debug)]
pub struct GraphEdge<'g> {
    /// The class that was held.
    pub from: ClassIndex,
    /// The class that was taken or waited for.
    pub to: ClassIndex,
    /// The kinds it was seen in.
    pub kinds: DepKinds,
    /// Whether it was seen with no other lock taken in between: distance 1 to lockdep. Longer distances are not kept,
    /// because which of them an engine remembers depends on what it met first.
    pub direct: bool,
    pub(super) graph: &'g ClassGraph,
    pub(super) row: EdgeRow,
}

/// What was seen when a dependency of one kind was: see [`crate::Witness`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphWitness<'g> {
    /// Where the earlier lock was taken.
    pub from: GraphSite<'g>,
    /// Where the later lock was taken.
    pub to: GraphSite<'g>,
    /// The task's name.
    pub task: &'g str,
    /// Why there is a dependency.
    pub why: Why,
    /// The gates that were around the dependency each time it was seen in this kind, and whether the gate was held for
    /// reading.
    pub gates: Vec<(ClassIndex, bool)>,
    /// Everything the task held, oldest first.
    pub held: Vec<GraphHeld<'g>>,
}

impl Default for GraphWitness<'_> {
    fn default() -> Self {
        Self {
            from: GraphSite::default(),
            to: GraphSite::default(),
            task: "",
            why: Why::Held,
            gates: Vec::new(),
            held: Vec::new(),
        }
    }
}

/// A lock that a task held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphHeld<'g> {
    /// Its class.
    pub class: ClassIndex,
    /// Where it was taken.
    pub site: GraphSite<'g>,
    /// How it was taken.
    pub mode: Mode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_tells_the_subclass() {
        let plain = GraphClass::new("a", ClassKind::Lock);
        let nested = GraphClass {
            subclass: 1,
            ..plain.clone()
        };
        for class in [&plain, &nested] {
            assert!(class.is_labelled(&class.label()));
        }
        assert!(!plain.is_labelled("a/1") && !nested.is_labelled("a") && !plain.is_labelled("ab"));
        // A lock may be named like a subclass.
        assert!(GraphClass::new("a/1", ClassKind::Lock).is_labelled("a/1"));
    }
}
