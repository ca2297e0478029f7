//! One line a finding: `file:line:column: level[ID]: message`, the form editors and `grep` know from compilers.

use fence_engine::Finding;

use crate::escape::visible;
use crate::options::Options;
use crate::place::position;

/// The finding as one line. Where the file is not known the line begins with the task, and without one with the level.
///
/// The options have no say in it: the line is for programs as much as for people.
pub fn render(finding: &Finding, _options: &Options<'_>) -> String {
    let mut line = position(&finding.place)
        .or_else(|| (!finding.task.is_empty()).then(|| visible(&finding.task).into_owned()))
        .map(|place| place + ": ")
        .unwrap_or_default();
    line.push_str(finding.level.as_str());
    line.push('[');
    line.push_str(finding.rule.id);
    line.push_str("]: ");
    line.push_str(&visible(&finding.message()));
    line.push('\n');
    line
}
