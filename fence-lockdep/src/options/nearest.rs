//! The word that somebody may have meant by one that nothing is called.

/// The nearest of `known`, if no more than a letter or a third of its letters are wrong.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // Nobody means any of them by a longer word.
    if word.len() > 100 {
        return None;
    }
    let word = word.to_lowercase();
    let distances = known
        .into_iter()
        .map(|known| (distance(&word, &known.to_lowercase()), known));
    let (distance, nearest) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= (nearest.len() / 3).max(1)).then_some(nearest)
}

/// How many letters have to be put in, left out or changed to make one word of the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&to) {
            let above = *cell;
            *cell = (diagonal + usize::from(letter != *other))
                .min(above + 1)
                .min(left + 1);
            (diagonal, left) = (above, *cell);
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_leads_to_the_word_that_was_meant() {
        let known = ["on", "max_reports", "log_path"];
        assert_eq!(nearest("max-reports", known), Some("max_reports"));
        assert_eq!(nearest("LOGPATH", known), Some("log_path"));
        assert_eq!(nearest("onn", known), Some("on"));
        assert_eq!(nearest("no", known), None);
        assert_eq!(nearest("xyzzy", known), None);
        assert_eq!(nearest(&"o".repeat(1000), known), None);
    }

    #[test]
    fn the_distance_is_that_of_the_textbook() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }
}
