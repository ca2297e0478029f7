//! Findings as events.

use fence_engine::{Finding, Level};

use super::FINDING;
use super::hearing::{hears, task, tell};

/// Tells of findings of a session, or of the process if that is 0.
pub(crate) fn findings<'a>(session: u32, findings: impl IntoIterator<Item = &'a Finding>) {
    if hears().findings {
        tell(|| {
            for finding in findings {
                emit(session, finding);
            }
        });
    }
}

/// One event, whose level has to be a constant.
macro_rules! emit_at {
    ($level:ident, $session:expr, $finding:expr) => {{
        let finding: &Finding = $finding;
        let place = &finding.place;
        let is_known = !place.file.is_empty();
        tracing::event!(
            target: FINDING,
            tracing::Level::$level,
            rule = finding.rule.id,
            name = finding.rule.name,
            session = $session,
            task = task(),
            file = is_known.then_some(place.file.as_str()),
            line = is_known.then_some(place.line),
            column = is_known.then_some(place.column),
            "{}",
            finding.message()
        );
    }};
}

fn emit(session: u32, finding: &Finding) {
    match finding.level {
        Level::Error => emit_at!(ERROR, session, finding),
        Level::Warning => emit_at!(WARN, session, finding),
        Level::Note => emit_at!(INFO, session, finding),
    }
}
