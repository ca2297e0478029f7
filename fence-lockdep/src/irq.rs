//! Contexts of the kernel in user space: a guard each, which says to the checker that the thread is in it.
//!
//! None of them changes anything in the thread itself: no signal is blocked, nothing is pinned. A guard stays on its thread,
//! and nests as its kernel function does.
//!
//! ```
//! use fence_lockdep::{Session, irq::HardIrq, sync::SpinLock};
//! let session = Session::new();
//! session.run(|| {
//!     let status = SpinLock::new(0);
//!     *status.lock() = 1; // interrupts are on
//!     let _handler = HardIrq::enter();
//!     *status.lock() = 2; // deadlocks if it comes while the lock above is held
//! });
//! session.expect("inconsistent-irq-state");
//! ```

use std::marker::PhantomData;
use std::panic::Location;

use fence_engine::{ContextOp, Event};

use crate::check;

/// A hard interrupt comes on this thread: `handler` runs, in its context, just before the next checked operation with
/// interrupts on. One waits at a time; a second takes its place.
///
/// For tests: what a handler does while the interrupted code holds a lock happens for real, and a handler that wants that
/// very lock ends in a panic that shows both.
///
/// ```
/// use fence_lockdep::{Session, irq, sync::SpinLock};
/// use std::sync::Arc;
/// let session = Session::new();
/// session.run(|| {
///     let ring = Arc::new(SpinLock::new(0));
///     let handlers = Arc::clone(&ring);
///     irq::inject(move || *handlers.lock_irq() += 1);
///     let held = ring.lock_irq(); // the interrupt comes before
///     assert_eq!(*held, 1);
/// });
/// session.assert_clean();
/// ```
pub fn inject(handler: impl FnOnce() + 'static) {
    check::inject(Box::new(move || {
        let _interrupt = HardIrq::enter();
        handler();
    }));
}

#[inline]
#[track_caller]
fn switch(op: ContextOp) {
    check::event(Location::caller(), |asked, task, site| {
        asked.engine.feed(task, Event::Context(op), site);
    });
}

/// Declares a guard for a context.
macro_rules! context {
    ($(#[$meta:meta])* $guard:ident::$open:ident, $begin:expr, $end:expr) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[must_use = "the context ends when this is dropped"]
        pub struct $guard(PhantomData<*mut ()>);

        #[allow(
            clippy::new_without_default,
            reason = "a context that begins by default would surprise"
        )]
        impl $guard {
            /// The context begins.
            #[inline]
            #[track_caller]
            pub fn $open() -> Self {
                switch($begin);
                Self(PhantomData)
            }
        }

        impl Drop for $guard {
            #[inline]
            fn drop(&mut self) {
                switch($end);
            }
        }
    };
}

context! {
    /// A hard interrupt is served, by a handler that runs in a thread on a preemptible kernel, as most do: it may take a
    /// [`SpinLock`](crate::sync::SpinLock). Interrupts are off and nothing may sleep.
    HardIrq::enter, ContextOp::HardIrqEnter { threaded: true }, ContextOp::HardIrqExit
}
context! {
    /// A hard interrupt is served that no kernel runs in a thread (`IRQF_NO_THREAD`).
    HardIrqNoThread::enter, ContextOp::HardIrqEnter { threaded: false }, ContextOp::HardIrqExit
}
context! {
    /// A softirq, tasklet or timer is served. Interrupts are on and nothing may sleep.
    SoftIrq::enter, ContextOp::SoftIrqEnter, ContextOp::SoftIrqExit
}
context! {
    /// Interrupts are off.
    #[doc(alias = "local_irq_save")]
    #[doc(alias = "local_irq_disable")]
    IrqDisabled::new, ContextOp::IrqOff, ContextOp::IrqOn
}
context! {
    /// Bottom halves are off.
    #[doc(alias = "local_bh_disable")]
    BhDisabled::new, ContextOp::BhOff, ContextOp::BhOn
}
context! {
    /// Preemption is off.
    #[doc(alias = "preempt_disable")]
    PreemptDisabled::new, ContextOp::PreemptOff, ContextOp::PreemptOn
}
