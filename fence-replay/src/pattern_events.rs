//! What a pattern means: its tree as events of the engine, thread after thread, and its findings against what it expects.
//!
//! Not here: the syntax, and any judgement of its own; whether something is a deadlock is the engine's business.

mod declarations;
mod locks;
mod operations;

use std::collections::{BTreeMap, BTreeSet};

use fence_engine::{
    AllocScope, ClassId, ClassKind, ClassSpec, Config, ContextOp, Contract, ContractNames, Engine,
    Event, FenceId, FenceSpec, Finding, Gfp, Level, Lock, Site, SourceId, TaskId, rules,
};

use crate::pattern::{self, Expectation, LockKind, OpKind, Pattern};

/// What became of a pattern.
#[derive(Clone, Debug)]
pub struct PatternOutcome {
    /// All findings; a finding's function is its thread.
    pub findings: Vec<Finding>,
    /// Whether the findings are those the pattern expects: every expected rule, and no error or warning beside.
    pub as_expected: bool,
    /// The names of the rules the pattern expects, none for `expect clean`; nothing if it has no `expect` line.
    pub expected: Option<Vec<String>>,
}

/// Runs a pattern on a fresh engine. `file` is the name its places carry.
///
/// ```
/// use fence_engine::Config;
/// use fence_replay::{pattern, pattern_events};
/// let file = pattern::parse("pattern p\nexpect never-signalled\nthread t\n begin_signalling\n publish F\n end_signalling\n");
/// let outcome = pattern_events::run(&file.patterns[0], "p.fence", Config::STRICT);
/// assert!(outcome.as_expected);
/// assert_eq!(outcome.findings[0].place.line, 5);
/// ```
pub fn run(pattern: &Pattern, file: &str, config: Config) -> PatternOutcome {
    run_to_engine(pattern, file, config).0
}

/// Runs a pattern on a fresh engine and hands that out too, for its graph.
pub fn run_to_engine(pattern: &Pattern, file: &str, config: Config) -> (PatternOutcome, Engine) {
    let mut player = Player::new(pattern, file, config);
    for thread in &pattern.threads {
        player.thread(thread);
    }
    player.engine.finish();
    let findings = player.engine.take_findings();
    let as_expected = meets(pattern, &findings);
    let outcome = PatternOutcome {
        findings,
        as_expected,
        expected: expectations(pattern),
    };
    (outcome, player.engine)
}

fn expectations(pattern: &Pattern) -> Option<Vec<String>> {
    let name = |expectation: &Expectation| match expectation {
        Expectation::Rule(name) => Some(
            rules::find(name)
                .map_or(name.as_str(), |rule| rule.name)
                .to_owned(),
        ),
        Expectation::Clean => None,
    };
    let names = || {
        pattern
            .expect
            .iter()
            .filter_map(|expect| name(&expect.what))
    };
    (!pattern.expect.is_empty()).then(|| names().collect())
}

fn meets(pattern: &Pattern, findings: &[Finding]) -> bool {
    let expected: BTreeSet<&str> = pattern
        .expect
        .iter()
        .filter_map(|expect| match &expect.what {
            Expectation::Rule(name) => {
                Some(rules::find(name).map_or(name.as_str(), |rule| rule.id))
            }
            Expectation::Clean => None,
        })
        .collect();
    let serious = findings
        .iter()
        .filter(|finding| finding.level >= Level::Warning);
    serious
        .into_iter()
        .all(|finding| expected.contains(finding.rule.id))
        && expected
            .iter()
            .all(|id| findings.iter().any(|finding| finding.rule.id == *id))
}

/// How a thread holds a lock, so that its release undoes all of it.
#[derive(Clone, Copy)]
struct Holding {
    lock: Lock,
    spins: bool,
    /// The acquire context it was taken in, if the context opens and closes by itself.
    auto: Option<ClassId>,
}

struct Player<'a> {
    engine: Engine,
    contract: Contract,
    file: &'a str,
    locks: BTreeMap<&'a str, Lock>,
    fences: BTreeMap<&'a str, FenceId>,
    sections: BTreeMap<&'a str, u32>,
    buffers: BTreeMap<&'a str, u32>,
    ww_classes: BTreeMap<&'a str, &'a str>,
    /// Semaphores and folio locks that one thread takes and another gives back, which they allow.
    handed_over: BTreeSet<&'a str>,
    instances: u64,
    // Of the thread that is running:
    task: TaskId,
    source: SourceId,
    site: Site,
    in_interrupt: u32,
    held: BTreeMap<&'a str, Vec<Holding>>,
    contexts: BTreeMap<&'a str, Lock>,
    auto: BTreeMap<ClassId, (Lock, u32)>,
}

impl<'a> Player<'a> {
    fn new(pattern: &'a Pattern, file: &'a str, config: Config) -> Self {
        let mut engine = Engine::new(config);
        let contract = engine.prime(&ContractNames::PATTERN, true);
        let task = engine.start_task("");
        let source = engine.sources_mut().intern(file, "");
        let mut player = Self {
            engine,
            contract,
            file,
            locks: BTreeMap::new(),
            fences: BTreeMap::new(),
            sections: BTreeMap::new(),
            buffers: BTreeMap::new(),
            ww_classes: BTreeMap::new(),
            handed_over: handed_over(pattern),
            instances: 1 << 32,
            task,
            source,
            site: Site::UNKNOWN,
            in_interrupt: 0,
            held: BTreeMap::new(),
            contexts: BTreeMap::new(),
            auto: BTreeMap::new(),
        };
        player.declare(pattern);
        player
    }

    fn node(&mut self, name: &str, kind: ClassKind) -> ClassId {
        self.engine.declare(&ClassSpec::new(name, kind))
    }

    fn fence(&mut self, name: &'a str) -> FenceId {
        if let Some(&fence) = self.fences.get(name) {
            return fence;
        }
        let spec = FenceSpec {
            name,
            timeline: name,
            lock: None,
            seqno: None,
            unbounded: false,
        };
        let fence = self.engine.declare_fence(&spec);
        self.fences.insert(name, fence);
        fence
    }

    fn feed(&mut self, event: Event) {
        self.engine.feed(self.task, event, self.site);
    }

    fn thread(&mut self, thread: &'a pattern::Thread) {
        self.task = self.engine.start_task(&thread.name);
        self.source = self.engine.sources_mut().intern(self.file, &thread.name);
        self.site = Site::new(self.source, thread.line.into(), 1);
        self.held.clear();
        self.contexts.clear();
        self.auto.clear();
        self.in_interrupt = 0;
        match thread.context {
            pattern::Context::Hardirq | pattern::Context::Irqwork => {
                self.enter(ContextOp::HardIrqEnter { threaded: true });
            }
            pattern::Context::Softirq | pattern::Context::Timer => {
                self.enter(ContextOp::SoftIrqEnter);
            }
            _ => {}
        }
        for op in &thread.ops {
            self.site = Site::new(self.source, op.pos.line.into(), op.pos.column);
            self.operation(&op.kind);
        }
        self.hand_over();
        self.feed(Event::TaskEnd);
    }

    /// Leaves what another thread gives back to that thread.
    fn hand_over(&mut self) {
        for name in self.handed_over.clone() {
            for holding in self.held.remove(name).unwrap_or_default() {
                self.feed(Event::Release { lock: holding.lock });
            }
        }
    }

    fn enter(&mut self, op: ContextOp) {
        self.in_interrupt += 1;
        self.feed(Event::Context(op));
    }

    fn exit(&mut self, op: ContextOp) {
        self.in_interrupt = self.in_interrupt.saturating_sub(1);
        self.feed(Event::Context(op));
    }

    fn operation(&mut self, op: &'a OpKind) {
        match op {
            OpKind::Lock(lock) => self.take(
                &lock.name,
                lock.class(),
                lock.kind,
                &lock.options,
                lock.context.as_ref(),
            ),
            OpKind::SpinIrq { lock, options } => {
                self.feed(Event::Context(ContextOp::IrqOff));
                let class = options
                    .class
                    .as_ref()
                    .map_or(lock.class_part(), |class| class.as_str());
                self.take(lock, class, LockKind::Spin, options, None);
            }
            OpKind::Unlock { lock } => self.give(lock),
            OpKind::UnlockIrq { lock } => {
                self.give(lock);
                self.feed(Event::Context(ContextOp::IrqOn));
            }
            OpKind::Downgrade { lock } => {
                let lock = self.known_lock(lock);
                self.feed(Event::Downgrade { lock });
            }
            OpKind::Init { lock } => {
                let lock = self.known_lock(lock);
                self.feed(Event::Init { lock });
            }
            OpKind::Free { lock } => {
                let lock = self.known_lock(lock);
                self.feed(Event::Free { lock });
            }
            OpKind::WwBegin { context } => self.ww_begin(context),
            OpKind::WwDone { context } => {
                let context = self.ww_context(context);
                self.feed(Event::WwDone { context });
            }
            OpKind::WwEnd { context } => {
                let context = self.ww_context(context);
                self.feed(Event::WwEnd { context });
            }
            OpKind::IrqOff => self.feed(Event::Context(ContextOp::IrqOff)),
            OpKind::IrqOn => self.feed(Event::Context(ContextOp::IrqOn)),
            OpKind::BhOff => self.feed(Event::Context(ContextOp::BhOff)),
            OpKind::BhOn => self.feed(Event::Context(ContextOp::BhOn)),
            OpKind::PreemptOff => self.feed(Event::Context(ContextOp::PreemptOff)),
            OpKind::PreemptOn => self.feed(Event::Context(ContextOp::PreemptOn)),
            OpKind::IrqEnter => self.enter(ContextOp::HardIrqEnter { threaded: true }),
            OpKind::IrqExit => self.exit(ContextOp::HardIrqExit),
            OpKind::SoftirqEnter => self.enter(ContextOp::SoftIrqEnter),
            OpKind::SoftirqExit => self.exit(ContextOp::SoftIrqExit),
            OpKind::Alloc { flags } => self.feed(Event::Alloc(gfp(*flags))),
            OpKind::ScopeBegin { scope: open } => self.feed(Event::ScopeBegin(scope(*open))),
            OpKind::ScopeEnd { scope: open } => self.feed(Event::ScopeEnd(scope(*open))),
            OpKind::ReclaimBegin => self.feed(Event::ReclaimBegin),
            OpKind::ReclaimEnd => self.feed(Event::ReclaimEnd),
            OpKind::MmuNotifierBegin => self.feed(Event::NotifierBegin),
            OpKind::MmuNotifierEnd => self.feed(Event::NotifierEnd),
            OpKind::Fault | OpKind::CopyUser => self.feed(Event::TouchUserMemory),
            OpKind::WaitUser { .. } => self.feed(Event::WaitForUser),
            OpKind::MightSleep | OpKind::Sleep => self.feed(Event::MightSleep),
            OpKind::Return => {
                self.hand_over();
                self.feed(Event::Return);
            }
            OpKind::Cancel { .. } | OpKind::TimerArm { .. } | OpKind::Workqueue(_) => {}
            other => {
                if let Some(event) = self.fence_event(other).or_else(|| self.node_event(other)) {
                    self.feed(event);
                }
            }
        }
    }
}

/// The semaphores and folio locks that some thread gives back without having taken them.
fn handed_over(pattern: &Pattern) -> BTreeSet<&str> {
    let mut owned_by_nobody = BTreeSet::new();
    let mut handed = BTreeSet::new();
    for thread in &pattern.threads {
        let mut held: BTreeMap<&str, usize> = BTreeMap::new();
        for op in &thread.ops {
            match &op.kind {
                OpKind::Lock(lock) => {
                    if matches!(lock.kind, LockKind::Sem | LockKind::Folio) {
                        owned_by_nobody.insert(lock.name.as_str());
                    }
                    *held.entry(&lock.name).or_default() += 1;
                }
                OpKind::Unlock { lock } => match held.get_mut(lock.as_str()) {
                    Some(count) if *count > 0 => *count -= 1,
                    _ => {
                        handed.insert(lock.as_str());
                    }
                },
                _ => {}
            }
        }
    }
    handed.intersection(&owned_by_nobody).copied().collect()
}

fn gfp(flags: pattern::Gfp) -> Gfp {
    match flags {
        pattern::Gfp::Kernel => Gfp::Kernel,
        pattern::Gfp::Nofs => Gfp::NoFs,
        pattern::Gfp::Noio => Gfp::NoIo,
        pattern::Gfp::Atomic => Gfp::Atomic,
        pattern::Gfp::Nowait => Gfp::NoWait,
    }
}

fn scope(scope: pattern::AllocScope) -> AllocScope {
    match scope {
        pattern::AllocScope::Noreclaim => AllocScope::NoReclaim,
        pattern::AllocScope::Nofs => AllocScope::NoFs,
        pattern::AllocScope::Noio => AllocScope::NoIo,
    }
}
