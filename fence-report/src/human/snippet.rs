//! The source line of a place, underlined: the only file that knows `annotate-snippets`.

use core::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Tone, Renderer, Snippet};
use fence_engine::{Finding, Level, Place};

use crate::escape::is_hidden;
use crate::options::Options;

/// The source line of the place and `label` under it; nothing where the line is not to be had.
pub(super) fn render(finding: &Finding, label: &str, options: &Options<'_>) -> Option<String> {
    let place = &finding.place;
    let line = &tame(line_of(place, options)?);
    let renderer = if options.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let tone = match finding.level {
        Level::Error => Tone::ERROR,
        Level::Warning => Tone::WARNING,
        Level::Note => Tone::NOTE,
    };
    let mut annotation = AnnotationKind::Primary.span(span(line, place.column));
    if !label.is_empty() {
        annotation = annotation.label(label);
    }
    let snippet = Snippet::source(line.as_str())
        .line_start(place.line as usize)
        .annotation(annotation);
    Some(renderer.render(&[Group::with_level(tone).element(snippet)]))
}

fn line_of<'a>(place: &Place, options: &Options<'a>) -> Option<&'a str> {
    let line = options.source_line(&place.file, place.line)?;
    (!line.trim().is_empty()).then_some(line)
}

/// The line with a mark for every character that a terminal would act on, so that columns stay what they are. Tabs are left
/// to the snippet.
fn tame(line: &str) -> String {
    line.chars()
        .map(|c| {
            if c != '\t' && is_hidden(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// The bytes to underline: the call that begins at `column`, or else the rest of the line, or the whole of it where the
/// column is not known.
fn span(line: &str, column: u32) -> Range<usize> {
    let end = line.trim_end().len();
    let whole = line.len() - line.trim_start().len()..end;
    let Some(index) = (column as usize).checked_sub(1) else {
        return whole;
    };
    match line.char_indices().nth(index) {
        Some((start, _)) if start < end => start..call_end(line, start).unwrap_or(end),
        _ => whole,
    }
}

/// Where the call that begins at `start` ends, if one does.
fn call_end(line: &str, start: usize) -> Option<usize> {
    let rest = line.get(start..)?;
    let open = rest.find('(')?;
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-' | '>' | '!');
    if open == 0 || !rest.get(..open)?.chars().all(is_path) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '(' => depth += 1,
            ')' if depth <= 1 => return Some(start + at + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn underlined(line: &str, column: u32) -> &str {
        line.get(span(line, column))
            .unwrap_or("not on a character boundary")
    }

    #[test]
    fn a_call_is_underlined_up_to_its_own_closing_parenthesis() {
        assert_eq!(
            underlined("  if (mutex_lock(f(&g->a))) return;", 7),
            "mutex_lock(f(&g->a))"
        );
        assert_eq!(
            underlined("\tgpu->ops->lock(gpu);", 2),
            "gpu->ops->lock(gpu)"
        );
    }

    #[test]
    fn what_is_no_call_is_underlined_to_the_end_of_the_line() {
        assert_eq!(underlined("  lock gpu mutex  ", 3), "lock gpu mutex");
        assert_eq!(underlined("  lock(", 3), "lock(");
    }

    #[test]
    fn without_a_usable_column_the_whole_line_is_underlined() {
        assert_eq!(underlined("  lock gpu mutex", 0), "lock gpu mutex");
        assert_eq!(underlined("  lock gpu mutex", 99), "lock gpu mutex");
    }

    #[test]
    fn columns_count_characters_and_not_bytes() {
        assert_eq!(underlined("/*ü*/ lock(a);", 7), "lock(a)");
    }
}
