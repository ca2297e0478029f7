//! Timers: functions that run in softirqs and are waited for when the timer is deleted.

use crate::class::ClassId;
use crate::context::ContextOp;
use crate::engine::Engine;
use crate::mode::Mode;
use crate::site::Site;
use crate::task::{How, TaskId};

impl Engine {
    pub(crate) fn timer_begin(&mut self, task: TaskId, timer: ClassId, site: Site) {
        let context = self.tasks[task.index()].task.context();
        let enters = !context.in_hardirq() && !context.in_softirq();
        if enters {
            self.switch_context(task, ContextOp::SoftIrqEnter);
        }
        self.tasks[task.index()]
            .signalling
            .timers
            .push((timer, enters));
        self.hold(task, timer, How::new(Mode::Exclusive), site);
    }

    pub(crate) fn timer_end(&mut self, task: TaskId, timer: ClassId, site: Site) {
        let timers = &mut self.tasks[task.index()].signalling.timers;
        let Some(at) = timers.iter().rposition(|running| running.0 == timer) else {
            return;
        };
        let (_, entered) = timers.remove(at);
        self.let_go(task, timer, site);
        if entered {
            self.switch_context(task, ContextOp::SoftIrqExit);
        }
    }
}
