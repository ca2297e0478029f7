//! How an engine is to judge: like the kernel, or strictly.

use crate::rule::Level;

/// Whose judgement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Exactly what the lockdep of Linux 6.12 reports, stopping at its first complaint.
    Kernel,
    /// What lockdep reports and what it cannot see, going on after each finding.
    #[default]
    Strict,
}

/// What `dma_fence_begin_signalling()` is to the lock graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FenceBegin {
    /// A blocking read acquisition, as in Linux 6.12; nothing at all in atomic context.
    Blocking,
    /// A read trylock that succeeded, as in later kernels: locks held outside do not matter to it.
    Trylock,
}

/// What is evidence that a fence's signal depends on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// What the signalling section did, and what the publisher did itself up to its own signal.
    Sections,
    /// Everything the signalling thread did since the fence was initialised: for recordings, where annotations may be missing.
    WholeThread,
}

/// The settings of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whose judgement.
    pub profile: Profile,
    /// What opening a section is.
    pub fence_begin: FenceBegin,
    /// What counts as needed for a signal.
    pub evidence: Evidence,
    /// The level of nesting two instances of one class where subclasses cannot be seen.
    pub class_nesting: Level,
}

impl Config {
    /// Linux 6.12's lockdep.
    pub const KERNEL: Self = Self {
        profile: Profile::Kernel,
        fence_begin: FenceBegin::Blocking,
        evidence: Evidence::Sections,
        class_nesting: Level::Error,
    };
    /// The default judgement.
    pub const STRICT: Self = Self {
        profile: Profile::Strict,
        fence_begin: FenceBegin::Trylock,
        evidence: Evidence::Sections,
        class_nesting: Level::Error,
    };
}

impl Default for Config {
    fn default() -> Self {
        Self::STRICT
    }
}
