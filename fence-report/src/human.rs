//! The look of rustc's diagnostics, for a person: what is wrong, where, what each side does, and the order in which they hang.
//!
//! A finding without a cycle is a few lines; one about two locks fits a terminal of 25. Not stable: do not parse it.

mod contract;
mod cycle;
mod gutter;
mod interleaving;
mod palette;
mod sides;
mod snippet;

use fence_engine::{Confidence, Finding, Level};

use crate::escape::visible;
use crate::options::Options;
use crate::place::position;
use crate::steps;
use gutter::Gutter;
use palette::Palette;

/// The finding as a block of lines.
///
/// First the headline and the primary place, with its source line where [`Options::sources`] has it. Then the steps of every
/// task, the cycle in words, an interleaving that hangs, the notes, and how to learn more.
pub fn render(finding: &Finding, options: &Options<'_>) -> String {
    let palette = Palette::new(finding.level, options.color);
    let mut out = Gutter::new(finding.place.line, palette);
    out.plain(&headline(finding, palette));
    if let Some(position) = position(&finding.place) {
        out.arrow(&position);
    }
    if let Some(source) = snippet::render(finding, &label(finding), options) {
        out.plain(&source);
        out.bar();
    }
    let sides = sides::of(finding);
    if let Some(who) = who(finding).filter(|_| sides.is_empty()) {
        out.item("in", &who);
    }
    sides::write(&mut out, &sides);
    if let Some(words) = cycle::in_words(finding, &sides) {
        out.item("cycle", &words);
    }
    interleaving::write(&mut out, finding, &sides);
    for note in &finding.notes {
        out.item("note", &visible(note));
    }
    if finding.confidence == Confidence::Heuristic {
        out.item(
            "note",
            "guessed from the shape of the code; no path or run has shown it",
        );
    }
    out.item("help", &format!("cargo fence explain {}", finding.rule.id));
    out.finish()
}

/// `error[DF104] reclaim-in-signalling: message`.
fn headline(finding: &Finding, palette: Palette) -> String {
    let rule = finding.rule;
    let level = palette.level(&format!("{}[{}]", finding.level, rule.id));
    let rest = format!("{}: {}", rule.name, visible(&finding.message()));
    format!("{level} {}", palette.strong(&rest))
}

/// What happens at the primary place: the last step that has it.
fn label(finding: &Finding) -> String {
    let here = finding
        .steps
        .iter()
        .rfind(|step| step.place == finding.place);
    here.map(|step| visible(&steps::text(&step.action)).into_owned())
        .unwrap_or_default()
}

/// The function, and the task where it has another name: what the steps would tell, if there were any.
fn who(finding: &Finding) -> Option<String> {
    let (function, task) = (visible(&finding.place.function), visible(&finding.task));
    match (function.is_empty(), task.is_empty() || task == function) {
        (true, true) => None,
        (true, false) => Some(format!("task {task}")),
        (false, true) => Some(function.into_owned()),
        (false, false) => Some(format!("{function}, task {task}")),
    }
}

/// Whether the finding is a cycle that cannot hang as it is, behind a gate.
fn is_gated(finding: &Finding) -> bool {
    finding.level == Level::Note && !finding.cycle.is_empty()
}
