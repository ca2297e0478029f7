//! Line by line: what one line of either file says.

use thiserror::Error;

use super::{ClassName, Usage};
use crate::lines::{Line, SliceLines, decimal, hexadecimal, skip_blanks};

/// What one line says; names borrow the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A class of `/proc/lockdep`.
    Class {
        /// Its key: tells classes apart, hashed or not.
        key: u64,
        /// How often its locks were taken (`CONFIG_DEBUG_LOCKDEP`).
        ops: Option<u64>,
        /// How many classes come behind it, directly or not.
        forward: Option<u64>,
        /// How many classes come before it, directly or not.
        backward: Option<u64>,
        /// Irq contexts; `None` on a kernel without `CONFIG_PROVE_LOCKING`.
        usage: Option<Usage>,
        /// Its name.
        name: ClassName<'a>,
    },
    /// A class that was taken while the class last shown was held, with nothing in between.
    Dependency {
        /// Key of the class that was taken.
        key: u64,
        /// Its name.
        name: ClassName<'a>,
    },
    /// A chain of `/proc/lockdep_chains` starts.
    Chain(IrqContext),
    /// A class of the chain last started, each taken while those before it were held.
    ChainLock {
        /// Its key.
        key: u64,
        /// Its name.
        name: ClassName<'a>,
    },
}

/// The interrupt context in which a chain was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct IrqContext {
    /// In a hardirq.
    pub hardirq: bool,
    /// In a softirq.
    pub softirq: bool,
}

/// Which of the two files it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// `/proc/lockdep`.
    Classes,
    /// `/proc/lockdep_chains`.
    Chains,
}

/// A line that could not be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {kind}")]
pub struct Problem {
    /// Number of the line in the file, from 1.
    pub line: u64,
    /// Byte in the line, from 1, at which reading stopped.
    pub column: u32,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// Why a line could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProblemKind {
    /// The line is of neither file.
    #[error("not a line of /proc/lockdep or /proc/lockdep_chains")]
    Unrecognised,
    /// The key is missing or damaged.
    #[error("no class key here")]
    BadKey,
    /// A number is missing or damaged.
    #[error("no readable `{0}`")]
    BadNumber(&'static str),
    /// Neither four usage characters nor the name come next.
    #[error("neither four usage characters nor a name here")]
    BadUsage,
    /// The interrupt context is none that the kernel prints.
    #[error("not an interrupt context")]
    BadIrqContext,
    /// The name is missing.
    #[error("the class has no name")]
    NoName,
    /// The line is longer than [`crate::lines::MAX_LINE_BYTES`].
    #[error("the line is too long")]
    TooLong,
    /// A dependency before any class.
    #[error("a dependency without its class")]
    NoClass,
    /// A lock of a chain before any chain.
    #[error("a lock without its chain")]
    NoChain,
    /// The file has more entries than any kernel; the rest is left out.
    #[error("more entries than any kernel has; the rest is left out")]
    TooMany,
}

/// Reads the lines of either file; allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Parser {
    source: Option<Source>,
    incomplete: bool,
}

type Fault<'a> = (ProblemKind, &'a [u8]);

impl Parser {
    /// Starts before the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which file it is, as far as the lines told.
    pub fn source(&self) -> Option<Source> {
        self.source
    }

    /// Whether the kernel itself said that it ran out of room for chains.
    pub fn incomplete(&self) -> bool {
        self.incomplete
    }

    /// Reads one line of [`crate::lines`]; `None` for headings and blank lines.
    ///
    /// # Errors
    /// A [`Problem`] if the line cannot be read; it costs this line only.
    pub fn line<'a>(&mut self, line: &Line<'a>) -> Option<Result<Entry<'a>, Problem>> {
        let outcome = if line.cut {
            Err((ProblemKind::TooLong, &b""[..]))
        } else {
            self.entry(line.bytes)
        };
        outcome
            .map_err(|(kind, unread)| Problem {
                line: line.number,
                column: u32::try_from(line.bytes.len().saturating_sub(unread.len()) + 1)
                    .unwrap_or(u32::MAX),
                kind,
            })
            .transpose()
    }

    fn entry<'a>(&mut self, line: &'a [u8]) -> Result<Option<Entry<'a>>, Fault<'a>> {
        match line {
            [] => Ok(None),
            b"all lock classes:" => {
                self.source = Some(Source::Classes);
                Ok(None)
            }
            b"all lock chains:" | b"(buggered) all lock chains:" => {
                self.source = Some(Source::Chains);
                self.incomplete |= line.starts_with(b"(");
                Ok(None)
            }
            [b' ', b'-', b'>', b' ', rest @ ..] => {
                let (key, name) = bracketed(rest)?;
                Ok(Some(Entry::Dependency { key, name }))
            }
            [b'[', ..] => {
                let (key, name) = bracketed(line)?;
                Ok(Some(Entry::ChainLock { key, name }))
            }
            _ => {
                if let Some(context) = line.strip_prefix(b"irq_context: ") {
                    self.source = Some(Source::Chains);
                    return Ok(Some(Entry::Chain(irq_context(context)?)));
                }
                let entry = class(line)?;
                self.source = Some(Source::Classes);
                Ok(Some(entry))
            }
        }
    }
}

/// Tells from the first bytes of a file whether it is one of the two.
pub fn sniff(head: &[u8]) -> Option<Source> {
    let mut parser = Parser::new();
    for line in SliceLines::new(head).take(3) {
        match parser.line(&line) {
            // A class must show its usage: `deadbeef: text` is too common to tell anything.
            Some(Ok(Entry::Class { usage: Some(_), .. } | Entry::Chain(_))) => break,
            None if parser.source().is_some() => break,
            None => {}
            Some(_) => return None,
        }
    }
    parser.source()
}

/// `ffffffff81c4c5a0 OPS:      12 FD:   12 BD:   34 +.+.: name`, all but key and name optional.
fn class(line: &[u8]) -> Result<Entry<'_>, Fault<'_>> {
    let (key, rest) = hexadecimal(line)
        .filter(|(_, rest)| matches!(rest, [b' ' | b':', ..]))
        .ok_or((ProblemKind::Unrecognised, line))?;
    let (ops, rest) = counter(rest, b"OPS:", "OPS")?;
    let (forward, rest) = counter(rest, b"FD:", "FD")?;
    let (backward, rest) = counter(rest, b"BD:", "BD")?;
    let (usage, rest) = match rest {
        [b' ', chars @ ..] => {
            let parts = chars.split_at_checked(4);
            let (usage, rest) = parts
                .and_then(|(chars, rest)| Some((Usage::from_chars(chars)?, rest)))
                .ok_or((ProblemKind::BadUsage, rest))?;
            (Some(usage), rest)
        }
        _ => (None, rest),
    };
    let name = rest
        .strip_prefix(b": ")
        .ok_or((ProblemKind::BadUsage, rest))?;
    Ok(Entry::Class {
        key,
        ops,
        forward,
        backward,
        usage,
        name: class_name(name)?,
    })
}

/// ` OPS:      12`, if it is there.
fn counter<'a>(
    rest: &'a [u8],
    label: &[u8],
    name: &'static str,
) -> Result<(Option<u64>, &'a [u8]), Fault<'a>> {
    match rest
        .strip_prefix(b" ")
        .and_then(|rest| rest.strip_prefix(label))
    {
        Some(number) => {
            let number = skip_blanks(number);
            let (value, rest) = decimal(number).ok_or((ProblemKind::BadNumber(name), number))?;
            Ok((Some(value), rest))
        }
        None => Ok((None, rest)),
    }
}

/// `[ffffffff81c4c5a0] name`.
fn bracketed(text: &[u8]) -> Result<(u64, ClassName<'_>), Fault<'_>> {
    let (key, name) = text
        .strip_prefix(b"[")
        .and_then(hexadecimal)
        .and_then(|(key, rest)| Some((key, rest.strip_prefix(b"] ")?)))
        .ok_or((ProblemKind::BadKey, text))?;
    Ok((key, class_name(name)?))
}

fn class_name(name: &[u8]) -> Result<ClassName<'_>, Fault<'_>> {
    if name.is_empty() {
        return Err((ProblemKind::NoName, name));
    }
    Ok(ClassName::parse(name))
}

/// `0`, `softirq`, `hardirq`, `hardirq|softirq`, or on older kernels their numbers 0 to 3.
fn irq_context(text: &[u8]) -> Result<IrqContext, Fault<'_>> {
    let (hardirq, softirq) = match text {
        b"0" => (false, false),
        b"1" | b"softirq" => (false, true),
        b"2" | b"hardirq" => (true, false),
        b"3" | b"hardirq|softirq" => (true, true),
        _ => return Err((ProblemKind::BadIrqContext, text)),
    };
    Ok(IrqContext { hardirq, softirq })
}
