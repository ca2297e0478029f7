//! A task that gives its thread away in the middle of what it does and goes on later, perhaps on another: a future.

use alloc::vec::Vec;

use crate::engine::Engine;
use crate::signalling::Section;
use crate::site::Site;
use crate::task::{Held, TaskId};

/// How much a task holds: what it takes from here on lies above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeldLevel {
    held: usize,
    sections: usize,
}

/// What a task held when it gave its thread away.
#[derive(Debug)]
pub struct Suspended {
    held: Vec<Held>,
    sections: Vec<Section>,
}

impl Engine {
    /// How much the task holds now.
    ///
    /// # Panics
    /// If the task is another engine's and this one has none of that number.
    pub fn level(&self, task: TaskId) -> HeldLevel {
        let state = &self.tasks[task.index()];
        HeldLevel {
            held: state.task.depth(),
            sections: state.signalling.sections.len(),
        }
    }

    /// The task gives its thread away: what it holds above `level` is a finding, as where an entry point
    /// [returns](crate::Event::Return) with it, and is taken off the task. Nothing if it holds no more than that.
    ///
    /// # Panics
    /// If the task is another engine's and this one has none of that number.
    pub fn suspend_task(
        &mut self,
        task: TaskId,
        level: HeldLevel,
        site: Site,
    ) -> Option<Suspended> {
        let state = &mut self.tasks[task.index()];
        if state.task.depth() <= level.held {
            return None;
        }
        let held = state.task.split_off(level.held);
        let below = state.task.split_off(0);
        let first = level.sections.min(state.signalling.sections.len());
        let sections = state.signalling.sections.split_off(first);
        let sections_below = core::mem::replace(&mut state.signalling.sections, sections);
        self.put_back(task, &held);
        self.leave(task, site);
        let state = &mut self.tasks[task.index()];
        state.task.split_off(0);
        let sections = core::mem::replace(&mut state.signalling.sections, sections_below);
        self.put_back(task, &below);
        Some(Suspended { held, sections })
    }

    /// The task, or another one in its place, goes on with what it held. Nothing is taken anew: nobody waits here.
    ///
    /// # Panics
    /// If the task is another engine's and this one has none of that number.
    pub fn resume_task(&mut self, task: TaskId, suspended: Suspended) {
        self.put_back(task, &suspended.held);
        let sections = &mut self.tasks[task.index()].signalling.sections;
        sections.extend(suspended.sections);
    }

    fn put_back(&mut self, task: TaskId, held: &[Held]) {
        for &entry in held {
            self.tasks[task.index()].task.push(entry);
        }
    }
}
