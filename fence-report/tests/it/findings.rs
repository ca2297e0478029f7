//! Findings to render: a few that the engine makes of small programs, and hand-built ones for what no small program shows.

use fence_engine::{
    Action, ClassKind, ClassSpec, Confidence, ContractNames, Engine, Event, Finding, Gfp, How,
    Instance, Level, Lock, Mode, Place, Site, SourceId, Step, TaskId, rules,
};

/// The source of [`abba`], by the line numbers used there.
const GPU_C: &str = "\
int gpu_submit(struct gpu *g)
{
	mutex_lock(&g->vm);
	mutex_lock(&g->ring); /* kick the ring */
	mutex_unlock(&g->ring);
	mutex_unlock(&g->vm);
}

int gpu_debugfs(struct gpu *g)
{
	mutex_lock(&g->ring);
	if (mutex_lock(&g->vm))
		return -EINTR;
}
";

/// A line of [`GPU_C`], by the file and the number it has in findings.
pub(crate) fn gpu_c(file: &str, line: u32) -> Option<&'static str> {
    GPU_C
        .lines()
        .nth(line as usize - 1)
        .filter(|_| file == "gpu.c")
}

/// A run of the engine on events with places.
struct Run {
    engine: Engine,
    task: TaskId,
    source: SourceId,
}

impl Run {
    fn new(engine: Engine) -> Self {
        let mut engine = engine;
        let source = engine.sources_mut().intern("", "");
        let task = engine.start_task("");
        Self {
            engine,
            task,
            source,
        }
    }

    fn task(&mut self, name: &str, file: &str, function: &str) {
        self.task = self.engine.start_task(name);
        self.source = self.engine.sources_mut().intern(file, function);
    }

    fn mutex(&mut self, name: &str, instance: u64) -> Lock {
        let class = self.engine.declare(&ClassSpec::new(name, ClassKind::Lock));
        Lock {
            class,
            instance: Instance(instance),
        }
    }

    fn at(&mut self, line: u64, column: u32, event: Event) {
        self.engine
            .feed(self.task, event, Site::new(self.source, line, column));
    }

    fn lock(&mut self, line: u64, column: u32, lock: Lock) {
        self.at(
            line,
            column,
            Event::acquire(lock, How::new(Mode::Exclusive)),
        );
    }

    fn unlock(&mut self, lock: Lock) {
        self.at(0, 0, Event::Release { lock });
    }

    /// The one finding of the run.
    fn finding(mut self) -> Finding {
        self.engine.finish();
        let mut findings = self.engine.take_findings();
        assert_eq!(findings.len(), 1, "one story, one finding");
        // Fingerprints are the engine's to choose; no snapshot here should depend on them.
        Finding {
            fingerprint: 0x1f,
            ..findings.remove(0)
        }
    }
}

/// Two locks in both orders.
pub(crate) fn abba() -> Finding {
    let mut run = Run::new(Engine::default());
    let (vm, ring) = (run.mutex("vm", 1), run.mutex("ring", 2));
    run.task("render", "gpu.c", "gpu_submit");
    run.lock(3, 2, vm);
    run.lock(4, 2, ring);
    run.unlock(ring);
    run.unlock(vm);
    run.task("cat", "gpu.c", "gpu_debugfs");
    run.lock(11, 2, ring);
    run.lock(12, 6, vm);
    run.unlock(vm);
    run.unlock(ring);
    run.finding()
}

/// The same under a common outer lock.
pub(crate) fn abba_behind_a_gate() -> Finding {
    let mut run = Run::new(Engine::default());
    let (gate, vm, ring) = (
        run.mutex("gate", 3),
        run.mutex("vm", 1),
        run.mutex("ring", 2),
    );
    for (name, first, second, line) in [("render", vm, ring, 3), ("cat", ring, vm, 11)] {
        run.task(name, "gpu.c", "");
        run.lock(line - 1, 0, gate);
        run.lock(line, 0, first);
        run.lock(line + 1, 0, second);
        run.unlock(second);
        run.unlock(first);
        run.unlock(gate);
    }
    run.finding()
}

/// An allocation in a signalling section, which the kernel's contract makes a cycle.
pub(crate) fn reclaim_in_section() -> Finding {
    let mut run = Run::new(Engine::default());
    run.engine.prime(&ContractNames::PATTERN, true);
    run.task("commit", "commit.fence", "commit");
    run.at(3, 3, Event::BeginSignalling { name: 0 });
    run.at(4, 3, Event::Alloc(Gfp::NoIo));
    run.at(5, 3, Event::EndSignalling { name: 0 });
    run.at(6, 0, Event::TaskEnd);
    run.finding()
}

/// A finding of `rule` with nothing in it but its arguments.
pub(crate) fn bare(rule: &str, arguments: &[(&'static str, &str)]) -> Finding {
    let rule = rules::find(rule).expect("a rule of the catalogue");
    Finding {
        rule,
        level: rule.level,
        confidence: Confidence::Observed,
        arguments: arguments
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        place: Place::default(),
        task: String::new(),
        steps: Vec::new(),
        cycle: Vec::new(),
        notes: Vec::new(),
        fingerprint: 0x1f,
        complaint: None,
    }
}

/// A place.
pub(crate) fn place(file: &str, line: u32, column: u32, function: &str) -> Place {
    Place {
        file: file.into(),
        line,
        column,
        function: function.into(),
    }
}

/// A fence that nobody signals, guessed from the shape of some Rust code.
pub(crate) fn never_signalled() -> Finding {
    Finding {
        confidence: Confidence::Heuristic,
        place: place("src/ring.rs", 120, 13, "Ring::submit"),
        task: "worker".into(),
        ..bare("never-signalled", &[("fence", "frame")])
    }
}

/// A cycle of six legs, two by one task, one of them declared.
pub(crate) fn long_cycle() -> Finding {
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut steps = Vec::new();
    for blocks in [false, true] {
        for (at, name) in names.iter().enumerate() {
            let next = names[(at + 1) % names.len()].to_owned();
            let task = at as u32 + 1;
            let declared = *name == "f";
            let (place, who) = match (declared, *name) {
                (true, _) => (place("fence.toml", 2, 1, ""), "declared order"),
                (_, "a" | "b") => (place("a.c", 10 + task, 0, "work_fn"), "kworker"),
                _ => (place("b.c", 20 + task, 0, "ioctl"), *name),
            };
            let action = match (declared, blocks) {
                (true, false) => continue,
                (true, true) => Action::Contract {
                    from: (*name).to_owned(),
                    to: next,
                },
                (false, true) => Action::Blocks {
                    on: next,
                    mode: Mode::Read,
                },
                (false, false) => Action::Takes {
                    lock: (*name).to_owned(),
                    mode: Mode::Exclusive,
                },
            };
            steps.push(Step {
                task,
                who: who.into(),
                step: steps.len() as u32 + 1,
                place,
                action,
            });
        }
    }
    Finding {
        level: Level::Error,
        place: place("a.c", 11, 0, "work_fn"),
        task: "kworker".into(),
        steps,
        cycle: names.map(String::from).to_vec(),
        notes: vec!["seen twice".into()],
        ..bare(
            "lock-order-cycle",
            &[
                ("to", "b"),
                ("from", "a"),
                ("cycle", "b -> c -> d -> e -> f -> a -> b"),
            ],
        )
    }
}
