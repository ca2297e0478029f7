//! `#[fence_lockdep::test]` as people use it. What it refuses is tested beside it.

use std::cell::RefCell;
use std::num::ParseIntError;

use fence_lockdep::annotate::Fence;
use fence_lockdep::signalling::Section;
use fence_lockdep::sync::Mutex;
use fence_lockdep::thread;

/// Takes two locks in one order, and maybe then in the other.
fn take(both_ways: bool) {
    let (device, ring) = (Mutex::new(()), Mutex::new(()));
    drop((device.lock(), ring.lock()));
    if both_ways {
        drop((ring.lock(), device.lock()));
    }
}

#[fence_lockdep::test]
fn a_clean_body_passes() {
    take(false);
}

#[fence_lockdep::test(expect = "lock-order-cycle")]
fn a_body_that_deadlocks_passes_where_that_is_expected() {
    take(true);
}

#[fence_lockdep::test(expect = "DF201")]
fn rules_go_by_id_too_and_what_only_the_end_shows_counts() {
    let _section = Section::begin();
    Fence::new("ring0").publish();
}

#[fence_lockdep::test]
#[should_panic(expected = "session `a_finding_in_a_clean_test_fails_it` should be clean")]
fn a_finding_in_a_clean_test_fails_it() {
    take(true);
}

#[should_panic(expected = "expected and not found: lock-order-cycle")]
#[fence_lockdep::test(expect = "lock-order-cycle")]
fn a_test_that_expects_a_finding_fails_without_it() {
    take(false);
}

#[fence_lockdep::test]
#[should_panic(expected = "the body's own")]
fn a_panic_of_the_body_is_not_hidden_by_what_was_found_before() {
    take(true);
    panic!("the body's own");
}

#[fence_lockdep::test]
#[ignore = "it would fail"]
fn an_ignored_test_does_not_run() {
    take(true);
}

#[fence_lockdep::test]
fn a_body_may_return_a_result() -> Result<(), ParseIntError> {
    let rounds: u32 = "3".parse()?;
    if rounds == 3 {
        return Ok(());
    }
    panic!("3 is 3");
}

#[fence_lockdep::test]
#[ignore = "a part of the test below"]
fn error() -> Result<(), ParseIntError> {
    "three".parse::<u32>().map(|_| ())
}

#[fence_lockdep::test]
#[ignore = "a part of the test below"]
fn finding_and_error() -> Result<(), ParseIntError> {
    take(true);
    "three".parse::<u32>().map(|_| ())
}

#[test]
fn an_error_of_the_body_fails_a_test_and_a_finding_comes_first() {
    let output = |test: &str| {
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", test, "--ignored"])
            .output()
            .expect("a process");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("1 failed"), "{text}");
        text
    };
    assert!(output("error").contains("ParseIntError"));
    assert!(output("finding_and_error").contains("session `finding_and_error` should be clean"));
}

#[fence_lockdep::test(expect = "lock-order-cycle")]
fn threads_of_the_body_are_in_its_session() {
    let locks = std::sync::Arc::new((Mutex::new(()), Mutex::new(())));
    drop((locks.0.lock(), locks.1.lock()));
    let other = thread::spawn(move || drop((locks.1.lock(), locks.0.lock())));
    assert!(other.join().is_ok());
}

thread_local! {
    static LEFT: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

#[fence_lockdep::test]
fn the_body_sees_no_names_but_its_own() {
    let session = "session";
    let result = || session;
    LEFT.with_borrow_mut(|left| left.push(result()));
    assert_eq!(LEFT.take(), ["session"]);
}
