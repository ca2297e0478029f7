//! The half of the deadlock that is the bell and then the ring.

use fence_halves::Driver;

#[test]
fn an_empty_ring_is_reset() {
    Driver::default().reset();
}
