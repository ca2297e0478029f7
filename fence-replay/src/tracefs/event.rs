//! What a record says happened: the lock, fence, workqueue, interrupt and scheduler events that a
//! replay needs, each named as the kernel names its tracepoint.

/// One event, its fields as printed; the bytes borrow the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// `lock_acquire`: a task is about to take a lock (the try-lock's event comes after success).
    LockAcquire {
        /// Address of the lock's `lockdep_map`, hashed unless the kernel ran with `no_hash_pointers`.
        addr: u64,
        /// Whether it is a try-lock.
        try_: bool,
        /// Whether the lock is taken for reading; recursive or not does not show.
        read: bool,
        /// Name of the lock, to the end of the line.
        name: &'a [u8],
    },
    /// `lock_release`: a lock is given back.
    LockRelease {
        /// Address as in [`Event::LockAcquire`].
        addr: u64,
        /// Name of the lock.
        name: &'a [u8],
    },
    /// `lock_acquired`: the lock is held (`CONFIG_LOCK_STAT`).
    LockAcquired {
        /// Address as in [`Event::LockAcquire`].
        addr: u64,
        /// Name of the lock.
        name: &'a [u8],
    },
    /// `lock_contended`: the lock was not free (`CONFIG_LOCK_STAT`).
    LockContended {
        /// Address as in [`Event::LockAcquire`].
        addr: u64,
        /// Name of the lock.
        name: &'a [u8],
    },
    /// `contention_begin`: the slow path of a lock starts to wait; also on kernels without lockdep.
    ContentionBegin {
        /// Address of the lock itself, not of its `lockdep_map`.
        addr: u64,
        /// What kind of lock, as printed: `SPIN|MUTEX`, or a number in raw fields.
        flags: &'a [u8],
    },
    /// `contention_end`: the slow path of a lock is over.
    ContentionEnd {
        /// Address as in [`Event::ContentionBegin`].
        addr: u64,
        /// 0, or a negative error if the wait was given up.
        ret: i32,
    },
    /// A `dma_fence_*` event.
    Fence {
        /// Which one.
        kind: FenceEvent,
        /// The fence's driver.
        driver: &'a [u8],
        /// The fence's timeline; may hold blanks and `=`.
        timeline: &'a [u8],
        /// Fence context, low 32 bits.
        context: u64,
        /// Sequence number, low 32 bits.
        seqno: u64,
    },
    /// A `workqueue_*` event.
    Workqueue(Workqueue<'a>),
    /// `irq_handler_entry`: a driver's interrupt handler starts.
    IrqHandlerEntry {
        /// Interrupt number.
        irq: u32,
        /// Name the handler was requested under.
        name: &'a [u8],
    },
    /// `irq_handler_exit`: a driver's interrupt handler is done.
    IrqHandlerExit {
        /// Interrupt number.
        irq: u32,
    },
    /// `softirq_entry`: a softirq handler starts.
    SoftirqEntry {
        /// Softirq number.
        vec: u32,
    },
    /// `softirq_exit`: a softirq handler is done.
    SoftirqExit {
        /// Softirq number.
        vec: u32,
    },
    /// An entry into one of x86's own vectors: `local_timer_entry`, `irq_work_entry`, ...
    IrqVectorEntry {
        /// Name of the vector, without `_entry`.
        name: &'a [u8],
        /// Vector number.
        vector: u32,
    },
    /// The exit from one of x86's own vectors.
    IrqVectorExit {
        /// Name of the vector, without `_exit`.
        name: &'a [u8],
        /// Vector number.
        vector: u32,
    },
    /// `timer_expire_entry`: a timer's function starts, in softirq.
    TimerExpireEntry {
        /// Address of the timer.
        timer: u64,
        /// Its function.
        function: &'a [u8],
    },
    /// `timer_expire_exit`: a timer's function is done.
    TimerExpireExit {
        /// Address of the timer.
        timer: u64,
    },
    /// `hrtimer_expire_entry`: a high-resolution timer's function starts.
    HrtimerExpireEntry {
        /// Address of the timer.
        hrtimer: u64,
        /// Its function.
        function: &'a [u8],
    },
    /// `hrtimer_expire_exit`: a high-resolution timer's function is done.
    HrtimerExpireExit {
        /// Address of the timer.
        hrtimer: u64,
    },
    /// `sched_switch`: the CPU goes from one task to another.
    SchedSwitch {
        /// Thread id of the task that stops running.
        prev_pid: u32,
        /// Its name.
        prev_comm: &'a [u8],
        /// Thread id of the task that starts running.
        next_pid: u32,
        /// Its name.
        next_comm: &'a [u8],
    },
    /// `sched_process_exit`: a thread ends. Its id may be given to another one later.
    SchedProcessExit {
        /// Thread id.
        pid: u32,
    },
    /// Text that user space wrote to `trace_marker`.
    Marker(&'a [u8]),
    /// The buffer lost events here.
    Lost {
        /// The CPU whose buffer it was; `None` if the line does not say.
        cpu: Option<u16>,
        /// How many; `None` if the recorder did not know.
        count: Option<u64>,
    },
    /// Any other event.
    Other {
        /// Name of the event; empty if the line has none.
        name: &'a [u8],
    },
}

/// Which `dma_fence_*` event a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FenceEvent {
    /// `dma_fence_init`: the fence exists.
    Init,
    /// `dma_fence_emit`: the driver handed the job to hardware (few drivers).
    Emit,
    /// `dma_fence_enable_signal`: somebody will look at it.
    EnableSignal,
    /// `dma_fence_signaled`: the fence is signalled.
    Signaled,
    /// `dma_fence_wait_start`: a task waits for it.
    WaitStart,
    /// `dma_fence_wait_end`: the wait is over.
    WaitEnd,
    /// `dma_fence_destroy`: the last reference is gone.
    Destroy,
}

/// A `workqueue_*` event.
///
/// Functions are symbols, with `[module]` behind those of a module, or an address in hexadecimal
/// where the recorder had no symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workqueue<'a> {
    /// `workqueue_queue_work`: an item is queued.
    QueueWork {
        /// Address of the work item.
        work: u64,
        /// Its function.
        function: &'a [u8],
        /// Name of the queue.
        workqueue: &'a [u8],
        /// CPU asked for; the number of CPUs stands for any.
        req_cpu: i32,
        /// CPU of the pool; -1 for an unbound one.
        cpu: i32,
    },
    /// `workqueue_activate_work`: the item may run now.
    ActivateWork {
        /// Address of the work item.
        work: u64,
        /// Its function; older kernels do not print it.
        function: Option<&'a [u8]>,
    },
    /// `workqueue_execute_start`: a worker starts the item.
    ExecuteStart {
        /// Address of the work item.
        work: u64,
        /// Its function.
        function: &'a [u8],
    },
    /// `workqueue_execute_end`: the item's function returned.
    ExecuteEnd {
        /// Address of the work item, which may already be freed.
        work: u64,
        /// Its function; older kernels do not print it.
        function: Option<&'a [u8]>,
    },
}
