//! Reads one operation of a thread: a word of the language and the operand, options and flags it has.
//!
//! Not here: what a line needs of the lines before it; that is checked by the pattern's reader.

use super::arguments::Arguments;
use super::line::Word;
use super::name::Name;
use super::operand::{ErrorCode, Lock, LockOptions, Timeout, Workqueue, WwContext};
use super::operation::OpKind;
use super::problem::{Found, Problem, ProblemKind};
use super::vocabulary::{LockKind, Usage};

/// Reads the operation that the statement's first word names, up to the end of its line; none if there is no such word.
pub(super) fn read(mut arguments: Arguments<'_, '_>) -> Option<Result<OpKind, Problem>> {
    let kind = operation(&mut arguments)?;
    Some(kind.and_then(|kind| arguments.finish().map(|()| kind)))
}

fn operation(arguments: &mut Arguments<'_, '_>) -> Option<Result<OpKind, Problem>> {
    let result = match arguments.head() {
        "lock" => lock(arguments).map(OpKind::Lock),
        "unlock" => lock_name(arguments).map(|lock| OpKind::Unlock { lock }),
        "downgrade" => lock_name(arguments).map(|lock| OpKind::Downgrade { lock }),
        "init" => lock_name(arguments).map(|lock| OpKind::Init { lock }),
        "free" => lock_name(arguments).map(|lock| OpKind::Free { lock }),
        "ww_begin" => ww_context(arguments).map(|context| OpKind::WwBegin { context }),
        "ww_done" => ww_context(arguments).map(|context| OpKind::WwDone { context }),
        "ww_end" => ww_context(arguments).map(|context| OpKind::WwEnd { context }),
        "spin_irq" => spin_irq(arguments),
        "unlock_irq" => lock_name(arguments).map(|lock| OpKind::UnlockIrq { lock }),

        "irq_off" => Ok(OpKind::IrqOff),
        "irq_on" => Ok(OpKind::IrqOn),
        "bh_off" => Ok(OpKind::BhOff),
        "bh_on" => Ok(OpKind::BhOn),
        "preempt_off" => Ok(OpKind::PreemptOff),
        "preempt_on" => Ok(OpKind::PreemptOn),
        "irq_enter" => Ok(OpKind::IrqEnter),
        "irq_exit" => Ok(OpKind::IrqExit),
        "softirq_enter" => Ok(OpKind::SoftirqEnter),
        "softirq_exit" => Ok(OpKind::SoftirqExit),

        "begin_signalling" => {
            signalling_section(arguments).map(|section| OpKind::BeginSignalling { section })
        }
        "end_signalling" => {
            signalling_section(arguments).map(|section| OpKind::EndSignalling { section })
        }
        "publish" => publish(arguments),
        "signal" => signal(arguments),
        "wait" => wait(arguments),
        "poll" => fence_name(arguments).map(|fence| OpKind::Poll { fence }),
        "drop" => fence_name(arguments).map(|fence| OpKind::Drop { fence }),
        "get" => fence_name(arguments).map(|fence| OpKind::Get { fence }),
        "put" => fence_name(arguments).map(|fence| OpKind::Put { fence }),
        "fence_lock" => fence_name(arguments).map(|fence| OpKind::FenceLock { fence }),
        "fence_unlock" => fence_name(arguments).map(|fence| OpKind::FenceUnlock { fence }),
        "callback" => fence_name(arguments).map(|fence| OpKind::Callback { fence }),
        "callback_end" => fence_name(arguments).map(|fence| OpKind::CallbackEnd { fence }),

        "alloc" => arguments.word().map(|flags| OpKind::Alloc { flags }),
        "scope_begin" => arguments.word().map(|scope| OpKind::ScopeBegin { scope }),
        "scope_end" => arguments.word().map(|scope| OpKind::ScopeEnd { scope }),
        "reclaim_begin" => Ok(OpKind::ReclaimBegin),
        "reclaim_end" => Ok(OpKind::ReclaimEnd),
        "mmu_notifier_begin" => Ok(OpKind::MmuNotifierBegin),
        "mmu_notifier_end" => Ok(OpKind::MmuNotifierEnd),
        "fault" => Ok(OpKind::Fault),
        "copy_user" => Ok(OpKind::CopyUser),

        "queue" => work_and_queue(arguments).map(|(work, queue)| OpKind::Queue { work, queue }),
        "run" => work_and_queue(arguments).map(|(work, queue)| OpKind::Run { work, queue }),
        "done" => work_name(arguments).map(|work| OpKind::Done { work }),
        "flush" => work_name(arguments).map(|work| OpKind::Flush { work }),
        "flush_queue" => queue_name(arguments).map(|queue| OpKind::FlushQueue { queue }),
        "cancel_sync" => work_name(arguments).map(|work| OpKind::CancelSync { work }),
        "cancel" => work_name(arguments).map(|work| OpKind::Cancel { work }),
        "workqueue" => workqueue(arguments).map(OpKind::Workqueue),

        "timer_arm" => timer_name(arguments).map(|timer| OpKind::TimerArm { timer }),
        "timer_run" => timer_name(arguments).map(|timer| OpKind::TimerRun { timer }),
        "timer_done" => timer_name(arguments).map(|timer| OpKind::TimerDone { timer }),
        "timer_sync" => timer_name(arguments).map(|timer| OpKind::TimerSync { timer }),
        "wait_event" => event_name(arguments).map(|event| OpKind::WaitEvent { event }),
        "complete" => event_name(arguments).map(|event| OpKind::Complete { event }),
        "wait_user" => event_name(arguments).map(|event| OpKind::WaitUser { event }),
        "pm_get" => resource_name(arguments).map(|resource| OpKind::PmGet { resource }),
        "pm_busy" => resource_name(arguments).map(|resource| OpKind::PmBusy { resource }),
        "pm_done" => resource_name(arguments).map(|resource| OpKind::PmDone { resource }),
        "section_enter" => section_name(arguments).map(|section| OpKind::SectionEnter { section }),
        "section_exit" => section_name(arguments).map(|section| OpKind::SectionExit { section }),
        "section_sync" => section_name(arguments).map(|section| OpKind::SectionSync { section }),
        "might_sleep" => Ok(OpKind::MightSleep),
        "sleep" => Ok(OpKind::Sleep),

        "dma_map" => mapping(arguments).map(|(attachment, unlocked)| OpKind::DmaMap {
            attachment,
            unlocked,
        }),
        "dma_unmap" => mapping(arguments).map(|(attachment, unlocked)| OpKind::DmaUnmap {
            attachment,
            unlocked,
        }),
        "pin" => mapping(arguments).map(|(attachment, unlocked)| OpKind::Pin {
            attachment,
            unlocked,
        }),
        "vmap" => mapping(arguments).map(|(attachment, unlocked)| OpKind::Vmap {
            attachment,
            unlocked,
        }),
        "cpu_begin" => buffer_name(arguments).map(|buffer| OpKind::CpuBegin { buffer }),
        "cpu_end" => buffer_name(arguments).map(|buffer| OpKind::CpuEnd { buffer }),
        "device_begin" => {
            attachment_name(arguments).map(|attachment| OpKind::DeviceBegin { attachment })
        }
        "device_end" => {
            attachment_name(arguments).map(|attachment| OpKind::DeviceEnd { attachment })
        }
        "return" => Ok(OpKind::Return),
        _ => return None,
    };
    Some(result)
}

/// `workqueue Q [mem_reclaim] [ordered]`, in a thread or before the first.
pub(super) fn workqueue(arguments: &mut Arguments<'_, '_>) -> Result<Workqueue, Problem> {
    Ok(Workqueue {
        name: queue_name(arguments)?,
        mem_reclaim: arguments.flag("mem_reclaim")?,
        ordered: arguments.flag("ordered")?,
    })
}

fn lock(arguments: &mut Arguments<'_, '_>) -> Result<Lock, Problem> {
    let name = lock_name(arguments)?;
    let options = lock_options(arguments)?;
    let context = arguments.option("ctx=")?;
    // Last, so that the kind is found behind options too.
    let kind = arguments.word()?;
    let context = match context {
        Some(word) if kind != LockKind::Ww => {
            return Err(arguments.problem(word, ProblemKind::ContextWithoutWw { kind }));
        }
        Some(Word { text: AUTO, .. }) => Some(WwContext::Auto),
        Some(word) => Some(WwContext::Named(arguments.name_of(word, CONTEXT)?)),
        None => None,
    };
    Ok(Lock {
        name,
        kind,
        options,
        context,
    })
}

fn lock_options(arguments: &mut Arguments<'_, '_>) -> Result<LockOptions, Problem> {
    Ok(LockOptions {
        class: arguments.name_option("class=", "a class name")?,
        subclass: arguments
            .number_option("subclass=", u64::from(LockOptions::MAX_SUBCLASS))?
            .map_or(0, |subclass| subclass as u8),
        nest: arguments.name_option("nest=", LOCK)?,
        trylock: arguments.flag("try")?,
    })
}

fn spin_irq(arguments: &mut Arguments<'_, '_>) -> Result<OpKind, Problem> {
    Ok(OpKind::SpinIrq {
        lock: lock_name(arguments)?,
        options: lock_options(arguments)?,
    })
}

fn ww_context(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    match arguments.peek() {
        Some(word) if word.text == AUTO => Err(arguments.problem(word, ProblemKind::AutoContext)),
        _ => arguments.name(CONTEXT),
    }
}

fn publish(arguments: &mut Arguments<'_, '_>) -> Result<OpKind, Problem> {
    let fence = fence_name(arguments)?;
    let resv = arguments.name_option("resv=", "the name of a reservation object")?;
    let usage = match arguments.option("usage=")? {
        Some(word) => Some(
            Usage::from_any_spelling(word.text)
                .ok_or_else(|| arguments.unknown_value::<Usage>(word))?,
        ),
        None => None,
    };
    Ok(OpKind::Publish { fence, resv, usage })
}

fn signal(arguments: &mut Arguments<'_, '_>) -> Result<OpKind, Problem> {
    let fence = fence_name(arguments)?;
    let error = match arguments.option("error=")? {
        Some(word) => Some(error_code(word.text).ok_or_else(|| {
            arguments.problem(
                word,
                ProblemKind::BadError {
                    found: Found::new(word.text),
                },
            )
        })?),
        None => None,
    };
    Ok(OpKind::Signal { fence, error })
}

/// `-110` and `110` are numbers, `ETIME` and `-ETIME` are the same name.
fn error_code(text: &str) -> Option<ErrorCode> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return text.parse().ok().map(ErrorCode::Number);
    }
    let is_word = unsigned.starts_with(char::is_alphabetic) && !text.starts_with('+');
    is_word
        .then(|| Name::new(unsigned).ok())
        .flatten()
        .map(ErrorCode::Name)
}

fn wait(arguments: &mut Arguments<'_, '_>) -> Result<OpKind, Problem> {
    let fence = fence_name(arguments)?;
    let length = arguments.number_option("timeout=", u64::MAX)?;
    let bare = arguments.flag_word("timeout")?;
    let timeout = match (length, bare) {
        (Some(_), Some(word)) => {
            let option = "timeout";
            return Err(arguments.problem(word, ProblemKind::DuplicateOption { option }));
        }
        (Some(length), None) => Some(Timeout::Length(length)),
        (None, Some(_)) => Some(Timeout::Some),
        (None, None) => None,
    };
    Ok(OpKind::Wait { fence, timeout })
}

fn work_and_queue(arguments: &mut Arguments<'_, '_>) -> Result<(Name, Option<Name>), Problem> {
    Ok((work_name(arguments)?, arguments.name_option("wq=", QUEUE)?))
}

fn mapping(arguments: &mut Arguments<'_, '_>) -> Result<(Name, bool), Problem> {
    Ok((attachment_name(arguments)?, arguments.flag("unlocked")?))
}

/// The acquire context that is the thread's own.
pub(super) const AUTO: &str = "auto";

const LOCK: &str = "a lock name";
const CONTEXT: &str = "the name of an acquire context";
const QUEUE: &str = "the name of a work queue";

fn lock_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name(LOCK)
}

fn fence_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("a fence name")
}

fn signalling_section(arguments: &mut Arguments<'_, '_>) -> Result<Option<Name>, Problem> {
    arguments.optional_name("a section name")
}

fn work_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("the name of a work item")
}

fn queue_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name(QUEUE)
}

fn timer_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("a timer name")
}

fn event_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("the name of an event")
}

fn resource_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("the name of a power resource")
}

fn section_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("a section name")
}

fn buffer_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("a buffer name")
}

fn attachment_name(arguments: &mut Arguments<'_, '_>) -> Result<Name, Problem> {
    arguments.name("the name of an attachment")
}
