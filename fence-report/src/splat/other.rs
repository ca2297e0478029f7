//! The same frame around findings that lockdep has no report for: the message, who does what where, and the cycle.

use fence_engine::Finding;

use super::console::Console;
use crate::escape::visible;
use crate::place::frame;
use crate::steps;

/// A report in the kernel's manner.
pub(super) fn render(out: &mut Console<'_>, finding: &Finding) {
    let headline = format!("WARNING: {}", visible(finding.rule.summary));
    out.headline(headline.chars().count(), &headline);
    let task = if finding.task.is_empty() {
        "<unknown>".into()
    } else {
        visible(&finding.task)
    };
    out.line(&format!("{task}: {}", visible(&finding.message())));
    out.trace(2, &finding.place);
    let info = !(finding.steps.is_empty() && finding.cycle.is_empty() && finding.notes.is_empty());
    if info {
        out.blank();
        out.line("other info that might help us debug this:");
    }
    if !finding.cycle.is_empty() {
        let names: Vec<_> = finding
            .cycle
            .iter()
            .chain(finding.cycle.first())
            .map(|name| visible(name))
            .collect();
        out.line("Chain exists of:");
        out.line(&format!("  {}", names.join(" --> ")));
    }
    for step in &finding.steps {
        let text = steps::text(&step.action);
        let place = frame(&step.place)
            .map(|place| format!(", at: {place}"))
            .unwrap_or_default();
        out.line(&format!(
            " #{}: {} {}{place}",
            step.step,
            visible(&step.who),
            visible(&text)
        ));
    }
    for note in &finding.notes {
        out.line(&format!(" {}", visible(note)));
    }
    out.backtrace();
}
