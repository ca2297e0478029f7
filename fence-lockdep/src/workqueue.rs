//! Workqueues: functions that run later, on threads of their own.
//!
//! Real threads run them, annotated as the kernel annotates its own: an item that runs holds its queue and itself, who
//! flushes or cancels it waits for it. So a flush under a lock that the item takes is found when both have been seen once,
//! and nothing has to hang.
//!
//! ```
//! use std::sync::Arc;
//! use fence_lockdep::{Session, sync::Mutex, workqueue::{Work, Workqueue}};
//! let session = Session::new();
//! session.run(|| {
//!     let queue = Workqueue::builder("hotplug").build();
//!     let mode = Arc::new(Mutex::new(0));
//!     let hotplug = Work::new({
//!         let mode = Arc::clone(&mode);
//!         move || *mode.lock() += 1
//!     });
//!     queue.queue(&hotplug);
//!     hotplug.flush();
//!     let _mode = mode.lock();
//!     hotplug.flush(); // done already this time
//! });
//! session.expect("lock-order-cycle");
//! ```
//!
//! A `kthread_worker` of the kernel is an ordered [`Workqueue`] here.
//!
//! # Panics in items
//! An item that panics is done, and its queue goes on. The panic goes on in the first of these that comes: a flush of the
//! item, a flush of its queue, the end of its queue.

mod clock;
mod item;
mod pool;
mod queue;
mod work;

pub(crate) use item::{Events, Item};
pub(crate) use pool::Pool;
pub use queue::{Builder, Workqueue};
pub use work::{DelayedWork, Work};
