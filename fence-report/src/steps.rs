//! What a task does in one step, in English: the one place where an [`Action`] is put into words.
//!
//! The subject is the task, which is named elsewhere: "takes `gpu`", "waits for `fence`". The text is not escaped and has no
//! full stop. It may be reworded at any time.

use fence_engine::{Action, ClassKind, Mode};

/// The step's predicate.
///
/// ```
/// use fence_engine::{Action, Mode};
/// let action = Action::Blocks { on: "gpu".into(), mode: Mode::Exclusive };
/// assert_eq!(fence_report::steps::text(&action), "waits for `gpu`");
/// ```
pub fn text(action: &Action) -> String {
    match action {
        Action::Takes { lock, mode } => format!("takes `{lock}`{}", reading(*mode)),
        Action::Blocks { on, mode } => format!("waits for `{on}`{}", reading(*mode)),
        Action::OpensSection => "opens a signalling section".into(),
        Action::MustSignal { fence } => format!("must still signal `{fence}`"),
        Action::WaitsFor { what, kind } => waits_for(what, *kind),
        Action::Inside { what, kind } => inside(what, *kind),
        Action::MustComplete { what } => format!("must still complete `{what}`"),
        Action::NeedsHeld { what } => format!("does so with `{what}` held only"),
        Action::Contract { from, to } => format!("may wait for `{to}` inside `{from}`"),
        Action::Says { text } => text.clone(),
        _ => "does something this version has no words for".into(),
    }
}

fn waits_for(what: &str, kind: ClassKind) -> String {
    match kind {
        ClassKind::Reclaim => "may enter memory reclaim".into(),
        ClassKind::MmuNotifier => "may wait for an MMU notifier".into(),
        ClassKind::FenceContract => "waits for a fence".into(),
        ClassKind::Timeline => format!("waits for fence `{what}`"),
        ClassKind::WorkItem | ClassKind::Timer => format!("waits for `{what}` to finish"),
        ClassKind::Workqueue => format!("waits for its turn on `{what}`"),
        ClassKind::Power => format!("waits until `{what}` is not busy"),
        ClassKind::ReaderSection => format!("waits for the readers of `{what}`"),
        _ => format!("waits for `{what}`"),
    }
}

fn inside(what: &str, kind: ClassKind) -> String {
    match kind {
        ClassKind::Reclaim => "is in memory reclaim".into(),
        ClassKind::MmuNotifier => "is in an MMU notifier".into(),
        ClassKind::Workqueue => format!("runs an item of `{what}`"),
        ClassKind::Power => format!("keeps `{what}` busy"),
        ClassKind::ReaderSection => format!("is a reader of `{what}`"),
        _ => format!("runs `{what}`"),
    }
}

/// Whether the task goes no further in this step when the deadlock happens.
pub(crate) fn blocks(action: &Action) -> bool {
    matches!(
        action,
        Action::Blocks { .. }
            | Action::WaitsFor { .. }
            | Action::NeedsHeld { .. }
            | Action::Contract { .. }
    )
}

const fn reading(mode: Mode) -> &'static str {
    match mode {
        Mode::Exclusive => "",
        Mode::Read => " for reading",
        Mode::RecursiveRead => " for recursive reading",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_reads_as_a_predicate_of_its_task() {
        let name = || String::from("x");
        let told = [
            (
                Action::Takes {
                    lock: name(),
                    mode: Mode::Exclusive,
                },
                "takes `x`",
            ),
            (
                Action::Takes {
                    lock: name(),
                    mode: Mode::Read,
                },
                "takes `x` for reading",
            ),
            (
                Action::Blocks {
                    on: name(),
                    mode: Mode::RecursiveRead,
                },
                "waits for `x` for recursive reading",
            ),
            (Action::OpensSection, "opens a signalling section"),
            (
                Action::MustSignal { fence: name() },
                "must still signal `x`",
            ),
            (
                Action::Inside {
                    what: name(),
                    kind: ClassKind::WorkItem,
                },
                "runs `x`",
            ),
            (
                Action::Inside {
                    what: name(),
                    kind: ClassKind::ReaderSection,
                },
                "is a reader of `x`",
            ),
            (
                Action::WaitsFor {
                    what: name(),
                    kind: ClassKind::Timeline,
                },
                "waits for fence `x`",
            ),
            (
                Action::MustComplete { what: name() },
                "must still complete `x`",
            ),
            (
                Action::Contract {
                    from: "y".into(),
                    to: name(),
                },
                "may wait for `x` inside `y`",
            ),
            (
                Action::Says {
                    text: "comes too late".into(),
                },
                "comes too late",
            ),
        ];
        for (action, words) in told {
            assert_eq!(text(&action), words);
        }
    }
}
