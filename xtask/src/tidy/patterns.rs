//! Every rule has a pattern in which it fires and one in which it does not: `tests/patterns/RULE/CASE.fence`.
//!
//! Whether the patterns come out as they expect is for the tests to say; this checks that they are there.

use crate::catalogue::Listed;
use crate::problem::Problem;
use crate::tree::{TextFile, Tree};
use fence_engine::Level;

/// Where the patterns are.
pub(crate) const FOLDER: &str = "tests/patterns/";

/// Rules that no pattern can make fire, each with the reason.
const WITHOUT_PATTERN: &[&str] = &[];

/// One pattern of a file, as far as this check reads it.
struct Pattern<'t> {
    id: &'t str,
    line: usize,
    /// What stands behind its `expect` lines.
    expects: Vec<&'t str>,
}

/// Complains of rules without patterns, of patterns without a rule, and of files that are not a pair.
pub(crate) fn check(tree: &Tree, listed: &[Listed<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in listed {
        let folder = format!("{FOLDER}{}/", rule.name);
        let mut shown = false;
        for file in tree
            .below(&folder)
            .filter(|file| file.has_extension("fence"))
        {
            problems.extend(pair_problems(file, rule));
            shown |= !is_note(file) || rule.level == Level::Note;
        }
        if !shown && !WITHOUT_PATTERN.contains(&rule.name) {
            let kind = if rule.level == Level::Note {
                "a `CASE-note.fence`"
            } else {
                "a `CASE.fence`"
            };
            let message = format!("no pattern shows `{}`: it needs {kind}", rule.name);
            problems.push(Problem::new(&folder, 1, message));
        }
    }
    for file in tree
        .below(FOLDER)
        .filter(|file| file.has_extension("fence"))
    {
        let rule = file.path[FOLDER.len()..]
            .split('/')
            .next()
            .unwrap_or_default();
        if !listed.iter().any(|listed| listed.name == rule) {
            problems.push(Problem::new(
                &file.path,
                1,
                format!("no rule is called `{rule}`"),
            ));
        }
    }
    problems
}

fn is_note(file: &TextFile) -> bool {
    file.stem().ends_with("-note")
}

/// What a file lacks to be a pair for `rule`.
fn pair_problems(file: &TextFile, rule: &Listed<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |line, message| problems.push(Problem::new(&file.path, line, message));
    let patterns = patterns(&file.text);
    let find = |id: &str| patterns.iter().find(|pattern| pattern.id == id);
    let case = file.stem().strip_suffix("-note").unwrap_or(file.stem());
    let (fires, header) = if is_note(file) {
        (file.stem().to_owned(), format!("# note: {}", rule.name))
    } else {
        (format!("{case}-bad"), String::new())
    };
    match find(&fires) {
        None => say(1, format!("there is no `pattern {fires}`")),
        Some(_) if is_note(file) => {
            if !file.text.lines().any(|line| line.trim_end() == header) {
                say(1, format!("the header does not say `{header}`"));
            }
        }
        Some(bad) => {
            if !bad
                .expects
                .iter()
                .any(|expect| *expect == rule.name || *expect == rule.id)
            {
                say(
                    bad.line,
                    format!("`{fires}` does not expect `{}`", rule.name),
                );
            }
        }
    }
    let fixed = format!("{case}-fixed");
    match find(&fixed) {
        None => say(1, format!("there is no `pattern {fixed}`")),
        Some(pattern) if pattern.expects != ["clean"] => {
            say(pattern.line, format!("`{fixed}` is not `expect clean`"));
        }
        Some(_) => {}
    }
    problems
}

fn patterns(text: &str) -> Vec<Pattern<'_>> {
    let mut patterns: Vec<Pattern<'_>> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let statement = line.split('#').next().unwrap_or_default();
        let mut words = statement.split_whitespace();
        match (words.next(), words.next(), patterns.last_mut()) {
            (Some("pattern"), Some(id), _) => patterns.push(Pattern {
                id,
                line: at + 1,
                expects: Vec::new(),
            }),
            (Some("expect"), Some(rule), Some(pattern)) => pattern.expects.push(rule),
            _ => {}
        }
    }
    patterns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::lines;

    const PAIR: &str =
        "# Why.\npattern x-bad\nexpect a-b # here\nthread t\npattern x-fixed\nexpect clean\n";
    const NOTE: &str = "# note: a-b\npattern x-note\nexpect clean\npattern x-fixed\nexpect clean\n";

    fn found(level: Level, files: &[(&str, &str)]) -> Vec<String> {
        let rule = Listed {
            id: "LD001",
            name: "a-b",
            level,
        };
        lines(&check(&Tree::of(files), &[rule]))
    }

    #[test]
    fn a_pair_for_each_rule_has_no_problem() {
        assert_eq!(
            found(Level::Error, &[("tests/patterns/a-b/x.fence", PAIR)]),
            [""; 0]
        );
        let by_id = PAIR.replace("a-b", "LD001");
        assert_eq!(
            found(Level::Error, &[("tests/patterns/a-b/x.fence", &by_id)]),
            [""; 0]
        );
        assert_eq!(
            found(Level::Note, &[("tests/patterns/a-b/x-note.fence", NOTE)]),
            [""; 0]
        );
    }

    #[test]
    fn a_rule_without_a_pattern_is_found() {
        assert_eq!(
            found(Level::Error, &[]),
            ["tests/patterns/a-b/:1: no pattern shows `a-b`: it needs a `CASE.fence`"]
        );
        assert_eq!(
            found(Level::Error, &[("tests/patterns/a-b/x-note.fence", NOTE)]),
            ["tests/patterns/a-b/:1: no pattern shows `a-b`: it needs a `CASE.fence`"]
        );
    }

    #[test]
    fn a_file_that_is_no_pair_is_found() {
        let only_bad = "pattern x-bad\nexpect a-b\n";
        assert_eq!(
            found(Level::Error, &[("tests/patterns/a-b/x.fence", only_bad)]),
            ["tests/patterns/a-b/x.fence:1: there is no `pattern x-fixed`"]
        );
        let other = PAIR.replace("a-b", "c");
        assert_eq!(
            found(Level::Error, &[("tests/patterns/a-b/x.fence", &other)]),
            ["tests/patterns/a-b/x.fence:2: `x-bad` does not expect `a-b`"]
        );
        let dirty = PAIR.replace("clean", "a-b");
        assert_eq!(
            found(Level::Error, &[("tests/patterns/a-b/x.fence", &dirty)]),
            ["tests/patterns/a-b/x.fence:5: `x-fixed` is not `expect clean`"]
        );
        let silent = NOTE.replace("# note: a-b", "");
        assert_eq!(
            found(Level::Note, &[("tests/patterns/a-b/x-note.fence", &silent)]),
            ["tests/patterns/a-b/x-note.fence:1: the header does not say `# note: a-b`"]
        );
    }

    #[test]
    fn a_folder_of_no_rule_is_found() {
        let files = [
            ("tests/patterns/a-b/x.fence", PAIR),
            ("tests/patterns/c/x.fence", PAIR),
            ("tests/patterns/README.md", ""),
        ];
        assert_eq!(
            found(Level::Error, &files),
            ["tests/patterns/c/x.fence:1: no rule is called `c`"]
        );
    }
}
