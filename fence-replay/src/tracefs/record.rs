//! One line of a trace, typed: who, where, when, in which state. What happened is in [`Event`].

use super::Event;

/// One event of a trace, as its line tells it; the bytes borrow that line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Number of the line in the recording, from 1.
    pub line: u64,
    /// The task the event happened in or interrupted; `None` if the line does not say.
    pub task: Option<Task<'a>>,
    /// The CPU the event happened on; `None` if the line does not say.
    pub cpu: Option<u16>,
    /// State of the CPU; `None` in dialects without that column, which is not the same as all off.
    pub flags: Option<Flags>,
    /// When the event happened; `None` if the line does not say.
    pub time: Option<Timestamp>,
    /// What happened.
    pub event: Event<'a>,
}

/// A task as a trace names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Task<'a> {
    /// The task's name (`comm`), which may hold blanks, dashes and colons; `<...>` if the kernel had
    /// forgotten it, `<idle>` for the idle task. Names change and repeat: `pid` tells tasks apart.
    pub comm: &'a [u8],
    /// The thread's id. 0 is the idle task, of which every CPU has its own.
    pub pid: u32,
}

/// State of the CPU at an event: the `irqs-off` to `preempt-depth` columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one independent bit per column of the trace"
)]
pub struct Flags {
    /// Hard interrupts are disabled (`d` or `D`).
    pub irqs_off: bool,
    /// Bottom halves are disabled (`b` or `D`); older kernels do not show it.
    pub bh_off: bool,
    /// A reschedule is pending.
    pub need_resched: bool,
    /// In a hard interrupt (`h`, `H` or `Z`).
    pub hardirq: bool,
    /// Serving a softirq (`s`), or in a hard interrupt that interrupted one (`H`).
    pub softirq: bool,
    /// In a non-maskable interrupt (`z` or `Z`).
    pub nmi: bool,
    /// Nesting of disabled preemption, at most 15. Mutexes show 1 here as well: the depth does not
    /// tell atomic from sleepable.
    pub preempt_depth: u8,
}

/// Time of an event, in the unit that the trace clock prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timestamp {
    /// Nanoseconds of the trace clock; most dialects round to microseconds.
    Clock(u64),
    /// Nanoseconds since the first event of the buffer (latency format).
    SinceStart(u64),
    /// Ticks of a clock without a unit: `counter` or cycles.
    Ticks(u64),
}
