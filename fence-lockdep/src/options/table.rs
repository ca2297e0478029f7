//! The options there are: what each is called, what it takes, and what it changes.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Color, On, Options};

/// One option.
pub(super) struct Known {
    pub(super) key: &'static str,
    /// What its value may be.
    pub(super) takes: &'static str,
    help: &'static str,
    /// Takes the value over; whether it is one.
    pub(super) set: fn(&mut Options, &str) -> bool,
}

/// All of them.
pub(super) const KNOWN: &[Known] = &[
    Known {
        key: "on",
        takes: "report, panic, abort or off",
        help: "what a finding does besides being told (report)",
        set: |options, value| {
            put(
                &mut options.on,
                match value {
                    "report" => Some(On::Report),
                    "panic" => Some(On::Panic),
                    "abort" => Some(On::Abort),
                    "off" => Some(On::Off),
                    _ => None,
                },
            )
        },
    },
    Known {
        key: "max_reports",
        takes: "a number",
        help: "how many findings are told; those beyond are counted only (all)",
        set: |options, value| put(&mut options.max_reports, value.parse().ok()),
    },
    Known {
        key: "log_path",
        takes: "a file name",
        help: "where findings are added to, as JSON if it ends in .jsonl (stderr)",
        set: |options, value| put(&mut options.log_path, Some(path(value))),
    },
    Known {
        key: "graph_path",
        takes: "a file name",
        help: "where the class graph is written to at the end (none)",
        set: |options, value| put(&mut options.graph_path, Some(path(value))),
    },
    Known {
        key: "suppressions",
        takes: "a file name",
        help: "findings to be let be (none)",
        set: |options, value| put(&mut options.suppressions, Some(path(value))),
    },
    Known {
        key: "exitcode",
        takes: "a number from 0 to 255",
        help: "how the process ends if an error or a warning was found (66)",
        set: |options, value| put(&mut options.exit_code, value.parse().ok()),
    },
    Known {
        key: "color",
        takes: "auto, always or never",
        help: "colours on stderr (auto)",
        set: |options, value| {
            put(
                &mut options.color,
                match value {
                    "auto" => Some(Color::Auto),
                    "always" => Some(Color::Always),
                    "never" => Some(Color::Never),
                    _ => None,
                },
            )
        },
    },
    Known {
        key: "help",
        takes: "0 or 1",
        help: "prints this list (0)",
        set: |options, value| {
            put(
                &mut options.help,
                match value {
                    "0" => Some(false),
                    "1" => Some(true),
                    _ => None,
                },
            )
        },
    },
];

fn put<T>(field: &mut T, value: Option<T>) -> bool {
    let understood = value.is_some();
    if let Some(value) = value {
        *field = value;
    }
    understood
}

/// No name is no file.
fn path(value: &str) -> Option<PathBuf> {
    (!value.is_empty()).then(|| value.into())
}

/// Their names in a line.
pub(super) fn list() -> String {
    let keys: Vec<&str> = KNOWN.iter().map(|known| known.key).collect();
    format!("the options are {}", keys.join(", "))
}

/// What `help=1` prints.
pub(super) fn help() -> String {
    let mut text = format!("{}: key=value, with colons between\n", super::VARIABLE);
    for Known {
        key, takes, help, ..
    } in KNOWN
    {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {key:13} {takes}: {help}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_of_the_module_has_every_option() {
        let page = include_str!("../options.rs");
        for known in KNOWN {
            assert!(
                page.contains(&format!("//! | `{}` |", known.key)),
                "{}",
                known.key
            );
        }
    }

    #[test]
    fn the_help_says_what_each_option_is_without_it() {
        let defaults = Options::default();
        let default = |key| {
            let known = KNOWN.iter().find(|known| known.key == key)?;
            let (_, default) = known.help.trim_end_matches(')').rsplit_once('(')?;
            Some(default)
        };
        // Setting an option to what the help says it is anyway changes nothing.
        for key in ["on", "exitcode", "color", "help"] {
            let mut options = Options::default();
            let value = default(key).expect("a default in brackets");
            assert_eq!(options.read(&format!("{key}={value}")), []);
            assert_eq!(options, defaults, "{key}");
        }
    }
}
