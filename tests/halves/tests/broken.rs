//! What is wrong by itself: run only where somebody wants to see it found.

use fence_halves::Driver;

#[test]
#[ignore = "the checker has something to say about it"]
fn sleeps_where_it_must_not() {
    assert_eq!(Driver::default().idle(), 0);
}

#[test]
#[ignore = "the checker has something to say about it"]
fn both_halves() {
    let driver = Driver::default();
    driver.submit();
    driver.reset();
}

#[test]
#[ignore = "it fails"]
fn fails() {
    assert_eq!(Driver::default().submit(), 2);
}
