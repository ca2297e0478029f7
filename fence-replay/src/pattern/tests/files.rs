//! Files as a whole: which patterns there are, what a bad line spoils, limits, and bytes that are no text.

use super::super::{
    MAX_PATTERNS, MAX_PROBLEMS, MAX_STATEMENTS, Pos, Problem, ProblemKind, parse, parse_bytes,
};
use super::{name, problems, usable};

#[test]
fn a_file_may_hold_several_patterns() {
    let file =
        parse("# all about a\npattern a\nthread t\nfault\n\npattern b\npattern c\nexpect clean\n");
    assert!(file.all_problems().is_empty());
    let patterns: Vec<_> = file
        .patterns
        .iter()
        .map(|pattern| (pattern.id.clone(), pattern.line))
        .collect();
    assert_eq!(
        patterns,
        [
            (Some(name("a")), 2),
            (Some(name("b")), 6),
            (Some(name("c")), 7)
        ]
    );
}

#[test]
fn a_file_without_a_pattern_line_is_one_pattern_for_the_caller_to_name() {
    let pattern = usable("# no id\n\ntitle t\nthread a\n  fault\n");
    assert_eq!(pattern.id, None);
    assert_eq!(pattern.line, 3);
}

#[test]
fn a_file_without_a_statement_has_no_pattern() {
    for source in ["", "\n", "# only\n#comments\n", "\u{feff}"] {
        let file = parse(source);
        assert_eq!(
            (file.patterns.len(), file.problems.len()),
            (0, 0),
            "{source:?}"
        );
    }
}

#[test]
fn statements_before_the_first_pattern_line_are_one_problem_of_the_file() {
    let file = parse("Copyright (c)\nlicence x\nthread t\npattern a\nthread t\nfault\n");
    assert_eq!(file.patterns.len(), 1);
    assert!(file.patterns[0].is_usable());
    assert_eq!(file.problems.len(), 1);
    assert_eq!(
        file.problems[0].to_string(),
        "1:1: expected \"pattern ID\" before the first statement, found \"Copyright\""
    );
}

#[test]
fn an_unreadable_line_before_the_first_pattern_line_is_a_problem_of_the_file() {
    let file = parse_bytes(b"\xff\npattern a\n");
    assert_eq!(file.problems.len(), 1);
    assert!(file.patterns[0].is_usable());
}

#[test]
fn a_bad_line_spoils_its_pattern_and_no_other() {
    let good = "thread t\n  lock a mutex\n  unlock a\n";
    let bads: [&[u8]; 9] = [
        b"lokc a mutex",
        b"lock a",
        b"thread",
        b"order a > b",
        b"\xff\xfe",
        b"done w",
        b"callback F",
        b"lock a spin",
        &[b'x'; 5000],
    ];
    for bad in bads {
        let source = [
            format!("pattern a\n{good}pattern b\n{good}").as_bytes(),
            bad,
            format!("\npattern c\n{good}").as_bytes(),
        ]
        .concat();
        let file = parse_bytes(&source);
        let usable: Vec<bool> = file
            .patterns
            .iter()
            .map(super::super::Pattern::is_usable)
            .collect();
        assert_eq!(usable, [true, false, true], "{}", bad.escape_ascii());
        assert_eq!(file.problems, []);
        assert_eq!(file.patterns[1].problems.len(), 1);
        assert_eq!(file.patterns[1].problems[0].pos.line, 9);
        assert_eq!(file.patterns[0].threads[0].ops.len(), 2);
        assert_eq!(file.patterns[2].threads[0].ops.len(), 2);
    }
}

#[test]
fn the_good_lines_of_a_spoiled_pattern_are_kept() {
    let file = parse("pattern a\nthread t\nfault\nfolt\nsleep\n");
    assert_eq!(file.patterns[0].threads[0].ops.len(), 2);
}

#[test]
fn a_bad_pattern_line_opens_a_pattern_all_the_same() {
    for line in [
        &b"pattern"[..],
        b"pattern a:b",
        b"pattern a b",
        b"pattern \xff",
        b"pattern x",
    ] {
        let source = [b"pattern x\nthread t\n", line, b"\nthread t\nfault\n"].concat();
        let file = parse_bytes(&source);
        assert_eq!(file.patterns.len(), 2, "{}", line.escape_ascii());
        assert!(file.patterns[0].is_usable());
        assert_eq!(file.patterns[1].problems.len(), 1);
        assert_eq!(file.patterns[1].threads[0].ops.len(), 1);
    }
}

#[test]
fn bytes_that_are_no_text_are_kept_in_the_problem() {
    let file = parse_bytes(b"pattern a\nthread t\n  lock g\xf6\xdfe mutex\n");
    let kind = ProblemKind::NotUtf8 {
        bytes: [0xf6].into(),
    };
    assert_eq!(
        file.patterns[0].problems,
        [Problem {
            pos: Pos { line: 3, column: 9 },
            kind
        }]
    );
}

#[test]
fn comments_may_hold_any_bytes() {
    let file = parse_bytes(b"# gr\xf6\xdfe\npattern a # \xff\nthread t\n");
    assert!(file.all_problems().is_empty());
}

#[test]
fn an_operation_that_has_no_thread_because_of_a_bad_thread_line_is_no_second_problem() {
    assert_eq!(
        problems("pattern p\nthread a:b\nfault\nsleep\n")
            .lines()
            .count(),
        1
    );
    assert_eq!(
        problems("pattern p\nlock a mutex\nunlock a\nfault\nthread t\n")
            .lines()
            .count(),
        1
    );
    assert_eq!(
        problems("pattern p\nthread t\nrun w wp=Q\ndone w\n")
            .lines()
            .count(),
        1
    );
}

#[test]
fn after_many_problems_the_rest_of_the_pattern_is_skipped_and_said_to_be() {
    let source = format!(
        "pattern a\nthread t\n{}pattern b\nthread t\n",
        "nonsense x\n".repeat(MAX_PROBLEMS + 50)
    );
    let file = parse(&source);
    assert_eq!(file.patterns[0].problems.len(), MAX_PROBLEMS + 1);
    let last = file.patterns[0].problems.last().map(ToString::to_string);
    assert_eq!(
        last.as_deref(),
        Some("102:1: expected at most 100 problems in a pattern; the rest is not read")
    );
    assert!(file.patterns[1].is_usable());
}

#[test]
fn reading_stops_with_a_problem_at_the_limit_of_statements() {
    let header = "pattern a\nthread t\n";
    let full = format!("{header}{}", "fault\n".repeat(MAX_STATEMENTS - 2));
    let file = parse(&full);
    assert!(file.all_problems().is_empty());
    assert_eq!(file.patterns[0].threads[0].ops.len(), MAX_STATEMENTS - 2);

    let file = parse(&format!("{full}# no statement\n\nfault\nfault\n"));
    let lines: Vec<String> = file
        .all_problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        ["1048579:1: expected at most 1048576 statements in a file; the rest is not read"]
    );
    assert!(!file.patterns[0].is_usable());

    // A list counts as what it lists.
    for list in ["expect a b c", "order a > b>c"] {
        let short = full.replacen("fault\nfault\n", "", 1);
        let file = parse(&short.replacen("thread t\n", &format!("{list}\nthread t\n"), 1));
        assert_eq!(file.all_problems().len(), 1, "{list}");
    }

    // What is cut off here begins with a pattern of its own: the one before is whole.
    let file = parse(&format!("{full}pattern b\nfault\n"));
    assert_eq!(file.patterns.len(), 1);
    assert!(file.patterns[0].is_usable());
    assert_eq!(file.problems.len(), 1);
}

#[test]
fn reading_stops_with_a_problem_at_the_limit_of_patterns() {
    let lines: Vec<String> = (0..=MAX_PATTERNS)
        .map(|id| format!("pattern p{id}\n"))
        .collect();
    let source = lines.concat();
    let file = parse(&source);
    assert_eq!(file.patterns.len(), MAX_PATTERNS);
    assert_eq!(file.problems.len(), 1);
    assert_eq!(file.problems[0].pos.line as usize, MAX_PATTERNS + 1);
}
