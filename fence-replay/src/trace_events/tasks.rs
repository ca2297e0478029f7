//! The tasks of a trace: by id, idle tasks by CPU, under the name each had last.

use fence_engine::SourceId;

use super::{MAX_TASKS, Map, Replay, TaskState};
use crate::tracefs;

impl Replay {
    pub(super) fn task(&mut self, task: tracefs::Task<'_>, cpu: Option<u16>) -> Option<usize> {
        let key = (task.pid, if task.pid == 0 { cpu.unwrap_or(0) } else { 0 });
        let at = match self.last {
            Some((last, at)) if last == key => at,
            _ => match self.tasks.get(&key) {
                Some(&at) => at,
                None if self.states.len() >= MAX_TASKS => {
                    self.reach_limit("more than 131,072 tasks: what later ones do is left out");
                    return None;
                }
                None => self.new_task(key, task.comm),
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

    /// The source of a task's lines; of the recording alone once there are more names than can be told apart.
    fn source_of(&mut self, name: &str) -> SourceId {
        let source = self.engine.sources_mut().intern(&self.file, name);
        if !source.is_unknown() {
            return source;
        }
        self.reach_limit("more than 1,048,575 names of tasks: later ones are not shown");
        self.engine.sources_mut().intern(&self.file, "")
    }

    fn new_task(&mut self, key: (u32, u16), comm: &[u8]) -> usize {
        let name = format!("{}-{}", String::from_utf8_lossy(comm), key.0);
        let at = self.states.len();
        let source = self.source_of(&name);
        self.states.push(TaskState {
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
