//! Findings with any text in any field: no renderer panics, and none lets through what would drive a terminal or break a line.

use fence_engine::{
    Action, Complaint, Confidence, Finding, Level, Link, LockView, Mode, Place, Step, Verdict,
    WaitType, rules,
};
use fence_report::dot::{self, DotGraph};
use fence_report::{Options, human, json, short, splat};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const ODD: &[char] = &[
    '\u{1b}', '\n', '\r', '\t', '\0', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{2028}',
    '\u{feff}', '"', '\\', '{', '`', '(', ')', '宽', 'ü',
];

fn text() -> impl Strategy<Value = String> {
    vec(
        prop_oneof![3 => select(ODD), 3 => proptest::char::range('a', 'z'), 1 => any::<char>()],
        0..10,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), 1..4_u32, Just(u32::MAX)]
}

prop_compose! {
    fn place()(file in text(), line in number(), column in number(), function in text()) -> Place {
        Place { file, line, column, function }
    }
}

fn mode() -> impl Strategy<Value = Mode> {
    select(vec![Mode::Exclusive, Mode::Read, Mode::RecursiveRead])
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        (text(), mode()).prop_map(|(lock, mode)| Action::Takes { lock, mode }),
        (text(), mode()).prop_map(|(on, mode)| Action::Blocks { on, mode }),
        Just(Action::OpensSection),
        text().prop_map(|fence| Action::MustSignal { fence }),
        text().prop_map(|what| Action::Inside {
            what,
            kind: fence_engine::ClassKind::WorkItem
        }),
        (text(), text()).prop_map(|(from, to)| Action::Contract { from, to }),
        text().prop_map(|text| Action::Says { text }),
    ]
}

prop_compose! {
    fn step()(task in number(), who in text(), step in number(), place in place(), action in action()) -> Step {
        Step { task, who, step, place, action }
    }
}

prop_compose! {
    fn lock()(name in text(), instance in any::<u64>(), mark in any::<char>(), mode in mode(), place in place()) -> LockView {
        LockView { name, instance, usage: [mark, '.', '+', '?'], waits: (WaitType::None, WaitType::Sleep), mode, place }
    }
}

fn verdict() -> impl Strategy<Value = Verdict> {
    select(vec![
        Verdict::Recursive,
        Verdict::Circular,
        Verdict::Inconsistent,
        Verdict::IrqInversion,
        Verdict::SafeUnsafe {
            soft: false,
            read: true,
        },
        Verdict::SafeUnsafe {
            soft: true,
            read: false,
        },
        Verdict::InvalidWaitContext,
        Verdict::SleepInAtomic,
        Verdict::BadUnlock,
        Verdict::LocksHeldAtEnd,
        Verdict::HeldLockFreed,
        Verdict::NestLockNotHeld,
        Verdict::DowngradeRead,
        Verdict::TooDeep,
    ])
}

fn states() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(vec![
        ("IN-HARDIRQ-W", "HARDIRQ-ON-W"),
        ("SOFTIRQ-ON-R", "IN-SOFTIRQ-R"),
        ("", ""),
    ])
}

prop_compose! {
    fn link()(lock in lock(), place in place()) -> Link {
        Link { lock, states: vec![("IN-HARDIRQ-W", place)] }
    }
}

prop_compose! {
    fn complaint()(
        verdict in verdict(),
        task in text(),
        context in any::<(bool, bool, bool, bool)>(),
        (taking, against) in (option::of(lock()), option::of(lock())),
        mut chain in vec(link(), 0..4),
        named in any::<bool>(),
        (missing, registered) in (option::of(text()), option::of(place())),
        states in option::of(states()),
        held in vec(lock(), 0..3),
    ) -> Complaint {
        // Half the time the locks of the complaint are on its chain, as in life.
        for (link, lock) in chain.iter_mut().zip([&against, &taking]).filter(|_| named) {
            if let Some(lock) = lock {
                link.lock = lock.clone();
            }
        }
        Complaint { verdict, task, context, taking, against, chain, missing, states, registered, limit: Some(WaitType::Config), held }
    }
}

prop_compose! {
    fn finding()(
        rule in select(rules::ALL),
        level in select(vec![Level::Note, Level::Warning, Level::Error]),
        confidence in select(vec![Confidence::Heuristic, Confidence::Path, Confidence::Observed]),
        value in text(),
        (place, task) in (place(), text()),
        steps in vec(step(), 0..7),
        cycle in vec(text(), 0..7),
        notes in vec(text(), 0..2),
        fingerprint in any::<u64>(),
        complaint in option::of(complaint()),
    ) -> Finding {
        let names = ["lock", "fence", "what", "why", "from", "to", "cycle"];
        let arguments = names.map(|name| (name, value.clone())).to_vec();
        Finding { rule, level, confidence, arguments, place, task, steps, cycle, notes, fingerprint, complaint: complaint.map(Box::new) }
    }
}

/// Nothing that a terminal acts on but the ends of lines.
fn assert_tame(text: &str) -> Result<(), TestCaseError> {
    let wild = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    for line in text.lines() {
        prop_assert!(!line.contains(wild), "{line:?}");
    }
    prop_assert!(text.ends_with('\n') && !text.contains('\r'));
    Ok(())
}

proptest! {
    #[test]
    fn text_for_people_is_tame_whatever_the_names_are(finding in finding(), source in text()) {
        let source = source.as_str();
        let lookup = move |_: &str, _| Some(source);
        let plain = Options { color: false, sources: Some(&lookup) };
        assert_tame(&human::render(&finding, &plain))?;
        assert_tame(&splat::render(&finding))?;
        let line = short::render(&finding, &plain);
        assert_tame(&line)?;
        prop_assert_eq!(line.lines().count(), 1);
        human::render(&finding, &Options { color: true, sources: Some(&lookup) });
    }

    #[test]
    fn json_is_one_line_that_gives_every_name_back(finding in finding()) {
        let line = json::finding(&finding);
        prop_assert_eq!(line.matches('\n').count(), 1);
        let value: serde_json::Value = serde_json::from_str(&line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(value["v"].as_u64(), Some(1));
        prop_assert_eq!(value["file"].as_str(), Some(finding.place.file.as_str()));
        prop_assert_eq!(value["cycle"].as_array().map(Vec::len), Some(finding.cycle.len()));
        prop_assert_eq!(value["fingerprint"].as_str().map(str::len), Some(16));
    }

    #[test]
    fn a_dot_file_keeps_every_name_inside_its_quotes(finding in finding()) {
        let drawn = dot::render(&DotGraph::of_cycles(std::slice::from_ref(&finding)));
        assert_tame(&drawn)?;
        for line in drawn.lines().filter(|line| line.contains("label=")) {
            let quotes = line.replace("\\\\", "").replace("\\\"", "").matches('"').count();
            prop_assert_eq!(quotes % 2, 0, "{}", line);
        }
    }
}
