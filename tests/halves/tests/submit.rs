//! The half of the deadlock that is the ring and then the bell.

use fence_halves::Driver;

#[test]
fn a_job_is_submitted() {
    assert_eq!(Driver::default().submit(), 1);
}
