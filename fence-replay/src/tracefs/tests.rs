//! What the reader makes of single lines, of damage, and of whole recordings of a real kernel.

mod captures;
mod columns;
mod events;
mod hostile;
mod lines;

use super::*;

/// The record of a line that must be one.
fn record(line: &str) -> Record<'_> {
    Parser::new()
        .line(1, line.as_bytes())
        .unwrap_or_else(|| panic!("no event: {line}"))
        .unwrap_or_else(|problem| panic!("{problem}: {line}"))
}

/// The event of a line that must be one.
fn event(line: &str) -> Event<'_> {
    record(line).event
}
