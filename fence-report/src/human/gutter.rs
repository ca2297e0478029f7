//! The left edge of a diagnostic: `-->`, `|` and `=` in the column that the line number leaves free.

use super::palette::Palette;

/// Lines under construction, all with the same left edge.
pub(super) struct Gutter {
    out: String,
    width: usize,
    palette: Palette,
}

impl Gutter {
    /// A gutter wide enough for `line`.
    pub(super) fn new(line: u32, palette: Palette) -> Self {
        let width = line
            .checked_ilog10()
            .map_or(1, |digits| digits as usize + 1);
        Self {
            out: String::new(),
            width,
            palette,
        }
    }

    /// A line or lines as they are.
    pub(super) fn plain(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// `  --> file:line:column`.
    pub(super) fn arrow(&mut self, position: &str) {
        let arrow = self.palette.gutter("-->");
        let line = format!("{:width$}{arrow} {position}", "", width = self.width);
        self.plain(&line);
    }

    /// An empty source line.
    pub(super) fn bar(&mut self) {
        let line = format!(
            "{:width$} {}",
            "",
            self.palette.gutter("|"),
            width = self.width
        );
        self.plain(&line);
    }

    /// `  = title`, over lines that belong to it.
    pub(super) fn heading(&mut self, title: &str) {
        let title = self.palette.strong(title);
        let sign = self.palette.gutter("=");
        let line = format!("{:width$} {sign} {title}", "", width = self.width);
        self.plain(&line);
    }

    /// `  = title: text`.
    pub(super) fn item(&mut self, title: &str, text: &str) {
        let title = self.palette.strong(title);
        let sign = self.palette.gutter("=");
        let line = format!("{:width$} {sign} {title}: {text}", "", width = self.width);
        self.plain(&line);
    }

    /// A line that belongs to the heading above it.
    pub(super) fn under(&mut self, text: &str) {
        let line = format!("{:width$}     {text}", "", width = self.width);
        self.plain(&line);
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}
