//! In which contexts each class is taken: the usage bits that acquisitions and changes of context set, and what they clash
//! with.

use alloc::vec::Vec;

use crate::context::{ContextOp, ContextState};
use crate::engine::Engine;
use crate::mode::Mode;
use crate::rules;
use crate::task::{Held, TaskId};
use crate::usage::{Usage, UsageBit};

impl Engine {
    /// Whether it matters in which context this lock is held: strict knows that an interrupt takes no sections and waits.
    fn follows_irqs(&self, entry: &Held) -> bool {
        entry.check() && (self.classes[entry.class()].kind.is_lock() || !self.is_strict())
    }

    /// Sets the usage bits of an acquisition, checking each. False if the engine stopped.
    pub(crate) fn mark_usage(&mut self, task: TaskId, entry: &Held, sync: bool) -> bool {
        let context = self.tasks[task.index()].task.context();
        let mode = entry.mode();
        if self.follows_irqs(entry) {
            if !entry.try_lock() {
                let inside = [
                    (context.in_hardirq(), UsageBit::IN_HARDIRQ),
                    (context.in_softirq(), UsageBit::IN_SOFTIRQ),
                ];
                for (_, bit) in inside.into_iter().filter(|(inside, _)| *inside) {
                    self.mark(task, entry, bit.of(mode));
                    if self.is_strict() && mode == Mode::Read {
                        self.mark(task, entry, bit.reader());
                    }
                    if self.stopped {
                        return false;
                    }
                }
            }
            if entry.irqs_on() && !sync {
                self.mark(task, entry, UsageBit::HARDIRQ_ON.of(mode));
                if !self.stopped && context.bh_on() {
                    self.mark(task, entry, UsageBit::SOFTIRQ_ON.of(mode));
                }
                if self.stopped {
                    return false;
                }
            }
        }
        self.mark(task, entry, UsageBit::USED.of(mode));
        !self.stopped
    }

    /// Sets one usage bit and looks for what it clashes with.
    pub(crate) fn mark(&mut self, task: TaskId, entry: &Held, bit: UsageBit) {
        let label = self.task_label(task);
        let class = &mut self.classes[entry.class()];
        if class.usage.contains(bit) {
            return;
        }
        let before = class.usage;
        class.usage.insert(bit);
        class.usage_sites[usize::from(bit.0)] = entry.site;
        class.usage_tasks[usize::from(bit.0)] = label;
        if !bit.is_irq() {
            return;
        }
        let mut only = Usage::NONE;
        only.insert(bit);
        let opposite = only.conflicting();
        let own = before.intersection(opposite);
        let own = if bit.is_read() {
            own.without_read()
        } else {
            own
        };
        // Our own bit for non-recursive readers is not the kernel's: only the searches below know it.
        let own = Usage::from_bits(own.kernel_bits());
        if own.is_empty() {
            self.check_inversion(task, entry, bit, opposite);
        } else {
            rules::inconsistent_irq_state::report(self, task, entry, bit, own);
        }
        self.graph.usage_changed(&self.classes, entry.class());
    }

    /// Looks for a class on a strong path whose usage clashes with the bit just set.
    fn check_inversion(&mut self, task: TaskId, entry: &Held, bit: UsageBit, opposite: Usage) {
        // The summaries include the class itself, but not the bit just set, which never clashes with itself.
        let mode = entry.mode();
        let seen = if bit.is_on() {
            self.graph.backward(entry.class(), mode)
        } else {
            self.graph.forward(entry.class(), mode)
        };
        if !seen.intersection(opposite).is_empty() {
            rules::irq_inversion::report(self, task, entry, bit, opposite);
        }
    }

    /// Applies a change of context; turning interrupts or bottom halves on marks everything held.
    pub(crate) fn switch_context(&mut self, task: TaskId, op: ContextOp) {
        if self.tasks[task.index()].task.apply(op) {
            self.mark_enabled(task);
        }
    }

    /// Takes over a recorded context. An interrupt that begins has its own history: what it interrupted is not its doing.
    pub(crate) fn set_context(&mut self, task: TaskId, state: ContextState) {
        let level = self.tasks[task.index()].task.context().irq_level();
        let enabled = self.tasks[task.index()].task.set_context(state);
        if self.tasks[task.index()].task.context().irq_level() > level {
            self.tasks[task.index()].signalling.irq_floor = self.fences.tick();
        }
        if enabled {
            self.mark_enabled(task);
        }
    }

    fn mark_enabled(&mut self, task: TaskId) {
        let bh_on = self.tasks[task.index()].task.context().bh_on();
        let held: Vec<Held> = self.tasks[task.index()].task.held().to_vec();
        for (bit, applies) in [(UsageBit::HARDIRQ_ON, true), (UsageBit::SOFTIRQ_ON, bh_on)] {
            for entry in held.iter().filter(|_| applies) {
                if self.follows_irqs(entry) {
                    self.mark(task, entry, bit.of(entry.mode()));
                }
                if self.stopped {
                    return;
                }
            }
        }
    }
}
