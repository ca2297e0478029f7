//! Arbitrary and damaged logs: no panic, and no more than was there.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::*;
use super::files;

/// Lines of all reports, to be mixed.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let logs = files("reports", ".txt")
        .into_iter()
        .chain(files("traces", ".dmesg.txt"));
    logs.flat_map(|(_, log)| {
        log.split(|&byte| byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    })
    .collect()
});

fn survives(log: &[u8]) {
    let lines = log.split(|&byte| byte == b'\n').count();
    let reports = read_reports(log);
    assert!(reports.len() <= lines);
    for report in reports {
        let parts = report.chain.len() + report.held.len() + report.usage.len();
        assert!(parts <= lines, "{report:?}");
        assert!(report.problems.len() <= 16 + 5);
        for edge in &report.edges {
            assert!(!edge.from.to_string().is_empty() || edge.from.name.is_empty());
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_to_the_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(&bytes);
    }

    #[test]
    fn any_order_of_real_lines_is_read_to_the_end(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..200),
    ) {
        let lines: Vec<&[u8]> = picks.iter().map(|pick| pick.get(&LINES).as_slice()).collect();
        survives(&lines.join(&b'\n'));
    }

    #[test]
    fn a_damaged_report_is_read_to_the_end(
        start in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 0..60),
    ) {
        let start = start.index(LINES.len());
        let end = (start + 150).min(LINES.len());
        let mut log = LINES[start..end].join(&b'\n');
        for (at, byte, edit) in edits {
            if log.is_empty() {
                break;
            }
            let at = at.index(log.len());
            match edit {
                0 => log[at] = byte,
                1 => log.insert(at, byte),
                _ => {
                    log.remove(at);
                }
            }
        }
        survives(&log);
    }
}

#[test]
fn an_endless_report_is_bounded() {
    let mut log = b"WARNING: possible circular locking dependency detected\n".to_vec();
    for index in (0..10_000).rev() {
        log.extend_from_slice(format!("-> #{index} (x){{....}}-{{0:0}}:\n").as_bytes());
    }
    log.extend_from_slice(b"1 lock held by a/1:\n");
    for index in 0..1000 {
        log.extend_from_slice(
            format!(" #{index}: ff00 (x){{....}}-{{0:0}}, at: a+0x1/0x2\n").as_bytes(),
        );
    }
    let reports = read_reports(&log);
    assert_eq!(reports[0].chain.len(), 4096);
    assert_eq!(reports[0].held.len(), 64);
    assert!(
        reports[0]
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::TooMany)
    );
    assert!(reports[0].problems.len() < 32);
}

#[test]
fn a_name_of_any_length_is_cut() {
    let name = "x".repeat(60_000);
    let log = format!(
        "WARNING: possible recursive locking detected\na/1 is trying to acquire lock:\nff00 ({name}){{....}}-{{0:0}}, at: a+0x1/0x2\n"
    );
    let lock = read_reports(log.as_bytes()).remove(0).lock.expect("a lock");
    assert_eq!(lock.class.name.len(), 1024);
}
