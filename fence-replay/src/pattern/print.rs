//! Prints a pattern in the form its reader reads: `parse` of the text gives the same tree at other positions.
//!
//! Not here: the layout of the source; comments, blanks and the order of the declarations among each other are not kept.
//! Problems are not printed: the text of an unusable pattern is that of the lines which were understood.

use std::fmt::{self, Display, Formatter, Write};

use super::line::{MAX_LINE, PATTERN};
use super::name::Name;
use super::operand::{ErrorCode, Lock, LockOptions, Timeout, Workqueue, WwContext};
use super::operation::OpKind;
use super::operation_reader::AUTO;
use super::tree::{Expectation, FenceDecl, Order, Pattern, Thread, Title};
use super::vocabulary::Context;

impl Pattern {
    /// The pattern as the text of a file.
    pub fn to_source(&self) -> String {
        self.to_string()
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(id) = &self.id {
            writeln!(f, "{PATTERN} {id}")?;
        }
        for line in self.title.iter().flat_map(Title::lines) {
            writeln!(f, "title {line}")?;
        }
        for expect in &self.expect {
            writeln!(f, "expect {}", expect.what)?;
        }
        for order in &self.orders {
            writeln!(f, "{order}")?;
        }
        for fence in &self.fences {
            writeln!(f, "{fence}")?;
        }
        for workqueue in &self.workqueues {
            writeln!(f, "workqueue {}", workqueue.queue)?;
        }
        self.threads.iter().try_for_each(|thread| thread.fmt(f))
    }
}

impl Display for Expectation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clean => f.write_str("clean"),
            Self::Rule(rule) => rule.fmt(f),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let classes: Vec<&str> = self.classes.iter().map(Name::as_str).collect();
        let line = format!("order {}", classes.join(" > "));
        // A line may be read without blanks that would be too long with them.
        if line.len() > MAX_LINE {
            write!(f, "order {}", classes.join(">"))
        } else {
            f.write_str(&line)
        }
    }
}

impl Display for FenceDecl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "fence {}", self.name)?;
        option(f, "context", self.context.as_ref())?;
        option(f, "seqno", self.seqno)?;
        option(f, "lock", self.lock.as_ref())?;
        flag(f, "unbounded", self.unbounded)
    }
}

impl Display for Workqueue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        flag(f, "mem_reclaim", self.mem_reclaim)?;
        flag(f, "ordered", self.ordered)
    }
}

impl Display for Thread {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "thread {}", self.name)?;
        if self.context != Context::default() {
            write!(f, " {}", self.context)?;
        }
        f.write_char('\n')?;
        self.ops
            .iter()
            .try_for_each(|op| writeln!(f, "  {}", op.kind))
    }
}

impl Display for OpKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.keyword())?;
        match self {
            Self::Lock(lock) => write!(f, " {lock}"),
            Self::SpinIrq { lock, options } => write!(f, " {lock}{options}"),
            Self::Workqueue(queue) => write!(f, " {queue}"),
            Self::Publish { fence, resv, usage } => {
                write!(f, " {fence}")?;
                option(f, "resv", resv.as_ref())?;
                option(f, "usage", *usage)
            }
            Self::Signal { fence, error } => {
                write!(f, " {fence}")?;
                option(f, "error", error.as_ref())
            }
            Self::Wait { fence, timeout } => {
                write!(f, " {fence}")?;
                match timeout {
                    None => Ok(()),
                    Some(Timeout::Some) => flag(f, "timeout", true),
                    Some(Timeout::Length(length)) => option(f, "timeout", Some(length)),
                }
            }
            Self::Queue { work, queue } | Self::Run { work, queue } => {
                write!(f, " {work}")?;
                option(f, "wq", queue.as_ref())
            }
            Self::DmaMap {
                attachment,
                unlocked,
            }
            | Self::DmaUnmap {
                attachment,
                unlocked,
            }
            | Self::Pin {
                attachment,
                unlocked,
            }
            | Self::Vmap {
                attachment,
                unlocked,
            } => {
                write!(f, " {attachment}")?;
                flag(f, "unlocked", *unlocked)
            }
            Self::BeginSignalling { section } | Self::EndSignalling { section } => {
                operand(f, section.as_ref())
            }
            Self::Alloc { flags } => operand(f, Some(flags)),
            Self::ScopeBegin { scope } | Self::ScopeEnd { scope } => operand(f, Some(scope)),
            Self::Unlock { lock: name }
            | Self::Downgrade { lock: name }
            | Self::Init { lock: name }
            | Self::Free { lock: name }
            | Self::UnlockIrq { lock: name }
            | Self::WwBegin { context: name }
            | Self::WwDone { context: name }
            | Self::WwEnd { context: name }
            | Self::Poll { fence: name }
            | Self::Drop { fence: name }
            | Self::Get { fence: name }
            | Self::Put { fence: name }
            | Self::FenceLock { fence: name }
            | Self::FenceUnlock { fence: name }
            | Self::Callback { fence: name }
            | Self::CallbackEnd { fence: name }
            | Self::Done { work: name }
            | Self::Flush { work: name }
            | Self::FlushQueue { queue: name }
            | Self::CancelSync { work: name }
            | Self::Cancel { work: name }
            | Self::TimerArm { timer: name }
            | Self::TimerRun { timer: name }
            | Self::TimerDone { timer: name }
            | Self::TimerSync { timer: name }
            | Self::WaitEvent { event: name }
            | Self::Complete { event: name }
            | Self::WaitUser { event: name }
            | Self::PmGet { resource: name }
            | Self::PmBusy { resource: name }
            | Self::PmDone { resource: name }
            | Self::SectionEnter { section: name }
            | Self::SectionExit { section: name }
            | Self::SectionSync { section: name }
            | Self::CpuBegin { buffer: name }
            | Self::CpuEnd { buffer: name }
            | Self::DeviceBegin { attachment: name }
            | Self::DeviceEnd { attachment: name } => operand(f, Some(name)),
            Self::IrqOff
            | Self::IrqOn
            | Self::BhOff
            | Self::BhOn
            | Self::PreemptOff
            | Self::PreemptOn
            | Self::IrqEnter
            | Self::IrqExit
            | Self::SoftirqEnter
            | Self::SoftirqExit
            | Self::ReclaimBegin
            | Self::ReclaimEnd
            | Self::MmuNotifierBegin
            | Self::MmuNotifierEnd
            | Self::Fault
            | Self::CopyUser
            | Self::MightSleep
            | Self::Sleep
            | Self::Return => Ok(()),
        }
    }
}

impl Display for Lock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.name, self.kind, self.options)?;
        option(f, "ctx", self.context.as_ref())
    }
}

impl Display for LockOptions {
    /// Each option that is given, with a blank before it.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        option(f, "class", self.class.as_ref())?;
        option(f, "subclass", (self.subclass != 0).then_some(self.subclass))?;
        option(f, "nest", self.nest.as_ref())?;
        flag(f, "try", self.trylock)
    }
}

impl Display for WwContext {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str(AUTO),
            Self::Named(name) => name.fmt(f),
        }
    }
}

impl Display for ErrorCode {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

fn operand(f: &mut Formatter<'_>, operand: Option<impl Display>) -> fmt::Result {
    operand.map_or(Ok(()), |operand| write!(f, " {operand}"))
}

fn option(f: &mut Formatter<'_>, key: &str, value: Option<impl Display>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, " {key}={value}"))
}

fn flag(f: &mut Formatter<'_>, word: &str, is_set: bool) -> fmt::Result {
    if is_set { write!(f, " {word}") } else { Ok(()) }
}
