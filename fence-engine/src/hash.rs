//! The hasher of the engine's maps: seeded with a constant, so that a run repeats bit for bit.

/// Builds the fixed-seed hasher used by every map of the engine.
pub(crate) type Hasher = foldhash::fast::FixedState;
