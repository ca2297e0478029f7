//! A program whose locks belong to no session: what the tests of options start. Each argument is something it does.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what it has done is for the test to read"
)]

use std::cell::Cell;
use std::panic::catch_unwind;

use fence_lockdep::annotate::Fence;
use fence_lockdep::irq::HardIrq;
use fence_lockdep::options::{On, Options};
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::{Mutex, SpinLock};
use fence_lockdep::{LockClass, Session, might_sleep};

const RING: LockClass = LockClass::new("ring");
const DOORBELL: LockClass = LockClass::new("doorbell");

static FIRST: Mutex<()> = Mutex::const_with_class(RING, ());
static SECOND: Mutex<()> = Mutex::const_with_class(DOORBELL, ());
static GATE: Mutex<()> = Mutex::const_with_class(LockClass::new("gate"), ());
static STATUS: SpinLock<()> = SpinLock::const_with_class(LockClass::new("status"), ());

fn main() {
    for what in std::env::args().skip(1) {
        match what.as_str() {
            "ring-doorbell" => submit(),
            "doorbell-ring" => reset(),
            "gated" => {
                let _gate = GATE.lock();
                submit();
                reset();
            }
            "sleep" => {
                let _status = STATUS.lock();
                might_sleep();
            }
            "unsignalled" => {
                let _section = Section::begin();
                Fence::new("ring0").publish();
            }
            "sessions" => sessions(),
            "caught" => {
                let caught = catch_unwind(reset);
                println!("caught: {}", caught.is_err());
            }
            "tried" => {
                {
                    let _interrupt = HardIrq::enter();
                    drop(STATUS.lock());
                }
                // With interrupts on, where the handler would wait for it.
                let caught = catch_unwind(|| drop(STATUS.try_lock()));
                println!(
                    "caught: {}, locked: {}",
                    caught.is_err(),
                    STATUS.is_locked()
                );
            }
            "twice-in-panic" => {
                let _reset = OnDrop;
                panic!("a panic of its own");
            }
            "thread-local" => {
                let thread = std::thread::spawn(|| LAST.with(|last| last.0.set(true)));
                println!("joined: {}", thread.join().is_ok());
            }
            "set-panic" => {
                let mut options = Options::default();
                options.on = On::Panic;
                println!("set: {:?}", options.set());
            }
            "panic" => panic!("a panic of its own"),
            "exit" => std::process::exit(7),
            "abort" => std::process::abort(),
            other => {
                // A word that nothing is called is a mistake in a test.
                eprintln!("there is no `{other}`");
                std::process::exit(2);
            }
        }
        println!("done: {what}");
    }
}

/// Takes the two locks in one order.
fn submit() {
    let _ring = FIRST.lock();
    let _doorbell = SECOND.lock();
}

/// And in the other.
fn reset() {
    let _doorbell = SECOND.lock();
    let _ring = FIRST.lock();
}

/// Two sessions, each of which is clean by itself, and a third that is none of theirs.
fn sessions() {
    for what in [submit, reset] {
        let session = Session::new();
        session.run(what);
        session.assert_clean();
    }
    let session = Session::new();
    session.run(|| {
        let other = LockClass::new("other");
        let (one, two) = (Mutex::with_class(other, ()), Mutex::with_class(other, ()));
        let _one = one.lock();
        let _two = two.lock();
    });
    session.expect("recursive-lock");
}

struct OnDrop;

impl Drop for OnDrop {
    fn drop(&mut self) {
        reset();
    }
}

struct Last(Cell<bool>);

impl Drop for Last {
    fn drop(&mut self) {
        if self.0.get() {
            reset();
        }
    }
}

thread_local! {
    static LAST: Last = const { Last(Cell::new(false)) };
}
