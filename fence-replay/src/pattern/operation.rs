//! The operations of a thread, as types: one variant per word, one field per operand, option or flag.
//!
//! Not here: how they are read or printed, and what they mean to an engine.

use super::name::Name;
use super::operand::{ErrorCode, Lock, LockOptions, Timeout, Workqueue};
use super::vocabulary::{AllocScope, Gfp, Usage};

/// Declares the operations beside the words that open them, so that neither list can miss an entry of the other.
macro_rules! operations {
    (
        $(#[$meta:meta])*
        $name:ident {$(
            $(#[$variant_meta:meta])*
            $word:literal => $variant:ident
                $({ $($(#[$field_meta:meta])* $field:ident: $field_type:ty,)+ })?
                $(($content:ty))?,
        )+}
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {$(
            $(#[$variant_meta])*
            $variant $({ $($(#[$field_meta])* $field: $field_type,)+ })? $(($content))?,
        )+}

        impl $name {
            /// The words that open an operation, in the order of the language's description.
            pub const KEYWORDS: &'static [&'static str] = &[$($word),+];

            /// The word that opens the operation's line.
            pub const fn keyword(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $word,)+
                }
            }
        }
    };
}

operations! {
/// What one line of a thread does.
OpKind {
    /// `lock L KIND …`: acquire a lock.
    "lock" => Lock(Lock),
    /// `unlock L`: release a lock.
    "unlock" => Unlock {
        /// The lock.
        lock: Name,
    },
    /// `downgrade L`: turn a held write side into a read side.
    "downgrade" => Downgrade {
        /// The lock.
        lock: Name,
    },
    /// `init L`: initialise a lock, or do so again.
    "init" => Init {
        /// The lock.
        lock: Name,
    },
    /// `free L`: free the memory that holds a lock.
    "free" => Free {
        /// The lock.
        lock: Name,
    },
    /// `ww_begin W`: open a wound/wait acquire context.
    "ww_begin" => WwBegin {
        /// The acquire context.
        context: Name,
    },
    /// `ww_done W`: the context takes no further lock.
    "ww_done" => WwDone {
        /// The acquire context.
        context: Name,
    },
    /// `ww_end W`: close an acquire context.
    "ww_end" => WwEnd {
        /// The acquire context.
        context: Name,
    },
    /// `spin_irq L`: `irq_off` and `lock L spin`.
    "spin_irq" => SpinIrq {
        /// The lock.
        lock: Name,
        /// What may be said about any acquisition.
        options: LockOptions,
    },
    /// `unlock_irq L`: `unlock L` and `irq_on`.
    "unlock_irq" => UnlockIrq {
        /// The lock.
        lock: Name,
    },
    /// `irq_off`: interrupts are disabled; nests.
    "irq_off" => IrqOff,
    /// `irq_on`: the end of an `irq_off`.
    "irq_on" => IrqOn,
    /// `bh_off`: bottom halves are disabled; nests.
    "bh_off" => BhOff,
    /// `bh_on`: the end of a `bh_off`.
    "bh_on" => BhOn,
    /// `preempt_off`: preemption is disabled; nests.
    "preempt_off" => PreemptOff,
    /// `preempt_on`: the end of a `preempt_off`.
    "preempt_on" => PreemptOn,
    /// `irq_enter`: a hard interrupt arrives on this thread.
    "irq_enter" => IrqEnter,
    /// `irq_exit`: the hard interrupt ends.
    "irq_exit" => IrqExit,
    /// `softirq_enter`: a soft interrupt arrives on this thread.
    "softirq_enter" => SoftirqEnter,
    /// `softirq_exit`: the soft interrupt ends.
    "softirq_exit" => SoftirqExit,
    /// `begin_signalling [S]`: open a signalling section.
    "begin_signalling" => BeginSignalling {
        /// Its name, if it has one.
        section: Option<Name>,
    },
    /// `end_signalling [S]`: close a signalling section.
    "end_signalling" => EndSignalling {
        /// Its name, if one is given.
        section: Option<Name>,
    },
    /// `publish F …`: make a fence visible to waiters.
    "publish" => Publish {
        /// The fence.
        fence: Name,
        /// The reservation object it is added to.
        resv: Option<Name>,
        /// What it stands for there.
        usage: Option<Usage>,
    },
    /// `signal F [error=E]`: the work behind a fence is done.
    "signal" => Signal {
        /// The fence.
        fence: Name,
        /// The error it ends with.
        error: Option<ErrorCode>,
    },
    /// `wait F [timeout]`: wait for a fence.
    "wait" => Wait {
        /// The fence.
        fence: Name,
        /// The bound of the wait; without one it waits for ever.
        timeout: Option<Timeout>,
    },
    /// `poll F`: ask whether a fence is signalled.
    "poll" => Poll {
        /// The fence.
        fence: Name,
    },
    /// `drop F`: give up the issuer's handle.
    "drop" => Drop {
        /// The fence.
        fence: Name,
    },
    /// `get F`: take a reference.
    "get" => Get {
        /// The fence.
        fence: Name,
    },
    /// `put F`: drop a reference, never the last.
    "put" => Put {
        /// The fence.
        fence: Name,
    },
    /// `fence_lock F`: take the fence's own lock, saving the interrupt state.
    "fence_lock" => FenceLock {
        /// The fence.
        fence: Name,
    },
    /// `fence_unlock F`: release the fence's own lock.
    "fence_unlock" => FenceUnlock {
        /// The fence.
        fence: Name,
    },
    /// `callback F`: the body of a callback of the fence begins.
    "callback" => Callback {
        /// The fence.
        fence: Name,
    },
    /// `callback_end F`: the body of a callback ends.
    "callback_end" => CallbackEnd {
        /// The fence.
        fence: Name,
    },
    /// `alloc GFP_…`: allocate memory.
    "alloc" => Alloc {
        /// The flags.
        flags: Gfp,
    },
    /// `scope_begin SCOPE`: open an allocation scope.
    "scope_begin" => ScopeBegin {
        /// Which.
        scope: AllocScope,
    },
    /// `scope_end SCOPE`: close an allocation scope.
    "scope_end" => ScopeEnd {
        /// Which.
        scope: AllocScope,
    },
    /// `reclaim_begin`: this thread enters memory reclaim.
    "reclaim_begin" => ReclaimBegin,
    /// `reclaim_end`: this thread leaves memory reclaim.
    "reclaim_end" => ReclaimEnd,
    /// `mmu_notifier_begin`: this thread enters an MMU notifier.
    "mmu_notifier_begin" => MmuNotifierBegin,
    /// `mmu_notifier_end`: this thread leaves an MMU notifier.
    "mmu_notifier_end" => MmuNotifierEnd,
    /// `fault`: a page fault, which may take the mmap lock.
    "fault" => Fault,
    /// `copy_user`: a copy from or to user space, which may take the mmap lock.
    "copy_user" => CopyUser,
    /// `queue W [wq=Q]`: queue a work item.
    "queue" => Queue {
        /// The work item.
        work: Name,
        /// The queue; without one the item is alone on its own.
        queue: Option<Name>,
    },
    /// `run W [wq=Q]`: a work item begins to run on this thread.
    "run" => Run {
        /// The work item.
        work: Name,
        /// The queue; without one the item is alone on its own.
        queue: Option<Name>,
    },
    /// `done W`: a work item ends.
    "done" => Done {
        /// The work item.
        work: Name,
    },
    /// `flush W`: wait for a work item.
    "flush" => Flush {
        /// The work item.
        work: Name,
    },
    /// `flush_queue Q`: wait for every item of a queue.
    "flush_queue" => FlushQueue {
        /// The queue.
        queue: Name,
    },
    /// `cancel_sync W`: cancel a work item and wait for it.
    "cancel_sync" => CancelSync {
        /// The work item.
        work: Name,
    },
    /// `cancel W`: cancel a work item and do not wait.
    "cancel" => Cancel {
        /// The work item.
        work: Name,
    },
    /// `workqueue Q …` in a thread: declare a queue where it is made.
    "workqueue" => Workqueue(Workqueue),
    /// `timer_arm T`: start a timer.
    "timer_arm" => TimerArm {
        /// The timer.
        timer: Name,
    },
    /// `timer_run T`: a timer's callback begins on this thread.
    "timer_run" => TimerRun {
        /// The timer.
        timer: Name,
    },
    /// `timer_done T`: a timer's callback ends.
    "timer_done" => TimerDone {
        /// The timer.
        timer: Name,
    },
    /// `timer_sync T`: stop a timer and wait for its callback.
    "timer_sync" => TimerSync {
        /// The timer.
        timer: Name,
    },
    /// `wait_event E`: any wait that is not a lock.
    "wait_event" => WaitEvent {
        /// What is waited for.
        event: Name,
    },
    /// `complete E`: what ends such a wait.
    "complete" => Complete {
        /// What is completed.
        event: Name,
    },
    /// `wait_user X`: wait for user space.
    "wait_user" => WaitUser {
        /// What user space has to do.
        event: Name,
    },
    /// `pm_get R`: resume a device; waits for its busy section.
    "pm_get" => PmGet {
        /// The resource.
        resource: Name,
    },
    /// `pm_busy R`: a busy section begins.
    "pm_busy" => PmBusy {
        /// The resource.
        resource: Name,
    },
    /// `pm_done R`: a busy section ends.
    "pm_done" => PmDone {
        /// The resource.
        resource: Name,
    },
    /// `section_enter S`: enter a reader section.
    "section_enter" => SectionEnter {
        /// The section.
        section: Name,
    },
    /// `section_exit S`: leave a reader section.
    "section_exit" => SectionExit {
        /// The section.
        section: Name,
    },
    /// `section_sync S`: wait for the readers of a section.
    "section_sync" => SectionSync {
        /// The section.
        section: Name,
    },
    /// `might_sleep`: this place may sleep.
    "might_sleep" => MightSleep,
    /// `sleep`: this place sleeps.
    "sleep" => Sleep,
    /// `dma_map A [unlocked]`: map an attachment.
    "dma_map" => DmaMap {
        /// The attachment.
        attachment: Name,
        /// True if the call takes the reservation lock itself.
        unlocked: bool,
    },
    /// `dma_unmap A [unlocked]`: unmap an attachment.
    "dma_unmap" => DmaUnmap {
        /// The attachment.
        attachment: Name,
        /// True if the call takes the reservation lock itself.
        unlocked: bool,
    },
    /// `pin A [unlocked]`: pin the buffer of an attachment.
    "pin" => Pin {
        /// The attachment.
        attachment: Name,
        /// True if the call takes the reservation lock itself.
        unlocked: bool,
    },
    /// `vmap A [unlocked]`: map a buffer into the kernel's address space.
    "vmap" => Vmap {
        /// The attachment.
        attachment: Name,
        /// True if the call takes the reservation lock itself.
        unlocked: bool,
    },
    /// `cpu_begin B`: CPU access to a buffer begins.
    "cpu_begin" => CpuBegin {
        /// The buffer.
        buffer: Name,
    },
    /// `cpu_end B`: CPU access to a buffer ends.
    "cpu_end" => CpuEnd {
        /// The buffer.
        buffer: Name,
    },
    /// `device_begin A`: device access through an attachment begins.
    "device_begin" => DeviceBegin {
        /// The attachment.
        attachment: Name,
    },
    /// `device_end A`: device access through an attachment ends.
    "device_end" => DeviceEnd {
        /// The attachment.
        attachment: Name,
    },
    /// `return`: leave the entry point.
    "return" => Return,
}
}
