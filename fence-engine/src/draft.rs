//! A finding in the making: what a rule puts together before it is known whether it is news.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::Engine;
use crate::finding::{Action, Step};
use crate::rule::{Level, Rule};
use crate::site::{Place, Site, SourceId};
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
