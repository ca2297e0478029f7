//! What code does that is not built on the types of this crate: fences, buffers, power, reader sections, user space.
//!
//! Nothing really happens here; each of these says to the checker that it does. Who builds fences or buffers, or models a
//! driver in a test, calls them; the names are the kernel's.

use std::panic::Location;

pub use fence_engine::BufferOp;
use fence_engine::{ClassKind, Event, FenceId, FenceSpec};
use parking_lot::Mutex;

use crate::LockClass;
use crate::check::{self, Asked, Identity, Kind, Name};
use crate::sync::CheckedLock;

#[track_caller]
fn feed(event: Event) {
    check::event(Location::caller(), |asked, task, site| {
        asked.engine.feed(task, event, site);
    });
}

/// A `dma_fence` as the checker sees it.
///
/// ```
/// use fence_lockdep::{Session, annotate::Fence, signalling::Section};
/// let session = Session::new();
/// session.run(|| {
///     let done = Fence::new("ring0");
///     let _section = Section::begin();
///     done.publish();
/// });
/// session.expect("never-signalled");
/// ```
#[derive(Debug)]
#[doc(alias = "dma_fence")]
pub struct Fence {
    name: &'static str,
    timeline: &'static str,
    seqno: Option<u32>,
    unbounded: bool,
    session: u32,
    /// What it is to the engine of each runtime that heard of it.
    known: Mutex<Vec<(u32, FenceId)>>,
}

impl Fence {
    /// A fence on a timeline of its own, of the same name.
    #[doc(alias = "dma_fence_init")]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            timeline: name,
            seqno: None,
            unbounded: false,
            session: check::session(),
            known: Mutex::new(Vec::new()),
        }
    }

    /// The same on a timeline (a fence context) that others are on too.
    #[must_use]
    pub fn on(mut self, timeline: &'static str) -> Self {
        self.timeline = timeline;
        self
    }

    /// The same with a sequence number on its timeline.
    #[must_use]
    pub fn seqno(mut self, seqno: u32) -> Self {
        self.seqno = Some(seqno);
        self
    }

    /// The same where nothing bounds the time until it signals, such as a fence of user space.
    #[must_use]
    pub fn unbounded(mut self) -> Self {
        self.unbounded = true;
        self
    }

    /// The same with a lock that its issuer owns, in place of one of its own.
    #[must_use]
    pub fn locked_by(self, lock: &impl CheckedLock) -> Self {
        let spec = FenceSpec {
            name: self.name,
            timeline: self.timeline,
            lock: None,
            seqno: self.seqno,
            unbounded: self.unbounded,
        };
        check::event_of(self.session, Location::caller(), |asked, _, _| {
            let lock = Some(asked.lock(lock.identity()));
            let fence = asked.engine.declare_fence(&FenceSpec { lock, ..spec });
            self.known.lock().push((asked.number, fence));
        });
        self
    }

    #[track_caller]
    fn feed(&self, event: impl FnOnce(&mut Asked, FenceId) -> Event) {
        check::event_of(self.session, Location::caller(), |asked, task, site| {
            let fence = self.in_engine(asked);
            let event = event(asked, fence);
            asked.engine.feed(task, event, site);
        });
    }

    fn in_engine(&self, asked: &mut Asked) -> FenceId {
        let mut known = self.known.lock();
        let there = known.iter().find(|(number, _)| *number == asked.number);
        if let Some(&(_, fence)) = there {
            return fence;
        }
        let fence = asked.engine.declare_fence(&FenceSpec {
            name: self.name,
            timeline: self.timeline,
            lock: None,
            seqno: self.seqno,
            unbounded: self.unbounded,
        });
        known.push((asked.number, fence));
        fence
    }

    /// Others can reach the fence from here on.
    #[track_caller]
    pub fn publish(&self) {
        self.feed(|_, fence| Event::Publish { fence, resv: None });
    }

    /// The fence is added to a reservation, which must be locked.
    #[track_caller]
    #[doc(alias = "dma_resv_add_fence")]
    pub fn publish_in(&self, resv: &impl CheckedLock) {
        self.feed(|asked, fence| Event::Publish {
            fence,
            resv: Some(asked.lock(resv.identity())),
        });
    }

    /// The work behind the fence is done. Any context.
    #[track_caller]
    #[doc(alias = "dma_fence_signal")]
    pub fn signal(&self) {
        self.feed(|_, fence| Event::Signal {
            fence,
            error: false,
        });
    }

    /// The work behind the fence has failed. Any context.
    #[track_caller]
    #[doc(alias = "dma_fence_set_error")]
    pub fn signal_error(&self) {
        self.feed(|_, fence| Event::Signal { fence, error: true });
    }

    /// Waits for the fence: sleeps.
    #[track_caller]
    #[doc(alias = "dma_fence_wait")]
    pub fn wait(&self) {
        self.feed(|_, fence| Event::WaitFence { fence });
    }

    /// Asks whether the fence is signalled. Any context.
    #[track_caller]
    #[doc(alias = "dma_fence_is_signaled")]
    pub fn poll(&self) {
        self.feed(|_, fence| Event::Poll { fence });
    }

    /// The issuer gives up its handle.
    #[track_caller]
    pub fn drop_issuer(&self) {
        self.feed(|_, fence| Event::DropIssuer { fence });
    }

    /// A reference is taken.
    #[track_caller]
    #[doc(alias = "dma_fence_get")]
    pub fn get(&self) {
        self.feed(|_, fence| Event::Get { fence });
    }

    /// A reference is dropped, not the last.
    #[track_caller]
    #[doc(alias = "dma_fence_put")]
    pub fn put(&self) {
        self.feed(|_, fence| Event::Put { fence });
    }

    /// Runs `body` under the fence's own lock, with interrupts off.
    #[track_caller]
    pub fn with_lock<T>(&self, body: impl FnOnce() -> T) -> T {
        self.feed(|_, fence| Event::LockFence { fence });
        let result = body();
        self.feed(|_, fence| Event::UnlockFence { fence });
        result
    }

    /// Runs `body` as a callback of the fence.
    #[track_caller]
    #[doc(alias = "dma_fence_add_callback")]
    pub fn callback<T>(&self, body: impl FnOnce() -> T) -> T {
        self.feed(|_, fence| Event::CallbackBegin { fence });
        let result = body();
        self.feed(|_, fence| Event::CallbackEnd { fence });
        result
    }
}

/// A wait for some fence that nobody can name, as a library that is handed fences does.
#[track_caller]
pub fn wait_for_any_fence() {
    feed(Event::WaitForAnyFence);
}

/// User memory is touched: the mmap lock may be taken.
#[track_caller]
#[doc(alias = "copy_from_user")]
#[doc(alias = "copy_to_user")]
pub fn touch_user_memory() {
    feed(Event::TouchUserMemory);
}

/// Waits for user space to do something: sleeps, and nothing bounds it.
#[track_caller]
pub fn wait_for_user() {
    feed(Event::WaitForUser);
}

/// Something that has no locks of its own to show.
#[derive(Debug)]
struct Node(Identity);

impl Node {
    fn new(kind: ClassKind, class: LockClass) -> Self {
        Self(Identity::new(Kind::of(kind), Name::Chosen(class.name())))
    }

    #[track_caller]
    fn feed(&self, event: impl FnOnce(fence_engine::ClassId) -> Event) {
        check::fed(&self.0, Location::caller(), |asked, task, lock, site| {
            asked.engine.feed(task, event(lock.class), site);
        });
    }
}

/// An event that is waited for with something else than the types of this crate.
#[derive(Debug)]
#[doc(alias = "wait_event")]
pub struct WaitEvent(Node);

impl WaitEvent {
    /// An event of that class.
    pub fn new(class: LockClass) -> Self {
        Self(Node::new(ClassKind::Event, class))
    }

    /// Waits for it: sleeps.
    #[track_caller]
    pub fn wait(&self) {
        self.0.feed(|node| Event::WaitFor { node, sleeps: true });
    }

    /// It happens, and needed all that the thread holds now.
    #[track_caller]
    #[doc(alias = "wake_up")]
    pub fn complete(&self) {
        self.0.feed(|node| Event::Complete { node });
    }
}

/// A runtime power reference: who resumes waits for the end of its busy section.
#[derive(Debug)]
#[doc(alias = "pm_runtime")]
pub struct Power(Node);

impl Power {
    /// A reference of that class.
    pub fn new(class: LockClass) -> Self {
        Self(Node::new(ClassKind::Power, class))
    }

    /// Resumes the device: waits for the busy section, sleeps.
    #[track_caller]
    #[doc(alias = "pm_runtime_get_sync")]
    pub fn get(&self) {
        self.0.feed(|node| Event::WaitFor { node, sleeps: true });
    }

    /// Runs `body` as the busy section.
    #[track_caller]
    pub fn busy<T>(&self, body: impl FnOnce() -> T) -> T {
        self.0.feed(|power| Event::PowerBusyBegin { power });
        let result = body();
        self.0.feed(|power| Event::PowerBusyEnd { power });
        result
    }
}

/// Reader sections with a wait for their readers, as SRCU has.
#[derive(Debug)]
#[doc(alias = "srcu_struct")]
pub struct Readers(Node);

impl Readers {
    /// Sections of that class.
    pub fn new(class: LockClass) -> Self {
        Self(Node::new(ClassKind::ReaderSection, class))
    }

    /// Runs `body` as a reader.
    #[track_caller]
    #[doc(alias = "srcu_read_lock")]
    pub fn read<T>(&self, body: impl FnOnce() -> T) -> T {
        self.0.feed(|readers| Event::ReaderEnter { readers });
        let result = body();
        self.0.feed(|readers| Event::ReaderExit { readers });
        result
    }

    /// Waits for all readers: sleeps.
    #[track_caller]
    #[doc(alias = "synchronize_srcu")]
    pub fn synchronize(&self) {
        self.0.feed(|readers| Event::ReaderSync { readers });
    }
}

/// Something of a dma-buf that the locking and access conventions are about: the buffer, or one attachment.
#[derive(Debug)]
#[doc(alias = "dma_buf")]
pub struct Buffer(u32);

impl Buffer {
    /// A buffer or attachment under a number of its own.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// This is done with it, in the variant that wants the reservation locked.
    #[track_caller]
    pub fn does(&self, op: BufferOp) {
        self.feed(op, false);
    }

    /// This is done with it, in the variant that takes the reservation lock itself.
    #[track_caller]
    pub fn does_unlocked(&self, op: BufferOp) {
        self.feed(op, true);
    }

    #[track_caller]
    fn feed(&self, op: BufferOp, unlocked: bool) {
        feed(Event::Buffer {
            op,
            buffer: self.0,
            unlocked,
        });
    }
}
