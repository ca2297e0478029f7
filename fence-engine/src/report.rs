//! From what the engine knows to a finding: resolves classes and sites, numbers the steps, fingerprints.

use alloc::string::{String, ToString};
use core::hash::{BuildHasher, Hash, Hasher as _};

use crate::class::{ClassId, ClassKind};
use crate::config::{Evidence, Profile};
use crate::cycles::{Cycle, Dependency};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::finding::{Action, Confidence, Finding};
use crate::hash::Hasher;
use crate::mode::Mode;
use crate::rule::Level;
use crate::site::{Place, Site, SourceId};
use crate::task::TaskId;
use crate::witness::Why;

/// How many findings one engine makes; nobody reads more.
const MAX_FINDINGS: usize = 10_000;

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
                draft.site.hash(&mut hasher);
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
        self.task_names[task.number()]
    }

    /// The steps of a cycle: first what each task holds, then what each blocks on.
    pub(crate) fn cycle_steps(&self, mut draft: Draft, new: &Dependency, cycle: &Cycle) -> Draft {
        let mut edges = alloc::vec![Leg::of(new)];
        for (pair, &kind) in cycle.path.windows(2).zip(&cycle.kinds) {
            let edge = self.graph.edge(pair[0].class, pair[1].class);
            let Some(witness) = edge.and_then(|id| self.graph.witness(id, kind)) else {
                continue;
            };
            let (from_mode, to_mode) = kind.modes();
            edges.push(Leg {
                from: pair[0].class,
                to: pair[1].class,
                from_mode,
                to_mode,
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
