//! The scenarios: "Possible unsafe locking scenario" in one or two columns of CPUs, and what goes before and after them.

use super::console::Console;

/// Blanks before the second CPU's column.
const SECOND: &str = "                               ";

/// One line of a scenario.
pub(super) enum Cell {
    /// On the first CPU.
    First(String),
    /// On the second.
    Second(String),
    /// An interrupt on the first, and the lock it takes.
    Interrupt(String),
}

/// `Chain exists of:`, where the lock in the middle is neither end.
pub(super) fn chain_exists(out: &mut Console<'_>, first: &str, middle: &str, last: &str) {
    out.line("Chain exists of:");
    out.line(&format!("  {first} --> {middle} --> {last}"));
    out.blank();
}

/// The title, the columns' heads and the cells, up to `*** DEADLOCK ***`.
pub(super) fn scenario(out: &mut Console<'_>, title: &str, cells: &[Cell]) {
    let two = cells.iter().any(|cell| matches!(cell, Cell::Second(_)));
    out.line(&format!(" {title}:"));
    out.blank();
    for head in ["CPU0", "----"] {
        let second = if two {
            head.replace('0', "1")
        } else {
            String::new()
        };
        out.line(&format!("       {head}                    {second}"));
    }
    for cell in cells {
        match cell {
            Cell::First(text) => out.line(&format!("  {text};")),
            Cell::Second(text) => out.line(&format!("{SECOND}{text};")),
            Cell::Interrupt(lock) => {
                out.line("  <Interrupt>");
                out.line(&format!("    lock({lock});"));
            }
        }
    }
    out.blank();
    out.line(" *** DEADLOCK ***");
    out.blank();
}

/// `print_irq_lock_scenario()`: an interrupt on one CPU wants the safe lock while the other goes from it to the unsafe one.
pub(super) fn irq_scenario(out: &mut Console<'_>, safe: &str, unsafe_lock: &str, middle: &str) {
    if middle != unsafe_lock {
        chain_exists(out, safe, middle, unsafe_lock);
    }
    scenario(
        out,
        "Possible interrupt unsafe locking scenario",
        &[
            Cell::First(format!("lock({unsafe_lock})")),
            Cell::Second("local_irq_disable()".into()),
            Cell::Second(format!("lock({safe})")),
            Cell::Second(format!("lock({middle})")),
            Cell::Interrupt(safe.into()),
        ],
    );
}
