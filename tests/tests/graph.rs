//! Class graphs of several runs: what none of them can know alone is found, and what each says of itself survives.

use fence_engine::fgraph::{ClassGraph, GraphEdge, Instances, merge_all, new_findings};
use fence_engine::{
    ClassKind, ClassSpec, Config, ContextOp, ContractNames, Engine, Event, Finding, Gfp, How,
    Instance, Level, Lock, Mode, Site,
};
use fence_replay::graph_input;
use fence_replay::splat::{self, Kind};

/// A run of one task, written down as what it takes in order: each `name` is taken, each `-name` given back.
fn run(task: &str, steps: &[&str]) -> Engine {
    let mut engine = Engine::new(Config::STRICT);
    engine.prime(&ContractNames::PATTERN, true);
    let id = engine.start_task(task);
    let source = engine.sources_mut().intern("driver.c", task);
    for (at, step) in steps.iter().enumerate() {
        let (name, release) = step
            .strip_prefix('-')
            .map_or((*step, false), |name| (name, true));
        let (name, instance) = name.split_once('.').unwrap_or((name, "1"));
        let class = engine.declare(&ClassSpec::new(name, ClassKind::Lock));
        let lock = Lock {
            class,
            instance: Instance(instance.parse().expect("a number")),
        };
        let event = match name {
            "irq" if release => Event::Context(ContextOp::HardIrqExit),
            "irq" => Event::Context(ContextOp::HardIrqEnter { threaded: false }),
            "off" if release => Event::Context(ContextOp::IrqOn),
            "off" => Event::Context(ContextOp::IrqOff),
            "section" if release => Event::EndSignalling { name: 0 },
            "section" => Event::BeginSignalling { name: 0 },
            "alloc" => Event::Alloc(Gfp::Kernel),
            "user" => Event::TouchUserMemory,
            _ if release => Event::Release { lock },
            _ => Event::acquire(lock, How::new(Mode::Exclusive)),
        };
        engine.feed(id, event, Site::new(source, at as u64 + 1, 0));
    }
    engine.finish();
    engine
}

fn new_rules(parts: &[&ClassGraph]) -> Vec<(&'static str, Level)> {
    let parts = || parts.iter().copied().cloned();
    let findings = new_findings(&merge_all(parts()), Config::STRICT, parts());
    findings
        .iter()
        .map(|finding| (finding.rule.name, finding.level))
        .collect()
}

#[test]
fn two_orders_of_two_runs_are_a_deadlock_with_both_places() {
    let (one, other) = (
        run("submit", &["a", "b", "-b", "-a"]),
        run("retire", &["b", "a", "-a", "-b"]),
    );
    assert!(one.findings().is_empty() && other.findings().is_empty());
    let (one, other) = (one.class_graph(), other.class_graph());
    let merged = one.merge(&other);
    let findings = new_findings(&merged, Config::STRICT, [one, other]);
    let [finding] = &findings[..] else {
        panic!("one finding, not {findings:?}")
    };
    assert_eq!(
        (finding.rule.name, finding.level),
        ("lock-order-cycle", Level::Error)
    );
    let places: Vec<_> = finding
        .steps
        .iter()
        .map(|step| {
            (
                step.who.as_str(),
                step.place.function.as_str(),
                step.place.line,
            )
        })
        .collect();
    // Dependencies come by name, so `b -> a` closes the cycle: its task is the first. Both hold, then both block.
    let expected = [
        ("retire", "retire", 1),
        ("submit", "submit", 1),
        ("retire", "retire", 2),
        ("submit", "submit", 2),
    ];
    assert_eq!(places, expected);
    // Whoever has the merged graph knows it already.
    assert_eq!(
        new_findings(&merged, Config::STRICT, [merged.clone()]).len(),
        0
    );
}

#[test]
fn a_cycle_over_three_runs_needs_all_three() {
    let runs = [["a", "b"], ["b", "c"], ["c", "a"]].map(|steps| run("task", &steps).class_graph());
    let [ab, bc, ca] = &runs;
    assert_eq!(new_rules(&[ab, bc]), []);
    assert_eq!(
        new_rules(&[ab, bc, ca]),
        [("lock-order-cycle", Level::Error)]
    );
}

#[test]
fn a_lock_taken_in_an_interrupt_in_one_run_and_with_interrupts_on_in_another_is_found() {
    let inside = run("handler", &["irq", "a", "-a", "-irq"]).class_graph();
    let outside = run("ioctl", &["a", "-a"]).class_graph();
    assert_eq!(
        new_rules(&[&inside, &outside]),
        [("inconsistent-irq-state", Level::Error)]
    );
    let safe = run("ioctl", &["off", "a", "b", "-b", "-a", "-off"]).class_graph();
    assert_eq!(new_rules(&[&inside, &safe]), []);
    let unsafe_ = run("ioctl", &["b", "-b"]).class_graph();
    assert_eq!(
        new_rules(&[&inside, &safe, &unsafe_]),
        [("irq-unsafe-order", Level::Error)]
    );
}

#[test]
fn a_gate_of_both_runs_keeps_a_cycle_a_note() {
    let one = run("submit", &["gate", "a", "b", "-b", "-a", "-gate"]);
    let other = run("retire", &["gate.2", "b", "a", "-a", "-b", "-gate.2"]);
    // Two runs: the numbers of their instances mean nothing to each other.
    let runs = [one.class_graph(), other.class_graph()];
    assert_eq!(
        new_rules(&[&runs[0], &runs[1]]),
        [("lock-order-cycle", Level::Note)]
    );
    // Two parts of one run: there are two gates, and each task passes its own.
    let parts = [one.class_graph_of_part(), other.class_graph_of_part()];
    assert_eq!(
        new_rules(&[&parts[0], &parts[1]]),
        [("lock-order-cycle", Level::Error)]
    );
    // A third run that goes without the gate opens the cycle, although each of the others is behind it.
    let open = run("reset", &["a", "b", "-b", "-a"]).class_graph();
    let merged = runs[0].merge(&runs[1]);
    assert_eq!(
        new_rules(&[&merged, &open]),
        [("lock-order-cycle", Level::Error)]
    );
}

#[test]
fn the_contract_is_still_the_contract_in_a_merged_graph() {
    let section = run("irq thread", &["section", "a", "-a", "-section"]).class_graph();
    let alloc = run("ioctl", &["a", "alloc", "-a"]).class_graph();
    assert_eq!(
        new_rules(&[&section, &alloc]),
        [("reclaim-in-signalling", Level::Error)]
    );
    let user = run("ioctl", &["a", "user", "-a"]).class_graph();
    assert_eq!(
        new_rules(&[&section, &user]),
        [("user-memory-in-signalling", Level::Error)]
    );
    let resv = run("ioctl", &["a", "resv", "-resv", "-a"]).class_graph();
    assert_eq!(
        new_rules(&[&section, &resv]),
        [("resv-lock-in-signalling", Level::Error)]
    );
}

#[test]
fn a_run_can_start_with_what_earlier_runs_have_learnt() {
    let earlier = run("submit", &["a", "b", "-b", "-a"]).class_graph();
    let mut engine = Engine::default();
    engine.load(&earlier);
    assert!(engine.findings().is_empty());
    let task = engine.start_task("retire");
    for name in ["b", "a"] {
        let class = engine
            .find_class(name, ClassKind::Lock)
            .expect("the graph has declared it");
        let lock = Lock {
            class,
            instance: Instance(1),
        };
        engine.feed(
            task,
            Event::acquire(lock, How::new(Mode::Exclusive)),
            Site::UNKNOWN,
        );
    }
    assert_eq!(engine.findings()[0].rule.name, "lock-order-cycle");
    // The one instance met here may be the one met there.
    let both = engine.class_graph();
    assert!(
        both.classes()
            .filter(|(_, class)| matches!(class.name, "a" | "b"))
            .all(|(_, class)| class.instances == Instances::One)
    );
    let pairs: Vec<_> = both
        .edges()
        .map(|edge: GraphEdge<'_>| (both.class(edge.from).name, both.class(edge.to).name))
        .collect();
    assert!(pairs.contains(&("a", "b")) && pairs.contains(&("b", "a")));
}

/// Every report of a real kernel that shows a graph shows one with the deadlock it is about.
#[test]
fn what_a_kernel_reported_is_found_in_the_graph_of_its_report() {
    let folder = format!("{}/data/oracle/reports", env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for entry in std::fs::read_dir(&folder).expect("the oracle's reports are in the repository") {
        let path = entry.expect("a file").path();
        let bytes = std::fs::read(&path).expect("a readable file");
        for report in splat::read_reports(&bytes) {
            let cycle = match report.kind {
                Kind::Circular => true,
                Kind::Inconsistent
                | Kind::IrqInversion
                | Kind::HardirqSafeUnsafe
                | Kind::HardirqReadSafeReadUnsafe
                | Kind::SoftirqSafeUnsafe
                | Kind::SoftirqReadSafeReadUnsafe => false,
                _ => continue,
            };
            let graph = graph_input::from_splats("report", &[report]);
            let findings = graph.findings(Config::STRICT);
            let about = |finding: &Finding| {
                finding.cycle.is_empty() != cycle && finding.level == Level::Error
            };
            assert!(
                findings.iter().any(about),
                "{}: {findings:#?}\n{graph}",
                path.display()
            );
            checked += 1;
        }
    }
    assert!(checked >= 18, "{checked} reports");
}

/// The layout of the format stands in the module's documentation and on its page; both are the same.
#[test]
fn the_page_about_the_format_says_what_the_module_says() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = |file: &str| {
        std::fs::read_to_string(format!("{root}/{file}")).expect("a file of the repository")
    };
    let layout = |text: &str| {
        let (_, layout) = text
            .split_once("# Layout of a file")
            .expect("a section about the layout");
        layout.trim().to_owned()
    };
    let module = read("fence-engine/src/fgraph.rs");
    let lines = module.lines().filter_map(|line| line.strip_prefix("//!"));
    let documentation: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    assert_eq!(
        layout(&read("docs/fgraph.md")),
        layout(&documentation.join("\n"))
    );
}
