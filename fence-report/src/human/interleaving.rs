//! An interleaving that hangs: the steps in their global order, one column a side, as the kernel's CPU0/CPU1 table.

use fence_engine::Finding;

use super::gutter::Gutter;
use super::is_gated;
use super::sides::{Line, Side};

/// More sides than this are a list: the columns would not fit a terminal.
const COLUMNS: usize = 4;

/// Writes the table, if the finding has one: several sides, at least one of which comes to a halt.
pub(super) fn write(out: &mut Gutter, finding: &Finding, sides: &[Side]) {
    let mut rows: Vec<(usize, &Line)> = sides
        .iter()
        .enumerate()
        .flat_map(|(at, side)| side.lines.iter().map(move |line| (at, line)))
        .collect();
    rows.sort_by_key(|(_, line)| line.step);
    if sides.len() < 2 || !rows.iter().any(|(_, line)| line.blocks) {
        return;
    }
    let title = if is_gated(finding) {
        "the interleaving that the gate rules out"
    } else {
        "an interleaving that hangs"
    };
    out.heading(title);
    if sides.len() > COLUMNS {
        for (at, line) in rows {
            let name = sides.get(at).map_or("", |side| side.name.as_str());
            out.under(&format!("{:>2}  {name}: {}", line.step, line.text));
        }
        return;
    }
    let widths: Vec<usize> = sides.iter().map(width).collect();
    out.under(&row("", &widths, |at| {
        sides.get(at).map(|side| side.name.clone())
    }));
    out.under(&row("", &widths, |at| {
        sides
            .get(at)
            .map(|side| "-".repeat(side.name.chars().count()))
    }));
    for (side, line) in rows {
        let number = line.step.to_string();
        out.under(&row(&number, &widths, |at| {
            (at == side).then(|| line.text.clone())
        }));
    }
}

/// The widest cell of a side's column.
fn width(side: &Side) -> usize {
    let texts = side.lines.iter().map(|line| line.text.as_str());
    texts
        .chain([side.name.as_str()])
        .map(|text| text.chars().count())
        .max()
        .unwrap_or(0)
}

fn row(number: &str, widths: &[usize], cell: impl Fn(usize) -> Option<String>) -> String {
    let cells = widths.iter().enumerate();
    let cells = cells.map(|(at, width)| format!("  {:width$}", cell(at).unwrap_or_default()));
    format!("{number:>2}{}", cells.collect::<String>())
}
