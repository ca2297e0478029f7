//! The context a task runs in: interrupts, bottom halves, preemption. Nesting included, as in the kernel.

/// An entry into or exit from a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextOp {
    /// `local_irq_save()`; nests.
    IrqOff,
    /// `local_irq_restore()`: the outermost restores the earlier state.
    IrqOn,
    /// `local_bh_disable()`; nests.
    BhOff,
    /// `local_bh_enable()`.
    BhOn,
    /// `preempt_disable()`; nests.
    PreemptOff,
    /// `preempt_enable()`.
    PreemptOn,
    /// A hard interrupt arrives on this task.
    HardIrqEnter {
        /// Whether the handler would run in a thread on a preemptible kernel, so that `spinlock_t` is allowed.
        threaded: bool,
    },
    /// The hard interrupt is done; interrupts are as before.
    HardIrqExit,
    /// A softirq is served, with interrupts on.
    SoftIrqEnter,
    /// The softirq is done.
    SoftIrqExit,
}

/// A context as a recording shows it: a state instead of the operations that led to it.
#[allow(
    clippy::struct_excessive_bools,
    reason = "four flags, each a column of a trace"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ContextState {
    /// In a hard interrupt.
    pub hardirq: bool,
    /// Serving a softirq.
    pub softirq: bool,
    /// Interrupts are off.
    pub irqs_off: bool,
    /// Bottom halves are off.
    pub bh_off: bool,
}

/// The state behind the operations of one task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context {
    irq_off: u16,
    bh_off: u16,
    preempt_off: u16,
    hard: u16,
    soft: u16,
    threaded: bool,
    /// Bits of the outer levels' `irq_off` counts, restored when an interrupt exits.
    outer_irq_off: u16,
    outer_soft_irq_off: u16,
}

impl Context {
    /// Process context, everything on.
    pub(crate) const NEW: Self = Self {
        irq_off: 0,
        bh_off: 0,
        preempt_off: 0,
        hard: 0,
        soft: 0,
        threaded: false,
        outer_irq_off: 0,
        outer_soft_irq_off: 0,
    };

    pub(crate) const fn in_hardirq(self) -> bool {
        self.hard > 0
    }

    pub(crate) const fn in_softirq(self) -> bool {
        self.soft > 0
    }

    pub(crate) const fn irqs_on(self) -> bool {
        self.irq_off == 0 && self.hard == 0
    }

    pub(crate) const fn bh_on(self) -> bool {
        self.bh_off == 0 && self.soft == 0
    }

    pub(crate) const fn threaded(self) -> bool {
        self.threaded
    }

    /// The kernel's `in_atomic()`: preemption, bottom halves or an interrupt; disabled interrupts alone are not.
    pub(crate) const fn in_atomic(self) -> bool {
        self.preempt_off > 0 || self.bh_off > 0 || self.hard > 0 || self.soft > 0
    }

    /// Which interrupt level a lock taken now belongs to: 2 for hardirq, 1 for softirq, added up.
    pub(crate) const fn irq_level(self) -> u8 {
        (self.in_hardirq() as u8) << 1 | self.in_softirq() as u8
    }

    /// All that decides usage bits and wait limits: the interrupt level, whether interrupts and bottom halves are on, and
    /// whether the handler would run in a thread, from the lowest bit up.
    pub(crate) const fn stamp(self) -> u8 {
        self.irq_level()
            | (self.irqs_on() as u8) << 2
            | (self.bh_on() as u8) << 3
            | (self.threaded as u8) << 4
    }

    /// Takes over a state as recorded. True as for [`Context::apply`].
    pub(crate) fn set(&mut self, state: ContextState) -> bool {
        let before = (self.irqs_on(), self.bh_on());
        *self = Self {
            irq_off: u16::from(state.irqs_off),
            bh_off: u16::from(state.bh_off),
            hard: u16::from(state.hardirq),
            soft: u16::from(state.softirq),
            ..Self::default()
        };
        self.irqs_on() && (self.irqs_on(), self.bh_on()) > before
    }

    /// Applies `op`. True if the kernel turns interrupts on in it, which marks everything held.
    ///
    /// `local_bh_enable()` and both ends of a softirq do so even where interrupts were on before: they turn them off first.
    pub(crate) fn apply(&mut self, op: ContextOp) -> bool {
        let were_on = self.irqs_on();
        match op {
            ContextOp::IrqOff => self.irq_off = self.irq_off.saturating_add(1),
            ContextOp::IrqOn => self.irq_off = self.irq_off.saturating_sub(1),
            ContextOp::BhOff => self.bh_off = self.bh_off.saturating_add(1),
            ContextOp::BhOn => self.bh_off = self.bh_off.saturating_sub(1),
            ContextOp::PreemptOff => self.preempt_off = self.preempt_off.saturating_add(1),
            ContextOp::PreemptOn => self.preempt_off = self.preempt_off.saturating_sub(1),
            ContextOp::HardIrqEnter { threaded } => {
                if self.hard == 0 {
                    self.outer_irq_off = self.irq_off;
                    self.irq_off = 0;
                    self.threaded = threaded;
                }
                self.hard = self.hard.saturating_add(1);
            }
            ContextOp::HardIrqExit => {
                if self.hard == 1 {
                    self.irq_off = self.outer_irq_off;
                    self.threaded = false;
                }
                self.hard = self.hard.saturating_sub(1);
            }
            ContextOp::SoftIrqEnter => {
                if self.soft == 0 {
                    self.outer_soft_irq_off = self.irq_off;
                    self.irq_off = 0;
                }
                self.soft = self.soft.saturating_add(1);
            }
            ContextOp::SoftIrqExit => {
                if self.soft == 1 {
                    self.irq_off = self.outer_soft_irq_off;
                }
                self.soft = self.soft.saturating_sub(1);
            }
        }
        let turns_on = match op {
            ContextOp::BhOn | ContextOp::SoftIrqEnter | ContextOp::SoftIrqExit => true,
            _ => !were_on,
        };
        turns_on && self.irqs_on()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interrupts_come_back_only_at_the_outermost_end_and_never_inside_an_interrupt() {
        let mut context = Context::default();
        assert!(!context.apply(ContextOp::IrqOff));
        assert!(!context.apply(ContextOp::IrqOff));
        assert!(!context.apply(ContextOp::IrqOn));
        assert!(!context.apply(ContextOp::HardIrqEnter { threaded: true }));
        assert!(
            !context.apply(ContextOp::IrqOn),
            "nothing turns interrupts on inside one"
        );
        assert!(!context.apply(ContextOp::HardIrqExit));
        assert!(!context.irqs_on());
        assert!(context.apply(ContextOp::IrqOn));
        assert!(context.irqs_on());
    }

    #[test]
    fn disabled_interrupts_alone_are_not_atomic() {
        let mut context = Context::default();
        context.apply(ContextOp::IrqOff);
        assert!(!context.in_atomic());
        context.apply(ContextOp::SoftIrqEnter);
        assert!(context.in_atomic() && context.irqs_on() && !context.bh_on());
    }
}
