//! Who waits for whom right now: a deadlock that really happens is told, with both stacks, instead of hanging.
//!
//! A thread that is about to block says what it waits for and what it holds. What a blocked thread holds it goes on to
//! hold, so a circle of threads that wait for each other's locks is a hang and no guess; no timer is asked. Waits that any
//! thread can end, for a completion or another thread's end, are hopeless once every thread of their session is blocked,
//! if the session says that it knows all threads, and else if it stays so for ten seconds. In the process, where nobody
//! knows all threads, they never are.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fence_engine::{Instance, Mode};
use parking_lot::Mutex;

use super::current;
use crate::kind::Waits;
use crate::trace;

/// A lock that a blocked thread holds.
#[derive(Clone, Debug)]
pub(super) struct Holding {
    pub(super) instance: Instance,
    pub(super) mode: Mode,
    pub(super) label: String,
    pub(super) place: String,
}

#[derive(Debug)]
struct Blocked {
    number: u64,
    session: u32,
    thread: String,
    /// The lock it needs; none for what any thread may bring about.
    lock: Option<(Instance, Mode)>,
    event: u64,
    since: Instant,
    /// Gives up after all others.
    last: bool,
    what: String,
    place: String,
    holds: Vec<Holding>,
    /// What it waits for has happened; it only has not run yet.
    woken: bool,
}

#[derive(Debug, Default)]
struct Watch {
    blocked: Vec<Blocked>,
    live: Option<HashMap<u32, Live>>,
}

/// The threads of a session.
#[derive(Debug, Default)]
struct Live {
    count: usize,
    /// No other thread ends a wait in it.
    closed: bool,
}

/// How long all threads of a session have to wait until nobody is thought to come from outside and end it.
const PATIENCE: Duration = Duration::from_secs(10);

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    blocked: Vec::new(),
    live: None,
});

/// A thread lives in a session as long as this does.
#[derive(Debug)]
pub(crate) struct Lives(u32);

/// A thread lives in this session from now on.
pub(crate) fn lives(session: u32) -> Lives {
    let _outside = current::outside();
    let mut watch = WATCH.lock();
    watch.live_in(session).count += 1;
    Lives(session)
}

/// Nobody but the threads that live in this session ends a wait in it.
pub(crate) fn close(session: u32) {
    let _outside = current::outside();
    WATCH.lock().live_in(session).closed = true;
}

/// The session is over.
pub(crate) fn forget(session: u32) {
    let _outside = current::outside();
    if let Some(live) = WATCH.lock().live.as_mut() {
        live.remove(&session);
    }
}

impl Drop for Lives {
    fn drop(&mut self) {
        let _outside = current::outside();
        let mut watch = WATCH.lock();
        if let Some(live) = watch.live.as_mut() {
            if let Some(live) = live.get_mut(&self.0) {
                live.count = live.count.saturating_sub(1);
            }
        }
    }
}

/// The calling thread is blocked as long as this lives.
#[derive(Debug)]
pub(crate) struct Blocking(u64);

/// A number for something to wait for.
pub(crate) fn new_event() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The calling thread is about to block.
///
/// # Panics
/// If it would never go on, with what each thread of the circle waits for and holds.
pub(crate) fn blocked(on: Waits<'_>, at: &'static Location<'static>) -> Blocking {
    let outside = current::outside();
    let thread = std::thread::current();
    let number = new_event();
    let (mut lock, event) = match on {
        Waits::Lock(identity) => (Some((identity.instance(), Mode::Exclusive)), 0),
        Waits::Event { event, .. } | Waits::End { event } => (None, event),
    };
    let last = matches!(on, Waits::End { .. });
    let mut holds = current::holdings();
    // The acquisition was told before it blocks.
    if let Some((instance, mode)) = &mut lock {
        if let Some(at) = holds.iter().rposition(|held| held.instance == *instance) {
            *mode = holds.remove(at).mode;
        }
    }
    let blocked = Blocked {
        number,
        session: current::session(),
        thread: thread.name().unwrap_or("thread").to_owned(),
        lock,
        event,
        since: Instant::now(),
        last,
        what: on.what(),
        place: at.to_string(),
        holds,
        woken: false,
    };
    let mut watch = WATCH.lock();
    watch.blocked.push(blocked);
    let hang = watch.hang(number);
    if hang.is_some() {
        watch.blocked.retain(|blocked| blocked.number != number);
    }
    drop(watch);
    drop(outside);
    if let Some(hang) = hang {
        panic!("{}", noted(hang));
    }
    let blocking = Blocking(number);
    trace::blocks(number, on, at);
    blocking
}

/// A hang that is told: its session ends with it too.
pub(crate) fn noted(hang: String) -> String {
    HANGS.lock().push((current::session(), hang.clone()));
    hang
}

/// What hung in a session, which is forgotten here.
pub(crate) fn hangs(session: u32) -> Vec<String> {
    let _outside = current::outside();
    let mut all = HANGS.lock();
    let (mine, others) = all.drain(..).partition(|(of, _)| *of == session);
    *all = others;
    let mine: Vec<(u32, String)> = mine;
    mine.into_iter().map(|(_, hang)| hang).collect()
}

static HANGS: Mutex<Vec<(u32, String)>> = Mutex::new(Vec::new());

/// The calling thread is about to block and may give up by itself: no hang, but told of like other waits.
pub(crate) fn blocked_for(on: Waits<'_>, at: &'static Location<'static>) -> Blocking {
    let blocking = Blocking(new_event());
    trace::blocks(blocking.0, on, at);
    blocking
}

/// What is waited for under this number happens: its waiters will run.
pub(crate) fn woken(event: u64) {
    let _outside = current::outside();
    let mut watch = WATCH.lock();
    for blocked in &mut watch.blocked {
        blocked.woken |= blocked.lock.is_none() && blocked.event == event;
    }
    drop(watch);
    trace::wakes(event);
}

impl Blocking {
    /// Looks again whether the wait will ever end, as threads that could have ended it may be gone: the report if it will not.
    pub(crate) fn hang(&self) -> Option<String> {
        let _outside = current::outside();
        WATCH.lock().hang(self.0)
    }
}

impl Drop for Blocking {
    fn drop(&mut self) {
        let _outside = current::outside();
        WATCH
            .lock()
            .blocked
            .retain(|blocked| blocked.number != self.0);
        trace::unblocks(self.0);
    }
}

impl Watch {
    /// The report, if the thread that blocks under this number never goes on and is the one to say so.
    fn hang(&self, number: u64) -> Option<String> {
        let mut stuck: Vec<&Blocked> = self
            .blocked
            .iter()
            .filter(|blocked| !blocked.woken)
            .collect();
        // Whoever can be helped by a thread that is not stuck is not stuck, until nothing changes.
        loop {
            let before = stuck.len();
            let all = stuck.clone();
            stuck.retain(|blocked| match blocked.lock {
                Some(_) => all.iter().any(|holder| keeps(holder, blocked, &all)),
                None => self.nobody_helps(blocked.session, &all),
            });
            if stuck.len() == before {
                break;
            }
        }
        let me = stuck.iter().find(|blocked| blocked.number == number)?;
        // Of those who look again and again, one gives up; who waits for a lock can only do so before.
        let first = stuck
            .iter()
            .filter(|blocked| blocked.lock.is_none())
            .map(|blocked| (blocked.last, blocked.number))
            .min();
        let mine = me.lock.is_some() || first == Some((me.last, me.number));
        mine.then(|| report(&circle(me, &stuck)))
    }

    fn live_in(&mut self, session: u32) -> &mut Live {
        self.live
            .get_or_insert_default()
            .entry(session)
            .or_default()
    }

    fn nobody_helps(&self, session: u32, stuck: &[&Blocked]) -> bool {
        let live = self.live.as_ref().and_then(|live| live.get(&session));
        let there = || stuck.iter().filter(|other| other.session == session);
        let waited = || there().all(|blocked| blocked.since.elapsed() >= PATIENCE);
        session != 0
            && live.is_some_and(|live| live.count <= there().count() && (live.closed || waited()))
    }
}

/// Whether `holder` has the lock that `waiter` needs, in a way that keeps it out. A reader keeps a reader out only where a
/// writer waits between them, and never one that does not queue.
fn keeps(holder: &Blocked, waiter: &Blocked, stuck: &[&Blocked]) -> bool {
    let Some((lock, wanted)) = waiter.lock else {
        return false;
    };
    let writer_waits = || {
        let writes = |other: &&&Blocked| other.lock == Some((lock, Mode::Exclusive));
        stuck.iter().any(|other| writes(&other))
    };
    holder.holds.iter().any(|held| {
        let readers = held.mode.is_read() && wanted.is_read();
        held.instance == lock && (!readers || wanted == Mode::Read && writer_waits())
    })
}

/// Those of `stuck` that `me` waits for, directly or by way of others, and `me`, in the order in which they blocked.
fn circle<'a>(me: &'a Blocked, stuck: &[&'a Blocked]) -> Vec<&'a Blocked> {
    let waits_for = |one: &Blocked, other: &Blocked| match one.lock {
        Some(_) => keeps(other, one, stuck),
        None => one.session == other.session,
    };
    let mut circle = vec![me];
    let mut at = 0;
    while let Some(&one) = circle.get(at) {
        for other in stuck {
            let new = circle.iter().all(|known| known.number != other.number);
            if new && waits_for(one, other) {
                circle.push(other);
            }
        }
        at += 1;
    }
    circle.sort_unstable_by_key(|blocked| blocked.number);
    circle
}

fn report(stuck: &[&Blocked]) -> String {
    let mut text = String::from("deadlock: these threads wait for each other and never go on");
    for blocked in stuck {
        let Blocked {
            thread,
            what,
            place,
            ..
        } = blocked;
        let _ = write!(text, "\n  thread `{thread}` waits for {what} at {place}");
        for Holding { label, place, .. } in &blocked.holds {
            let _ = write!(text, "\n    and holds `{label}`, taken at {place}");
        }
    }
    text
}
