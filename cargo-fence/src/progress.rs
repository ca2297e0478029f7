//! The progress bar: on stderr, for people only, and only where there is something to wait for.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Less than this is read before anybody has looked up.
const WORTH_SHOWING_BYTES: u64 = 8 << 20;

/// How much of the input is read. Clones move the same bar.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    /// Bytes of the files that are done.
    done: u64,
}

impl Progress {
    /// No bar at all.
    pub(crate) const fn hidden() -> Self {
        Self { bar: None, done: 0 }
    }

    /// A bar over `bytes` of input, if that is much and stderr is a terminal.
    pub(crate) fn over(bytes: u64) -> Self {
        if bytes < WORTH_SHOWING_BYTES || !io::stderr().is_terminal() {
            return Self::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let template = "{wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar: Some(bar),
            done: 0,
        }
    }

    pub(crate) const fn is_visible(&self) -> bool {
        self.bar.is_some()
    }

    /// So many bytes of the present file are read.
    pub(crate) fn at(&self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.done + bytes);
        }
    }

    /// A file of so many bytes is done.
    pub(crate) fn past(&mut self, bytes: u64) {
        self.done += bytes;
        self.at(0);
    }

    /// Does something while the bar is out of the way.
    pub(crate) fn suspend<R>(&self, work: impl FnOnce() -> R) -> R {
        match &self.bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
