//! What a rule is: an id, a name, a level, a message template and its manual page. The rules themselves are in [`crate::rules`].

use alloc::string::String;
use core::fmt;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// A missing annotation, a cycle behind a gate lock, a matter of taste.
    Note,
    /// A broken contract.
    Warning,
    /// A deadlock, or a broken contract that leads to one.
    Error,
}

impl Level {
    /// The word used on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One rule of the catalogue.
///
/// ```
/// let rule = fence_engine::rules::find("DF104").unwrap();
/// assert_eq!(rule.name, "reclaim-in-signalling");
/// assert_eq!(fence_engine::rules::find("reclaim-in-signalling").unwrap().id, "DF104");
/// ```
#[derive(Debug)]
pub struct Rule {
    /// Two letters and three digits, never reused.
    pub id: &'static str,
    /// Kebab-case, reads well after the word "allow".
    pub name: &'static str,
    /// The level of its findings, unless a finding says otherwise.
    pub level: Level,
    /// One sentence saying what it finds.
    pub summary: &'static str,
    /// The message, with the finding's arguments in braces.
    pub template: &'static str,
    /// The rule's source file; its leading doc comment is the manual page.
    pub(crate) source: &'static str,
}

impl Rule {
    /// The manual page in Markdown: the doc comment at the head of the rule's file.
    pub fn manual(&self) -> String {
        let mut page = String::new();
        for line in self
            .source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
        {
            page.push_str(line.strip_prefix(' ').unwrap_or(line));
            page.push('\n');
        }
        page
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
