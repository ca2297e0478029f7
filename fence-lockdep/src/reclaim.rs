//! Memory as far as deadlocks are about it: what an allocation may wait for, and who is in reclaim.
//!
//! Nothing is allocated or reclaimed here: these say to the checker what happens. [`CheckedAlloc`](crate::alloc::CheckedAlloc)
//! says it for every allocation of the process.

use std::marker::PhantomData;
use std::panic::Location;

pub use fence_engine::Gfp;
use fence_engine::{AllocScope, Event};

use crate::check;

/// An allocation with these flags may happen here.
///
/// A finding in a signalling section, under a lock that reclaim takes, and, where it may sleep, in atomic context.
#[track_caller]
#[doc(alias = "fs_reclaim_acquire")]
pub fn might_alloc(flags: Gfp) {
    feed(Event::Alloc(flags));
}

#[track_caller]
fn feed(event: Event) {
    check::event(Location::caller(), |asked, task, site| {
        asked.engine.feed(task, event, site);
    });
}

/// Changes what allocations of this thread may do, until it is dropped.
#[derive(Debug)]
#[must_use = "the scope ends when this is dropped"]
pub struct Scope(AllocScope, PhantomData<*mut ()>);

impl Scope {
    #[track_caller]
    fn begin(scope: AllocScope) -> Self {
        feed(Event::ScopeBegin(scope));
        Self(scope, PhantomData)
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        feed(Event::ScopeEnd(self.0));
    }
}

/// No allocation of this thread enters reclaim until the result is dropped.
#[track_caller]
#[doc(alias = "memalloc_noreclaim_save")]
pub fn no_reclaim() -> Scope {
    Scope::begin(AllocScope::NoReclaim)
}

/// No allocation of this thread enters file systems until the result is dropped. It still enters shrinkers and notifiers.
#[track_caller]
#[doc(alias = "memalloc_nofs_save")]
pub fn no_fs() -> Scope {
    Scope::begin(AllocScope::NoFs)
}

/// No allocation of this thread starts I/O until the result is dropped. It still enters shrinkers and notifiers.
#[track_caller]
#[doc(alias = "memalloc_noio_save")]
pub fn no_io() -> Scope {
    Scope::begin(AllocScope::NoIo)
}

/// The thread is in direct reclaim, as a shrinker is, until this is dropped.
#[derive(Debug)]
#[must_use = "reclaim ends when this is dropped"]
#[doc(alias = "shrinker")]
pub struct Reclaim(PhantomData<*mut ()>);

impl Reclaim {
    /// Reclaim begins.
    #[track_caller]
    pub fn enter() -> Self {
        feed(Event::ReclaimBegin);
        Self(PhantomData)
    }
}

impl Drop for Reclaim {
    fn drop(&mut self) {
        feed(Event::ReclaimEnd);
    }
}

/// The thread is in an MMU notifier until this is dropped.
#[derive(Debug)]
#[must_use = "the notifier ends when this is dropped"]
#[doc(alias = "mmu_notifier_invalidate_range_start")]
pub struct Notifier(PhantomData<*mut ()>);

impl Notifier {
    /// The notifier begins.
    #[track_caller]
    pub fn enter() -> Self {
        feed(Event::NotifierBegin);
        Self(PhantomData)
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        feed(Event::NotifierEnd);
    }
}
