//! What the exit code of `cargo fence` says. Stable: no code is ever given another meaning.

/// All that was to be checked was checked, and nothing was found at or above `--fail-on`.
pub const CLEAN: u8 = 0;

/// Something was found at or above `--fail-on`, or a pattern's findings are not those it expects.
pub const FINDINGS: u8 = 1;

/// Wrong usage, or a file, pattern or scenario that could not be read. It outranks [`FINDINGS`]: not all was checked.
pub const FAILURE: u8 = 2;

/// There was nothing to check: no file, or only empty ones.
pub const NOTHING_TO_CHECK: u8 = 3;

/// Nothing was found, and the tests that `cargo fence test` ran failed by themselves, or could not be built.
pub const TESTS_FAILED: u8 = 101;
