//! A run cut into its tasks and merged is the run again: random programs of locks, contexts, sections, fences and waits.

use std::collections::BTreeSet;

use fence_engine::fgraph::{merge_all, new_findings};
use fence_engine::{
    ClassId, ClassKind, ClassSpec, Config, ContextOp, ContractNames, Engine, Event, FenceId,
    FenceSpec, Finding, Gfp, How, Instance, Level, Lock, Mode, Site, WaitType,
};
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
    Publish,
    Signal,
    WaitFence(u8),
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
        1 => Just(Step::Publish),
        1 => Just(Step::Signal),
        2 => (0..TASKS as u8).prop_map(Step::WaitFence),
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
        // A task publishes its own fence once and signals it once: what two tasks do to one fence only both can know.
        let mut done = BTreeSet::new();
        for &(task, step) in program {
            world.line += 1;
            let repeated = match step {
                Step::Publish | Step::Signal => !done.insert((task, matches!(step, Step::Signal))),
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
            Step::Publish => vec![Event::Publish {
                fence: self.fences[task],
                resv: None,
            }],
            Step::Signal => vec![Event::Signal {
                fence: self.fences[task],
                error: false,
            }],
            Step::WaitFence(fence) => vec![Event::WaitFence {
                fence: self.fences[usize::from(fence)],
            }],
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
        prop_assert!(new.is_empty(), "{:#?}\n{}", new, graph);
    }
}
