//! A queue of threads that wait for something under a plain lock: what condition variables, completions and semaphores are
//! made of.
//!
//! Waiters go on in the order in which they came, one wake for one waiter, none for nothing.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::thread::Thread;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, MutexGuard};

use crate::check::{self, Waits};

/// How often a waiter in a session looks whether anybody is left who could end its wait.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Some state, and the threads that wait for it to change.
#[derive(Debug)]
pub(crate) struct WaitQueue<S>(Mutex<Queue<S>>);

#[derive(Debug)]
struct Queue<S> {
    state: S,
    /// Each under its number for the watchdog.
    waiters: VecDeque<(u64, Thread)>,
}

/// The state, locked.
pub(crate) struct Locked<'a, S> {
    queue: &'a WaitQueue<S>,
    guard: MutexGuard<'a, Queue<S>>,
}

impl<S> WaitQueue<S> {
    pub(crate) const fn new(state: S) -> Self {
        Self(Mutex::new(Queue {
            state,
            waiters: VecDeque::new(),
        }))
    }

    pub(crate) fn lock(&self) -> Locked<'_, S> {
        Locked {
            queue: self,
            guard: self.0.lock(),
        }
    }
}

impl<'a, S> Locked<'a, S> {
    /// Lets the first waiter go on. Whether there was one.
    pub(crate) fn wake_one(&mut self) -> bool {
        let Some((number, thread)) = self.guard.waiters.pop_front() else {
            return false;
        };
        check::woken(number);
        thread.unpark();
        true
    }

    /// Lets all waiters go on. How many there were.
    pub(crate) fn wake_all(&mut self) -> usize {
        let mut count = 0;
        while self.wake_one() {
            count += 1;
        }
        count
    }

    /// Unlocks the state and waits to be let go on; then it is locked again. None if the time is over before.
    ///
    /// # Panics
    /// In a session whose threads all wait: this would never end.
    pub(crate) fn wait(
        self,
        what: &str,
        until: Option<Instant>,
        at: &'static Location<'static>,
    ) -> Option<Locked<'a, S>> {
        self.wait_as(|event| Waits::Event { event, what }, until, at)
    }

    /// The same for what the watchdog is told otherwise.
    pub(crate) fn wait_as<'w>(
        mut self,
        what: impl FnOnce(u64) -> Waits<'w>,
        until: Option<Instant>,
        at: &'static Location<'static>,
    ) -> Option<Locked<'a, S>> {
        let queue = self.queue;
        let event = check::new_event();
        let on = what(event);
        let blocking = match until {
            None => check::blocked(on, at),
            Some(_) => check::blocked_for(on, at),
        };
        self.guard
            .waiters
            .push_back((event, std::thread::current()));
        loop {
            drop(self);
            let now = Instant::now();
            let left = until.map(|until| until.saturating_duration_since(now));
            match left {
                Some(left) => std::thread::park_timeout(left),
                None if check::session() == 0 => std::thread::park(),
                None => std::thread::park_timeout(LOOK_AGAIN),
            }
            self = queue.lock();
            let waiters = &mut self.guard.waiters;
            let Some(place) = waiters.iter().position(|(number, _)| *number == event) else {
                return Some(self);
            };
            let hang = blocking.hang();
            let over = until.is_some_and(|until| Instant::now() >= until);
            if over || hang.is_some() {
                waiters.remove(place);
            }
            if let Some(hang) = hang {
                drop(self);
                panic!("{}", check::noted(hang));
            }
            if over {
                return None;
            }
        }
    }
}

impl<S> Deref for Locked<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.guard.state
    }
}

impl<S> DerefMut for Locked<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.guard.state
    }
}
