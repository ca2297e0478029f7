//! `--graph-out` and `cargo fence graph`: what several runs know together.

use fence_engine::ClassGraph;

use crate::program::{self, Folder, Ran, abba_trace, fence, fence_reading, root};

/// The two halves of a deadlock: each run takes the two locks in one order only.
fn halves() -> [String; 2] {
    let (one, two) = program::ABBA.split_at(program::ABBA.find("thread two").expect("two threads"));
    [one.to_owned(), two.to_owned()]
}

/// The same as two traces, each with its header.
fn recorded_halves() -> [String; 2] {
    let trace = abba_trace();
    let lines: Vec<&str> = trace.lines().collect();
    let (header, events) = lines.split_at(2);
    let (one, two) = events.split_at(4);
    [one, two].map(|events| [header, events].concat().join("\n") + "\n")
}

/// Replays a file that is clean by itself and gives the path of its graph.
#[track_caller]
fn graph_of(folder: &Folder, file: &str, content: &str) -> String {
    let file = folder.file(file, content);
    let graph = format!("{file}.fgraph");
    let ran = fence(&["replay", &file, "--graph-out", &graph]);
    assert_eq!(ran.code, 0, "{ran:#?}");
    graph
}

fn merge(arguments: &[&str]) -> Ran {
    fence(&[&["graph", "merge", "--message-format", "short"], arguments].concat())
}

#[test]
fn a_cycle_that_no_single_run_has_seen_is_found_in_the_merged_graph() {
    let folder = Folder::new("graph-cycle");
    for (name, halves) in [("patterns", halves()), ("traces", recorded_halves())] {
        let [one, two] = [0, 1].map(|at| graph_of(&folder, &format!("{name}-{at}"), &halves[at]));
        assert_eq!(merge(&[&one]).code, 0);
        for order in [[&one, &two], [&two, &one]] {
            let ran = merge(&[order[0], order[1]]);
            assert_eq!(ran.code, 1, "{name}: {ran:#?}");
            assert!(
                ran.out.contains("error[LD002]") && ran.out.lines().count() == 1,
                "{ran:#?}"
            );
            assert_eq!(ran.err, "fence: 2 graphs in 2 files: 1 error\n");
        }
    }
}

#[test]
fn both_sides_of_such_a_cycle_keep_the_places_of_their_runs() {
    let folder = Folder::new("graph-places");
    let [one, two] = [0, 1].map(|at| graph_of(&folder, &format!("{at}.fence"), &halves()[at]));
    let ran = fence(&["graph", "merge", &one, &two]);
    for place in ["0.fence:2:3", "0.fence:3:3", "1.fence:2:3", "1.fence:3:3"] {
        assert!(ran.out.contains(place), "{place}: {}", ran.out);
    }
}

#[test]
fn what_a_single_run_has_by_itself_is_no_news_unless_it_is_asked_for() {
    let folder = Folder::new("graph-news");
    let file = folder.file("abba.fence", program::ABBA);
    let graph = format!("{}/abba.fgraph", folder.path());
    assert_eq!(fence(&["replay", &file, "--graph-out", &graph]).code, 1);
    let ran = merge(&[&graph]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let ran = merge(&["--all", &graph]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("error[LD002]"), "{ran:#?}");
}

#[test]
fn merging_is_the_same_in_any_order_and_any_grouping_and_adds_nothing_twice() {
    let folder = Folder::new("graph-algebra");
    let sources = [
        "reclaim-in-signalling",
        "lock-order-cycle",
        "wait-under-signalling-lock",
    ];
    let graphs = sources.map(|rule| {
        let graph = format!("{}/{rule}.fgraph", folder.path());
        let ran = fence(&[
            "replay",
            "-q",
            &format!("tests/patterns/{rule}"),
            "--graph-out",
            &graph,
        ]);
        assert_eq!(ran.code, 0, "{ran:#?}");
        graph
    });
    let merged = |name: &str, files: &[&str]| {
        let out = format!("{}/{name}", folder.path());
        assert_ne!(merge(&[files, &["-o", &out]].concat()).code, 2);
        (std::fs::read(&out).expect("the merged graph"), out)
    };
    let [a, b, c] = [&graphs[0], &graphs[1], &graphs[2]].map(String::as_str);
    let (all, _) = merged("abc", &[a, b, c]);
    assert!(ClassGraph::decode(&all).expect("a graph").edge_count() > 20);
    let (_, ab) = merged("ab", &[a, b]);
    let (_, bc) = merged("bc", &[b, c]);
    for (name, files) in [
        ("cba", &[c, b, a][..]),
        ("ab-c", &[&ab, c]),
        ("a-bc", &[a, &bc]),
        ("again", &[a, b, c, a, &bc, &ab]),
    ] {
        assert!(merged(name, files).0 == all, "{name}");
    }
}

#[test]
fn the_output_may_be_one_of_the_inputs() {
    let folder = Folder::new("graph-in-place");
    let [one, two] = [0, 1].map(|at| graph_of(&folder, &format!("{at}.fence"), &halves()[at]));
    let ran = merge(&[&one, &two, "--output", &one]);
    assert_eq!(
        ran.code, 1,
        "its own output must not count as a part: {ran:#?}"
    );
    assert_eq!(
        merge(&[&one, &two]).code,
        0,
        "now the first graph has it all"
    );
}

#[test]
fn a_graph_comes_through_a_pipe_as_well() {
    let folder = Folder::new("graph-pipe");
    let [one, two] = [0, 1].map(|at| graph_of(&folder, &format!("{at}.fence"), &halves()[at]));
    let bytes = std::fs::read(&one).expect("the graph");
    assert_eq!(
        fence_reading(&["graph", "merge", "-", &two], &bytes).code,
        1
    );
    let shown = fence(&["graph", "show", &one]);
    assert_eq!(fence_reading(&["graph", "show", "-"], &bytes), shown);
}

#[test]
fn a_folder_stands_for_the_graphs_in_it() {
    let folder = Folder::new("graph-folder");
    for at in [0, 1] {
        graph_of(&folder, &format!("{at}.fence"), &halves()[at]);
    }
    assert_eq!(
        merge(&[&folder.path()]).err,
        "fence: 2 graphs in 2 files: 1 error\n"
    );
    assert_eq!(merge(&[&Folder::new("graph-empty-folder").path()]).code, 3);
}

#[test]
fn a_graph_is_shown_as_text_as_figures_and_as_a_picture() {
    let folder = Folder::new("graph-shown");
    let file = folder.file("abba.fence", program::ABBA);
    let graph = format!("{}/abba.fgraph", folder.path());
    fence(&["replay", &file, "--graph-out", &graph]);
    let shown = |how: &str| {
        let ran = fence(&["graph", how, &graph]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{how}");
        ran.out
    };
    let show = shown("show");
    assert!(
        show.contains("-> b ") && show.contains("abba.fence:3:3"),
        "{show}"
    );
    let stats = shown("stats");
    // a, b, and the six classes of the built-in contract.
    assert!(
        stats
            .lines()
            .any(|line| line.split_whitespace().eq(["classes", "8"])),
        "{stats}"
    );
    let dot = shown("dot");
    assert!(dot.starts_with("digraph ") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(dot.matches("color=red").count(), 2, "a -> b and b -> a");
}

#[test]
fn a_damaged_graph_is_refused_with_the_byte_and_costs_no_other() {
    let folder = Folder::new("graph-damaged");
    let [one, two] = [0, 1].map(|at| graph_of(&folder, &format!("{at}.fence"), &halves()[at]));
    let bytes = std::fs::read(&one).expect("the graph");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for (name, damaged) in [
        ("cut", &bytes[..bytes.len() / 2]),
        ("flipped", &flipped),
        ("head", &bytes[..6]),
    ] {
        let damaged = folder.file(name, damaged);
        let ran = fence(&["graph", "show", &damaged]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(": byte "), "{name}: {}", ran.err);
        let ran = merge(&[&one, &damaged, &two]);
        assert_eq!(ran.code, 2, "{name}");
        assert!(
            ran.out.contains("LD002"),
            "{name}: the others are merged all the same"
        );
    }
}

#[test]
fn what_is_replayed_is_no_graph_and_a_graph_is_not_replayed() {
    let folder = Folder::new("graph-other");
    let file = folder.file("abba.fence", program::ABBA);
    let ran = fence(&["graph", "show", &file]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--graph-out"), "{}", ran.err);
    let graph = graph_of(&folder, "clean.fence", program::CLEAN);
    let ran = fence(&["replay", &graph]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cargo fence graph"), "{}", ran.err);
}

#[test]
fn a_graph_that_cannot_be_written_is_a_failure() {
    let folder = Folder::new("graph-unwritable");
    let file = folder.file("clean.fence", program::CLEAN);
    let ran = fence(&[
        "replay",
        &file,
        "--graph-out",
        &format!("{}/no/such/folder", folder.path()),
    ]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no/such/folder"), "{}", ran.err);
}

#[test]
fn a_report_in_a_kernel_log_is_a_graph_with_its_deadlock() {
    // The rule that has the complaint's name in the catalogue, for the reports that follow from a graph.
    for (report, rule) in [
        ("circular.1", "LD002"),
        ("inconsistent.1", "LD003"),
        ("hardirq-safe-unsafe.1", "LD005"),
    ] {
        let path = format!("tests/data/oracle/reports/{report}.txt");
        let ran = merge(&["--all", &path]);
        assert_eq!(ran.code, 1, "{report}: {ran:#?}");
        assert!(ran.out.contains(rule), "{report}: {ran:#?}");
    }
}

#[test]
fn a_graph_written_from_a_log_is_the_same_when_it_is_read_again() {
    let folder = Folder::new("graph-log");
    let graph = format!("{}/log.fgraph", folder.path());
    let log = "tests/data/oracle/reports/circular.1.txt";
    assert_eq!(
        merge(&[log, "-o", &graph]).code,
        0,
        "what one log has is no news"
    );
    assert_eq!(
        fence(&["graph", "show", &graph]),
        fence(&["graph", "show", log])
    );
}

#[test]
fn what_proc_shows_is_merged_with_what_a_recording_shows() {
    let folder = Folder::new("graph-proc");
    let lockdep = folder.file(
        "lockdep",
        "all lock classes:\n\
         ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: a_lock\n \
         -> [ffffffff82024000] b_lock\n\n\
         ffffffff82024000 FD:    1 BD:    2 +.+.: b_lock\n\n",
    );
    let chains = folder.file(
        "lockdep_chains",
        "all lock chains:\nirq_context: 0\n[ffffffff81c4c5a0] a_lock\n[ffffffff82024000] b_lock\n\n",
    );
    // The kernel has seen a before b; the recording has b before a.
    let recording = graph_of(&folder, "two.txt", &recorded_halves()[1]);
    for proc in [&lockdep, &chains] {
        assert_eq!(merge(&[proc]).code, 0);
        let ran = merge(&[proc, &recording]);
        assert_eq!(ran.code, 1, "{ran:#?}");
        assert!(ran.out.contains("LD002"), "{ran:#?}");
    }
}

#[test]
fn a_bad_line_of_proc_costs_itself_only() {
    let folder = Folder::new("graph-bad-proc");
    let lockdep = folder.file(
        "lockdep",
        "all lock classes:\n\
         ffffffff81c4c5a0 FD:   12 BD:   34 +.+.: a_lock\n\
         what is this\n\
         ffffffff82024000 FD:    1 BD:    2 +.+.: b_lock\n\n",
    );
    let ran = merge(&[&lockdep]);
    assert!(ran.err.contains("lockdep:3:1: problem: "), "{ran:#?}");
    let ran = fence(&["graph", "show", &lockdep]);
    assert!(ran.err.contains("lockdep:3:1: problem: "), "{ran:#?}");
    assert!(
        ran.out.contains("a_lock") && ran.out.contains("b_lock"),
        "{ran:#?}"
    );
}

#[test]
fn every_recorded_report_can_be_shown() {
    let folder = root().join("tests/data/oracle/reports");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the oracle is in the repository")
        .map(|entry| {
            entry
                .expect("a file")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert!(names.len() > 40);
    for name in names {
        let ran = fence(&[
            "graph",
            "show",
            &format!("tests/data/oracle/reports/{name}"),
        ]);
        assert_eq!(ran.code, 0, "{name}: {ran:#?}");
    }
}
