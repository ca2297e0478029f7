//! From what the engine knows to a complaint in lockdep's terms, as a splat shows it.

use alloc::vec::Vec;

use crate::class::ClassId;
use crate::cycles::Dependency;
use crate::engine::Engine;
use crate::mode::{DepKinds, Mode};
use crate::search::Stop;
use crate::site::{Place, Site, SourceId};
use crate::task::{Held, TaskId};
use crate::usage::UsageBit;
use crate::verdict::{Complaint, Link, LockView, Verdict};

impl Engine {
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
            .is_some_and(|newest| newest.class() == new.to && newest.site == new.to_site)
        {
            let taking = complaint.held.pop();
            complaint.taking = taking.or(complaint.taking);
        }
        let against = held
            .iter()
            .rev()
            .find(|held| held.class() == new.from && held.site == new.from_site);
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
        self.view_of(held.class(), held.instance.0, held.mode(), held.site)
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
}
