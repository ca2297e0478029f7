//! Kernel logs of real drivers: one-line form, time stamps, several reports in one log.

use serde_json::Value;

use super::super::ProblemKind::{ChainGap, NoChain, NoHeldLock, NoLock, NoTask};
use super::super::*;
use super::{files, names, oracle, placeless, task};

fn log(case: &str) -> Vec<u8> {
    let path = oracle().join("traces").join(format!("{case}.dmesg.txt"));
    std::fs::read(path).expect("a log")
}

#[test]
fn every_log_has_the_reports_that_the_index_lists() {
    let index = std::fs::read_to_string(oracle().join("traces/index.jsonl")).expect("the index");
    let mut reports_seen = 0;
    for line in index.lines() {
        let row: Value = serde_json::from_str(line).expect("a row");
        let case = row["case"].as_str().expect("a case");
        let expected: Vec<&str> = row["reports"]
            .as_array()
            .expect("reports")
            .iter()
            .map(|kind| match kind.as_str().expect("a kind") {
                // The index's own word for it.
                "held-at-end" => "locks-held-at-end",
                kind => kind,
            })
            .collect();
        let reports = read_reports(&log(case));
        let kinds: Vec<&str> = reports.iter().map(|report| report.kind.word()).collect();
        assert_eq!(kinds, expected, "{case}");
        for report in &reports {
            assert_eq!(report.problems, [], "{case}");
            reports_seen += 1;
        }
        let Some(at) = row["report_at"].as_object() else {
            continue;
        };
        let report = &reports[0];
        let pid = at["pid"]
            .as_u64()
            .and_then(|pid| u32::try_from(pid).ok())
            .expect("a pid");
        assert_eq!(
            report.task,
            Some(task(at["comm"].as_str().expect("a comm"), pid)),
            "{case}"
        );
        let Some(lock) = &report.lock else {
            assert_eq!(report.kind, Kind::LocksHeldAtEnd, "{case}");
            continue;
        };
        let addr = at["lock"]
            .as_str()
            .and_then(|addr| u64::from_str_radix(addr, 16).ok());
        assert_eq!(lock.addr, addr, "{case}");
        assert_eq!(
            lock.class.name,
            at["class"].as_str().expect("a class"),
            "{case}"
        );
    }
    assert!(reports_seen >= 15, "{reports_seen}");
}

#[test]
fn sleep_in_callback_reads_as_printed() {
    let reports = read_reports(&log("sleep-in-callback"));
    // `Chain exists of: fs_reclaim --> dma_fence_map --> &tl->lock`, with the mmu notifier between.
    let edge = |from: &str, to: &str, place: &str, new| {
        (from.to_owned(), to.to_owned(), Some(place.to_owned()), new)
    };
    let notifier = "mmu_notifier_invalidate_range_start";
    assert_eq!(
        names(&reports[0]),
        [
            edge("fs_reclaim", notifier, "fs_reclaim_correct_nesting", false),
            edge(notifier, "dma_fence_map", "__dma_fence_might_wait", false),
            edge("dma_fence_map", "&tl->lock", "dma_fence_signal", false),
            edge("&tl->lock", "fs_reclaim", "might_alloc", true),
        ]
    );
    let held: Vec<_> = reports[0]
        .held
        .iter()
        .map(|held| held.lock.class.name.as_str())
        .collect();
    assert_eq!(held, ["dma_fence_map", "&tl->lock"]);
    assert!(reports[0].kind.turns_lockdep_off());
    assert_eq!(reports[1].task, Some(task("fb-signaller", 43)));
    assert!(!reports[1].kind.turns_lockdep_off());
}

#[test]
fn line_numbers_are_those_of_the_log() {
    let log = log("sleep-in-callback");
    let text = String::from_utf8_lossy(&log).into_owned();
    let line_of = |words: &str| {
        let at = text
            .lines()
            .position(|line| line.contains(words))
            .expect("the line");
        at as u64 + 1
    };
    let report = &read_reports(&log)[0];
    assert_eq!(report.line, line_of("WARNING: possible circular"));
    assert_eq!(
        report.lock.as_ref().map(|lock| lock.line),
        Some(line_of("(fs_reclaim){+.+.}-{0:0}, at"))
    );
    assert_eq!(report.chain[3].line, line_of("-> #3"));
    assert_eq!(report.held[1].lock.line, line_of(" #1: "));
}

/// The pieces in which the kernel prints a line: those of a lock's name, if it has one.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(close) = rest.find("){") {
        // A name may start with a parenthesis of its own.
        let Some(open) = rest[..close].find(" (") else {
            break;
        };
        let (before, name) = (&rest[..open], &rest[open + 2..close]);
        let usage_end = close + rest[close..].find("-{").expect("wait types");
        let end = usage_end + rest[usage_end..].find('}').expect("their end") + 1;
        let index_end = before.find(": ").map_or(0, |at| at + 2);
        pieces.extend([
            &before[..index_end],
            &before[index_end..],
            " (",
            name,
            &rest[close..end],
        ]);
        rest = &rest[end..];
    }
    pieces.retain(|piece| !piece.is_empty());
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Breaks a log as one that does not honour `KERN_CONT` is broken.
fn broken(log: &str) -> String {
    let mut broken = String::new();
    for line in log.lines() {
        let (stamp, text) = line.split_at(line.find("] ").map_or(0, |at| at + 2));
        for piece in pieces(text) {
            broken.push_str(&[stamp, piece, "\n"].concat());
        }
    }
    broken
}

#[test]
fn the_pieces_are_those_of_the_kernel() {
    assert_eq!(
        pieces(" #0: ff11000000825298 (&tl->lock){-...}-{3:3}, at: dma_fence_signal+0x26/0x61"),
        [
            " #0: ",
            "ff11000000825298",
            " (",
            "&tl->lock",
            "){-...}-{3:3}",
            ", at: dma_fence_signal+0x26/0x61"
        ]
    );
}

#[test]
fn a_log_broken_at_every_piece_says_the_same() {
    let mut compared = 0;
    for (name, log) in files("traces", ".dmesg.txt") {
        let log = String::from_utf8(log).expect("text");
        let broken = broken(&log);
        let whole: Vec<_> = read_reports(log.as_bytes()).iter().map(placeless).collect();
        let pieces: Vec<_> = read_reports(broken.as_bytes())
            .iter()
            .map(placeless)
            .collect();
        assert_eq!(pieces, whole, "{name}");
        if !whole.is_empty() {
            assert!(
                broken.lines().count() >= log.lines().count() + 5,
                "{name} was broken"
            );
            compared += 1;
        }
    }
    assert!(compared >= 14, "{compared}");
}

/// The log with something in front of and behind each line.
fn around_lines(log: &str, before: &str, behind: &str) -> String {
    let lines: Vec<String> = log
        .lines()
        .map(|line| [before, line, behind].concat())
        .collect();
    lines.concat()
}

#[test]
fn other_prefixes_of_a_log_change_nothing() {
    let log = String::from_utf8(log("cb-spin-irqorder")).expect("text");
    let expected = read_reports(log.as_bytes());
    for prefix in ["<4>", "Nov 20 22:34:01 host kernel: ", "kern  :warn  : "] {
        let prefixed = around_lines(&log, prefix, "\r\n");
        assert_eq!(read_reports(prefixed.as_bytes()), expected, "{prefix}");
    }
}

#[test]
fn lines_of_other_cpus_in_between_change_nothing() {
    let log = String::from_utf8(log("cb-spin-irqorder")).expect("text");
    let expected: Vec<_> = read_reports(log.as_bytes()).iter().map(placeless).collect();
    let noise = "\n[    4.600000] usb 1-1: new high-speed USB device\n";
    let noisy = around_lines(&log, "", noise);
    let reports: Vec<_> = read_reports(noisy.as_bytes())
        .iter()
        .map(placeless)
        .collect();
    assert_eq!(reports, expected);
}

#[test]
fn a_report_that_is_cut_short_says_what_is_missing() {
    let log = log("sleep-in-callback");
    let text = String::from_utf8_lossy(&log);
    let cut = |words: &str| {
        let end = text.find(words).expect("the words");
        let report = read_reports(&text.as_bytes()[..end]).remove(0);
        let kinds: Vec<_> = report.problems.iter().map(|problem| problem.kind).collect();
        (report, kinds)
    };
    assert_eq!(
        cut("fb-signaller/43 is trying").1,
        [NoTask, NoLock, NoHeldLock, NoChain]
    );
    assert_eq!(cut("but task is already").1, [NoHeldLock, NoChain]);
    assert_eq!(cut("the existing dependency").1, [NoChain]);
    let (report, kinds) = cut("-> #1");
    assert_eq!(kinds, [ChainGap]);
    let edges: Vec<_> = names(&report).into_iter().map(|edge| edge.1).collect();
    assert_eq!(
        edges,
        ["&tl->lock"],
        "of #3 and #2 only; nothing closes the cycle"
    );
}

#[test]
fn a_headline_is_told_behind_its_prefix() {
    assert!(is_report(
        b"[    4.692731] WARNING: inconsistent lock state"
    ));
    assert!(is_report(b"[ BUG: Invalid wait context ]"));
    assert!(!is_report(b"[    4.692731] WARNING: something else"));
}
