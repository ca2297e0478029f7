//! One lock in the kernel's notation: `ffffffff84010080 (C){+.+.}-{4:4}, at: gpu_reset (gpu.c:12)`.

use fence_engine::LockView;

use crate::escape::visible;
use crate::place::frame;

/// `print_lock_name()`, but for the blank before it: `(C){+.+.}-{4:4}`.
pub(super) fn name(lock: &LockView) -> String {
    let usage: String = lock.usage.iter().collect();
    let (outer, inner) = lock.waits;
    format!(
        "({}){{{}}}-{{{}:{}}}",
        visible(&lock.name),
        visible(&usage),
        outer as u8,
        inner as u8
    )
}

/// `print_lock()`: the instance if it is known, the name, and where it was taken.
pub(super) fn at_place(lock: &LockView) -> String {
    let instance = match lock.instance {
        0 => String::new(),
        number => format!("{number:016x} "),
    };
    let place = frame(&lock.place).unwrap_or_else(|| "<unknown>".into());
    format!("{instance}{}, at: {place}", name(lock))
}

/// The same for a lock that ought to be there.
pub(super) fn at_place_or_unknown(lock: Option<&LockView>) -> String {
    lock.map_or_else(|| "<unknown>".into(), at_place)
}

/// The bare name, as it stands in a scenario's `lock(C);`.
pub(super) fn bare(lock: Option<&LockView>) -> String {
    lock.map_or_else(
        || "<unknown>".into(),
        |lock| visible(&lock.name).into_owned(),
    )
}
