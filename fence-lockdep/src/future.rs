//! Futures, which leave their thread in the middle of what they do.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use fence_engine::Suspended;

use crate::check;

/// A future that is looked after while it is polled: made by [`checked`].
#[derive(Debug)]
#[must_use = "a future does nothing unless it is polled"]
pub struct Checked<F> {
    future: F,
    /// What it held when it was last left, which is a finding; its next poll goes on with it, on whatever thread.
    suspended: Option<Suspended>,
    at: &'static Location<'static>,
}

/// Checks `future`: a lock guard or signalling section that it holds across an `.await` is a finding, as if an entry point
/// returned with it. What is held meanwhile counts as held by nobody, and is held again when the future goes on, on whatever
/// thread that is.
///
/// ```
/// use fence_lockdep::{Session, future, sync::Mutex};
/// use std::{future::Future, pin::pin, task::{Context, Waker}};
/// let session = Session::new();
/// session.run(|| {
///     let ring = Mutex::new(());
///     let mut job = pin!(future::checked(async {
///         let _held = ring.lock();
///         std::future::pending::<()>().await;
///     }));
///     let _ = job.as_mut().poll(&mut Context::from_waker(Waker::noop()));
/// });
/// session.expect("lock-held-at-exit");
/// ```
#[track_caller]
pub fn checked<F: Future>(future: F) -> Checked<F> {
    Checked {
        future,
        suspended: None,
        at: Location::caller(),
    }
}

impl<F: Future> Future for Checked<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is pinned with this and is not moved; the other fields are not pinned.
        let (future, suspended, at) = unsafe {
            let this = self.get_unchecked_mut();
            (
                Pin::new_unchecked(&mut this.future),
                &mut this.suspended,
                this.at,
            )
        };
        let level = check::held_level(at);
        resume(suspended, at);
        let result = future.poll(context);
        if result.is_pending() {
            *suspended = check::event(at, |asked, task, site| {
                asked.engine.suspend_task(task, level, site)
            });
        }
        result
    }
}

fn resume(suspended: &mut Option<Suspended>, at: &'static Location<'static>) {
    if let Some(suspended) = suspended.take() {
        check::event(at, |asked, task, _| {
            asked.engine.resume_task(task, suspended);
        });
    }
}

/// A future that is given up releases what it holds on the thread that drops it.
impl<F> Drop for Checked<F> {
    fn drop(&mut self) {
        resume(&mut self.suspended, self.at);
    }
}
