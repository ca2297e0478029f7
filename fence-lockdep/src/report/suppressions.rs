//! Findings that somebody has looked at and lets be: the file that lists them, and which of its lines are of use.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use fence_engine::{Finding, Place, Rule, rules};

use crate::options::nearest;

/// Findings that somebody has looked at and lets be, each with a reason.
///
/// As with the sanitizers there is one in a line, `rule:pattern`, with the reason behind a `#`; a line that begins with `#`
/// says nothing. The rule goes by name or id. The pattern is for the whole of any of these: a file of the finding or of one
/// of its steps, `file:line`, `file:line:column`, the function, the name of a class. `*` stands for any characters, `/` also
/// for `\`.
///
/// ```text
/// # fence.supp
/// lock-order-cycle:ring                   # the ring is the same in both, see issue 12
/// sleep-in-atomic:vendor/*                # not ours
/// LD002:src/reset.rs:120:*                # runs before the first submit
/// ```
///
/// A line without a reason, or with a rule that does not exist, suppresses nothing and is complained of; so is one that
/// nothing needed.
///
/// ```
/// use fence_lockdep::{Session, Suppressions, sync::Mutex};
/// let (known, problems) = Suppressions::parse("recursive-lock: * # shown in an example\nrecursive-lock:*");
/// assert_eq!(problems[0].to_string(), "2: a suppression needs a reason: `# …` behind it");
/// let session = Session::new();
/// session.run(|| {
///     let ring = Mutex::new(());
///     let _held = ring.lock();
///     let _ = ring.try_lock_for(std::time::Duration::ZERO);
/// });
/// assert!(known.covers(&session.findings()[0]));
/// assert_eq!(known.unused().count(), 0);
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Suppressions {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    rule: &'static Rule,
    pattern: String,
    used: AtomicBool,
}

/// A line of a file of suppressions that is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionProblem {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub kind: SuppressionProblemKind,
}

/// Why a suppression is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SuppressionProblemKind {
    /// There is no colon between a rule and a pattern, or nothing on one side of it.
    NoPattern,
    /// There is no such rule.
    UnknownRule {
        /// What it is called.
        name: String,
        /// The name that may have been meant.
        nearest: Option<&'static str>,
    },
    /// It has no reason.
    NoReason,
    /// There was no such finding.
    Unused {
        /// The rule.
        rule: &'static str,
        /// The pattern.
        pattern: String,
    },
}

impl Suppressions {
    /// The suppressions of a file with this text, and its lines that are none.
    pub fn parse(text: &str) -> (Self, Vec<SuppressionProblem>) {
        let (mut entries, mut problems) = (Vec::new(), Vec::new());
        for (text, line) in text.lines().zip(1..) {
            match Entry::parse(text, line) {
                Ok(entry) => entries.extend(entry),
                Err(kind) => problems.push(SuppressionProblem { line, kind }),
            }
        }
        (Self { entries }, problems)
    }

    /// Whether the finding is to be let be. The lines that say so are of use from now on.
    pub fn covers(&self, finding: &Finding) -> bool {
        let mut covered = false;
        for entry in &self.entries {
            if entry.rule == finding.rule
                && names(finding).any(|name| matches(&entry.pattern, &name))
            {
                entry.used.store(true, Ordering::Relaxed);
                covered = true;
            }
        }
        covered
    }

    /// The lines that were of no use so far.
    pub fn unused(&self) -> impl Iterator<Item = SuppressionProblem> {
        let unused = self
            .entries
            .iter()
            .filter(|entry| !entry.used.load(Ordering::Relaxed));
        unused.map(|entry| SuppressionProblem {
            line: entry.line,
            kind: SuppressionProblemKind::Unused {
                rule: entry.rule.name,
                pattern: entry.pattern.clone(),
            },
        })
    }
}

impl Entry {
    /// The suppression of a line, unless it has none.
    fn parse(text: &str, line: usize) -> Result<Option<Self>, SuppressionProblemKind> {
        let (suppression, reason) = text.split_once('#').unwrap_or((text, ""));
        let (suppression, reason) = (suppression.trim(), reason.trim());
        if suppression.is_empty() {
            return Ok(None);
        }
        let (rule, pattern) = suppression.split_once(':').unwrap_or((suppression, ""));
        let (rule, pattern) = (rule.trim(), pattern.trim());
        if rule.is_empty() || pattern.is_empty() {
            return Err(SuppressionProblemKind::NoPattern);
        }
        let Some(rule) = rules::find(rule) else {
            let known = rules::ALL.iter().flat_map(|rule| [rule.id, rule.name]);
            return Err(SuppressionProblemKind::UnknownRule {
                name: rule.to_owned(),
                nearest: nearest(rule, known),
            });
        };
        if reason.is_empty() {
            return Err(SuppressionProblemKind::NoReason);
        }
        Ok(Some(Self {
            line,
            rule,
            pattern: pattern.to_owned(),
            used: AtomicBool::new(false),
        }))
    }
}

/// All that a pattern may be for.
fn names(finding: &Finding) -> impl Iterator<Item = String> {
    let steps = finding.steps.iter().map(|step| &step.place);
    let places = [&finding.place].into_iter().chain(steps).flat_map(of_place);
    let arguments = finding.arguments.iter().map(|(_, value)| value.clone());
    places.chain(finding.cycle.iter().cloned()).chain(arguments)
}

fn of_place(place: &Place) -> [String; 4] {
    let Place {
        file,
        line,
        column,
        function,
    } = place;
    [
        file.clone(),
        format!("{file}:{line}"),
        format!("{file}:{line}:{column}"),
        function.clone(),
    ]
}

/// Whether `pattern` is for the whole of `name`.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    // Where the last star was, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == name[n] || (c == b'/' && name[n] == b'\\') => {
                p += 1;
                n += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (p, n) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

impl fmt::Display for SuppressionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.kind)
    }
}

impl fmt::Display for SuppressionProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPattern => f.write_str("a suppression is `rule:pattern # reason`"),
            Self::UnknownRule { name, nearest } => {
                write!(f, "there is no rule `{name}`")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => f.write_str("; `cargo fence rules` lists them"),
                }
            }
            Self::NoReason => f.write_str("a suppression needs a reason: `# …` behind it"),
            Self::Unused { rule, pattern } => {
                write!(f, "nothing needed the suppression `{rule}:{pattern}`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use fence_engine::{Confidence, Level};

    use super::*;

    /// A cycle between two classes, taken at two places.
    fn finding() -> Finding {
        let place = |line| Place {
            file: "src\\ring.rs".into(),
            line,
            column: 5,
            function: "submit".into(),
        };
        Finding {
            rule: rules::find("lock-order-cycle").expect("a rule"),
            level: Level::Error,
            confidence: Confidence::Observed,
            arguments: vec![("from", "ring".into()), ("to", "door bell".into())],
            place: place(12),
            task: "main".into(),
            steps: vec![fence_engine::Step {
                task: 1,
                who: "main".into(),
                step: 1,
                place: place(7),
                action: fence_engine::Action::OpensSection,
            }],
            cycle: vec!["ring".into(), "door bell".into()],
            notes: Vec::new(),
            fingerprint: 1,
            complaint: None,
        }
    }

    fn covers(line: &str) -> bool {
        let (suppressions, problems) = Suppressions::parse(&format!("{line} # a reason"));
        assert_eq!(problems, [], "{line}");
        suppressions.covers(&finding())
    }

    #[test]
    fn a_pattern_is_for_the_whole_of_a_place_a_function_or_a_class() {
        for pattern in [
            "src/ring.rs",
            "src/ring.rs:12",
            "src/ring.rs:7",
            "src/ring.rs:12:5",
            "src/*:12:*",
            "*ring.rs",
            "submit",
            "ring",
            "door bell",
            "door*",
            "*",
            "**",
        ] {
            assert!(covers(&format!("lock-order-cycle:{pattern}")), "{pattern}");
            assert!(covers(&format!(" LD002 : {pattern} ")), "{pattern}");
        }
        for pattern in [
            "ring.rs",
            "src/ring",
            "src/ring.rs:1",
            "src/ring.rs:13",
            "rin",
            "bell",
            "main",
            "r*g*x",
            "Ring",
        ] {
            assert!(!covers(&format!("lock-order-cycle:{pattern}")), "{pattern}");
        }
    }

    #[test]
    fn it_is_for_one_rule_only() {
        assert!(!covers("recursive-lock:*"));
    }

    #[test]
    fn a_line_that_is_no_suppression_is_said_with_its_number() {
        let text = "# a comment\n\nring # why\nlock-order-cycle: # why\n:ring # why\nlock-order-cylce:ring # why\nxyzzy:ring # why\nlock-order-cycle:ring\nlock-order-cycle:ring #\n";
        let (suppressions, problems) = Suppressions::parse(text);
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let form = "a suppression is `rule:pattern # reason`";
        let reason = "a suppression needs a reason: `# …` behind it";
        assert_eq!(
            said,
            [
                &format!("3: {form}"),
                &format!("4: {form}"),
                &format!("5: {form}"),
                "6: there is no rule `lock-order-cylce`; did you mean `lock-order-cycle`?",
                "7: there is no rule `xyzzy`; `cargo fence rules` lists them",
                &format!("8: {reason}"),
                &format!("9: {reason}"),
            ]
        );
        assert!(!suppressions.covers(&finding()), "none of them counts");
    }

    #[test]
    fn every_line_that_covers_a_finding_is_of_use_and_the_others_are_named() {
        let text =
            "lock-order-cycle:ring # a\nlock-order-cycle:* # b\nlock-order-cycle:other # c\n";
        let (suppressions, _) = Suppressions::parse(text);
        assert_eq!(suppressions.unused().count(), 3);
        assert!(suppressions.covers(&finding()));
        let unused: Vec<String> = suppressions
            .unused()
            .map(|unused| unused.to_string())
            .collect();
        assert_eq!(
            unused,
            ["3: nothing needed the suppression `lock-order-cycle:other`"]
        );
    }

    #[test]
    fn many_stars_take_no_more_than_the_product_of_the_lengths() {
        let pattern = "*a".repeat(200);
        assert!(!matches(&pattern, &"a".repeat(199)));
        assert!(matches(&pattern, &"a".repeat(4_000)));
    }
}
