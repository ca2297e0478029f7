//! Signalling sections: the code that a fence's signal depends on.

use std::marker::PhantomData;
use std::panic::Location;

use fence_engine::Event;

use crate::check::{self, Asked};

/// A signalling section, open until this is dropped: `dma_fence_begin_signalling()` and `dma_fence_end_signalling()`.
///
/// Opened before a fence is published, or where the work that signals it begins, and closed after the signal. What is done
/// in between must not wait for anything that may itself wait for a fence: not for the locks of those who wait, not for
/// memory, not for user space. Sections nest. The guard stays on its thread.
///
/// Context: any, also atomic.
///
/// ```
/// use fence_lockdep::{Session, engine::Gfp, reclaim::might_alloc, signalling::Section};
/// let session = Session::new();
/// session.run(|| {
///     let _section = Section::begin();
///     might_alloc(Gfp::Kernel);
/// });
/// session.expect("reclaim-in-signalling");
/// ```
#[derive(Debug)]
#[must_use = "the section ends when this is dropped"]
#[doc(alias = "dma_fence_begin_signalling")]
#[doc(alias = "dma_fence_end_signalling")]
pub struct Section {
    name: &'static str,
    /// Where it was opened: a drop has no place of its own to show.
    opened: &'static Location<'static>,
    not_send: PhantomData<*mut ()>,
}

impl Section {
    /// Opens a section.
    #[inline]
    #[track_caller]
    pub fn begin() -> Self {
        Self::named("")
    }

    /// Opens a section with a name, so that closing another one in its place is noticed.
    #[inline]
    #[track_caller]
    pub fn named(name: &'static str) -> Self {
        let opened = Location::caller();
        check::event(opened, |asked, task, site| {
            let name = number(asked, name);
            asked
                .engine
                .feed(task, Event::BeginSignalling { name }, site);
        });
        Self {
            name,
            opened,
            not_send: PhantomData,
        }
    }

    /// Closes the section here, which a report then names as the place.
    #[inline]
    #[track_caller]
    pub fn end(self) {
        end(self.name, Location::caller());
        std::mem::forget(self);
    }
}

impl Drop for Section {
    #[inline]
    fn drop(&mut self) {
        end(self.name, self.opened);
    }
}

#[inline]
fn end(name: &'static str, at: &'static Location<'static>) {
    check::event(at, |asked, task, site| {
        let name = number(asked, name);
        asked.engine.feed(task, Event::EndSignalling { name }, site);
    });
}

/// The number that stands for a section's name, 0 for none.
fn number(asked: &mut Asked, name: &'static str) -> u32 {
    if name.is_empty() {
        return 0;
    }
    let known = asked.sections.iter().position(|&other| other == name);
    let at = known.unwrap_or_else(|| {
        asked.sections.push(name);
        asked.sections.len() - 1
    });
    at as u32 + 1
}
