//! Whether bytes are a trace at all, told from the first lines.

use super::{Dialect, Event, Parser, ProblemKind, Refusal};
use crate::lines::SliceLines;

/// Lines that are looked at.
const LINES: usize = 200;

/// Tells from the first bytes of a file (some KiB are enough) whether [`Parser`] reads it.
///
/// `None` if this is no trace. Text without header and columns (`nocontext-info`) counts only if an
/// event is one that this crate knows, because `word: text` is too common to tell anything.
///
/// # Errors
/// The [`Refusal`] if this is a trace that cannot be read.
pub fn sniff(head: &[u8]) -> Result<Option<Dialect>, Refusal> {
    let mut parser = Parser::new();
    for line in SliceLines::new(head).take(LINES) {
        match parser.read(&line) {
            Some(Ok(record)) => {
                let known = !matches!(record.event, Event::Other { .. } | Event::Lost { .. });
                if known || parser.header().dialect != Dialect::NoContext {
                    return Ok(Some(parser.header().dialect));
                }
            }
            Some(Err(problem)) => {
                if let ProblemKind::Refused(refusal) = problem.kind {
                    return Err(refusal);
                }
            }
            None => {}
        }
    }
    Ok(match parser.header().dialect {
        Dialect::Unknown | Dialect::NoContext => None,
        dialect => Some(dialect),
    })
}
