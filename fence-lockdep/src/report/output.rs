//! Where what is said goes, and in which words: stderr, or the log.
//!
//! What is written at once stands together, also where several threads or processes write. Stderr is written to past the
//! capture of the test harness, which would swallow what a passing test has to say.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use fence_engine::Finding;

use super::suppressions::SuppressionProblem;
use super::{Counts, FOUND};
use crate::options::{Color, Options};

/// Tells of findings.
pub(super) fn findings(told: &[&Finding]) {
    if told.is_empty() {
        return;
    }
    match log() {
        Some(Log::Lines(path)) => append(
            path,
            &told.iter().copied().map(json::finding).collect::<String>(),
        ),
        Some(Log::Text(path)) => append(path, &text(told, false)),
        None => stderr(&text(told, is_colored())),
    }
}

/// The message of a panic.
pub(super) fn message(serious: &[&Finding], in_full: bool) -> String {
    if in_full {
        return format!("the checker found this:\n{}", text(serious, false));
    }
    let lines: String = serious.iter().copied().map(short).collect();
    format!("the checker found this, more about it is in the log:\n{lines}")
}

/// Findings as text for a person.
pub(crate) fn render(findings: &[Finding]) -> String {
    text(&findings.iter().collect::<Vec<_>>(), false)
}

/// Tells which lines of a file of suppressions are of no use.
pub(super) fn suppression_problems(
    file: &Path,
    problems: impl IntoIterator<Item = SuppressionProblem>,
) {
    for problem in problems {
        match log() {
            Some(Log::Lines(log)) => append(log, &json::problem(file, &problem)),
            Some(Log::Text(log)) => append(log, &format!("{}:{problem}\n", file.display())),
            None => stderr(&format!("fence: {}:{problem}\n", file.display())),
        }
    }
}

/// Tells how much was found.
pub(super) fn summary() {
    match log() {
        Some(Log::Lines(path)) => append(path, &json::summary(FOUND.levels())),
        Some(Log::Text(path)) => append(path, &FOUND.in_words()),
        None => stderr(&FOUND.in_words()),
    }
}

/// Says what is wrong with what the options ask for.
pub(super) fn complaint(text: &str) {
    stderr(&format!("fence: {text}\n"));
}

/// Writes a file so that its name stands for the old or the new one at any time.
pub(super) fn write(path: &Path, bytes: &[u8]) {
    let path = named(path);
    // A pipe or a device has no name to be replaced.
    let is_other = std::fs::metadata(&path).is_ok_and(|there| !there.is_file());
    let written = if is_other {
        std::fs::write(&path, bytes)
    } else {
        let mut beside = path.clone().into_os_string();
        beside.push(format!(".{}.tmp", std::process::id()));
        std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &path))
    };
    if let Err(error) = written {
        complaint(&format!("{}: {error}", path.display()));
    }
}

/// The log, and how it is written.
enum Log {
    Lines(&'static Path),
    Text(&'static Path),
}

fn log() -> Option<Log> {
    let path = Options::of_process().log_path.as_deref()?;
    let is_lines = path.extension().is_some_and(|end| end == "jsonl");
    Some(if is_lines && cfg!(feature = "report") {
        Log::Lines(path)
    } else {
        Log::Text(path)
    })
}

/// Opened anew each time: a forked process has a log of its own.
fn append(path: &Path, text: &str) {
    if text.is_empty() {
        return;
    }
    let path = named(path);
    let file = OpenOptions::new().append(true).create(true).open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(text.as_bytes())) {
        complaint(&format!("{}: {error}", path.display()));
        stderr(text);
    }
}

fn stderr(text: &str) {
    // If it is closed there is nobody to be told.
    let _ = io::stderr().write_all(text.as_bytes());
}

fn is_colored() -> bool {
    match Options::of_process().color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|is| is == value);
            let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            io::stderr().is_terminal() && !plain && !is("TERM", "dumb")
        }
    }
}

/// The file that is meant: `%p` is the process, `%t` a moment of its life.
fn named(path: &Path) -> PathBuf {
    static MOMENT: OnceLock<u128> = OnceLock::new();
    let Some(text) = path.to_str() else {
        return path.into();
    };
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        name.push_str(before);
        // Writing to a string cannot fail.
        let known = match after.chars().next() {
            Some('p') => write!(name, "{}", std::process::id()).is_ok(),
            Some('t') => {
                let now = || {
                    SystemTime::now()
                        .duration_since(UNIX_EPOCH)
                        .unwrap_or_default()
                };
                write!(name, "{}", MOMENT.get_or_init(|| now().as_micros())).is_ok()
            }
            Some('%') => {
                name.push('%');
                true
            }
            _ => {
                name.push('%');
                false
            }
        };
        rest = &after[usize::from(known)..];
    }
    name.push_str(rest);
    name.into()
}

impl Counts {
    /// `fence: 3 findings: 2 errors, 1 note`; nothing if there are none.
    fn in_words(&self) -> String {
        let levels = self.levels();
        let all: u64 = levels.iter().sum();
        if all == 0 {
            return String::new();
        }
        let [errors, warnings, notes] = levels;
        let suppressed = self.suppressed.load(Ordering::Relaxed);
        let untold = self
            .told
            .load(Ordering::Relaxed)
            .saturating_sub(Options::of_process().max_reports);
        let parts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        let mut words: Vec<String> = parts.map(|(number, what)| several(number, what)).collect();
        if untold > 0 {
            words.push(format!("{untold} not shown"));
        }
        if suppressed > 0 {
            words.push(format!("{suppressed} more suppressed"));
        }
        format!("fence: {}: {}\n", several(all, "finding"), words.join(", "))
    }
}

fn several(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(feature = "report")]
fn text(findings: &[&Finding], color: bool) -> String {
    let options = fence_report::Options {
        color,
        sources: None,
    };
    let render = |finding: &&Finding| fence_report::human::render(finding, &options) + "\n";
    findings.iter().map(render).collect()
}

#[cfg(feature = "report")]
fn short(finding: &Finding) -> String {
    fence_report::short::render(finding, &fence_report::Options::default())
}

#[cfg(not(feature = "report"))]
fn text(findings: &[&Finding], _color: bool) -> String {
    findings.iter().copied().map(short).collect()
}

#[cfg(not(feature = "report"))]
fn short(finding: &Finding) -> String {
    let place = &finding.place;
    let (file, line, column) = (&place.file, place.line, place.column);
    let (level, rule) = (finding.level, finding.rule);
    format!(
        "{file}:{line}:{column}: {level}[{}] {}: {}\n",
        rule.id,
        rule.name,
        finding.message()
    )
}

/// Lines of JSON.
#[cfg(feature = "report")]
mod json {
    use super::{Path, SuppressionProblem};
    use fence_report::json::{self, v1};

    pub(super) use fence_report::json::finding;

    pub(super) fn problem(file: &Path, problem: &SuppressionProblem) -> String {
        let line = u32::try_from(problem.line).unwrap_or(u32::MAX);
        let file = file.display().to_string();
        json::problem(&file, line, 0, &problem.kind.to_string())
    }

    pub(super) fn summary([errors, warnings, notes]: [u64; 3]) -> String {
        json::line(&v1::Summary {
            errors,
            warnings,
            notes,
            counts: v1::Counts::default(),
        })
    }
}

/// Without `fence-report` there is no JSON, and nothing comes here.
#[cfg(not(feature = "report"))]
mod json {
    use super::{Finding, Path, SuppressionProblem};

    pub(super) const fn finding(_: &Finding) -> String {
        String::new()
    }

    pub(super) const fn problem(_: &Path, _: &SuppressionProblem) -> String {
        String::new()
    }

    pub(super) const fn summary(_: [u64; 3]) -> String {
        String::new()
    }
}
