//! From what the engine knows to a finding: resolves classes and sites, numbers the steps, fingerprints.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash, Hasher as _};

use crate::class::{ClassId, ClassKind};
use crate::config::{Evidence, Profile};
use crate::cycles::{Cycle, Dependency};
use crate::engine::{Engine, TaskId};
use crate::finding::{Action, Confidence, Finding, Step};
use crate::graph::Why;
use crate::hash::Hasher;
use crate::mode::{DepKinds, Mode};
use crate::rule::{Level, Rule};
use crate::search::Stop;
use crate::site::{Place, Site, SourceId};
use crate::task::Held;
use crate::usage::UsageBit;
use crate::verdict::{Complaint, Link, LockView, Verdict};

/// How many findings one engine makes; nobody reads more.
const MAX_FINDINGS: usize = 10_000;

/// A finding in the making.
pub(crate) struct Draft {
    rule: &'static Rule,
    level: Level,
    arguments: Vec<(&'static str, String)>,
    site: Site,
    label: SourceId,
    steps: Vec<Step>,
    cycle: Vec<String>,
    identity: Vec<String>,
    once_per_site: bool,
    notes: Vec<String>,
    complaint: Option<Box<Complaint>>,
}

impl Draft {
    pub(crate) fn new(rule: &'static Rule, site: Site, label: SourceId) -> Self {
        Self {
            rule,
            level: rule.level,
            arguments: Vec::new(),
            site,
            label,
            steps: Vec::new(),
            cycle: Vec::new(),
            identity: Vec::new(),
            once_per_site: false,
            notes: Vec::new(),
            complaint: None,
        }
    }

    /// Fills the braces `{name}` of the rule's template.
    pub(crate) fn argument(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// Makes findings about this class (or other name) the same finding.
    pub(crate) fn about(mut self, what: impl Into<String>) -> Self {
        self.identity.push(what.into());
        self
    }

    /// One finding per site, where a site is a place in a source and not a line of a recording.
    pub(crate) fn at_each_site(mut self) -> Self {
        self.once_per_site = true;
        self
    }

    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn step(
        mut self,
        engine: &Engine,
        task: u32,
        label: SourceId,
        site: Site,
        action: Action,
    ) -> Self {
        let step = self.steps.len() as u32 + 1;
        let who = engine.label_name(label);
        self.steps.push(Step {
            task,
            who,
            step,
            place: Place::new(&engine.sources, site),
            action,
        });
        self
    }

    /// A step of whoever was at `site` at some earlier time.
    pub(crate) fn step_then(self, engine: &Engine, task: u32, site: Site, action: Action) -> Self {
        let label = if site.is_unknown() {
            self.label
        } else {
            site.source()
        };
        self.step(engine, task, label, site, action)
    }

    pub(crate) fn complaint(mut self, complaint: Complaint) -> Self {
        self.complaint = Some(Box::new(complaint));
        self
    }
}

impl Engine {
    /// Adds a finding, unless it was reported before. In profile `kernel` the first one that lockdep knows ends the run.
    pub(crate) fn emit(&mut self, draft: Draft) {
        if self.config.profile == Profile::Kernel && draft.complaint.is_none() {
            return;
        }
        let place = Place::new(&self.sources, draft.site);
        let mut identity = draft.identity;
        identity.sort_unstable();
        // A ww lock and its acquire context have one name: a cycle through both is one through either.
        identity.dedup();
        let hash = |with_site: bool| {
            let mut hasher = Hasher::with_seed(0x66_656e_6365).build_hasher();
            // Tasks of a recording have other names in the next one.
            let function = if self.config.evidence == Evidence::Sections {
                &*place.function
            } else {
                ""
            };
            (draft.rule.id, &identity, function).hash(&mut hasher);
            if with_site {
                (draft.site.line(), draft.site.column()).hash(&mut hasher);
            }
            hasher.finish()
        };
        let per_site = draft.once_per_site && self.config.evidence == Evidence::Sections;
        if self.reported.len() >= MAX_FINDINGS {
            return self.reach_limit("more than 10,000 findings: later ones are not shown");
        }
        // A cycle noted behind a gate is news again once it may hang.
        let once = hash(per_site) ^ u64::from(draft.level == Level::Note);
        if !self.reported.insert(once) {
            return;
        }
        self.stopped |= self.config.profile == Profile::Kernel;
        self.findings.push(Finding {
            rule: draft.rule,
            level: draft.level,
            confidence: Confidence::Observed,
            arguments: draft.arguments,
            fingerprint: hash(false),
            place,
            task: self.label_name(draft.label),
            steps: draft.steps,
            cycle: draft.cycle,
            notes: draft.notes,
            complaint: draft.complaint,
        });
    }

    pub(crate) fn label_name(&self, label: SourceId) -> String {
        self.sources.function(Site::new(label, 0, 0)).to_string()
    }

    pub(crate) fn class_label(&self, class: ClassId) -> String {
        self.classes[class].label()
    }

    pub(crate) fn task_label(&self, task: TaskId) -> SourceId {
        self.tasks[task.index()].label
    }

    /// A complaint of `verdict` by a task, with what it holds.
    pub(crate) fn complain(
        &self,
        verdict: Verdict,
        task: Option<TaskId>,
        label: SourceId,
    ) -> Complaint {
        let state = task.map(|task| &self.tasks[task.index()].task);
        let context = state.map(crate::task::Task::context).unwrap_or_default();
        Complaint {
            verdict,
            task: self.label_name(label),
            context: (
                context.in_hardirq(),
                context.in_softirq(),
                context.irqs_on(),
                context.bh_on(),
            ),
            taking: None,
            against: None,
            chain: Vec::new(),
            missing: None,
            states: None,
            registered: None,
            limit: None,
            held: state
                .map(|state| state.held().iter().map(|held| self.view(held)).collect())
                .unwrap_or_default(),
        }
    }

    /// A complaint about a dependency that is being made: the lock that is being taken is not yet among the held.
    pub(crate) fn complain_depending(&self, verdict: Verdict, new: &Dependency) -> Complaint {
        let mut complaint = self.complain(verdict, new.task, new.label);
        let view = |class, mode, site| self.view_of(class, 0, mode, site);
        complaint.taking = Some(view(new.to, new.to_mode, new.to_site));
        complaint.against = Some(view(new.from, new.from_mode, new.from_site));
        let held = new
            .task
            .map(|task| self.tasks[task.index()].task.held())
            .unwrap_or_default();
        if held
            .last()
            .is_some_and(|newest| newest.class == new.to && newest.site == new.to_site)
        {
            let taking = complaint.held.pop();
            complaint.taking = taking.or(complaint.taking);
        }
        let against = held
            .iter()
            .rev()
            .find(|held| held.class == new.from && held.site == new.from_site);
        if let Some(against) = against {
            complaint.against = Some(self.view(against));
        }
        complaint
    }

    /// A complaint while `entry` is being taken, which is not yet among what the task holds.
    pub(crate) fn complain_taking(
        &self,
        verdict: Verdict,
        task: TaskId,
        entry: &Held,
    ) -> Complaint {
        let mut complaint = self.complain(verdict, Some(task), self.task_label(task));
        complaint.taking = Some(self.view(entry));
        if complaint.held.last() == complaint.taking.as_ref() {
            complaint.held.pop();
        }
        complaint
    }

    pub(crate) fn view(&self, held: &Held) -> LockView {
        self.view_of(held.class, held.instance.0, held.how.mode, held.site)
    }

    pub(crate) fn view_of(
        &self,
        class: ClassId,
        instance: u64,
        mode: Mode,
        site: Site,
    ) -> LockView {
        let about = &self.classes[class];
        LockView {
            name: about.label(),
            instance,
            usage: about.usage.chars(),
            waits: about.wait_types(),
            mode,
            place: Place::new(&self.sources, site),
        }
    }

    /// A path of classes as the links of a chain, each with where it was taken under the one before.
    pub(crate) fn links(&self, path: &[Stop]) -> Vec<Link> {
        let mut before: Option<ClassId> = None;
        path.iter()
            .map(|stop| {
                let witness = before
                    .and_then(|from| self.graph.edge(from, stop.class))
                    .and_then(|id| self.graph.witness(id, DepKinds::from_bits(15)));
                before = Some(stop.class);
                let class = &self.classes[stop.class];
                let states = class.usage.iter().filter(|bit| bit.0 < 10);
                let state = |bit: UsageBit| {
                    let site = class.usage_sites[usize::from(bit.0)];
                    (bit.report_name(), Place::new(&self.sources, site))
                };
                Link {
                    lock: self.view_of(
                        stop.class,
                        0,
                        Mode::Exclusive,
                        witness.map_or(Site::UNKNOWN, |seen| seen.to),
                    ),
                    states: states.map(state).collect(),
                }
            })
            .collect()
    }

    /// The steps of a cycle: first what each task holds, then what each blocks on.
    pub(crate) fn cycle_steps(&self, mut draft: Draft, new: &Dependency, cycle: &Cycle) -> Draft {
        let mut edges = alloc::vec![Leg::of(new)];
        for pair in cycle.path.windows(2) {
            let Some(id) = self.graph.edge(pair[0].class, pair[1].class) else {
                continue;
            };
            let only = pair[1].only_readers;
            let kinds = DepKinds::from_bits(if only { 0b0011 } else { 0b1100 });
            let witness = self
                .graph
                .witness(id, kinds)
                .or_else(|| self.graph.witness(id, DepKinds::from_bits(15)));
            let Some(witness) = witness else { continue };
            edges.push(Leg {
                from: pair[0].class,
                to: pair[1].class,
                from_mode: if witness.kinds.only_shared() {
                    Mode::Read
                } else {
                    Mode::Exclusive
                },
                to_mode: if witness.kinds.only_recursive() {
                    Mode::RecursiveRead
                } else {
                    Mode::Exclusive
                },
                from_site: witness.from,
                to_site: witness.to,
                label: witness.task,
                why: witness.why,
            });
        }
        // What each holds, then where each blocks, and last what nobody in this run does.
        let legs = || edges.iter().zip(1..);
        let declared = |leg: &Leg| leg.why == Why::Declared;
        let held = legs().map(|(leg, task)| (leg, task, self.holding(leg)));
        let blocked = legs()
            .filter(|(leg, _)| !declared(leg))
            .map(|(leg, task)| (leg, task, self.blocking(leg)));
        let contract = legs()
            .filter(|(leg, _)| declared(leg))
            .map(|(leg, task)| (leg, task, self.blocking(leg)));
        for (leg, task, (site, action)) in held.chain(blocked).chain(contract) {
            if let Some(action) = action {
                draft = draft.step(self, task, leg.label, site, action);
            }
        }
        draft.cycle = edges.iter().map(|leg| self.class_label(leg.from)).collect();
        for leg in &edges {
            draft.identity.push(self.identity_of(leg.from));
        }
        draft
    }

    /// The name a class goes by in a fingerprint: all fences are one there, because a signal serves them all.
    fn identity_of(&self, class: ClassId) -> String {
        if self.classes[class].kind.is_fence() {
            "fence".into()
        } else {
            self.class_label(class)
        }
    }

    fn holding(&self, leg: &Leg) -> (Site, Option<Action>) {
        let from = self.class_label(leg.from);
        let kind = self.classes[leg.from].kind;
        let action = match kind {
            _ if leg.why == Why::Declared => None,
            ClassKind::FenceContract => Some(Action::OpensSection),
            ClassKind::Timeline => Some(Action::MustSignal { fence: from }),
            ClassKind::Event => Some(Action::MustComplete { what: from }),
            ClassKind::Lock | ClassKind::WwContext | ClassKind::PseudoLock => Some(Action::Takes {
                lock: from,
                mode: leg.from_mode,
            }),
            _ => Some(Action::Inside { what: from, kind }),
        };
        (leg.from_site, action)
    }

    fn blocking(&self, leg: &Leg) -> (Site, Option<Action>) {
        let to = self.class_label(leg.to);
        let kind = self.classes[leg.to].kind;
        let action = match kind {
            _ if leg.why == Why::Declared => Action::Contract {
                from: self.class_label(leg.from),
                to,
            },
            _ if leg.why == Why::AroundSignal => Action::NeedsHeld { what: to },
            ClassKind::Lock | ClassKind::WwContext => Action::Blocks {
                on: to,
                mode: leg.to_mode,
            },
            _ => Action::WaitsFor { what: to, kind },
        };
        (leg.to_site, Some(action))
    }
}

/// One edge of a cycle with the witness that is shown for it.
struct Leg {
    from: ClassId,
    to: ClassId,
    from_mode: Mode,
    to_mode: Mode,
    from_site: Site,
    to_site: Site,
    label: SourceId,
    why: Why,
}

impl Leg {
    fn of(new: &Dependency) -> Self {
        Self {
            from: new.from,
            to: new.to,
            from_mode: new.from_mode,
            to_mode: new.to_mode,
            from_site: new.from_site,
            to_site: new.to_site,
            label: new.label,
            why: new.why,
        }
    }
}
