//! A finding in the making: what a rule puts together before it is known whether it is news.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::class::{Class, ClassKind};
use crate::engine::Engine;
use crate::finding::{Action, Step};
use crate::rule::{Level, Rule};
use crate::site::{Place, Site, SourceId};
use crate::task::TaskId;
use crate::verdict::Complaint;

/// A finding in the making.
pub(crate) struct Draft {
    pub(crate) rule: &'static Rule,
    pub(crate) level: Level,
    pub(crate) arguments: Vec<(&'static str, String)>,
    pub(crate) site: Site,
    pub(crate) label: SourceId,
    pub(crate) steps: Vec<Step>,
    pub(crate) cycle: Vec<String>,
    pub(crate) identity: Vec<String>,
    pub(crate) once_per_site: bool,
    pub(crate) notes: Vec<String>,
    pub(crate) complaint: Option<Box<Complaint>>,
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

    /// A step of whoever was at `site` at some earlier time: the task of that name, if that is known, or whoever runs that
    /// function.
    pub(crate) fn step_then(
        self,
        engine: &Engine,
        task: u32,
        (site, name): (Site, SourceId),
        action: Action,
    ) -> Self {
        let named = |label| !engine.label_name(label).is_empty();
        let label = [name, site.source()]
            .into_iter()
            .find(|&label| named(label));
        let label = label.unwrap_or(self.label);
        self.step(engine, task, label, site, action)
    }

    /// What of the task's locks and sections is in the way of what it does at `site`, and that it does it. Nothing if nothing
    /// is.
    pub(crate) fn under(
        mut self,
        engine: &Engine,
        task: TaskId,
        in_the_way: impl Fn(&Class) -> bool,
        site: Site,
        does: Action,
    ) -> Self {
        let label = engine.task_label(task);
        let before = self.steps.len();
        for held in engine.tasks[task.index()].task.held() {
            let class = &engine.classes[held.class()];
            let is_newest = held.site == site;
            if is_newest || !in_the_way(class) {
                continue;
            }
            let action = if class.kind == ClassKind::FenceContract {
                Action::OpensSection
            } else {
                Action::Takes {
                    lock: class.label(),
                    mode: held.mode(),
                }
            };
            self = self.step(engine, 1, label, held.site, action);
        }
        if self.steps.len() == before {
            return self;
        }
        self.step(engine, 1, label, site, does)
    }

    pub(crate) fn complaint(mut self, complaint: Complaint) -> Self {
        self.complaint = Some(Box::new(complaint));
        self
    }
}
