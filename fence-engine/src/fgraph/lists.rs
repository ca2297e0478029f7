//! Lists of rows that many edges share: sets of gates, and what a task held. Each is kept once.

use alloc::vec::Vec;
use core::ops::Range;

/// Lists by index. In a finished graph they are in ascending order, each once; index 0 is always the empty list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lists<T> {
    rows: Vec<T>,
    ends: Vec<usize>,
}

/// Where the piece of this index lies in a block whose pieces have these ends; nowhere if there is no such piece.
pub(super) fn span(ends: &[usize], index: u32) -> Range<usize> {
    let end_of = |index: usize| ends.get(index).copied();
    let index = index as usize;
    let start = index.checked_sub(1).and_then(end_of).unwrap_or(0);
    start..end_of(index).unwrap_or(start)
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            ends: alloc::vec![0],
        }
    }
}

impl<T: Copy + Ord> Lists<T> {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, index: u32) -> &[T] {
        self.rows.get(span(&self.ends, index)).unwrap_or_default()
    }

    pub(super) fn push(&mut self, list: impl IntoIterator<Item = T>) -> u32 {
        self.rows.extend(list);
        self.ends.push(self.rows.len());
        (self.ends.len() - 1) as u32
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[T]> {
        (0..self.len() as u32).map(|index| self.get(index))
    }

    /// All rows of all lists, to be given other indices in place.
    pub(super) fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }

    /// Sorts the rows of each list.
    pub(super) fn sort_each(&mut self) {
        let mut start = 0;
        for &end in &self.ends {
            if let Some(list) = self.rows.get_mut(start..end) {
                list.sort_unstable();
            }
            start = end;
        }
    }

    /// The lists of `self` and `other` in one table, each made of the rows that the functions turn theirs into, with
    /// the new index of each old list. The lists of both must be in order, and stay so.
    pub(super) fn union(
        &self,
        ours: impl Fn(T) -> T,
        other: &Self,
        theirs: impl Fn(T) -> T,
    ) -> (Self, Vec<u32>, Vec<u32>) {
        let mut table = Self::default();
        table.rows.reserve(self.rows.len());
        table.ends.reserve(self.ends.len());
        let (mut from_ours, mut from_theirs) = (alloc::vec![0], alloc::vec![0]);
        let (mut a, mut b) = (1, 1);
        while a < self.len() || b < other.len() {
            let left = self.get(a as u32).iter().map(|&row| ours(row));
            let right = other.get(b as u32).iter().map(|&row| theirs(row));
            let order = if a == self.len() {
                core::cmp::Ordering::Greater
            } else if b == other.len() {
                core::cmp::Ordering::Less
            } else {
                left.clone().cmp(right.clone())
            };
            let index = if order.is_le() {
                table.push(left)
            } else {
                table.push(right)
            };
            if order.is_le() {
                from_ours.push(index);
                a += 1;
            }
            if order.is_ge() {
                from_theirs.push(index);
                b += 1;
            }
        }
        (table, from_ours, from_theirs)
    }

    /// Puts the lists that `used` names in order, each once, and drops all others. Returns the new index of each.
    pub(super) fn order(&mut self, used: &[bool]) -> Vec<u32> {
        let mut kept: Vec<u32> = (1..self.len() as u32)
            .filter(|&index| used[index as usize])
            .collect();
        kept.sort_unstable_by(|&a, &b| self.get(a).cmp(self.get(b)));
        let mut table = Self::default();
        let mut renamed = alloc::vec![0; self.len()];
        let mut last: &[T] = &[];
        for &index in &kept {
            let list = self.get(index);
            renamed[index as usize] = if list == last {
                (table.len() - 1) as u32
            } else {
                table.push(list.iter().copied())
            };
            last = list;
        }
        *self = table;
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordering_keeps_each_used_list_once() {
        let mut lists = Lists::default();
        for list in [&[3, 1][..], &[2], &[9], &[2]] {
            lists.push(list.iter().copied());
        }
        let renamed = lists.order(&[true, true, true, false, true]);
        assert_eq!(renamed, [0, 2, 1, 0, 1]);
        let all: Vec<&[i32]> = lists.iter().collect();
        assert_eq!(all, [&[][..], &[2], &[3, 1]]);
    }

    #[test]
    fn a_union_has_the_lists_of_both_in_order() {
        let (mut a, mut b) = (Lists::default(), Lists::default());
        a.push([1, 2]);
        a.push([4]);
        b.push([0]);
        b.push([3]);
        // The second table counts one lower, so its [3] is the first one's [4].
        let (both, ours, theirs) = a.union(|row| row, &b, |row| row + 1);
        let all: Vec<&[i32]> = both.iter().collect();
        assert_eq!(all, [&[][..], &[1], &[1, 2], &[4]]);
        assert_eq!((ours, theirs), (alloc::vec![0, 2, 3], alloc::vec![0, 1, 3]));
    }
}
