//! What a renderer is told beside the finding. Nothing here is found out by itself.

use core::fmt;

/// Gives a line (1-based) of a file by the name the file has in a finding, or nothing where there is none.
pub type SourceLine<'a> = dyn Fn(&str, u32) -> Option<&'a str> + 'a;

/// How to render.
///
/// ```
/// use fence_report::Options;
/// let text = String::from("mutex_lock(&a);\n");
/// let lookup = |file: &str, line: u32| text.lines().nth(line as usize - 1).filter(|_| file == "a.c");
/// let options = Options { color: false, sources: Some(&lookup) };
/// assert_eq!(options.source_line("a.c", 1), Some("mutex_lock(&a);"));
/// assert_eq!(options.source_line("b.c", 1), None);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Colour the text with ANSI escape sequences.
    pub color: bool,
    /// Where to get source lines from; without it none is shown.
    pub sources: Option<&'a SourceLine<'a>>,
}

impl<'a> Options<'a> {
    /// A line of `file`, if it is to be had. A line that is not known, 0, is none.
    pub fn source_line(&self, file: &str, line: u32) -> Option<&'a str> {
        self.sources
            .filter(|_| line > 0)
            .and_then(|lookup| lookup(file, line))
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("color", &self.color)
            .field("sources", &self.sources.map(|_| "…"))
            .finish()
    }
}
