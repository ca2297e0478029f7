//! Threads that belong to the session of the thread that starts them.

use std::io;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;

use fence_engine::Event;
use parking_lot::Mutex;

use crate::check::{self, Waits};
use crate::sync::wait_queue::WaitQueue;

/// A thread, to be joined. As [`std::thread::JoinHandle`].
#[derive(Debug)]
pub struct JoinHandle<T> {
    thread: std::thread::JoinHandle<T>,
    ended: Arc<WaitQueue<bool>>,
}

/// Starts a thread in the session of this one.
///
/// # Panics
/// If the operating system has no more threads to give.
#[track_caller]
pub fn spawn<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    match start(None, what) {
        Ok(handle) => handle,
        Err(error) => panic!("cannot start a thread: {error}"),
    }
}

/// The same with a name, which is the task's in reports.
///
/// # Errors
/// If the operating system has no more threads to give.
#[track_caller]
pub fn spawn_named<T: Send + 'static>(
    name: &str,
    what: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    start(Some(name), what)
}

#[track_caller]
fn start<T: Send + 'static>(
    name: Option<&str>,
    what: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let builder = match name {
        Some(name) => std::thread::Builder::new().name(name.to_owned()),
        None => std::thread::Builder::new(),
    };
    let (run, ended) = told(Location::caller(), what);
    let thread = builder.spawn(run)?;
    Ok(JoinHandle { thread, ended })
}

/// What a thread of this session runs in place of `what`, and what is true once it has ended.
fn told<T>(
    at: &'static Location<'static>,
    what: impl FnOnce() -> T,
) -> (impl FnOnce() -> T, Arc<WaitQueue<bool>>) {
    let session = check::session();
    let lives = check::lives(session);
    let ended = Arc::new(WaitQueue::new(false));
    let ends = Ends(Arc::clone(&ended));
    let run = move || {
        // Told before the thread lives no more, so that nobody is thought to wait for it in vain.
        let _lives = lives;
        let _ends = ends;
        let _inside = check::in_session(session);
        let result = what();
        check::leave_thread(at);
        result
    };
    (run, ended)
}

fn wait_for_end(ended: &WaitQueue<bool>, at: &'static Location<'static>) {
    check::event(at, |asked, task, site| {
        asked.engine.feed(task, Event::MightSleep, site);
    });
    let ended = ended.lock();
    if !*ended {
        let _ = ended.wait_as(|event| Waits::End { event }, None, at);
    }
}

/// Tells who joins, also after a panic.
struct Ends(Arc<WaitQueue<bool>>);

impl Drop for Ends {
    fn drop(&mut self) {
        let mut ended = self.0.lock();
        *ended = true;
        ended.wake_all();
    }
}

/// Threads that end before the scope does, and so may borrow what is outside of it: made by [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env> {
    scope: &'scope std::thread::Scope<'scope, 'env>,
    /// Of each thread, whether it has ended.
    threads: Mutex<Vec<Arc<WaitQueue<bool>>>>,
}

/// Runs `what`, which may start threads in the session of this one, and waits for all of them.
///
/// ```
/// use fence_lockdep::{Session, sync::Mutex, thread};
/// let session = Session::new();
/// session.run(|| {
///     let ring = Mutex::new(0);
///     thread::scope(|scope| {
///         for _ in 0..2 {
///             scope.spawn("worker", || *ring.lock() += 1);
///         }
///     });
///     assert_eq!(*ring.lock(), 2);
/// });
/// session.assert_clean();
/// ```
///
/// # Panics
/// If one of the threads did.
#[track_caller]
pub fn scope<'env, T>(what: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> T) -> T {
    let at = Location::caller();
    std::thread::scope(|scope| {
        let scope = Scope {
            scope,
            threads: Mutex::new(Vec::new()),
        };
        // Whoever waits for a thread that the panic leaves behind must be seen to wait.
        let result = catch_unwind(AssertUnwindSafe(|| what(&scope)));
        for ended in scope.threads.into_inner() {
            wait_for_end(&ended, at);
        }
        result.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread with this name, which is the task's in reports.
    ///
    /// # Panics
    /// If the operating system has no more threads to give.
    #[track_caller]
    pub fn spawn<T: Send + 'scope>(
        &self,
        name: &str,
        what: impl FnOnce() -> T + Send + 'scope,
    ) -> ScopedJoinHandle<'scope, T> {
        let (run, ended) = told(Location::caller(), what);
        let builder = std::thread::Builder::new().name(name.to_owned());
        match builder.spawn_scoped(self.scope, run) {
            Ok(thread) => {
                self.threads.lock().push(Arc::clone(&ended));
                ScopedJoinHandle { thread, ended }
            }
            Err(error) => panic!("cannot start a thread: {error}"),
        }
    }
}

/// A thread of a [`Scope`], to be joined.
#[derive(Debug)]
pub struct ScopedJoinHandle<'scope, T> {
    thread: std::thread::ScopedJoinHandle<'scope, T>,
    ended: Arc<WaitQueue<bool>>,
}

impl<T> ScopedJoinHandle<'_, T> {
    /// As [`JoinHandle::join`].
    ///
    /// # Errors
    /// With what the thread panicked with.
    ///
    /// # Panics
    /// As [`JoinHandle::join`].
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        wait_for_end(&self.ended, Location::caller());
        self.thread.join()
    }
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended. Sleeps.
    ///
    /// # Errors
    /// With what the thread panicked with.
    ///
    /// # Panics
    /// In a [`Session`](crate::Session) whose threads all wait for each other, as this would never end.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        wait_for_end(&self.ended, Location::caller());
        self.thread.join()
    }

    /// Whether the thread has ended.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }
}
