//! An allocator that looks on: with it, every heap allocation of the process is checked.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::panic::Location;

use fence_engine::{Event, Gfp, Site};
use parking_lot::Mutex;

use crate::check::{self, Asked};

/// The allocator `A`, whose allocations are those of a kernel with `GFP_KERNEL`: each may sleep and enter reclaim.
///
/// An allocation in a signalling section, in atomic context, or under a lock that reclaim takes is a finding, at the line
/// of the program that asked for the memory. Freeing is never one. The checker's own allocations do not count.
///
/// With [`on=panic`](crate::options) a finding here aborts the process, as nothing can unwind out of an allocator.
///
/// Outside of sections and without a lock held it costs two loads. Where an allocation has to be looked at, its place is
/// found by walking the stack: microseconds, and the first time at each place milliseconds. The place needs debug
/// information; without it a finding names the function, or nothing.
///
/// ```
/// use fence_lockdep::{Session, alloc::CheckedAlloc, signalling::Section};
/// #[global_allocator]
/// static ALLOC: CheckedAlloc = CheckedAlloc::new();
/// let session = Session::new();
/// session.run(|| {
///     let _section = Section::begin();
///     let _report = vec![0; 64];
/// });
/// session.expect("reclaim-in-signalling");
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[doc(alias = "kmalloc")]
pub struct CheckedAlloc<A = System>(A);

impl CheckedAlloc {
    /// The system's allocator, checked.
    pub const fn new() -> Self {
        Self(System)
    }
}

impl<A> CheckedAlloc<A> {
    /// Another allocator, checked.
    pub const fn over(inner: A) -> Self {
        Self(inner)
    }
}

// SAFETY: memory is the inner allocator's business; the checker only looks on.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CheckedAlloc<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if check::allocation_matters() {
            // The rest is here once more so that nothing has to outlive a call on the way that matters for speed.
            tell();
            // SAFETY: the caller's promises are passed on.
            return unsafe { self.0.alloc(layout) };
        }
        // SAFETY: as above.
        unsafe { self.0.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if check::allocation_matters() {
            tell();
        }
        // SAFETY: as above.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if check::allocation_matters() {
            tell();
        }
        // SAFETY: as above.
        unsafe { self.0.realloc(memory, layout, size) }
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { self.0.dealloc(memory, layout) };
    }
}

/// Where the program asked for memory.
#[derive(Clone, Debug, Default)]
struct Place {
    file: String,
    line: u32,
    column: u32,
    function: String,
}

impl Place {
    fn site(&self, asked: &mut Asked) -> Site {
        if self.file.is_empty() && self.function.is_empty() {
            return Site::UNKNOWN;
        }
        let source = asked
            .engine
            .sources_mut()
            .intern(&self.file, &self.function);
        Site::new(source, u64::from(self.line), self.column)
    }
}

#[cold]
#[inline(never)]
fn tell() {
    let place = {
        let _outside = check::outside();
        place()
    };
    check::allocation(Location::caller(), |asked, task, _| {
        let site = place.site(asked);
        asked.engine.feed(task, Event::Alloc(Gfp::Kernel), site);
    });
    let _outside = check::outside();
    drop(place);
}

type Places = HashMap<u64, Place, BuildHasherDefault<DefaultHasher>>;

/// The caller of the allocator: the newest frame that is the program's own.
fn place() -> Place {
    /// By the stack's return addresses.
    static PLACES: Mutex<Option<Places>> = Mutex::new(None);
    let mut stack = Vec::with_capacity(64);
    backtrace::trace(|frame| {
        stack.push(frame.ip() as usize);
        stack.len() < 64
    });
    let key = BuildHasherDefault::<DefaultHasher>::default().hash_one(&stack);
    let known = PLACES.lock().get_or_insert_default().get(&key).cloned();
    known.unwrap_or_else(|| {
        let place = stack
            .iter()
            .find_map(|&address| place_of(address))
            .unwrap_or_default();
        PLACES
            .lock()
            .get_or_insert_default()
            .insert(key, place.clone());
        place
    })
}

/// The place of a return address, unless that is in an allocator, a collection or this crate.
fn place_of(address: usize) -> Option<Place> {
    let mut place = None;
    backtrace::resolve(address as *mut _, |symbol| {
        let function = symbol
            .name()
            .map(|name| format!("{name:#}"))
            .unwrap_or_default();
        // Inlined functions come innermost first.
        if place.is_none() && !function.is_empty() && !is_machinery(&function) {
            place = Some(Place {
                file: symbol.filename().map(shown).unwrap_or_default(),
                line: symbol.lineno().unwrap_or_default(),
                column: symbol.colno().unwrap_or_default(),
                function,
            });
        }
    });
    place
}

fn is_machinery(function: &str) -> bool {
    const CRATES: [&str; 8] = [
        "alloc::",
        "core::",
        "std::",
        "hashbrown::",
        "backtrace::",
        "fence_lockdep::alloc",
        "__rust",
        "__rdl",
    ];
    let path = function.trim_start_matches(['<', '&', '[', '(', '*']);
    let path = path.strip_prefix("dyn ").unwrap_or(path);
    CRATES.iter().any(|machinery| path.starts_with(machinery)) || path.contains("::__rust")
}

/// A file as the compiler was given it, as far as that can be told.
fn shown(file: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(&here)
        .unwrap_or(file)
        .display()
        .to_string()
}
