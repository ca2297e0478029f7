//! The tasks of a trace: by id, idle tasks by CPU, under the name each had last.

use fence_engine::{Event, Site, SourceId};

use super::{MAX_TASKS, Map, Replay, TaskState};
use crate::tracefs;

impl Replay {
    pub(super) fn task(&mut self, task: tracefs::Task<'_>, cpu: Option<u16>) -> Option<usize> {
        let key = (task.pid, if task.pid == 0 { cpu.unwrap_or(0) } else { 0 });
        let at = match self.last {
            Some((last, at)) if last == key => at,
            _ => match self.tasks.get(&key) {
                Some(&at) => at,
                None if self.states.len() < MAX_TASKS => self.new_task(key, task.comm),
                None => {
                    let Some(at) = self.task_that_left() else {
                        self.reach_limit(
                            "more than 131,072 tasks at once: what later ones do is left out",
                        );
                        return None;
                    };
                    self.tasks.insert(key, at);
                    self.states[at].key = key;
                    self.rename(at, task);
                    at
                }
            },
        };
        self.last = Some((key, at));
        if !self.states[at].active {
            self.states[at].active = true;
            self.active.push(at);
        }
        if *self.states[at].comm != *task.comm {
            self.rename(at, task);
        }
        Some(at)
    }

    /// A task that has left and holds nothing, the first of them: what is known of it is forgotten. Should it have come
    /// back under its old id, nothing is lost by calling it another task.
    fn task_that_left(&mut self) -> Option<usize> {
        while let Some(at) = self.left.pop_front() {
            self.states[at].has_left = false;
            self.settle(at);
            let state = &mut self.states[at];
            if state.held.is_empty() && state.stuck.is_none() && state.map == Map::Out {
                (state.flags, state.leaving) = (None, None);
                let (id, key) = (state.id, state.key);
                self.engine.feed(id, Event::TaskEnd, Site::UNKNOWN);
                self.tasks.remove(&key);
                return Some(at);
            }
        }
        None
    }

    pub(super) fn leaves(&mut self, at: usize) {
        let state = &mut self.states[at];
        state.leaving = (!state.held.is_empty()).then(|| state.held.clone());
        if !core::mem::replace(&mut state.has_left, true) {
            self.left.push_back(at);
        }
    }

    /// The source of a task's lines; of the recording alone once there are more names than can be told apart.
    fn source_of(&mut self, name: &str) -> SourceId {
        let source = self.engine.sources_mut().intern(&self.file, name);
        if !source.is_unknown() {
            return source;
        }
        self.reach_limit("more than 524,287 names of tasks: later ones are not shown");
        self.engine.sources_mut().intern(&self.file, "")
    }

    fn new_task(&mut self, key: (u32, u16), comm: &[u8]) -> usize {
        let name = format!("{}-{}", String::from_utf8_lossy(comm), key.0);
        let at = self.states.len();
        let source = self.source_of(&name);
        self.states.push(TaskState {
            key,
            has_left: false,
            id: self.engine.start_task(&name),
            source,
            comm: comm.into(),
            active: false,
            flags: None,
            map: Map::Out,
            leaving: None,
            held: Vec::new(),
            stuck: None,
        });
        self.tasks.insert(key, at);
        at
    }

    /// A task took another name: an exec, or a new thread with an old id.
    fn rename(&mut self, at: usize, task: tracefs::Task<'_>) {
        let name = format!("{}-{}", String::from_utf8_lossy(task.comm), task.pid);
        let source = self.source_of(&name);
        let state = &mut self.states[at];
        state.comm = task.comm.into();
        state.source = source;
        self.engine.rename_task(state.id, &name);
    }
}
