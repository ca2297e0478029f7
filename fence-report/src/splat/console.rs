//! The parts every kernel report shares: bars, the headline, what is held, the trace at the end.

use fence_engine::{Complaint, Finding, Place};

use super::lock;
use crate::escape::visible;
use crate::place::frame;

/// A report under construction.
pub(super) struct Console<'f> {
    out: String,
    finding: &'f Finding,
}

impl<'f> Console<'f> {
    pub(super) const fn new(finding: &'f Finding) -> Self {
        Self {
            out: String::new(),
            finding,
        }
    }

    pub(super) fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// The headline between its bars. The kernel's bars have a fixed length for each kind of report.
    pub(super) fn headline(&mut self, bar: usize, text: &str) {
        self.blank();
        self.line(&"=".repeat(bar));
        self.line(text);
        self.identity();
        self.line(&"-".repeat(bar));
    }

    /// The rule, where the kernel prints its version and taint.
    pub(super) fn identity(&mut self) {
        let rule = self.finding.rule;
        self.line(&format!("fence {} {}", rule.id, rule.name));
    }

    /// A place on a line of its own, where the kernel has a stack trace.
    pub(super) fn trace(&mut self, indent: usize, place: &Place) {
        let text = frame(place).unwrap_or_else(|| "<unknown>".into());
        self.line(&format!("{:indent$}{text}", ""));
    }

    /// `lockdep_print_held_locks()`.
    pub(super) fn held(&mut self, complaint: &Complaint) {
        let task = task(complaint);
        let held = &complaint.held;
        match held.len() {
            0 => self.line(&format!("no locks held by {task}.")),
            1 => self.line(&format!("1 lock held by {task}:")),
            count => self.line(&format!("{count} locks held by {task}:")),
        }
        for (at, lock) in held.iter().enumerate() {
            self.line(&format!(" #{at}: {}", lock::at_place(lock)));
        }
    }

    /// The title of a trace and the trace.
    pub(super) fn backtrace(&mut self) {
        self.blank();
        self.line("stack backtrace:");
        self.dump_stack();
    }

    /// `dump_stack()`: who, and a trace of one entry.
    pub(super) fn dump_stack(&mut self) {
        let finding = self.finding;
        if !finding.task.is_empty() {
            self.line(&format!("Comm: {}", visible(&finding.task)));
        }
        self.line("Call Trace:");
        self.line(" <TASK>");
        self.trace(1, &finding.place);
        self.line(" </TASK>");
    }

    /// The primary place.
    pub(super) const fn place(&self) -> &'f Place {
        &self.finding.place
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// The task's name, where the kernel has `comm/pid`.
pub(super) fn task(complaint: &Complaint) -> String {
    if complaint.task.is_empty() {
        "<unknown>".into()
    } else {
        visible(&complaint.task).into_owned()
    }
}

/// `job [HC0[0]:SC0[0]:HE1:SE1]`: the task and its interrupt state.
pub(super) fn task_in_context(complaint: &Complaint) -> String {
    let (hardirq, softirq, irqs_on, bh_on) = complaint.context;
    let bit = u8::from;
    // The kernel adds 2 to the softirq count for "bottom halves disabled"; that a softirq is served is not told apart here.
    let soft_count = if bh_on { 0 } else { 2 };
    format!(
        "{} [HC{}[{}]:SC{}[{soft_count}]:HE{}:SE{}]",
        task(complaint),
        bit(hardirq),
        bit(hardirq),
        bit(softirq),
        bit(irqs_on),
        bit(bh_on)
    )
}
