//! Pairs of functions, one with a checked lock and one with the plain one. `cargo xtask compiled-out` compiles them and
//! compares what the compiler made of each; that they are of one size is compared here.

use fence_lockdep::{alloc::CheckedAlloc, signalling::Section, sync};
use std::alloc::{GlobalAlloc, Layout, System};

/// Compares the sizes of a checked lock and the plain one.
macro_rules! same_size {
    ($($checked:ty, $plain:ty;)*) => {$(
        const _: () = assert!(size_of::<$checked>() == size_of::<$plain>());
        const _: () = assert!(align_of::<$checked>() == align_of::<$plain>());
    )*};
}

same_size! {
    sync::Mutex<()>, parking_lot::Mutex<()>;
    sync::Mutex<u64>, parking_lot::Mutex<u64>;
    sync::SpinLock<u64>, parking_lot::Mutex<u64>;
    sync::RwLock<u64>, parking_lot::RwLock<u64>;
    sync::RwSpinLock<u64>, parking_lot::RwLock<u64>;
}

/// Adds under a checked mutex.
#[unsafe(no_mangle)]
pub fn mutex_checked(lock: &sync::Mutex<u64>) {
    *lock.lock() += 1;
}

/// Adds under a plain mutex.
#[unsafe(no_mangle)]
pub fn mutex_plain(lock: &parking_lot::Mutex<u64>) {
    *lock.lock() += 1;
}

/// Adds under a checked spinlock.
#[unsafe(no_mangle)]
pub fn spin_checked(lock: &sync::SpinLock<u64>) {
    *lock.lock() += 1;
}

/// Adds under the lock that a spinlock is made of.
#[unsafe(no_mangle)]
pub fn spin_plain(lock: &parking_lot::Mutex<u64>) {
    *lock.lock() += 1;
}

/// Tries a checked mutex.
#[unsafe(no_mangle)]
pub fn try_checked(lock: &sync::Mutex<u64>) -> bool {
    lock.try_lock().is_some()
}

/// Tries a plain mutex.
#[unsafe(no_mangle)]
pub fn try_plain(lock: &parking_lot::Mutex<u64>) -> bool {
    lock.try_lock().is_some()
}

/// Reads under a checked reader-writer lock.
#[unsafe(no_mangle)]
pub fn read_checked(lock: &sync::RwLock<u64>) -> u64 {
    *lock.read()
}

/// Reads under a plain reader-writer lock.
#[unsafe(no_mangle)]
pub fn read_plain(lock: &parking_lot::RwLock<u64>) -> u64 {
    *lock.read()
}

/// Writes under a checked reader-writer lock.
#[unsafe(no_mangle)]
pub fn write_checked(lock: &sync::RwLock<u64>) {
    *lock.write() += 1;
}

/// Writes under a plain reader-writer lock.
#[unsafe(no_mangle)]
pub fn write_plain(lock: &parking_lot::RwLock<u64>) {
    *lock.write() += 1;
}

/// Allocates with the checked allocator, in a section.
#[unsafe(no_mangle)]
pub fn section_checked(layout: Layout) -> *mut u8 {
    let _section = Section::begin();
    // SAFETY: never run.
    unsafe { CheckedAlloc::new().alloc(layout) }
}

/// Allocates with the system's allocator.
#[unsafe(no_mangle)]
pub fn section_plain(layout: Layout) -> *mut u8 {
    // SAFETY: never run.
    unsafe { System.alloc(layout) }
}
