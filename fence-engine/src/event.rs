//! What can happen: the one input of the engine, the same for running code, source code and recordings.

use crate::class::ClassId;
use crate::context::{ContextOp, ContextState};
use crate::task::{How, Lock};

/// A fence declared with [`Engine::declare_fence`](crate::Engine::declare_fence).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FenceId {
    pub(crate) index: u32,
    /// How many fences had this index before.
    pub(crate) generation: u32,
}

impl FenceId {
    /// A number that no other fence of the engine ever has.
    pub const fn number(self) -> u64 {
        (self.generation as u64) << 32 | self.index as u64
    }
}

/// Allocation flags, as far as they decide what an allocation may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gfp {
    /// May enter reclaim and file systems.
    Kernel,
    /// May enter reclaim, not file systems.
    NoFs,
    /// May enter reclaim, not I/O.
    NoIo,
    /// Never sleeps.
    Atomic,
    /// Never enters direct reclaim.
    NoWait,
}

impl Gfp {
    /// The kernel's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kernel => "GFP_KERNEL",
            Self::NoFs => "GFP_NOFS",
            Self::NoIo => "GFP_NOIO",
            Self::Atomic => "GFP_ATOMIC",
            Self::NoWait => "GFP_NOWAIT",
        }
    }

    /// Whether it may sleep in direct reclaim.
    pub const fn blocks(self) -> bool {
        matches!(self, Self::Kernel | Self::NoFs | Self::NoIo)
    }
}

/// A scope that changes what allocations inside it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AllocScope {
    /// `memalloc_noreclaim_save()`: no reclaim at all.
    NoReclaim,
    /// `memalloc_nofs_save()`.
    NoFs,
    /// `memalloc_noio_save()`.
    NoIo,
}

/// A call on a dma-buf, as far as the locking and access conventions are about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BufferOp {
    /// `dma_buf_map_attachment()`.
    Map,
    /// `dma_buf_unmap_attachment()`.
    Unmap,
    /// `dma_buf_pin()`.
    Pin,
    /// `dma_buf_vmap()`.
    Vmap,
    /// `dma_buf_begin_cpu_access()`.
    CpuBegin,
    /// `dma_buf_end_cpu_access()`.
    CpuEnd,
    /// `dma_buf_begin_access()`, for the device behind an attachment.
    DeviceBegin,
    /// `dma_buf_end_access()`.
    DeviceEnd,
}

/// One event of one task.
///
/// Context, for each: what the kernel's function of that name may do is what the event may do; an event that sleeps in
/// atomic context is itself a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A lock or pseudo-lock is taken (`lock_acquire()`).
    Acquire {
        /// Which.
        lock: Lock,
        /// With which subclass.
        subclass: u8,
        /// How.
        how: How,
    },
    /// Waits until all holders are gone, as if taken and released at once (`lock_sync()`).
    Sync {
        /// Which.
        lock: Lock,
        /// With which subclass.
        subclass: u8,
        /// How.
        how: How,
    },
    /// A lock is released, in any order.
    Release {
        /// Which.
        lock: Lock,
    },
    /// A lock held for writing is held for reading from here on.
    Downgrade {
        /// Which.
        lock: Lock,
    },
    /// A lock is initialised, for the first time or anew.
    Init {
        /// Which.
        lock: Lock,
    },
    /// The memory of a lock is freed.
    Free {
        /// Which.
        lock: Lock,
    },
    /// Interrupts, bottom halves or preemption change.
    Context(ContextOp),
    /// The context of the task, as a recording shows it.
    ContextIs(ContextState),
    /// `might_sleep()`.
    MightSleep,
    /// The `might_sleep()` inside the acquisition of a sleeping lock. Fed after it: where the acquisition itself was
    /// found to be in the wrong context, this says nothing more.
    MightSleepIn {
        /// The lock.
        lock: Lock,
    },
    /// Something that is not a lock is waited for: taken and released at once.
    WaitFor {
        /// The node: an event, work item, queue, timer, power reference or user pseudo-lock.
        node: ClassId,
        /// Whether the wait sleeps.
        sleeps: bool,
    },
    /// `dma_fence_begin_signalling()`; sections nest and may carry a name.
    BeginSignalling {
        /// A number that stands for the name, 0 for none.
        name: u32,
    },
    /// `dma_fence_end_signalling()`.
    EndSignalling {
        /// The name given at its begin, 0 for none.
        name: u32,
    },
    /// A wait for some fence nobody can name: `dma_fence_wait()`'s own annotation.
    WaitForAnyFence,
    /// The fence becomes reachable by others.
    Publish {
        /// Which.
        fence: FenceId,
        /// The reservation it is added to, if any.
        resv: Option<Lock>,
    },
    /// `dma_fence_signal()`.
    Signal {
        /// Which.
        fence: FenceId,
        /// Whether an error is set with it.
        error: bool,
    },
    /// `dma_fence_wait()` and its kin.
    WaitFence {
        /// Which.
        fence: FenceId,
    },
    /// `dma_fence_is_signaled()`.
    Poll {
        /// Which.
        fence: FenceId,
    },
    /// The issuer gives up its handle.
    DropIssuer {
        /// Which.
        fence: FenceId,
    },
    /// `dma_fence_get()`.
    Get {
        /// Which.
        fence: FenceId,
    },
    /// `dma_fence_put()`, never of the last reference.
    Put {
        /// Which.
        fence: FenceId,
    },
    /// The fence's own lock is taken, with interrupts off.
    LockFence {
        /// Which.
        fence: FenceId,
    },
    /// The fence's own lock is released.
    UnlockFence {
        /// Which.
        fence: FenceId,
    },
    /// A callback of the fence starts.
    CallbackBegin {
        /// Which.
        fence: FenceId,
    },
    /// The callback ends.
    CallbackEnd {
        /// Which.
        fence: FenceId,
    },
    /// An allocation.
    Alloc(Gfp),
    /// An allocation scope opens.
    ScopeBegin(AllocScope),
    /// An allocation scope closes.
    ScopeEnd(AllocScope),
    /// The task enters direct reclaim.
    ReclaimBegin,
    /// The task leaves direct reclaim.
    ReclaimEnd,
    /// The task enters an MMU notifier.
    NotifierBegin,
    /// The task leaves the MMU notifier.
    NotifierEnd,
    /// User memory is touched: the mmap lock may be taken.
    TouchUserMemory,
    /// A work item is queued.
    QueueWork {
        /// The item.
        work: ClassId,
        /// Its queue, if known.
        queue: Option<ClassId>,
    },
    /// A work item starts to run on this task.
    WorkBegin {
        /// The item.
        work: ClassId,
        /// Its queue, if known.
        queue: Option<ClassId>,
    },
    /// The work item is done.
    WorkEnd {
        /// The item.
        work: ClassId,
    },
    /// `flush_work()`.
    FlushWork {
        /// The item.
        work: ClassId,
    },
    /// `cancel_work_sync()`.
    CancelWorkSync {
        /// The item.
        work: ClassId,
    },
    /// `flush_workqueue()`.
    FlushQueue {
        /// The queue.
        queue: ClassId,
    },
    /// A timer's function starts.
    TimerBegin {
        /// The timer.
        timer: ClassId,
    },
    /// The timer's function is done.
    TimerEnd {
        /// The timer.
        timer: ClassId,
    },
    /// What others wait for with [`Event::WaitFor`] happens, with all that the task holds now.
    Complete {
        /// The event.
        node: ClassId,
    },
    /// Waits for user space.
    WaitForUser,
    /// A power reference is busy from here on.
    PowerBusyBegin {
        /// The reference.
        power: ClassId,
    },
    /// The power reference is no longer busy.
    PowerBusyEnd {
        /// The reference.
        power: ClassId,
    },
    /// A reader section is entered.
    ReaderEnter {
        /// The section.
        readers: ClassId,
    },
    /// A reader section is left.
    ReaderExit {
        /// The section.
        readers: ClassId,
    },
    /// Waits for all readers.
    ReaderSync {
        /// The section.
        readers: ClassId,
    },
    /// A call on a dma-buf.
    Buffer {
        /// Which call.
        op: BufferOp,
        /// A number for the attachment or buffer.
        buffer: u32,
        /// The variant that takes the reservation lock itself.
        unlocked: bool,
    },
    /// A ww acquire context is told to take no more locks. It was opened by taking it as the lock it is.
    WwDone {
        /// The context.
        context: Lock,
    },
    /// A ww acquire context ends; none of its locks may be held.
    WwEnd {
        /// The context.
        context: Lock,
    },
    /// The entry point returns: nothing may be held, no section open.
    Return,
    /// The task ends. What its thread goes on to do is another task's.
    TaskEnd,
}

impl Event {
    /// A plain acquisition without subclass.
    pub const fn acquire(lock: Lock, how: How) -> Self {
        Self::Acquire {
            lock,
            subclass: 0,
            how,
        }
    }
}
