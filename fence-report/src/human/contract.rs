//! The side of a cycle that is nobody's in this run: the built-in contract, and orders that somebody declared.
//!
//! The contract is a long order, and a cycle often runs down a good part of it; consecutive steps are told as one.

use fence_engine::{Action, Step};

use super::sides::{Line, Side};
use crate::escape::visible;
use crate::place::position;
use crate::steps;

/// Consecutive steps down one order.
struct Descent<'f> {
    step: u32,
    from: &'f str,
    through: Vec<&'f str>,
    to: &'f str,
    place: String,
}

/// All of the contract's steps.
pub(super) fn side(steps: &[&Step]) -> Side {
    let mut descents: Vec<Descent<'_>> = Vec::new();
    for step in steps {
        let Action::Contract { from, to } = &step.action else {
            continue;
        };
        let place = position(&step.place).unwrap_or_default();
        match descents.last_mut() {
            Some(last) if last.to == from && last.place == place => {
                last.through.push(last.to);
                last.to = to;
            }
            _ => descents.push(Descent {
                step: step.step,
                from,
                through: Vec::new(),
                to,
                place,
            }),
        }
    }
    // The built-in contract has no place; an order that somebody declared has one.
    let built_in = descents.iter().all(|descent| descent.place.is_empty());
    let lines = descents.into_iter().map(Descent::line).collect();
    if built_in {
        Side::nobodys(
            "the kernel",
            "by the kernel's contract",
            "the kernel, by its contract",
            lines,
        )
    } else {
        Side::nobodys(
            "anybody",
            "by a declared order",
            "anybody, by a declared order",
            lines,
        )
    }
}

impl Descent<'_> {
    fn line(self) -> Line {
        let action = Action::Contract {
            from: self.from.into(),
            to: self.to.into(),
        };
        let through = self
            .through
            .iter()
            .map(|class| format!("`{}`", visible(class)));
        let through = through.collect::<Vec<_>>().join(", ");
        let place = match (through.is_empty(), self.place.is_empty()) {
            (true, _) => self.place,
            (false, true) => format!("through {through}"),
            (false, false) => format!("{}, through {through}", self.place),
        };
        Line {
            step: self.step,
            text: visible(&steps::text(&action)).into_owned(),
            blocks: true,
            place,
        }
    }
}
