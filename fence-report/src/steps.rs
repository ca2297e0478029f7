//! What a task does in one step, in English: the one place where an [`Action`] is put into words.
//!
//! The subject is the task, which is named elsewhere: "takes `gpu`", "waits for `fence`". The text is not escaped and has no
//! full stop. It may be reworded at any time.

use fence_engine::{Action, Mode};

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
        Action::Runs { what } => format!("runs `{what}`"),
        Action::Contract { from, to } => format!("may wait for `{to}` inside `{from}`"),
        Action::Says { text } => text.clone(),
        _ => "does something this version has no words for".into(),
    }
}

/// Whether the task goes no further in this step when the deadlock happens.
pub(crate) fn blocks(action: &Action) -> bool {
    matches!(action, Action::Blocks { .. } | Action::Contract { .. })
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
            (Action::Runs { what: name() }, "runs `x`"),
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
