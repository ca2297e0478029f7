//! What the checker tells as events of `tracing`, to whom, and that it costs nothing if nobody listens.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fence_lockdep::annotate::{Fence, Readers};
use fence_lockdep::irq::HardIrq;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::{Completion, Condvar, Mutex, RwLock, SpinLock};
use fence_lockdep::timer::Timer;
use fence_lockdep::trace::{FENCE, FINDING, LOCK, SECTION, WAIT, WORK};
use fence_lockdep::workqueue::{Work, Workqueue};
use fence_lockdep::{LockClass, Session};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::prelude::*;

/// Who listens is known to the whole process, so that one test must not see another's.
static ALONE: parking_lot::Mutex<()> = parking_lot::Mutex::new(());

const RING: LockClass = LockClass::new("ring");
const VM: LockClass = LockClass::new("vm");

/// One event.
#[derive(Clone, Debug)]
struct Told {
    target: &'static str,
    level: Level,
    fields: BTreeMap<&'static str, String>,
}

impl Told {
    fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    /// Target without crate, what happened, and to what.
    fn in_short(&self) -> String {
        let target = self.target.rsplit("::").next().unwrap_or_default();
        let what = ["class", "kind", "name"].map(|field| self.get(field));
        let what = what.iter().find(|what| !what.is_empty());
        format!("{target} {} {}", self.get("op"), what.unwrap_or(&""))
    }
}

impl Visit for Told {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }
}

/// Keeps what it is told.
#[derive(Clone, Debug, Default)]
struct Listener(Arc<parking_lot::Mutex<Vec<Told>>>);

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut told = Told {
            target: event.metadata().target(),
            level: *event.metadata().level(),
            fields: BTreeMap::new(),
        };
        event.record(&mut told);
        self.0.lock().push(told);
    }
}

impl Listener {
    /// What it is told while this thread does that.
    fn hears(&self, what: impl FnOnce()) -> Vec<Told> {
        self.0.lock().clear();
        let subscriber = tracing_subscriber::registry().with(self.clone());
        tracing::subscriber::with_default(subscriber, what);
        self.0.lock().clone()
    }
}

/// What somebody is told who listens to all while this thread does that.
fn heard(what: impl FnOnce()) -> Vec<Told> {
    Listener::default().hears(what)
}

fn in_short(told: &[Told]) -> Vec<String> {
    told.iter().map(Told::in_short).collect()
}

fn about<'a>(told: &'a [Told], target: &str) -> Vec<&'a Told> {
    told.iter().filter(|told| told.target == target).collect()
}

#[test]
fn a_lock_is_told_of_with_class_instance_mode_and_place() {
    let _alone = ALONE.lock();
    let told = heard(|| {
        let session = Session::new();
        session.run(|| {
            let ring = Mutex::with_class(RING, ());
            drop(ring.lock());
            drop(ring.try_lock());
            drop(ring.lock_nested(1));
            let vm = RwLock::with_class(VM, ());
            drop(vm.read());
        });
        session.assert_clean();
    });
    let all = [
        "lock acquire ring",
        "lock release ring",
        "lock acquire ring",
        "lock release ring",
        "lock acquire ring/1",
        "lock release ring",
        "lock acquire vm",
        "lock release vm",
    ];
    assert_eq!(in_short(&told), all);
    let [first, _, tried, _, nested, ..] = &told[..] else {
        panic!("counted above");
    };
    assert_eq!(first.level, Level::TRACE);
    assert_eq!(first.get("mode"), "exclusive");
    assert_eq!(first.get("try"), "false");
    assert_eq!(tried.get("try"), "true");
    assert_eq!(first.get("instance"), nested.get("instance"));
    assert_ne!(first.get("instance"), told[6].get("instance"));
    assert_eq!(told[6].get("mode"), "read");
    assert_eq!(first.get("file"), file!());
    assert!(first.get("line").parse::<u32>().is_ok_and(|line| line > 0));
    let thread = std::thread::current();
    assert_eq!(first.get("task"), thread.name().unwrap_or("thread"));
}

#[test]
fn every_acquisition_has_its_release_however_often_the_order_was_seen() {
    const ROUNDS: usize = 5;
    let _alone = ALONE.lock();
    let told = heard(|| {
        let session = Session::new();
        session.run(|| {
            let (ring, vm) = (Mutex::with_class(RING, 0), RwLock::with_class(VM, 0));
            let (irq, idle) = (SpinLock::new(0), Condvar::new());
            for _ in 0..ROUNDS {
                let vm = vm.write();
                let mut ring = ring.lock();
                *irq.lock() += 1;
                // Released for the wait, whose time is over at once, and taken again.
                idle.wait_for(&mut ring, std::time::Duration::ZERO);
                // Not in the order in which they were taken.
                drop(vm);
                drop(ring);
            }
        });
        session.assert_clean();
    });
    let mut held: BTreeMap<&str, i32> = BTreeMap::new();
    for told in about(&told, LOCK) {
        let held = held.entry(told.get("instance")).or_default();
        *held += match told.get("op") {
            "acquire" => 1,
            "release" => -1,
            other => panic!("{other}"),
        };
        assert!((0..=1).contains(held), "{told:?}");
    }
    assert_eq!(held.values().copied().collect::<Vec<_>>(), [0, 0, 0]);
    let acquired = told.iter().filter(|told| told.get("op") == "acquire");
    // The rwlock and the spinlock once, the mutex twice.
    assert_eq!(acquired.count(), 4 * ROUNDS);
}

#[test]
fn sections_waits_work_and_fences_are_told_of() {
    let _alone = ALONE.lock();
    let told = heard(|| {
        let session = Session::new();
        session.run(|| {
            let (done, idle) = (Fence::new("ring0").seqno(3), Completion::with_class(VM));
            let timer = Timer::with_class(RING, || ());
            {
                let _section = Section::named("submit");
                done.publish();
                done.signal();
            }
            done.wait();
            {
                let _irq = HardIrq::enter();
                idle.complete();
            }
            idle.wait();
            Readers::new(VM).read(|| ());
            timer.arm(std::time::Duration::from_secs(3600));
            timer.fire();
            let queue = Workqueue::builder("system").build();
            queue.queue(&Work::with_class(RING, || ()));
            queue.flush();
        });
        session.findings();
    });
    let told: Vec<Told> = told
        .into_iter()
        .filter(|told| told.target != LOCK && told.target != FINDING)
        .filter(|told| !["block", "unblock", "wake"].contains(&told.get("op")))
        .collect();
    let all = [
        "section begin signalling",
        "fence publish ring0",
        "fence signal ring0",
        "section end signalling",
        "fence wait ring0",
        "section begin hardirq",
        "wait complete vm",
        "section end hardirq",
        "wait wait vm",
        "section begin reader",
        "section end reader",
        "work begin ring",
        "work end ring",
        "work queue ring",
        "work flush_queue work",
    ];
    let mut short = in_short(&told);
    // The queue is flushed once more when it is dropped.
    assert_eq!(short.pop().as_deref(), Some("work flush_queue work"));
    assert_eq!(short, all);
    assert_eq!(told[0].get("name"), "submit");
    let fences: Vec<&Told> = about(&told, FENCE);
    assert!(fences.iter().all(|told| told.get("seqno") == "3"));
    assert!(fences.iter().all(|told| told.get("timeline") == "ring0"));
    let kinds: Vec<&str> = about(&told, WORK).iter().map(|t| t.get("kind")).collect();
    assert_eq!(kinds, ["timer", "timer", "work", "work", "work"]);
}

#[test]
fn a_finding_is_one_event_of_its_level() {
    let _alone = ALONE.lock();
    let session = Session::new();
    let told = heard(|| {
        session.run(|| {
            let (ring, vm) = (Mutex::with_class(RING, ()), Mutex::with_class(VM, ()));
            for _ in 0..2 {
                {
                    let _vm = vm.lock();
                    let _ring = ring.lock();
                }
                let _ring = ring.lock();
                let _vm = vm.lock();
            }
        });
        session.expect("lock-order-cycle");
    });
    let findings = about(&told, FINDING);
    let [finding] = findings[..] else {
        panic!("{findings:#?}");
    };
    let kept = session.findings();
    let [kept] = &kept[..] else {
        panic!("{kept:#?}");
    };
    assert_eq!(finding.level, Level::ERROR);
    assert_eq!(finding.get("rule"), kept.rule.id);
    assert_eq!(finding.get("name"), "lock-order-cycle");
    assert_eq!(finding.get("message"), kept.message());
    assert_eq!(finding.get("file"), file!());
    assert_eq!(finding.get("line"), kept.place.line.to_string());
}

#[test]
fn what_only_the_end_of_a_session_shows_is_told_then() {
    let _alone = ALONE.lock();
    let session = Session::new();
    session.run(|| {
        let _section = Section::begin();
        Fence::new("ring0").publish();
    });
    let told = heard(|| session.expect("never-signalled"));
    let names: Vec<&str> = told.iter().map(|told| told.get("name")).collect();
    assert_eq!(names, ["never-signalled"]);
    assert_eq!(told[0].target, FINDING);
}

#[test]
fn a_wait_that_blocks_and_the_wake_up_have_one_number() {
    let _alone = ALONE.lock();
    let listener = Listener::default();
    let session = Session::new();
    let told = listener.hears(|| {
        session.run(|| {
            let idle = Arc::new(Completion::new());
            let waiter = Arc::clone(&idle);
            let current = tracing::dispatcher::get_default(Clone::clone);
            let thread = fence_lockdep::thread::spawn(move || {
                tracing::dispatcher::with_default(&current, || waiter.wait());
            });
            // It blocks before it is woken: then it is told, and not before.
            until(|| in_short(&listener.0.lock()).contains(&"wait block ".to_owned()));
            idle.complete();
            assert!(thread.join().is_ok());
        });
        session.assert_clean();
    });
    let of = |op: &str, at: usize| {
        let all: Vec<&Told> = told.iter().filter(|told| told.get("op") == op).collect();
        all[at].clone()
    };
    // The main thread may go on to wait for the end of the other.
    let (block, wake, unblock) = (of("block", 0), of("wake", 0), of("unblock", 0));
    assert_eq!(block.target, WAIT);
    assert_eq!(block.get("what"), "a completion");
    assert_eq!(block.get("event"), wake.get("event"));
    assert_eq!(block.get("wait"), unblock.get("wait"));
    assert_ne!(block.get("wait"), "");
    assert_eq!(block.get("task"), unblock.get("task"));
    assert_ne!(block.get("task"), wake.get("task"));
}

/// Waits until this is so, no longer than any test takes.
#[track_caller]
fn until(so: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !so() {
        assert!(start.elapsed().as_secs() < 20, "this never comes");
        std::thread::yield_now();
    }
}

/// Takes checked locks of its own whenever it is told something, now in this order and now in that.
struct TakesLocks {
    locks: [Mutex<()>; 2],
    told: AtomicUsize,
}

impl<S: Subscriber> Layer<S> for TakesLocks {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        let first = self.told.fetch_add(1, Ordering::Relaxed) % 2;
        let _first = self.locks[first].lock();
        let _second = self.locks[1 - first].lock();
    }
}

#[test]
fn what_a_subscriber_does_is_neither_checked_nor_told() {
    let _alone = ALONE.lock();
    let session = Session::new();
    let listener = Listener::default();
    session.run(|| {
        let layer = TakesLocks {
            locks: [Mutex::with_class(RING, ()), Mutex::with_class(VM, ())],
            told: AtomicUsize::new(0),
        };
        let subscriber = tracing_subscriber::registry()
            .with(layer)
            .with(listener.clone());
        let program = Mutex::new(());
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..2 {
                drop(program.lock());
            }
        });
    });
    session.assert_clean();
    let ops: Vec<String> = listener
        .0
        .lock()
        .iter()
        .map(|t| t.get("op").to_owned())
        .collect();
    assert_eq!(ops, ["acquire", "release", "acquire", "release"]);
}

#[test]
fn layers_that_do_not_listen_lose_nothing_of_their_own() {
    let _alone = ALONE.lock();
    let (all, log) = (Listener::default(), Listener::default());
    let subscriber = tracing_subscriber::registry()
        .with(all.clone().with_filter(LevelFilter::TRACE))
        .with(log.clone().with_filter(LevelFilter::INFO));
    let session = Session::new();
    session.run(|| {
        let ring = Mutex::with_class(RING, 0);
        tracing::subscriber::with_default(subscriber, || {
            for round in 0..3 {
                tracing::info!(round);
                // The engine is asked, and nothing is told.
                fence_lockdep::might_sleep();
                tracing::info!(round);
                *ring.lock() = round;
                tracing::info!(round);
            }
        });
    });
    assert_eq!(log.0.lock().len(), 9);
    assert_eq!(about(&all.0.lock(), LOCK).len(), 6);
}

#[test]
fn a_known_order_is_not_looked_at_as_long_as_nobody_listens() {
    let _alone = ALONE.lock();
    // Forgets those who listened in other tests.
    tracing::callsite::rebuild_interest_cache();
    let session = Session::new();
    session.run(|| {
        let (ring, vm) = (Mutex::with_class(RING, ()), Mutex::with_class(VM, ()));
        let known = || {
            let _ring = ring.lock();
            let _vm = vm.lock();
        };
        known();
        // Who comes now is not noticed as long as the thread has nothing to ask the engine: it would be, were it asked for
        // any of these.
        assert_eq!(in_short(&heard(|| (0..3).for_each(|_| known()))), [""; 0]);
        let noticed = heard(|| {
            drop(Mutex::with_class(LockClass::new("new"), ()).lock());
            known();
        });
        assert_eq!(about(&noticed, LOCK).len(), 6);
        // And when all have gone it is as before.
        tracing::callsite::rebuild_interest_cache();
        known();
        assert_eq!(in_short(&heard(|| (0..3).for_each(|_| known()))), [""; 0]);
    });
    session.assert_clean();
}

#[test]
fn who_does_not_listen_to_locks_does_not_slow_them_down() {
    let _alone = ALONE.lock();
    tracing::callsite::rebuild_interest_cache();
    let session = Session::new();
    session.run(|| {
        let ring = Mutex::with_class(RING, ());
        let known = || drop(ring.lock());
        let others = Listener::default().with_filter(
            tracing_subscriber::filter::Targets::new()
                .with_target("another_crate", LevelFilter::TRACE)
                .with_target(SECTION, LevelFilter::TRACE),
        );
        let subscriber = tracing_subscriber::registry().with(others);
        tracing::subscriber::with_default(subscriber, || {
            known();
            drop(Section::begin());
            known();
        });
        tracing::callsite::rebuild_interest_cache();
        // Had they made the thread ask the engine for each lock, it would notice this one.
        assert_eq!(in_short(&heard(known)), [""; 0]);
    });
    session.assert_clean();
}

/// A deadlock that no session keeps, and the names of the findings that are told, one a line.
#[test]
#[ignore = "it is a part of the next test, which runs it in a process of its own"]
fn deadlock_of_the_process() {
    let told = heard(|| {
        let (ring, vm) = (Mutex::with_class(RING, ()), Mutex::with_class(VM, ()));
        drop((ring.lock(), vm.lock()));
        drop((vm.lock(), ring.lock()));
    });
    for finding in about(&told, FINDING) {
        let line = format!("\ntold: {}\n", finding.get("name"));
        std::io::stdout()
            .write_all(line.as_bytes())
            .expect("a pipe");
    }
}

#[test]
fn findings_of_the_process_are_told_if_they_count() {
    let told = |options: &str| {
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args([
                "--exact",
                "deadlock_of_the_process",
                "--ignored",
                "--nocapture",
            ])
            .env(fence_lockdep::options::VARIABLE, options)
            .output()
            .expect("a process");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("1 passed"), "{text}");
        let told = text.lines().filter_map(|line| line.strip_prefix("told: "));
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(told("exitcode=0"), ["lock-order-cycle"]);
    assert_eq!(told("on=off"), [""; 0]);
}
