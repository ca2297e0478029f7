//! The checker behind the types that people use: who is which lock, what this thread holds, and whose engine is asked.
//!
//! [`Identity`] is the whole interface: a lock or other node has one and tells it what happens. Built without the feature
//! `check`, `unchecked.rs` stands here in its place, and all of it is empty.

/// Whether there is a checker.
pub(crate) const ON: bool = true;

mod current;
mod identity;
mod publication;
mod runtime;
mod watch;

pub(crate) use crate::kind::{Kind, Name, Taking, Waits};
pub(crate) use current::{
    InSession, allocation, allocation_matters, event, event_of, fed, held, held_level,
    in_interrupt, in_session, inject, is_ending, leave_session, leave_thread, outside, session,
};
pub(crate) use identity::{Identity, is_held, name};
pub(crate) use runtime::{Asked, Runtime, end_of_process, graph_of_process};
pub(crate) use watch::{
    Lives, blocked, blocked_for, close, forget, hangs, lives, new_event, noted, woken,
};
