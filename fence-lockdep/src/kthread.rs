//! Threads that run until they are told to stop.
//!
//! What the kernel calls a `kthread_worker` is an ordered [`Workqueue`](crate::workqueue::Workqueue) here.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::sync::Completion;
use crate::thread;

/// A thread that is told when it is no longer needed. Dropping this tells it so and does not wait.
///
/// To the checker it is a thread like any other, and its end a completion, as in the kernel: what the thread takes on its way
/// is not what [`Kthread::stop`] waits for. A stop under a lock that it needs is told only when it really hangs.
///
/// ```
/// use fence_lockdep::kthread;
/// let retire = kthread::spawn("retire", |me| {
///     let mut rounds = 1;
///     while !me.should_stop() {
///         rounds += 1;
///         std::thread::yield_now();
///     }
///     rounds
/// })?;
/// assert!(retire.stop().is_ok_and(|rounds| rounds > 0));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[doc(alias = "task_struct")]
pub struct Kthread<T> {
    thread: thread::JoinHandle<T>,
    stop: StopOnDrop,
}

/// What the thread itself has of a [`Kthread`].
#[derive(Debug)]
pub struct Me(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    should_stop: AtomicBool,
    exited: Completion,
}

/// Starts a thread in the session of this one. The name is the task's in reports.
///
/// # Errors
/// If the operating system has no more threads to give.
#[track_caller]
#[doc(alias = "kthread_run")]
#[doc(alias = "kthread_create")]
pub fn spawn<T: Send + 'static>(
    name: &str,
    what: impl FnOnce(&Me) -> T + Send + 'static,
) -> io::Result<Kthread<T>> {
    let shared = Arc::new(Shared {
        should_stop: AtomicBool::new(false),
        exited: Completion::new(),
    });
    let me = Me(Arc::clone(&shared));
    let thread = thread::spawn_named(name, move || what(&me))?;
    let stop = StopOnDrop(shared);
    Ok(Kthread { thread, stop })
}

impl Me {
    /// Whether the thread was told to stop. Any context.
    #[doc(alias = "kthread_should_stop")]
    pub fn should_stop(&self) -> bool {
        self.0.should_stop.load(Ordering::Acquire)
    }
}

impl Drop for Me {
    /// The function is over, with a panic or without.
    fn drop(&mut self) {
        self.0.exited.complete_all();
    }
}

impl<T> Kthread<T> {
    /// Tells the thread to stop and waits until it has, for what its function returns. Sleeps.
    ///
    /// # Errors
    /// With what the thread panicked with.
    ///
    /// # Panics
    /// In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    #[doc(alias = "kthread_stop")]
    pub fn stop(self) -> std::thread::Result<T> {
        let Self { thread, stop } = self;
        stop.tell();
        stop.0.exited.wait();
        thread.join()
    }
}

/// Tells a thread to stop when it is dropped.
#[derive(Debug)]
struct StopOnDrop(Arc<Shared>);

impl StopOnDrop {
    fn tell(&self) {
        self.0.should_stop.store(true, Ordering::Release);
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.tell();
    }
}
