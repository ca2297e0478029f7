//! The cycle in words: who makes which class wait for which.

use fence_engine::Finding;

use super::sides::{self, Side};
use crate::escape::visible;

/// "`a` waits for `b` in job, which waits for `a` in reset"; nothing for a finding without a cycle.
pub(super) fn in_words(finding: &Finding, sides: &[Side]) -> Option<String> {
    let first = finding.cycle.first()?;
    let next = finding.cycle.iter().cycle().skip(1);
    let mut waits: Vec<(String, String)> = Vec::new();
    for (at, (_, next)) in finding.cycle.iter().zip(next).enumerate() {
        let adverb = side_at(finding, at, sides).map_or("", |side| side.adverb.as_str());
        let next = visible(next).into_owned();
        match waits.last_mut() {
            // What one side brings about in several steps is one wait.
            Some(last) if !adverb.is_empty() && last.1 == adverb => last.0 = next,
            _ => waits.push((next, adverb.to_owned())),
        }
    }
    let waits: Vec<String> = waits
        .into_iter()
        .map(|(next, adverb)| format!("waits for `{next}` {adverb}").trim_end().to_owned())
        .collect();
    Some(format!("`{}` {}", visible(first), waits.join(", which ")))
}

/// The side that makes the class at `at` wait for the next one: tasks are numbered along the cycle.
fn side_at<'s>(finding: &Finding, at: usize, sides: &'s [Side]) -> Option<&'s Side> {
    let task = u32::try_from(at).ok()?.checked_add(1)?;
    let step = finding.steps.iter().find(|step| step.task == task)?;
    sides::side_of(step, sides)
}
