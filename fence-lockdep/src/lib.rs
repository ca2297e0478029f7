//! Checked locks for driver authors: the types people know, and behind them the engine that real lockdep is compared with.
//!
//! Replace `parking_lot::Mutex` by [`sync::Mutex`] and run each path once. A lock order that can deadlock is found when its
//! second half is seen, in whatever thread and however long after the first: nothing has to hang.
//!
//! ```
//! use fence_lockdep::{Session, sync::Mutex};
//! let session = Session::new();
//! session.run(|| {
//!     let (submit, reset) = (Mutex::new(()), Mutex::new(()));
//!     {
//!         let _submit = submit.lock();
//!         let _reset = reset.lock();
//!     }
//!     let _reset = reset.lock();
//!     let _submit = submit.lock();
//! });
//! session.expect("lock-order-cycle");
//! ```
//!
//! The same as a test, and one that must find nothing:
//!
//! ```
//! # use fence_lockdep::sync::Mutex;
//! #[fence_lockdep::test(expect = "lock-order-cycle")]
//! fn reset_took_them_the_other_way_round() {
//!     let (submit, reset) = (Mutex::new(()), Mutex::new(()));
//!     drop((submit.lock(), reset.lock()));
//!     drop((reset.lock(), submit.lock()));
//! }
//!
//! #[fence_lockdep::test]
//! fn submit_comes_first() {
//!     let (submit, reset) = (Mutex::new(()), Mutex::new(()));
//!     drop((submit.lock(), reset.lock()));
//! }
//! ```
//!
//! # What there is
//!
//! | to say that | write |
//! |---|---|
//! | this is a lock | [`sync::Mutex`], [`sync::RwLock`], [`sync::SpinLock`], [`sync::ww`], or [`sync::Checked`] around a raw lock of your own |
//! | this waits for that | [`sync::Completion`], [`sync::Condvar`], [`sync::Semaphore`], [`sync::OnceLock`] |
//! | this runs elsewhere or later | [`thread`], [`workqueue`], [`timer`], [`kthread`] |
//! | this is an interrupt, or has them off | [`irq`] |
//! | a fence depends on this | [`signalling::Section`] |
//! | this future is polled here and there | [`future::checked`] |
//! | this allocates | [`alloc::CheckedAlloc`] for all of the process, or [`reclaim::might_alloc`] |
//! | this may sleep, wait, take a lock; this is held | [`might_sleep`], [`might_wait`], [`might_lock`], [`assert_held`] |
//! | this test is on its own | [`Session`], or the attribute `#[fence_lockdep::test]` |
//!
//! Outside a [`Session`] findings go to stderr as they are made, and the process ends with exit code 66: see [`options`].
//! `cargo fence test` runs tests, puts together what all their processes have learnt, and finds what none saw alone.
//!
//! # Classes
//!
//! What is learnt of one lock holds for its class: the locks made at one place in the source, or those of one [`LockClass`].
//! So `Mutex::new` in a constructor makes one class of that field in all objects, which is what a kernel does. Do not make
//! such a constructor `#[track_caller]`: then the place is its caller, and all locks that it makes are of one class. A lock
//! made by `Default`, for which a derive gives one place to all fields, has a class of its own, and so has one that the
//! standard library made (`.map(Mutex::new)`) or that a raw lock's constant was. Two locks of one class in
//! one another are a finding unless they are told apart (`lock_nested`) or serialised by an outer lock (`lock_under`).
//!
//! # What it costs
//!
//! A lock taken in a known order costs about 3 ns more than that of `parking_lot`, allocates nothing and writes nothing that
//! another thread reads; tests may run with it always. A new order costs microseconds, once. In a signalling section each
//! acquisition is looked at and takes the engine's lock. A lock is 40 bytes larger. Figures beside their peers are in
//! `docs/benchmarks.md`. Without the feature `check` all of it is gone: the lock is the plain one, in size and in code.
//!
//! # What it does not see
//!
//! - Locks that are not of this crate, and code that did not run.
//! - Which thread another waits for in [`sync::Condvar`] and in a [`sync::Semaphore`] of several permits: only that they
//!   sleep.
//! - What an upgradable reader that becomes a writer waits for, under what it took as a reader.
//! - A guard that is leaked on a thread not started through [`thread`]: nobody tells when it ends.
//! - In a session, a foreign thread's context: it hears of the session only by its locks.
//! - A process that is killed by a signal leaves its log, not its graph. A child after `fork` goes on only if no other
//!   thread was in the checker at that moment.
//! - Waits in the process, outside sessions, other than for locks: that nobody is left to end them is not told.

#![cfg_attr(
    not(feature = "check"),
    allow(dead_code, reason = "much is there for the checker only")
)]

pub mod alloc;
pub mod annotate;
mod asserts;
#[cfg(feature = "check")]
mod check;
#[cfg(not(feature = "check"))]
#[path = "unchecked.rs"]
mod check;
mod class;
pub mod future;
pub mod irq;
mod kind;
pub mod kthread;
pub mod options;
pub mod reclaim;
mod report;
mod session;
pub mod signalling;
pub mod sync;
mod sys;
pub mod thread;
#[cfg(feature = "timeline")]
pub mod timeline;
pub mod timer;
pub mod trace;
pub mod workqueue;

pub use asserts::{
    assert_held, assert_none_held, assert_not_held, declare_order, might_lock, might_sleep,
    might_wait,
};
pub use class::LockClass;
pub use fence_engine as engine;
#[cfg(feature = "macros")]
pub use fence_macros::test;
pub use report::{SuppressionProblem, SuppressionProblemKind, Suppressions};
pub use session::Session;
