//! Mutexes of which a thread may hold many of one class, in any order: those of two threads that want each other's are
//! told apart by age, and one backs off. `struct ww_mutex` of the kernel, under its reservation locks and mode objects.
//!
//! A thread opens an [`AcquireCtx`] and takes each [`WwMutex`] of its [`WwClass`] with it. Where waiting could deadlock it
//! gets [`WwError::Deadlock`] instead: then it releases all it has, takes the lock that it was refused with
//! [`WwMutex::lock_slow`], and starts again with the others. [`LockSet`] does all that, and is what most code wants:
//!
//! ```
//! use fence_lockdep::{Session, sync::ww::{LockSet, WwClass, WwMutex}};
//! static ACCOUNTS: WwClass = WwClass::wait_die("account");
//! let session = Session::new();
//! session.run(|| {
//!     let (from, to) = (WwMutex::new(&ACCOUNTS, 5), WwMutex::new(&ACCOUNTS, 0));
//!     let left = LockSet::new(&ACCOUNTS).lock_all(
//!         |set| {
//!             set.lock(&from)?;
//!             set.lock(&to)
//!         },
//!         |set| {
//!             *set.get_mut(&from) -= 2;
//!             *set.get_mut(&to) += 2;
//!             *set.get(&from)
//!         },
//!     );
//!     assert_eq!(left, Ok(3));
//! });
//! session.assert_clean();
//! ```
//!
//! # Who backs off
//! The context that began later is the younger, however often it starts again, so that each is the oldest one day. It backs
//! off only if it holds something: whoever holds nothing just waits.
//! - Wait-Die ([`WwClass::wait_die`]): the younger backs off when it finds a lock with an older context, or an older one
//!   waiting for it. Reservation locks are of this sort.
//! - Wound-Wait ([`WwClass::wound_wait`]): the older one wounds the younger that has its lock. A wounded context backs off
//!   the next time it would have to wait.
//!
//! # What is checked
//! The context is a lock to the checker, and its mutexes nest under it: so two of a class without a context are a
//! `recursive-lock`, and so are two contexts of a class at a time. `ww-misuse` is a mutex that is taken with a context of
//! another class, or after [`AcquireCtx::done`], a second `done`, and a context that ends while one of its mutexes is held.
//! The order of a back-off is asserted, see [`WwMutex::lock`].
//!
//! A thread that waits with a context that holds something may be told to back off by a thread that comes later. The
//! watchdog, which tells of waits that can never end, therefore does not speak of it.

mod class;
mod context;
mod error;
mod lock_set;
mod mutex;
mod queue;
mod raw;

pub use class::WwClass;
pub use context::{AcquireCtx, Interrupter};
pub use error::WwError;
pub use lock_set::{LockSet, Locked, Locking};
pub use mutex::{WwMutex, WwMutexGuard};
