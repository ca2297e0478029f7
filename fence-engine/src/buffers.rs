//! Calls on dma-bufs: who must hold the reservation lock, and which brackets have to balance.

use crate::class::ClassKind;
use crate::engine::Engine;
use crate::event::BufferOp;
use crate::mode::Mode;
use crate::rules;
use crate::signalling::Bracket;
use crate::site::Site;
use crate::task::TaskId;
use crate::who::Who;

impl Engine {
    pub(crate) fn buffer(
        &mut self,
        task: TaskId,
        op: BufferOp,
        buffer: u32,
        unlocked: bool,
        site: Site,
    ) {
        let held = self.holds_resv(task);
        let mapping = matches!(
            op,
            BufferOp::Map | BufferOp::Unmap | BufferOp::Pin | BufferOp::Vmap
        );
        if mapping {
            self.might_sleep(task, site);
            if self.tasks[task.index()].signalling.in_section() {
                rules::mapping_in_signalling::report(self, task, op, site);
            } else if unlocked && !held {
                self.touch_resv(task, site);
            }
        }
        let must_hold = mapping && !unlocked;
        if must_hold != held {
            rules::resv_lock_convention::report(self, task, op, must_hold, site);
        } else if op == BufferOp::CpuBegin {
            self.touch_resv(task, site);
            self.wait_inside_cpu_begin(task, site);
        }
        self.bracket(task, op, buffer, site);
    }

    fn holds_resv(&self, task: TaskId) -> bool {
        let Some(contract) = self.contract() else {
            return false;
        };
        let held = self.tasks[task.index()].task.held();
        held.iter().any(|held| {
            self.classes[held.class()].base == contract.resv
                && self.classes[held.class()].kind == ClassKind::Lock
        })
    }

    fn touch_resv(&mut self, task: TaskId, site: Site) {
        if let Some(contract) = self.contract() {
            self.touch(task, contract.resv, Mode::Exclusive, site);
        }
    }

    /// Waits for the buffer's implicit fences, whichever they are.
    fn wait_inside_cpu_begin(&mut self, task: TaskId, site: Site) {
        self.might_sleep(task, site);
        let in_section = self.tasks[task.index()].signalling.in_section();
        if let Some(contract) = self.contract().filter(|_| !in_section) {
            self.touch(task, contract.fence, Mode::Exclusive, site);
        }
    }

    fn bracket(&mut self, task: TaskId, op: BufferOp, buffer: u32, site: Site) {
        let (kind, step) = match op {
            BufferOp::Map => (BufferOp::Map, 1),
            BufferOp::Unmap => (BufferOp::Map, -1),
            BufferOp::CpuBegin => (BufferOp::CpuBegin, 1),
            BufferOp::CpuEnd => (BufferOp::CpuBegin, -1),
            BufferOp::DeviceBegin => (BufferOp::DeviceBegin, 1),
            BufferOp::DeviceEnd => (BufferOp::DeviceBegin, -1),
            BufferOp::Pin | BufferOp::Vmap => return,
        };
        let label = self.task_label(task);
        let open = self.fences.brackets.entry((buffer, kind));
        let bracket = open.or_insert(Bracket {
            kind,
            buffer,
            open: 0,
            site,
            label,
            opened_by: Who::Nobody,
            too_many: None,
        });
        bracket.open += step;
        if step > 0 {
            (bracket.site, bracket.label) = (site, label);
            bracket.opened_by.add(task);
        } else if bracket.open < 0 && bracket.too_many.is_none() {
            bracket.too_many = Some((site, label, task));
        }
        if bracket.open == 0 && bracket.too_many.is_none() {
            self.fences.brackets.remove(&(buffer, kind));
        }
    }

    /// Tasks run in any order, so only their sum tells, unless a task closed first what nobody but it opened.
    pub(crate) fn finish_brackets(&mut self) {
        for bracket in core::mem::take(&mut self.fences.brackets).into_values() {
            let too_many = bracket
                .too_many
                .filter(|&(_, _, task)| bracket.open < 0 || bracket.opened_by == Who::Only(task));
            if let Some((site, label, _)) = too_many {
                rules::unbalanced_access::report(
                    self,
                    &Bracket {
                        site,
                        label,
                        ..bracket
                    },
                );
            } else if bracket.open > 0 {
                rules::unbalanced_access::report(self, &bracket);
            }
        }
    }
}
