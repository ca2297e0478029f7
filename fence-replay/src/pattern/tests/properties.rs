//! What holds of every text: the reader does not panic, its positions exist, and print and parse undo each other.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::{Pattern, parse, parse_bytes};
use super::corpus;
use super::page::{EXAMPLE, OPERATIONS};
use super::trees::{pattern, without_positions};

/// What must hold of any input.
fn check(source: &[u8]) {
    let file = parse_bytes(source);
    let lines = source.split(|byte| *byte == b'\n').count();
    let in_source = |line: u32, column: u32| line >= 1 && line as usize <= lines && column >= 1;
    for problem in file.all_problems() {
        assert!(in_source(problem.pos.line, problem.pos.column), "{problem}");
        let text = problem.to_string();
        assert!(text.contains("expected "), "{text}");
        assert!(!text.contains(char::is_control), "{text}");
        // A list of lock kinds and two cut-off words fit; a hostile line does not.
        assert!(text.chars().count() < 1500, "{text}");
    }
    for pattern in &file.patterns {
        assert!(in_source(pattern.line, 1));
        let ops = pattern.threads.iter().flat_map(|thread| &thread.ops);
        assert!(
            ops.into_iter()
                .all(|op| in_source(op.pos.line, op.pos.column))
        );
        if pattern.is_usable() {
            check_print(pattern);
        }
    }
}

fn check_print(pattern: &Pattern) {
    let source = pattern.to_source();
    let mut again = parse(&source);
    let problems: Vec<String> = again
        .all_problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(problems, [""; 0], "in:\n{source}");
    if source.is_empty() {
        // A pattern without an id and without a word, such as a file that is one empty title.
        assert!(again.patterns.is_empty());
        return;
    }
    assert_eq!(again.patterns.len(), 1, "in:\n{source}");
    let again = again.patterns.remove(0);
    assert_eq!(again.to_source(), source);
    assert_eq!(without_positions(again), without_positions(pattern.clone()));
}

/// The pages and files that mutation starts from.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let everything = format!(
        "pattern all\ntitle t\norder a > b\nfence F seqno=1 lock=L\nworkqueue Q ordered\nthread t\n{OPERATIONS}{EXAMPLE}"
    );
    let mut seeds = vec![EXAMPLE.as_bytes().to_vec(), everything.into_bytes()];
    seeds.extend(
        corpus::files()
            .iter()
            .filter_map(|path| fs::read(path).ok()),
    );
    seeds
});

/// One small change to a text.
#[derive(Debug, Clone)]
enum Mutation {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, u8),
    RepeatLine(Index, Index),
    SwapLines(Index, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..4),
        prop::sample::select(vec![
            "\n",
            "\r",
            "\t",
            " ",
            "#",
            "=",
            ">",
            ".",
            "-",
            "\u{a0}",
            "\u{2028}",
            "é",
            "\0",
            " try",
            " class=",
            " ctx=auto",
            "pattern ",
            "\npattern x\n",
            "thread ",
            "\ndone w\n",
            "\ncallback F\n",
            "error=",
            "timeout",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<Index>(), piece).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::RepeatLine(from, to)),
        (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Mutation::SwapLines(one, other)),
    ]
}

fn mutate(source: &[u8], mutation: &Mutation) -> Vec<u8> {
    let at = |index: &Index| index.index(source.len() + 1);
    let lines = || {
        source
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    match mutation {
        Mutation::Replace(index, byte) => {
            let mut source = source.to_vec();
            if let Some(place) = source.get_mut(at(index)) {
                *place = *byte;
            }
            source
        }
        Mutation::Insert(index, piece) => {
            [&source[..at(index)], piece, &source[at(index)..]].concat()
        }
        Mutation::Delete(index, length) => {
            let end = (at(index) + usize::from(*length % 20)).min(source.len());
            [&source[..at(index)], &source[end..]].concat()
        }
        Mutation::RepeatLine(from, to) => {
            let mut lines = lines();
            let line = lines[from.index(lines.len())].clone();
            lines.insert(to.index(lines.len()), line);
            lines.join(&b'\n')
        }
        Mutation::SwapLines(one, other) => {
            let mut lines = lines();
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
            lines.join(&b'\n')
        }
    }
}

/// Lines made of words of the language, so that random text gets past the first word.
fn words() -> impl Strategy<Value = String> {
    let mut words: Vec<&str> = OPERATIONS
        .split([' ', '\n'])
        .chain(EXAMPLE.split([' ', '\n']))
        .collect();
    words.extend([
        "order",
        "fence",
        "workqueue",
        ">",
        "clean",
        "class=",
        "seqno=1",
        "context=c",
        "unbounded",
        "\n",
        "\n",
        "\n",
        " ",
        "#",
    ]);
    words.sort_unstable();
    words.dedup();
    prop::collection::vec(prop::sample::select(words), 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn a_printed_pattern_is_read_as_the_same_pattern(pattern in pattern()) {
        check_print(&pattern);
    }

    #[test]
    fn several_printed_patterns_are_a_file(mut patterns in prop::collection::vec(pattern(), 0..4)) {
        for (number, pattern) in patterns.iter_mut().enumerate() {
            pattern.id = super::super::Name::new(&format!("p{number}")).ok();
        }
        let source: String = patterns.iter().map(Pattern::to_source).collect();
        let file = parse(&source);
        prop_assert_eq!(&file.problems, &[]);
        let read: Vec<Pattern> = file.patterns.into_iter().map(without_positions).collect();
        prop_assert_eq!(read, patterns);
    }

    #[test]
    fn any_bytes_are_read(source in prop::collection::vec(any::<u8>(), 0..600)) {
        check(&source);
    }

    #[test]
    fn any_text_is_read(source in "(\\PC|[ \t\r\n#=>]){0,300}") {
        check(source.as_bytes());
    }

    #[test]
    fn any_words_of_the_language_are_read(source in words()) {
        check(source.as_bytes());
    }

    #[test]
    fn any_mutation_of_a_real_file_is_read(
        seed in any::<Index>(),
        mutations in prop::collection::vec(mutation(), 1..8),
    ) {
        let seed = seed.get(&SEEDS).clone();
        let source = mutations.iter().fold(seed, |source, mutation| mutate(&source, mutation));
        check(&source);
    }

    #[test]
    fn any_title_is_kept_as_the_title_it_is(text in "(\\PC|[ \t\r\n#]){0,200}") {
        if let Some(title) = super::super::Title::new(&text) {
            let lines: Vec<String> = title.lines().map(|line| format!("title {line}")).collect();
            let source = lines.join("\n");
            let file = parse(&source);
            prop_assert_eq!(file.patterns[0].title.as_ref(), Some(&title));
        }
    }
}

#[test]
fn lines_at_the_limit_are_printed_within_it() {
    let classes: Vec<String> = (0..).map(|number| format!("c{number}")).take(700).collect();
    let order = format!("order {}", classes.join(">"));
    assert!(
        order.len() <= super::super::MAX_LINE && order.len() + 2 * 699 > super::super::MAX_LINE
    );
    check(order.as_bytes());
    check(format!("title\t{}", "é".repeat((super::super::MAX_LINE - 6) / 2)).as_bytes());
    check(format!("expect {}", "r ".repeat(2000)).as_bytes());
}

#[test]
fn every_real_file_is_read_and_printed_without_a_loss() {
    for source in SEEDS.iter() {
        check(source);
        assert!(parse_bytes(source).patterns.iter().all(Pattern::is_usable));
    }
}
