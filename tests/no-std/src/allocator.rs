//! The smallest allocator: hands out a fixed piece of memory once and takes nothing back.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of memory there are.
const SIZE: usize = 1 << 20;

#[repr(align(64))]
struct Once {
    memory: UnsafeCell<[u8; SIZE]>,
    /// How many bytes were handed out.
    used: AtomicUsize,
}

// SAFETY: the memory is only handed out, never read or written here, and `used` gives each byte to one caller.
unsafe impl Sync for Once {}

// SAFETY: a block starts at the alignment asked for, lies within `memory`, and overlaps no other block, because `used`
// only grows and grows past each block before it is handed out.
unsafe impl GlobalAlloc for Once {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.memory.get().cast::<u8>();
        let mut begin = 0;
        let taken = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                let address = (start as usize).checked_add(used)?;
                let padding = address.checked_next_multiple_of(layout.align())? - address;
                begin = used.checked_add(padding)?;
                let end = begin.checked_add(layout.size())?;
                (end <= SIZE).then_some(end)
            });
        if taken.is_ok() {
            start.wrapping_add(begin)
        } else {
            ptr::null_mut()
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static MEMORY: Once = Once {
    memory: UnsafeCell::new([0; SIZE]),
    used: AtomicUsize::new(0),
};
