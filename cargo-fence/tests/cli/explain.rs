//! `cargo fence explain` and `cargo fence rules`.

use fence_engine::rules::ALL;
use serde_json::Value;

use crate::program::fence;

#[test]
fn a_page_is_the_manual_of_the_rule() {
    let ran = fence(&["explain", "reclaim-in-signalling"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let sections: Vec<&str> = ran
        .out
        .lines()
        .filter(|line| line.starts_with("## "))
        .collect();
    // The sections that every manual page has, see CONTRIBUTING.md.
    let expected = [
        "What it finds",
        "Why it deadlocks",
        "Example",
        "Use instead",
        "Seen by",
        "References",
    ];
    assert_eq!(sections, expected.map(|title| format!("## {title}")));
    assert!(
        ran.out.starts_with("# DF104 reclaim-in-signalling\n"),
        "{}",
        ran.out
    );
    assert_eq!(fence(&["explain", "DF104"]), ran);
}

#[test]
fn all_pages_are_the_single_pages_one_after_another() {
    let all = fence(&["explain", "--all"]).out;
    let names: Vec<&str> = ALL.iter().map(|rule| rule.name).collect();
    assert_eq!(fence(&[&["explain"], &names[..]].concat()).out, all);
    for rule in ALL {
        assert!(
            all.contains(&format!("# {} {}\n", rule.id, rule.name)),
            "{}",
            rule.id
        );
    }
}

#[test]
fn an_unknown_rule_is_answered_with_the_nearest_and_nothing_is_printed() {
    let ran = fence(&["explain", "LD001", "lock-ordr-cycle"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("did you mean `lock-order-cycle`?"),
        "{}",
        ran.err
    );
}

#[test]
fn the_list_has_every_rule_on_a_line() {
    let ran = fence(&["rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), ALL.len());
    for (line, rule) in lines.iter().zip(ALL) {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        assert_eq!(words, [rule.id, rule.level.as_str(), rule.name]);
        assert!(line.ends_with(rule.summary), "{line}");
    }
}

#[test]
fn the_list_is_also_there_for_programs() {
    let ran = fence(&["rules", "--message-format", "json"]);
    let rows: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("a JSON object"))
        .collect();
    assert_eq!(rows.len(), ALL.len());
    for (row, rule) in rows.iter().zip(ALL) {
        assert_eq!(
            (&row["v"], &row["type"]),
            (&Value::from(1), &Value::from("rule"))
        );
        assert_eq!(row["rule"], rule.id);
        assert_eq!(row["name"], rule.name);
        assert_eq!(row["level"], rule.level.as_str());
        assert_eq!(row["summary"], rule.summary);
    }
}
