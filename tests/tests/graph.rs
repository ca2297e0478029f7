//! Class graphs across engines: a run cut into its tasks and merged is the run again, and what no part can know is found.

use std::collections::BTreeSet;

use fence_engine::fgraph::{ClassGraph, GraphEdge, Instances, merge_all, new_findings};
use fence_engine::{
    ClassId, ClassKind, ClassSpec, Config, ContextOp, ContractNames, Engine, Event, FenceId,
    FenceSpec, Finding, Gfp, How, Instance, Level, Lock, Mode, Site, WaitType,
};
use fence_replay::graph_input;
use fence_replay::splat::{self, Kind};
use proptest::prelude::*;

/// One step of a task, by numbers that are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Acquire {
        lock: u8,
        mode: u8,
        tried: bool,
        subclass: u8,
    },
    Release(u8),
    Downgrade(u8),
    Context(u8),
    Map {
        node: u8,
        enter: bool,
    },
    Section(bool),
    Fence {
        fence: u8,
        action: u8,
    },
    Wait(u8),
}

fn lock_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..12_u8, 0..3_u8, prop::bool::weighted(0.1), prop_oneof![9 => Just(0), 1 => Just(1)])
            .prop_map(|(lock, mode, tried, subclass)| Step::Acquire { lock, mode, tried, subclass }),
        4 => any::<u8>().prop_map(Step::Release),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => lock_step(),
        1 => any::<u8>().prop_map(Step::Downgrade),
        3 => (0..8_u8).prop_map(Step::Context),
        2 => (0..4_u8, any::<bool>()).prop_map(|(node, enter)| Step::Map { node, enter }),
        2 => any::<bool>().prop_map(Step::Section),
        3 => (0..3_u8, 0..4_u8).prop_map(|(fence, action)| Step::Fence { fence, action }),
        2 => (0..6_u8).prop_map(Step::Wait),
    ]
}

/// The steps of all tasks in the order they happen: the task and its step.
type Program = Vec<(usize, Step)>;

const TASKS: usize = 3;

fn program(step: impl Strategy<Value = Step>) -> impl Strategy<Value = Program> {
    prop::collection::vec((0..TASKS, step), 1..60)
}

/// An engine on which everything the programs use is declared, in one order.
struct World {
    engine: Engine,
    locks: Vec<Lock>,
    nodes: Vec<ClassId>,
    fences: Vec<FenceId>,
    held: Vec<Vec<Lock>>,
    line: u64,
}

impl World {
    fn new() -> Self {
        let mut engine = Engine::new(Config::STRICT);
        let contract = engine.prime(&ContractNames::PATTERN, true);
        let mut locks = Vec::new();
        for name in ["a", "b", "c", "d", "e"] {
            let class =
                engine.declare(&ClassSpec::new(name, ClassKind::Lock).waits(WaitType::Spin));
            let instances = if matches!(name, "a" | "b" | "c") {
                2
            } else {
                1
            };
            locks.extend((0..instances).map(|number| Lock {
                class,
                instance: Instance(16 * (class.index() as u64 + 1) + number),
            }));
        }
        locks.extend([contract.resv, contract.mmap].map(|class| Lock {
            class,
            instance: Instance(7 + class.index() as u64),
        }));
        let nodes = [
            ("work", ClassKind::WorkItem),
            ("event", ClassKind::Event),
            ("power", ClassKind::Power),
            ("readers", ClassKind::ReaderSection),
        ];
        let nodes = nodes
            .map(|(name, kind)| engine.declare(&ClassSpec::new(name, kind)))
            .to_vec();
        let fences = ["f", "g", "h"].map(|name| {
            let timeline = format!("{name}'s timeline");
            let spec = FenceSpec {
                name,
                timeline: &timeline,
                lock: None,
                seqno: None,
                unbounded: false,
            };
            engine.declare_fence(&spec)
        });
        let held = vec![Vec::new(); TASKS];
        Self {
            engine,
            locks,
            nodes,
            fences: fences.to_vec(),
            held,
            line: 0,
        }
    }

    /// Runs the steps of the tasks that `runs` names. Lines are moments of the whole program, as in a recording.
    fn run(program: &Program, runs: impl Fn(usize) -> bool) -> Engine {
        let mut world = Self::new();
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| world.engine.start_task(&format!("task {task}")))
            .collect();
        let sources: Vec<_> = (0..TASKS)
            .map(|task| {
                world
                    .engine
                    .sources_mut()
                    .intern("run", &format!("task {task}"))
            })
            .collect();
        // A fence is published once and signalled once, whoever is looked at.
        let mut done = BTreeSet::new();
        for &(task, step) in program {
            world.line += 1;
            let repeated = match step {
                Step::Fence {
                    fence,
                    action: action @ (0 | 1),
                } => !done.insert((fence, action)),
                _ => false,
            };
            if runs(task) && !repeated {
                let site = Site::new(sources[task], world.line, 0);
                for event in world.events(task, step) {
                    world.engine.feed(tasks[task], event, site);
                }
            }
        }
        for task in (0..TASKS).filter(|task| runs(*task)) {
            world.line += 1;
            world.engine.feed(
                tasks[task],
                Event::TaskEnd,
                Site::new(sources[task], world.line, 0),
            );
        }
        world.engine.finish();
        world.engine
    }

    fn events(&mut self, task: usize, step: Step) -> Vec<Event> {
        let at = |list: &[ClassId], number: u8| list[usize::from(number) % list.len()];
        let held = &mut self.held[task];
        match step {
            Step::Acquire {
                lock,
                mode,
                tried,
                subclass,
            } => {
                let lock = self.locks[usize::from(lock) % self.locks.len()];
                let how =
                    How::new([Mode::Exclusive, Mode::Read, Mode::RecursiveRead][usize::from(mode)]);
                held.push(lock);
                vec![Event::Acquire {
                    lock,
                    subclass,
                    how: if tried { how.tried() } else { how },
                }]
            }
            Step::Release(number) if !held.is_empty() => {
                // Mostly the newest.
                let position = if number < 200 {
                    held.len() - 1
                } else {
                    usize::from(number) % held.len()
                };
                vec![Event::Release {
                    lock: held.remove(position),
                }]
            }
            Step::Downgrade(number) if !held.is_empty() => vec![Event::Downgrade {
                lock: held[usize::from(number) % held.len()],
            }],
            Step::Release(_) | Step::Downgrade(_) => Vec::new(),
            Step::Context(number) => vec![Event::Context(
                [
                    ContextOp::IrqOff,
                    ContextOp::IrqOn,
                    ContextOp::BhOff,
                    ContextOp::BhOn,
                    ContextOp::HardIrqEnter { threaded: false },
                    ContextOp::HardIrqExit,
                    ContextOp::SoftIrqEnter,
                    ContextOp::SoftIrqExit,
                ][usize::from(number)],
            )],
            Step::Map { node: 0, enter } => {
                let work = self.nodes[0];
                vec![if enter {
                    Event::WorkBegin { work, queue: None }
                } else {
                    Event::WorkEnd { work }
                }]
            }
            Step::Map { node: 1, enter } => vec![if enter {
                Event::ReclaimBegin
            } else {
                Event::ReclaimEnd
            }],
            Step::Map { node: 2, enter } => vec![if enter {
                Event::NotifierBegin
            } else {
                Event::NotifierEnd
            }],
            Step::Map { enter, .. } => {
                let readers = self.nodes[3];
                vec![if enter {
                    Event::ReaderEnter { readers }
                } else {
                    Event::ReaderExit { readers }
                }]
            }
            Step::Section(true) => vec![Event::BeginSignalling { name: 0 }],
            Step::Section(false) => vec![Event::EndSignalling { name: 0 }],
            Step::Fence { fence, action } => {
                let fence = self.fences[usize::from(fence)];
                vec![match action {
                    0 => Event::Publish { fence, resv: None },
                    1 => Event::Signal {
                        fence,
                        error: false,
                    },
                    _ => Event::WaitFence { fence },
                }]
            }
            Step::Wait(number) => vec![match number {
                0 => Event::WaitForAnyFence,
                1 => Event::Alloc(Gfp::Kernel),
                2 => Event::TouchUserMemory,
                3 => Event::Complete {
                    node: self.nodes[1],
                },
                4 => Event::ReaderSync {
                    readers: self.nodes[3],
                },
                _ => Event::WaitFor {
                    node: at(&self.nodes, number),
                    sleeps: false,
                },
            }],
        }
    }
}

fn parts(program: &Program) -> Vec<Engine> {
    (0..TASKS)
        .map(|task| World::run(program, |other| other == task))
        .collect()
}

/// Whether something was found that follows from the graph and hangs: a cycle or an interrupt.
fn hangs(findings: &[Finding]) -> bool {
    let irq = [
        "inconsistent-irq-state",
        "irq-inversion",
        "irq-unsafe-order",
    ];
    findings.iter().any(|finding| {
        finding.level == Level::Error
            && (!finding.cycle.is_empty() || irq.contains(&finding.rule.name))
    })
}

proptest! {
    #[test]
    fn merging_the_tasks_of_a_run_gives_the_run(program in program(step())) {
        let whole = World::run(&program, |_| true);
        let merged = merge_all(parts(&program).iter().map(Engine::class_graph_of_part));
        prop_assert_eq!(merged.without_evidence(), whole.class_graph_of_part().without_evidence());
    }

    #[test]
    fn any_other_partition_gives_the_run_too(program in program(step()), alone in 0..TASKS) {
        let halves = [World::run(&program, |task| task == alone), World::run(&program, |task| task != alone)];
        let merged = halves[0].class_graph_of_part().merge(&halves[1].class_graph_of_part());
        let whole = World::run(&program, |_| true).class_graph_of_part();
        prop_assert_eq!(merged.without_evidence(), whole.without_evidence());
    }

    /// With nested locks alone, a dependency is seen at the moment its second lock is taken.
    #[test]
    fn in_a_recording_of_nested_locks_even_the_witnesses_are_those_of_the_run(program in program(lock_step())) {
        let nested: Program = program
            .into_iter()
            .map(|(task, step)| (task, if let Step::Release(_) = step { Step::Release(0) } else { step }))
            .collect();
        let whole = World::run(&nested, |_| true);
        let merged = merge_all(parts(&nested).iter().map(Engine::class_graph_of_part));
        prop_assert_eq!(merged, whole.class_graph_of_part());
    }

    #[test]
    fn a_merged_graph_is_found_to_hang_exactly_if_the_run_was(program in program(step())) {
        let whole = World::run(&program, |_| true);
        let merged = merge_all(parts(&program).iter().map(Engine::class_graph_of_part));
        prop_assert_eq!(hangs(&merged.findings(Config::STRICT)), hangs(whole.findings()), "{}", merged);
    }

    #[test]
    fn a_loaded_graph_is_exported_as_it_was(program in program(step())) {
        let graph = World::run(&program, |_| true).class_graph();
        let mut engine = Engine::new(Config::STRICT);
        engine.load(&graph);
        prop_assert_eq!(engine.class_graph(), graph);
    }

    #[test]
    fn whatever_a_graph_says_alone_is_not_new(program in program(step())) {
        let graph = World::run(&program, |_| true).class_graph();
        let new = new_findings(&graph, Config::STRICT, [graph.clone()]);
        prop_assert!(new.is_empty(), "{:?}", new);
    }
}

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
