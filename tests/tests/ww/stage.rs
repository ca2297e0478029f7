//! Threads that go through a script together, one step after the other, so that what happens does not depend on chance.
//!
//! Nothing waits without a bound: a script that does not come to its end fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use fence_lockdep::sync::ww::{WwClass, WwMutex};
use fence_lockdep::{Session, thread};

pub(crate) const DIE: WwClass = WwClass::wait_die("bo");
pub(crate) const WOUND: WwClass = WwClass::wound_wait("plane");

/// Longer than any script takes.
const BOUND: Duration = Duration::from_secs(20);

/// How far the threads of a script have come.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    step: AtomicUsize,
    failed: AtomicBool,
}

impl Stage {
    /// This step of the script is done.
    pub(crate) fn reach(&self, step: usize) {
        self.step.fetch_max(step, Ordering::AcqRel);
    }

    /// Waits until this step is done.
    pub(crate) fn wait(&self, step: usize) {
        self.until(|| self.step.load(Ordering::Acquire) >= step);
    }

    /// Waits until this is so.
    #[track_caller]
    pub(crate) fn until(&self, so: impl Fn() -> bool) {
        let start = Instant::now();
        while !so() {
            assert!(
                !self.failed.load(Ordering::Acquire),
                "another thread failed"
            );
            assert!(start.elapsed() < BOUND, "this never comes");
            std::thread::yield_now();
        }
    }
}

/// Ends the others' waits if the thread fails, and tells that the thread has ended.
struct Ending(Arc<Stage>, mpsc::Sender<()>);

impl Drop for Ending {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.failed.store(true, Ordering::Release);
        }
        let _ = self.1.send(());
    }
}

/// One thread of a script.
pub(crate) type Part<L> = fn(&Stage, &L);

/// Runs a thread for each part, all on `shared`, and gives how each ended. In a session.
pub(crate) fn play<L: Send + Sync + 'static>(
    shared: L,
    parts: &[Part<L>],
) -> Vec<std::thread::Result<()>> {
    let (stage, shared) = (Arc::new(Stage::default()), Arc::new(shared));
    let (sender, ended) = mpsc::channel();
    let start = |part: &Part<L>| {
        let part = *part;
        let (stage, shared) = (Arc::clone(&stage), Arc::clone(&shared));
        let ending = Ending(Arc::clone(&stage), sender.clone());
        thread::spawn(move || {
            let _ending = ending;
            part(&stage, &shared);
        })
    };
    let threads: Vec<_> = parts.iter().map(start).collect();
    for _ in &threads {
        ended.recv_timeout(BOUND * 2).expect("a thread hangs");
    }
    threads.into_iter().map(thread::JoinHandle::join).collect()
}

/// Plays the script in a session of its own, in which nothing may be found and no thread may fail.
#[track_caller]
pub(crate) fn clean<L: Send + Sync + 'static>(shared: impl FnOnce() -> L, parts: &[Part<L>]) {
    let session = Session::new().closed();
    let results = session.run(|| play(shared(), parts));
    for result in results {
        if let Err(panic) = result {
            std::panic::resume_unwind(panic);
        }
    }
    session.assert_clean();
}

/// So many mutexes of a class.
pub(crate) fn mutexes<const N: usize>(class: &WwClass) -> [WwMutex<u32>; N] {
    std::array::from_fn(|_| WwMutex::new(class, 0))
}
