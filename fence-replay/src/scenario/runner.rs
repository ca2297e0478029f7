//! A scenario on its way through an engine, operation by operation.

use fence_engine::{
    ClassId, ClassKind, ClassSpec, Config, ContextOp, Contract, ContractNames, Engine, Event,
    Finding, How, Instance, Level, Lock, LockType, Mode, Site, TaskId, WaitType,
};

use super::{ClassState, Outcome, Scenario};

pub(super) struct Runner {
    engine: Engine,
    contract: Contract,
    real: Option<Contract>,
    stub_lock: Option<Lock>,
    task: TaskId,
    threads: usize,
    site: Site,
    source: fence_engine::SourceId,
    first: Option<(&'static str, usize)>,
}

const INSTANCES: u64 = 16;

impl Runner {
    pub(super) fn new(config: Config, scenario: &Scenario) -> Self {
        let mut engine = Engine::new(config);
        let is_real = |op: &String| matches!(op.as_str(), "rfb" | "rfe" | "rfw" | "ralloc" | "rms");
        let names = ContractNames {
            reclaim: "RECLAIM",
            fence: "FENCE",
            ..ContractNames::PATTERN
        };
        // Scenarios that call the kernel's own functions ran in a kernel whose contract was primed at boot.
        let real = scenario
            .operations
            .iter()
            .any(is_real)
            .then(|| engine.prime(&ContractNames::KERNEL, true));
        let contract = real.unwrap_or_else(|| engine.prime(&names, false));
        let stub_lock = real.map(|_| Lock {
            class: engine.declare(
                &ClassSpec::new("dma_fence_stub_lock", ClassKind::Lock).waits(WaitType::Spin),
            ),
            instance: Instance(1),
        });
        let source = engine.sources_mut().intern(&scenario.id, "thread 1");
        let task = engine.start_task("thread 1");
        Self {
            engine,
            contract,
            real,
            stub_lock,
            task,
            threads: 1,
            site: Site::UNKNOWN,
            source,
            first: None,
        }
    }

    fn feed(&mut self, event: Event) {
        self.engine.feed(self.task, event, self.site);
    }

    /// Notes the first finding that counts and the step it came at.
    fn look(&mut self, step: usize) {
        if self.first.is_some() {
            return;
        }
        let counts = |finding: &&Finding| finding.level >= Level::Warning;
        if let Some(finding) = self.engine.findings().iter().find(counts) {
            let word = finding
                .complaint
                .as_ref()
                .map_or(finding.rule.name, |complaint| complaint.verdict.word());
            self.first = Some((word, step));
        }
    }

    pub(super) fn class(&mut self, words: &[&str]) -> Result<(), &'static str> {
        let name = words.get(1).ok_or("a class name")?;
        let mut spec = ClassSpec::new(name, ClassKind::Lock);
        for option in &words[2..] {
            match option.split_once('=') {
                Some(("in", wait)) => spec.inner = wait_type(wait)?,
                Some(("out", wait)) => spec.outer = wait_type(wait)?,
                Some(("lt", "percpu")) => spec.lock_type = LockType::PerCpu,
                Some(("lt", "override")) => spec.lock_type = LockType::WaitOverride,
                _ => return Err("in=, out= or lt="),
            }
        }
        self.engine.declare(&spec);
        Ok(())
    }

    fn lock(&mut self, word: Option<&&str>) -> Result<Lock, &'static str> {
        let word = word.ok_or("a lock")?;
        let (name, instance) = match word.split_once('.') {
            Some((name, instance)) => (
                name,
                instance
                    .parse::<u64>()
                    .map_err(|_| "an instance number after the dot")?,
            ),
            None => (*word, 0),
        };
        if instance >= INSTANCES {
            return Err("an instance number from 0 to 15");
        }
        match name {
            "FENCE" => return Ok(Lock::map(self.contract.fence)),
            "RECLAIM" => return Ok(Lock::map(self.contract.reclaim)),
            _ => {}
        }
        let class = self
            .engine
            .find_class(name, ClassKind::Lock)
            .ok_or("a declared class")?;
        Ok(Lock {
            class,
            instance: Instance((class.index() as u64 + 1) * INSTANCES + instance),
        })
    }

    fn acquisition(&mut self, words: &[&str]) -> Result<(Lock, u8, How), &'static str> {
        let lock = self.lock(words.get(1))?;
        let mode = match words.get(2) {
            Some(&"w") => Mode::Exclusive,
            Some(&"r") => Mode::Read,
            Some(&"R") => Mode::RecursiveRead,
            _ => return Err("a mode: w, r or R"),
        };
        let (mut how, mut subclass) = (How::new(mode), 0);
        for option in &words[3..] {
            match option.split_once('=') {
                None if *option == "try" => how.try_lock = true,
                None if *option == "nocheck" => how.check = false,
                Some(("s", number)) => {
                    subclass = number
                        .parse()
                        .ok()
                        .filter(|number| *number < 8)
                        .ok_or("a subclass from 0 to 7")?;
                }
                Some(("nest", name)) => how.nest = Some(self.lock(Some(&name))?),
                _ => return Err("try, nocheck, s= or nest="),
            }
        }
        Ok((lock, subclass, how))
    }

    fn exclusive(&mut self, lock: Lock) {
        self.feed(Event::acquire(lock, How::new(Mode::Exclusive)));
    }

    /// Does what an operation says, at a step: 0-based, `class` lines not counted.
    pub(super) fn operation(&mut self, words: &[&str], step: usize) -> Result<(), &'static str> {
        self.go_to(step);
        self.apply(words)?;
        self.look(step);
        Ok(())
    }

    /// Ends the scenario at the step after its last.
    pub(super) fn finish(&mut self, step: usize) {
        self.go_to(step);
        self.feed(Event::TaskEnd);
        self.look(step);
        self.engine.finish();
        self.look(step);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.engine.is_stopped()
    }

    fn go_to(&mut self, step: usize) {
        self.site = Site::new(self.source, step as u64 + 1, 0);
    }

    fn apply(&mut self, words: &[&str]) -> Result<(), &'static str> {
        let word = words.first().copied().unwrap_or_default();
        match word {
            "acq" | "sync" => {
                let (lock, subclass, how) = self.acquisition(words)?;
                self.feed(if word == "acq" {
                    Event::Acquire {
                        lock,
                        subclass,
                        how,
                    }
                } else {
                    Event::Sync {
                        lock,
                        subclass,
                        how,
                    }
                });
            }
            "rel" => {
                let lock = self.lock(words.get(1))?;
                self.feed(Event::Release { lock });
            }
            "down" => {
                let lock = self.lock(words.get(1))?;
                self.feed(Event::Downgrade { lock });
            }
            "free" => {
                let lock = self.lock(words.get(1))?;
                self.feed(Event::Free { lock });
            }
            "thread" => self.next_thread(),
            "irq-" => self.feed(Event::Context(ContextOp::IrqOff)),
            "irq+" => self.feed(Event::Context(ContextOp::IrqOn)),
            "bh-" => self.feed(Event::Context(ContextOp::BhOff)),
            "bh+" => self.feed(Event::Context(ContextOp::BhOn)),
            "pd" => self.feed(Event::Context(ContextOp::PreemptOff)),
            "pe" => self.feed(Event::Context(ContextOp::PreemptOn)),
            "hi+" => self.feed(Event::Context(ContextOp::HardIrqEnter { threaded: false })),
            "hit+" => self.feed(Event::Context(ContextOp::HardIrqEnter { threaded: true })),
            "hi-" => self.feed(Event::Context(ContextOp::HardIrqExit)),
            "si+" => self.feed(Event::Context(ContextOp::SoftIrqEnter)),
            "si-" => self.feed(Event::Context(ContextOp::SoftIrqExit)),
            "fb" | "rfb" => self.feed(Event::BeginSignalling { name: 0 }),
            "fe" | "rfe" => self.feed(Event::EndSignalling { name: 0 }),
            "fw" => self.feed(Event::WaitForAnyFence),
            "ms" | "rms" => self.feed(Event::MightSleep),
            "alloc" => {
                let reclaim = Lock::map(self.contract.reclaim);
                self.exclusive(reclaim);
                self.feed(Event::Release { lock: reclaim });
                self.feed(Event::MightSleep);
            }
            "mn" => {
                let (reclaim, fence) = (
                    Lock::map(self.contract.reclaim),
                    Lock::map(self.contract.fence),
                );
                self.exclusive(reclaim);
                self.exclusive(fence);
                self.feed(Event::Release { lock: fence });
                self.feed(Event::Release { lock: reclaim });
            }
            "rfw" => {
                self.feed(Event::WaitForAnyFence);
                if let Some(stub) = self.stub_lock {
                    self.feed(Event::Context(ContextOp::IrqOff));
                    self.exclusive(stub);
                    self.feed(Event::Release { lock: stub });
                    self.feed(Event::Context(ContextOp::IrqOn));
                }
            }
            "ralloc" => {
                if let Some(real) = self.real {
                    let (reclaim, notifier) = (Lock::map(real.reclaim), Lock::map(real.notifier));
                    self.exclusive(reclaim);
                    self.exclusive(notifier);
                    self.feed(Event::Release { lock: notifier });
                    self.feed(Event::Release { lock: reclaim });
                    self.feed(Event::MightSleep);
                }
            }
            _ => return Err("an operation"),
        }
        Ok(())
    }

    fn next_thread(&mut self) {
        self.feed(Event::TaskEnd);
        self.threads += 1;
        let name = format!("thread {}", self.threads);
        let file = self.engine.sources().file(self.site).to_owned();
        self.source = self.engine.sources_mut().intern(&file, &name);
        self.task = self.engine.start_task(&name);
    }

    /// Whether a class is the running kernel's and not the scenario's.
    fn is_kernels(&self, class: ClassId) -> bool {
        let of_contract = self
            .real
            .is_some_and(|contract| contract.classes().contains(&class));
        of_contract || self.stub_lock.is_some_and(|stub| stub.class == class)
    }

    pub(super) fn outcome(mut self) -> (Outcome, Engine) {
        let label = |id: ClassId| {
            let class = self.engine.class(id);
            if self.is_kernels(id) {
                format!("{}/-1", class.name())
            } else {
                format!("{}/{}", class.name(), class.subclass())
            }
        };
        let used = self
            .engine
            .classes()
            .filter(|(id, class)| class.usage().kernel_bits() != 0 && !self.is_kernels(*id));
        let classes = used
            .map(|(id, class)| {
                let after = self.engine.dependencies(id).into_iter();
                ClassState {
                    name: label(id),
                    usage: class.usage().kernel_bits(),
                    after: after
                        .map(|(to, kinds, distance)| (label(to), kinds.bits(), distance))
                        .collect(),
                }
            })
            .collect();
        let (verdict, step) = self.first.map_or(("ok", -1), |(verdict, step)| {
            (verdict, i64::try_from(step).unwrap_or(i64::MAX))
        });
        let outcome = Outcome {
            verdict,
            step,
            findings: self.engine.take_findings(),
            classes,
        };
        (outcome, self.engine)
    }
}

fn wait_type(word: &str) -> Result<WaitType, &'static str> {
    Ok(match word {
        "none" => WaitType::None,
        "free" => WaitType::Free,
        "spin" => WaitType::Spin,
        "config" => WaitType::Config,
        "sleep" => WaitType::Sleep,
        _ => return Err("a wait type: none, free, spin, config or sleep"),
    })
}
