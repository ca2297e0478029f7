//! Acquire contexts of ww mutexes: what may be taken in one, and when it may end.

use crate::class::ClassKind;
use crate::engine::Engine;
use crate::rules;
use crate::site::Site;
use crate::task::{How, Lock, TaskId};

impl Engine {
    /// Checks an acquisition against the context it names, before it is made.
    pub(crate) fn check_ww(&mut self, task: TaskId, lock: Lock, how: How, site: Site) {
        let Some(context) = how.nest else { return };
        if self.classes[context.class].kind != ClassKind::WwContext {
            return;
        }
        let names = [lock.class, context.class].map(|class| self.classes[class].name());
        if names[0] != names[1] {
            let what = alloc::format!(
                "`{}` is taken in an acquire context of class `{}`",
                names[0],
                names[1]
            );
            rules::ww_misuse::report(self, task, what, site);
        } else if self.tasks[task.index()]
            .signalling
            .done_contexts
            .contains(&context)
        {
            let what = alloc::format!(
                "`{}` is taken in an acquire context after its ww_acquire_done()",
                names[0]
            );
            rules::ww_misuse::report(self, task, what, site);
        }
    }

    pub(crate) fn ww_done(&mut self, task: TaskId, context: Lock, site: Site) {
        let done = &mut self.tasks[task.index()].signalling.done_contexts;
        if done.contains(&context) {
            rules::ww_misuse::report(self, task, "ww_acquire_done() is called twice".into(), site);
        } else {
            done.push(context);
        }
    }

    pub(crate) fn ww_end(&mut self, task: TaskId, context: Lock, site: Site) {
        let state = &mut self.tasks[task.index()];
        state
            .signalling
            .done_contexts
            .retain(|done| *done != context);
        let left = state
            .task
            .held()
            .iter()
            .find(|held| held.nest() == Some(context))
            .map(crate::task::Held::class);
        if let Some(class) = left {
            let what = alloc::format!(
                "the acquire context ends while `{}` is held in it",
                self.class_label(class)
            );
            rules::ww_misuse::report(self, task, what, site);
        }
        self.release(task, context, site);
    }
}
