//! How many instances of a class there are, as far as graphs of several runs can tell.

use crate::class::Instance;

/// How many live instances of a lock class were met: the one thing a gate depends on.
///
/// Instances of two runs cannot be compared: their numbers are addresses that differ from run to run, although it may
/// be the same lock each time. So two runs with one instance each have one. Parts of one run can say which one it was
/// ([`crate::Engine::class_graph_of_part`]), and then two different ones are many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Instances {
    /// None was met.
    #[default]
    None,
    /// One in each run.
    One,
    /// This one.
    Only(Instance),
    /// More than one.
    Many,
}

impl Instances {
    /// What both say together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Many, _) | (_, Self::Many) => Self::Many,
            (Self::Only(ours), Self::Only(theirs)) if ours != theirs => Self::Many,
            (Self::Only(only), _) | (_, Self::Only(only)) => Self::Only(only),
            (Self::One, _) | (_, Self::One) => Self::One,
            (Self::None, Self::None) => Self::None,
        }
    }

    /// Whether a class with these can be a gate.
    pub fn is_one(self) -> bool {
        matches!(self, Self::One | Self::Only(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_a_join() {
        let all = [
            Instances::None,
            Instances::One,
            Instances::Only(Instance(1)),
            Instances::Only(Instance(2)),
            Instances::Many,
        ];
        for a in all {
            assert_eq!(a.merge(a), a);
            for b in all {
                assert_eq!(a.merge(b), b.merge(a));
                for c in all {
                    assert_eq!(a.merge(b).merge(c), a.merge(b.merge(c)));
                }
            }
        }
    }

    #[test]
    fn two_runs_with_one_instance_each_have_one_but_two_different_ones_are_many() {
        assert_eq!(Instances::One.merge(Instances::One), Instances::One);
        let (first, second) = (Instances::Only(Instance(1)), Instances::Only(Instance(2)));
        assert_eq!(first.merge(second), Instances::Many);
        assert!(first.merge(Instances::One).is_one());
    }
}
