//! A place as text. Places may lack any of their parts; what is missing is left out.

use fence_engine::Place;

use crate::escape::visible;

/// `file:line:column` as far as it is known, or nothing where the file is not.
pub(crate) fn position(place: &Place) -> Option<String> {
    if place.file.is_empty() {
        return None;
    }
    let mut text = visible(&place.file).into_owned();
    for number in [place.line, place.column] {
        if number == 0 {
            break;
        }
        text.push(':');
        text.push_str(&number.to_string());
    }
    Some(text)
}

/// As the kernel's stack lines are after `decode_stacktrace.sh`: `function (file:line:column)`.
pub(crate) fn frame(place: &Place) -> Option<String> {
    let function = visible(&place.function);
    match (function.is_empty(), position(place)) {
        (true, None) => None,
        (true, Some(position)) => Some(position),
        (false, None) => Some(function.into_owned()),
        (false, Some(position)) => Some(format!("{function} ({position})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(file: &str, line: u32, column: u32, function: &str) -> Place {
        Place {
            file: file.into(),
            line,
            column,
            function: function.into(),
        }
    }

    #[test]
    fn a_position_stops_at_the_first_part_that_is_not_known() {
        assert_eq!(
            position(&place("a.c", 12, 5, "")).as_deref(),
            Some("a.c:12:5")
        );
        assert_eq!(
            position(&place("a.c", 12, 0, "")).as_deref(),
            Some("a.c:12")
        );
        assert_eq!(position(&place("a.c", 0, 5, "")).as_deref(), Some("a.c"));
        assert_eq!(position(&place("", 12, 5, "f")), None);
    }

    #[test]
    fn a_frame_names_the_function_first() {
        assert_eq!(
            frame(&place("a.c", 12, 0, "f")).as_deref(),
            Some("f (a.c:12)")
        );
        assert_eq!(frame(&place("", 0, 0, "f")).as_deref(), Some("f"));
        assert_eq!(frame(&place("a.c", 1, 0, "")).as_deref(), Some("a.c:1"));
        assert_eq!(frame(&Place::default()), None);
    }
}
