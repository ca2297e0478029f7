//! Recordings to events: everything `fence` reads that happened, or is said to have happened.
//!
//! - [`scenario`]: small lock programs in the language of the lockdep oracle;
//! - [`pattern`] and [`pattern_events`]: the `.fence` pattern language, its text and its meaning;
//! - [`tracefs`] and [`trace_events`]: kernel traces, their text and their meaning;
//! - [`splat`] and [`proc_lockdep`]: what the kernel's own lockdep said, and [`graph_input`]: that as class graphs;
//! - [`input`]: one door for all of them, by content.
//!
//! Readers never fail as a whole on bad input: they give what they understood and a list of problems with positions.
//! They make events, never findings; those are the engine's.
#![forbid(unsafe_code)]

pub mod graph_input;
pub mod input;
pub mod lines;
pub mod pattern;
pub mod pattern_events;
pub mod proc_lockdep;
pub mod scenario;
pub mod splat;
pub mod trace_events;
pub mod tracefs;
