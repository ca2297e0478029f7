//! A work item as its owner has it.

use std::panic::Location;
use std::sync::Arc;

use fence_engine::{ClassId, ClassKind, Event};

use super::item::{Events, Item};
use super::pool::Pool;
use super::queue::tell;
use crate::LockClass;
use crate::check::{self, Name};

/// A function to run on a [`Workqueue`](super::Workqueue): `struct work_struct` of the kernel. Clones are the same item.
///
/// It is pending from when it is queued to when it starts, and is not queued a second time as long as it is. It never runs
/// twice at once. All items made at one place in the source are of one class.
#[derive(Clone, Debug)]
#[doc(alias = "work_struct")]
#[doc(alias = "INIT_WORK")]
pub struct Work(Arc<Item>);

/// An item for [`Workqueue::queue_after`](super::Workqueue::queue_after): any item can be delayed.
#[doc(alias = "delayed_work")]
pub type DelayedWork = Work;

impl Work {
    /// An item of the class of all that are made at the caller.
    #[track_caller]
    pub fn new(function: impl FnMut() + Send + 'static) -> Self {
        let made = Location::caller();
        Self::of(Name::Site(made), made, WORK, function)
    }

    /// An item of that class.
    #[track_caller]
    pub fn with_class(class: LockClass, function: impl FnMut() + Send + 'static) -> Self {
        let name = Name::Chosen(class.name());
        Self::of(name, Location::caller(), WORK, function)
    }

    /// An item whose function is a signalling section from end to end, as one has to be that is handed a fence to signal.
    ///
    /// ```
    /// use fence_lockdep::{Session, annotate::Fence, signalling::Section, workqueue::{Work, Workqueue}};
    /// use std::sync::Arc;
    /// let session = Session::new();
    /// session.run(|| {
    ///     let queue = Workqueue::builder("sched").ordered().build(); // and not .mem_reclaim()
    ///     let done = Arc::new(Fence::new("ring0"));
    ///     let section = Section::begin();
    ///     done.publish();
    ///     queue.queue(&Work::signalling(move || done.signal()));
    ///     section.end();
    /// });
    /// session.expect("queue-without-reclaim");
    /// ```
    #[track_caller]
    pub fn signalling(function: impl FnMut() + Send + 'static) -> Self {
        let made = Location::caller();
        Self::of(Name::Site(made), made, SIGNALLING_WORK, function)
    }

    /// As [`Work::signalling`], of that class.
    #[track_caller]
    pub fn signalling_with_class(
        class: LockClass,
        function: impl FnMut() + Send + 'static,
    ) -> Self {
        let name = Name::Chosen(class.name());
        Self::of(name, Location::caller(), SIGNALLING_WORK, function)
    }

    fn of(
        name: Name,
        made: &'static Location<'static>,
        events: Events,
        function: impl FnMut() + Send + 'static,
    ) -> Self {
        Self(Item::new(ClassKind::WorkItem, name, made, events, function))
    }

    pub(super) fn item(&self) -> &Arc<Item> {
        &self.0
    }

    /// Waits until the item has run as often as it was queued before; if its delay runs, that is over. Whether there was
    /// anything to wait for. Sleeps.
    ///
    /// # Panics
    /// With what the item panicked with. In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    #[doc(alias = "flush_work")]
    #[doc(alias = "flush_delayed_work")]
    pub fn flush(&self) -> bool {
        let at = Location::caller();
        self.tell(at, |work| Event::FlushWork { work });
        let waited = self.0.finish(at);
        self.0.raise();
        waited
    }

    /// Takes the item off its queue, or ends its delay without effect. Whether it was pending; it may still run from before.
    /// Any context.
    #[doc(alias = "cancel_work")]
    #[doc(alias = "cancel_delayed_work")]
    pub fn cancel(&self) -> bool {
        self.0.cancel()
    }

    /// The same, and waits until the item does not run. Nobody can queue it before, nor can it itself. Sleeps.
    ///
    /// # Panics
    /// In a [`Session`](crate::Session) whose threads all wait, as it would never end.
    #[track_caller]
    #[doc(alias = "cancel_work_sync")]
    #[doc(alias = "cancel_delayed_work_sync")]
    pub fn cancel_sync(&self) -> bool {
        let at = Location::caller();
        self.tell(at, |work| Event::CancelWorkSync { work });
        self.0.cancel_and_wait(at)
    }

    fn tell(&self, at: &'static Location<'static>, event: impl FnOnce(ClassId) -> Event) {
        check::fed(&self.0.identity, at, |asked, task, lock, site| {
            asked.engine.feed(task, event(lock.class), site);
        });
    }
}

const WORK: Events = Events {
    begin: work_begins,
    end: work_ends,
};

const SIGNALLING_WORK: Events = Events {
    begin: |item, pool| {
        work_begins(item, pool);
        switch(item, Event::BeginSignalling { name: 0 });
    },
    end: |item, pool| {
        switch(item, Event::EndSignalling { name: 0 });
        work_ends(item, pool);
    },
};

fn work_begins(item: &Item, pool: &Pool) {
    tell(pool, item, item.made, |work, queue| Event::WorkBegin {
        work,
        queue: Some(queue),
    });
}

fn work_ends(item: &Item, pool: &Pool) {
    tell(pool, item, item.made, |work, _| Event::WorkEnd { work });
}

/// Tells of the beginning or end of a section that is the whole of an item.
fn switch(item: &Item, event: Event) {
    check::event(item.made, |asked, task, site| {
        asked.engine.feed(task, event, site);
    });
}
