//! What `FENCE_LOCKDEP_OPTIONS` does to a process: what it prints and writes, and how it ends.

#[path = "options/files.rs"]
mod files;
#[path = "options/misunderstood.rs"]
mod misunderstood;
#[path = "options/modes.rs"]
mod modes;
#[path = "options/program.rs"]
mod program;
#[path = "options/reports.rs"]
mod reports;
#[path = "options/suppressions.rs"]
mod suppressions;
