//! Wound/wait and wait/die mutexes, row by row of the specification: who waits, who backs off, what is found, and that in the
//! end everybody gets everything.

#[path = "ww/algorithms.rs"]
mod algorithms;
#[path = "ww/calls.rs"]
mod calls;
#[path = "ww/findings.rs"]
mod findings;
#[path = "ww/lock_set.rs"]
mod lock_set;
#[path = "ww/stage.rs"]
mod stage;
#[path = "ww/stress.rs"]
mod stress;
