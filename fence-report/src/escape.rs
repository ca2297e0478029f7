//! Makes text from outside safe to show on a terminal: every character that would move, hide or reorder what is shown
//! becomes an escape. Not for JSON or DOT, which have their own rules.

use std::borrow::Cow;

/// `text` with control and reordering characters as escapes, safe to show on a terminal.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Control characters, line and paragraph separators, and the marks of Unicode's bidirectional algorithm.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_drive_the_terminal_or_turn_the_text_around() {
        assert_eq!(
            visible("a\u{1b}[31mb\n\u{202e}"),
            "a\\u{1b}[31mb\\n\\u{202e}"
        );
        assert_eq!(visible("\u{9b}2J"), "\\u{9b}2J");
    }

    #[test]
    fn ordinary_text_stays_as_it_is_whatever_its_alphabet() {
        assert!(matches!(visible("größe `鎖` \\ \""), Cow::Borrowed(_)));
    }
}
