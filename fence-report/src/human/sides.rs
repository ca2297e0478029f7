//! The sides of a finding: its steps grouped by task, in the order in which the tasks come in.
//!
//! What the built-in contract or a declared order does is nobody's in this run; all of it is one side, of its own file.

use fence_engine::{Action, Finding, Step};

use super::contract;
use super::gutter::Gutter;
use crate::escape::visible;
use crate::place::position;
use crate::steps;

/// One task, or the contract.
pub(super) struct Side {
    /// The task's number in the finding; none for the contract.
    task: Option<u32>,
    /// What stands over its column.
    pub(super) name: String,
    /// How a sentence says that it is so on this side: "in job".
    pub(super) adverb: String,
    /// What stands over its steps.
    heading: String,
    /// Its lines, by position in the interleaving.
    pub(super) lines: Vec<Line>,
}

/// One step, in words.
pub(super) struct Line {
    /// Its position in the interleaving.
    pub(super) step: u32,
    /// What is done.
    pub(super) text: String,
    /// Whether the task halts there.
    pub(super) blocks: bool,
    /// Where, and what else there is to say.
    pub(super) place: String,
}

/// The sides of a finding.
pub(super) fn of(finding: &Finding) -> Vec<Side> {
    let mut ordered: Vec<&Step> = finding.steps.iter().collect();
    ordered.sort_by_key(|step| step.step);
    let mut groups: Vec<(Option<u32>, Vec<&Step>)> = Vec::new();
    for step in ordered {
        let task = task_of(step);
        match groups.iter_mut().find(|group| group.0 == task) {
            Some(group) => group.1.push(step),
            None => groups.push((task, vec![step])),
        }
    }
    let mut tasks = 0;
    let mut sides: Vec<Side> = groups
        .iter()
        .map(|(task, steps)| match task {
            Some(task) => {
                tasks += 1;
                task_side(*task, tasks, steps)
            }
            None => contract::side(steps),
        })
        .collect();
    tell_apart(&mut sides);
    sides
}

/// The side that does this step.
pub(super) fn side_of<'s>(step: &Step, sides: &'s [Side]) -> Option<&'s Side> {
    sides.iter().find(|side| side.task == task_of(step))
}

/// The task of a step; none for the contract's.
fn task_of(step: &Step) -> Option<u32> {
    (!matches!(step.action, Action::Contract { .. })).then_some(step.task)
}

/// Adds its number to the name of every task that has a namesake.
fn tell_apart(sides: &mut [Side]) {
    let names: Vec<String> = sides.iter().map(|side| side.name.clone()).collect();
    let tasks = sides.iter_mut().filter(|side| side.task.is_some());
    for (number, side) in tasks.enumerate() {
        if names.iter().filter(|name| **name == side.name).count() > 1 {
            side.name = format!("{} ({})", side.name, number + 1);
            side.adverb = format!("in {}", side.name);
        }
    }
}

/// Writes the steps, each with its place.
pub(super) fn write(out: &mut Gutter, sides: &[Side]) {
    let lines = || sides.iter().flat_map(|side| &side.lines);
    // A sentence that a rule wrote may be long; the places of the others need not stand behind its end.
    let width = lines()
        .map(|line| line.text.chars().count())
        .filter(|width| *width <= 48)
        .max()
        .unwrap_or(0);
    for side in sides {
        out.heading(&side.heading);
        for line in &side.lines {
            out.under(&format!(
                "{:>2}  {:width$}  {}",
                line.step, line.text, line.place
            ));
        }
    }
}

fn task_side(task: u32, number: usize, steps: &[&Step]) -> Side {
    let who = steps.first().map_or("", |step| step.who.as_str());
    let (name, heading) = if who.is_empty() {
        (format!("task {number}"), format!("task {number}"))
    } else {
        let who = visible(who);
        (who.to_string(), format!("task {number}: {who}"))
    };
    Side {
        task: Some(task),
        adverb: format!("in {name}"),
        name,
        heading,
        lines: steps.iter().map(|step| line(step)).collect(),
    }
}

fn line(step: &Step) -> Line {
    let place = match position(&step.place) {
        None => String::new(),
        Some(at) if step.place.function.is_empty() || step.place.function == step.who => at,
        Some(at) => format!("{at} in {}", visible(&step.place.function)),
    };
    Line {
        step: step.step,
        text: visible(&steps::text(&step.action)).into_owned(),
        blocks: steps::blocks(&step.action),
        place,
    }
}

impl Side {
    /// The side that is nobody's in this run.
    pub(super) fn nobodys(name: &str, adverb: &str, heading: &str, lines: Vec<Line>) -> Self {
        Self {
            task: None,
            name: name.into(),
            adverb: adverb.into(),
            heading: heading.into(),
            lines,
        }
    }
}
