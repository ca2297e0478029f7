//! "did you mean": the known word that is closest to an unknown one.
//!
//! Not here: which words are known; the caller brings them.

/// The candidate within a small edit distance of `word`, the closest first and the earliest among equals.
///
/// Case is ignored. A word may be wrong in a third of its letters, at least in one and at most in three.
pub(super) fn closest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let folded: Vec<char> = word
        .chars()
        .take(MAX_WORD + 1)
        .flat_map(char::to_lowercase)
        .collect();
    if folded.len() > MAX_WORD {
        return None;
    }
    let allowed = (folded.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // Two words whose lengths differ by more than is allowed cannot be close: skip the table.
        if candidate.len().abs_diff(folded.len()) > allowed {
            continue;
        }
        let distance = edit_distance(&folded, &candidate.to_ascii_lowercase());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words resemble no word of the language; the bound keeps a hostile line cheap.
const MAX_WORD: usize = 40;

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
fn edit_distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, &a) in from.iter().enumerate() {
        let mut row = Vec::with_capacity(to.len() + 1);
        row.push(i + 1);
        for (j, &b) in to.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && a == to[j - 1] && from[i - 1] == b {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(from.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 4] = ["lock", "unlock", "mutex", "GFP_KERNEL"];

    #[test]
    fn a_missing_extra_wrong_or_swapped_letter_is_forgiven() {
        for word in ["mutx", "muttex", "mutez", "mutxe", "MUTEX"] {
            assert_eq!(closest(word, WORDS), Some("mutex"), "{word}");
        }
        assert_eq!(closest("gfp_kernl", WORDS), Some("GFP_KERNEL"));
    }

    #[test]
    fn a_word_unlike_all_others_has_no_suggestion() {
        assert_eq!(closest("xyz", WORDS), None);
        assert_eq!(closest("", WORDS), None);
        assert_eq!(closest(&"lock".repeat(1000), WORDS), None);
    }

    #[test]
    fn the_closest_word_wins() {
        assert_eq!(closest("unlok", WORDS), Some("unlock"));
        assert_eq!(closest("lock", WORDS), Some("lock"));
    }

    #[test]
    fn the_distance_is_that_of_the_textbook() {
        let distance = |from: &str, to| edit_distance(&from.chars().collect::<Vec<_>>(), to);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("ab", "ba"), 1);
    }
}
