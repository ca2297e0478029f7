//! What one line of a report says, as far as its own words tell.

use super::lock_text;
use super::report::{IrqState, LockClass, Task, WaitTypes};
use crate::lines::{decimal, skip_blanks};
use crate::proc_lockdep::UsageBit;

/// One line of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// `X is trying to acquire lock:` and its sisters; the next lock is the report's.
    Acquiring(Option<Task>, Option<IrqState>),
    /// `X is trying to release lock (N) at:`; the next frame is the place.
    Releasing(Option<Task>, LockClass),
    /// `X is leaving the kernel with locks still held!`.
    Leaving(Option<Task>),
    /// `but task is already holding lock:`; the next lock is the conflicting one.
    Holding,
    /// `inconsistent {A} -> {B} usage.`.
    Transition(UsageBit, UsageBit),
    /// `{A} state was registered at:`; a stack of the report's lock follows.
    Registered(Option<UsageBit>),
    /// `but this new dependency connects a X-irq-safe lock:`, `to a X-irq-unsafe lock:`; the next class
    /// is what `Became` speaks of.
    Connects,
    /// `... which became X-irq-safe at:`; a stack follows.
    Became(Became),
    /// `but this lock took another, X-unsafe lock in the past:`.
    TookAnother,
    /// `but this lock was taken by another, X-safe lock in the past:`.
    TakenByAnother,
    /// `-> #3 (N){..}:`; a stack follows.
    Chain(u32, LockClass),
    /// `the dependencies between X-irq-safe lock and the holding lock:`; a list follows.
    SafeList,
    /// `the dependencies between the lock to be acquired` and ...; a list follows.
    UnsafeList,
    /// `the shortest dependencies between 2nd lock and 1st lock:`; a list follows.
    ShortestList,
    /// `-> (N){..} {`: an entry of a list.
    ListEntry(LockClass),
    /// `IN-HARDIRQ-W at:`; a stack of the list's entry follows.
    UsageAt(Option<UsageBit>),
    /// `... acquired at:`; a stack of the list's entry follows.
    AcquiredAt,
    /// `2 locks held by X:`; the locks follow.
    Held(Option<Task>),
    /// `no locks held by X.`.
    NothingHeld,
    /// `but this task is not holding:`; the name follows.
    NotHolding,
    /// `context-{5:5}`.
    Context(WaitTypes),
    /// A line that names the task and nothing else: `in_atomic(): ...`, `CPU: 0 PID: ...`.
    Task(Task),
    /// `stack backtrace:`, `... key at:`, `other info ...`: what came before is over.
    Other,
    /// `</TASK>`, `---[ end trace`: the report is over.
    End,
}

/// The bits that `X-irq-safe` can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    /// Safe: taken in an interrupt, as exactly this bit says.
    Safe(UsageBit),
    /// Unsafe: taken with interrupts enabled, as one of these says. The kernel names the class of the
    /// other lock's bit here, so `READ` in the words tells nothing.
    Unsafe([UsageBit; 2]),
}

/// Reads a line; `None` if it is no line of a report that tells anything.
pub(super) fn statement(text: &[u8]) -> Option<Statement> {
    let trimmed = text.trim_ascii();
    if let Some(entry) = lock_text::chain_entry(trimmed) {
        return Some(Statement::Chain(entry.0, entry.1));
    }
    if let Some(class) = lock_text::list_entry(trimmed) {
        return Some(Statement::ListEntry(class));
    }
    if let Some(words) = trimmed.strip_suffix(b" at:") {
        if let Some(statement) = place(words) {
            return Some(statement);
        }
    } else if let Some(subject) = trimmed.strip_suffix(b":")
        && let Some(statement) = heading(subject)
    {
        return Some(statement);
    }
    sentence(trimmed)
}

/// Lines that end in ` at:`, which a stack follows.
fn place(words: &[u8]) -> Option<Statement> {
    if words == b"... acquired" {
        return Some(Statement::AcquiredAt);
    }
    if let Some(state) = words.strip_suffix(b" state was registered") {
        let words = state.strip_prefix(b"{")?.strip_suffix(b"}")?;
        return Some(Statement::Registered(UsageBit::from_words(words)));
    }
    if let Some(class) = words.strip_prefix(b"... which became ") {
        return became(class).map(Statement::Became);
    }
    if let Some(at) = memchr::memmem::find(words, b" is trying to release lock (") {
        let name = &words[at + b" is trying to release lock (".len()..];
        let class = lock_text::named(name.strip_suffix(b")")?);
        return Some(Statement::Releasing(task(&words[..at]), class));
    }
    let is_word = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_' | b' ');
    let is_state = !words.is_empty() && words.iter().all(is_word);
    is_state.then(|| Statement::UsageAt(UsageBit::from_words(words)))
}

/// Lines that end in `:`.
fn heading(words: &[u8]) -> Option<Statement> {
    for verb in [
        &b" is trying to acquire lock"[..],
        b" is trying to acquire",
        b" is trying to lock",
        b" takes",
        b" just changed the state of lock",
    ] {
        if let Some(subject) = words.strip_suffix(verb) {
            let (subject, state) = irq_state(subject);
            return Some(Statement::Acquiring(task(subject), state));
        }
    }
    if let Some(at) = memchr::memmem::find(words, b" held by ") {
        let count = words[..at]
            .strip_suffix(b" locks")
            .or(words[..at].strip_suffix(b" lock"))?;
        let (_, rest) = decimal(count)?;
        return rest
            .is_empty()
            .then(|| Statement::Held(task(&words[at + b" held by ".len()..])));
    }
    match words {
        b"but task is already holding lock" | b"and this task is already holding" => {
            Some(Statement::Holding)
        }
        b"but this task is not holding" => Some(Statement::NotHolding),
        b"the shortest dependencies between 2nd lock and 1st lock" => Some(Statement::ShortestList),
        b"stack backtrace"
        | b"other info that might help us debug this"
        | b"which would create a new lock dependency" => Some(Statement::Other),
        _ if words.ends_with(b"-safe lock") || words.ends_with(b"-unsafe lock") => {
            let connects = words.starts_with(b"but this new dependency connects a ")
                || words.starts_with(b"to a ");
            connects.then_some(Statement::Connects)
        }
        _ if words.ends_with(b" lock in the past") => {
            if words.starts_with(b"but this lock took another, ") {
                Some(Statement::TookAnother)
            } else if words.starts_with(b"but this lock was taken by another, ") {
                Some(Statement::TakenByAnother)
            } else {
                None
            }
        }
        _ if words.starts_with(b"the dependencies between ")
            && words.ends_with(b"-safe lock and the holding lock") =>
        {
            Some(Statement::SafeList)
        }
        _ => None,
    }
}

/// Other lines.
fn sentence(text: &[u8]) -> Option<Statement> {
    if text == b"</TASK>" || text.starts_with(b"---[ end trace") {
        return Some(Statement::End);
    }
    if text == b"the dependencies between the lock to be acquired" {
        return Some(Statement::UnsafeList);
    }
    if text.starts_with(b"no locks held by ") {
        return Some(Statement::NothingHeld);
    }
    if text.starts_with(b"... key ") {
        return Some(Statement::Other);
    }
    if let Some(states) = text.strip_prefix(b"inconsistent {") {
        let states = states.strip_suffix(b"} usage.")?;
        let at = memchr::memmem::find(states, b"} -> {")?;
        let from = UsageBit::from_words(&states[..at])?;
        let to = UsageBit::from_words(&states[at + b"} -> {".len()..])?;
        return Some(Statement::Transition(from, to));
    }
    if let Some(types) = text.strip_prefix(b"context-{") {
        return context(types).map(Statement::Context);
    }
    if let Some(at) = memchr::memmem::find(text, b" is freeing memory ") {
        return Some(Statement::Acquiring(task(&text[..at]), None));
    }
    if let Some(subject) = text.strip_suffix(b" is leaving the kernel with locks still held!") {
        return Some(Statement::Leaving(task(subject)));
    }
    if text.starts_with(b"in_atomic(): ") {
        return between(text, b", pid: ", b", name: ").map(Statement::Task);
    }
    if text.starts_with(b"CPU: ") {
        return between(text, b" PID: ", b" Comm: ").map(Statement::Task);
    }
    None
}

/// `HARDIRQ-READ-irq-safe`.
fn became(class: &[u8]) -> Option<Became> {
    let (state, safe) = match class.strip_suffix(b"-irq-safe") {
        Some(state) => (state, true),
        None => (class.strip_suffix(b"-irq-unsafe")?, false),
    };
    let (state, read) = match state.strip_suffix(b"-READ") {
        Some(state) => (state, true),
        None => (state, false),
    };
    let (within, on) = match state {
        b"HARDIRQ" => (
            [UsageBit::InHardirq, UsageBit::InHardirqRead],
            [UsageBit::HardirqOn, UsageBit::HardirqOnRead],
        ),
        b"SOFTIRQ" => (
            [UsageBit::InSoftirq, UsageBit::InSoftirqRead],
            [UsageBit::SoftirqOn, UsageBit::SoftirqOnRead],
        ),
        _ => return None,
    };
    Some(if safe {
        Became::Safe(within[usize::from(read)])
    } else {
        Became::Unsafe(on)
    })
}

/// `comm/pid`; the name may hold anything.
pub(super) fn task(subject: &[u8]) -> Option<Task> {
    let slash = memchr::memrchr(b'/', subject)?;
    let (pid, rest) = decimal(&subject[slash + 1..])?;
    if !rest.is_empty() {
        return None;
    }
    named(&subject[..slash], pid)
}

/// `... pid: 43, name: comm` and `... PID: 43 Comm: comm Tainted: ...`.
fn between(text: &[u8], pid_key: &[u8], comm_key: &[u8]) -> Option<Task> {
    let at = memchr::memmem::find(text, pid_key)?;
    let (pid, rest) = decimal(&text[at + pid_key.len()..])?;
    let comm = skip_blanks(rest)
        .strip_prefix(skip_blanks(comm_key))
        .or(rest.strip_prefix(comm_key))?;
    let end = [&b" Tainted: "[..], b" Not tainted", b" Kdump: "]
        .iter()
        .filter_map(|end| memchr::memmem::find(comm, end))
        .min()
        .unwrap_or(comm.len());
    named(&comm[..end], pid)
}

fn named(comm: &[u8], pid: u64) -> Option<Task> {
    // The kernel's own limit is 15 bytes; workers print theirs with what they work on.
    let comm = &comm[..comm.len().min(128)];
    Some(Task {
        comm: String::from_utf8_lossy(comm).into_owned(),
        pid: u32::try_from(pid).ok()?,
    })
}

/// Splits ` [HC1[1]:SC0[0]:HE0:SE1]` off.
fn irq_state(subject: &[u8]) -> (&[u8], Option<IrqState>) {
    let Some(at) = memchr::memmem::rfind(subject, b" [HC") else {
        return (subject, None);
    };
    let state = || {
        let (hardirq, rest) = decimal(&subject[at + b" [HC".len()..])?;
        let (_, rest) = decimal(rest.strip_prefix(b"[")?)?;
        let (softirq, rest) = decimal(rest.strip_prefix(b"]:SC")?)?;
        let (_, rest) = decimal(rest.strip_prefix(b"[")?)?;
        let (hardirqs, rest) = decimal(rest.strip_prefix(b"]:HE")?)?;
        let (softirqs, _) = decimal(rest.strip_prefix(b":SE")?)?;
        Some(IrqState {
            hardirq: hardirq != 0,
            softirq: softirq != 0,
            hardirqs_enabled: hardirqs != 0,
            softirqs_enabled: softirqs != 0,
        })
    };
    (&subject[..at], state())
}

/// `5:5}`.
fn context(types: &[u8]) -> Option<WaitTypes> {
    let (outer, rest) = decimal(types)?;
    let (inner, _) = decimal(rest.strip_prefix(b":")?)?;
    Some(WaitTypes {
        outer: u8::try_from(outer).ok()?,
        inner: u8::try_from(inner).ok()?,
    })
}
