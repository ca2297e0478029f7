//! The colours of human text, rustc's; or none.

use anstyle::{AnsiColor, Style};
use fence_engine::Level;

/// The styles of one finding.
#[derive(Clone, Copy)]
pub(super) struct Palette {
    level: Style,
    strong: Style,
    gutter: Style,
}

impl Palette {
    pub(super) const fn new(level: Level, color: bool) -> Self {
        if !color {
            return Self {
                level: Style::new(),
                strong: Style::new(),
                gutter: Style::new(),
            };
        }
        let tone = match level {
            Level::Error => AnsiColor::BrightRed,
            Level::Warning => AnsiColor::Yellow,
            Level::Note => AnsiColor::BrightGreen,
        };
        Self {
            level: tone.on_default().bold(),
            strong: Style::new().bold(),
            gutter: AnsiColor::BrightBlue.on_default().bold(),
        }
    }

    pub(super) fn level(self, text: &str) -> String {
        paint(self.level, text)
    }

    pub(super) fn strong(self, text: &str) -> String {
        paint(self.strong, text)
    }

    pub(super) fn gutter(self, text: &str) -> String {
        paint(self.gutter, text)
    }
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
