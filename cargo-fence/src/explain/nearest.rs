//! The rules that somebody may have meant by a name that no rule has.

use fence_engine::rules::ALL;

/// How many are offered.
const MAX_OFFERED: usize = 3;

/// Nobody means a rule by a longer word, in bytes.
const MAX_LENGTH: usize = 100;

/// The rule whose id or name is nearest to `word`, or else those whose names contain a part of it.
pub(super) fn rules_like(word: &str) -> Vec<&'static str> {
    if word.len() > MAX_LENGTH {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let known = || ALL.iter().flat_map(|rule| [rule.id, rule.name]);
    let distance = |name: &str| edit_distance(&word, &name.to_lowercase());
    let nearest = known().min_by_key(|name| distance(name));
    // A third of the letters wrong is a slip; more is another word.
    if let Some(name) = nearest.filter(|name| distance(name) <= name.len() / 3) {
        return vec![name];
    }
    let parts = || {
        word.split(|c: char| !c.is_alphanumeric())
            .filter(|part| part.len() >= 4)
    };
    let shared = |name: &str| {
        parts()
            .filter(|part| name.contains(part))
            .map(str::len)
            .sum::<usize>()
    };
    let mut alike: Vec<&str> = ALL
        .iter()
        .map(|rule| rule.name)
        .filter(|name| shared(name) > 0)
        .collect();
    alike.sort_by_key(|name| std::cmp::Reverse(shared(name)));
    alike.truncate(MAX_OFFERED);
    alike
}

/// How many letters have to be put in, left out or changed to make one word of the other (Levenshtein).
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut diagonal = at;
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_leads_to_the_one_rule_that_was_meant() {
        assert_eq!(rules_like("DF1O4"), ["DF104"]);
        assert_eq!(
            rules_like("reclaim-in-signaling"),
            ["reclaim-in-signalling"]
        );
        assert_eq!(rules_like("Lock_Order_Cycle"), ["lock-order-cycle"]);
    }

    #[test]
    fn a_part_of_a_name_leads_to_the_rules_that_have_it() {
        assert_eq!(rules_like("timeline"), ["timeline-wait-cycle"]);
        let about_waits = rules_like("wait");
        assert!(
            about_waits.len() == MAX_OFFERED
                && about_waits.iter().all(|name| name.contains("wait")),
            "{about_waits:?}"
        );
    }

    #[test]
    fn what_resembles_nothing_leads_nowhere() {
        assert!(rules_like("").is_empty());
        assert!(rules_like("xyzzy").is_empty());
        assert!(rules_like(&"x".repeat(100_000)).is_empty());
    }

    #[test]
    fn the_distance_is_that_of_the_textbook() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
    }
}
