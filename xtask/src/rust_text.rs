//! Rust source with its comments, and if wanted its strings, blanked out: the same lines and columns, only code left.
//!
//! Not a parser: it knows what a lexer must know to tell code from text, and nothing of items or expressions.

/// The source with comments blanked.
pub(crate) fn without_comments(source: &str) -> String {
    blank(source, false)
}

/// The source with comments, strings and character literals blanked.
pub(crate) fn only_code(source: &str) -> String {
    blank(source, true)
}

/// The number of the line in which `offset` lies, from 1.
pub(crate) fn line_of(source: &str, offset: usize) -> usize {
    let before = source.get(..offset).unwrap_or(source);
    before.matches('\n').count() + 1
}

/// Whether `byte` may stand in a name.
pub(crate) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn blank(source: &str, strings_too: bool) -> String {
    let mut rest = source;
    let mut after_name = false;
    let mut out = String::with_capacity(source.len());
    while let Some(first) = rest.chars().next() {
        let (length, text) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (block_comment(rest), true)
        } else if let Some(length) = string(rest, after_name) {
            (length, strings_too)
        } else {
            (first.len_utf8(), false)
        };
        let (token, after) = rest.split_at(length);
        if text {
            out.extend(token.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            out.push_str(token);
        }
        after_name = !text && token.bytes().last().is_some_and(is_name_byte);
        rest = after;
    }
    out
}

/// The length of the block comment that `rest` starts with; they nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(tail) = rest.get(at..) {
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else if let Some(c) = tail.chars().next() {
            at += c.len_utf8();
        } else {
            break;
        }
    }
    rest.len()
}

/// The length of the string or character literal that `rest` starts with, prefix included.
fn string(rest: &str, after_name: bool) -> Option<usize> {
    let prefix = rest.bytes().take_while(u8::is_ascii_lowercase).count();
    if prefix > 0 && (after_name || !matches!(&rest[..prefix], "r" | "b" | "br" | "c" | "cr")) {
        return None;
    }
    let body = &rest[prefix..];
    let hashes = body.bytes().take_while(|byte| *byte == b'#').count();
    if rest[..prefix].ends_with('r') && body[hashes..].starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = &body[hashes + 1..];
        let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
        return Some(prefix + hashes + 1 + length);
    }
    match body.chars().next()? {
        '"' => Some(prefix + quoted(body, '"')),
        '\'' if is_character(body) => Some(prefix + quoted(body, '\'')),
        _ => None,
    }
}

/// Whether what starts with `'` is a character literal and not a lifetime.
fn is_character(body: &str) -> bool {
    let mut chars = body.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) => true,
        (Some(_), Some(end)) => end == '\'',
        _ => false,
    }
}

fn quoted(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_become_blanks_of_the_same_length() {
        let source = "a /* fn /* x */ y */ b // fn\nc \"fn \\\" d\" e r#\"f\"n\"# 'g' b'\\'' h\n";
        let code = only_code(source);
        assert_eq!(code.len(), source.len());
        let words: Vec<_> = code.split_whitespace().collect();
        assert_eq!(words, ["a", "b", "c", "e", "h"]);
        assert_eq!(code.lines().count(), 2);
    }

    #[test]
    fn strings_stay_where_only_comments_are_asked_for() {
        let kept = without_comments("x(\"// no comment\") // one");
        assert_eq!(kept.trim_end(), "x(\"// no comment\")");
    }

    #[test]
    fn a_lifetime_does_not_open_a_character_literal() {
        let source = "struct S<'a>(&'a str); fn f() {}";
        assert_eq!(only_code(source), source);
    }

    #[test]
    fn a_name_that_ends_in_r_is_no_raw_string() {
        assert_eq!(only_code("for \"x\" in"), "for     in");
        assert_eq!(only_code("br\"x\" y"), "      y");
    }

    #[test]
    fn unfinished_text_ends_with_the_source() {
        for source in ["\"abc", "/* abc", "r#\"abc", "'\\"] {
            assert_eq!(only_code(source).trim(), "");
        }
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("a\nb\nc", 0), 1);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
