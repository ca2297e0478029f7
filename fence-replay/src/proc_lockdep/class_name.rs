//! The name of a lock class as lockdep prints it: `&x->lock`, `&x->lock#2`, `&x->lock/1`,
//! `&x->lock#2/1`.

use std::fmt;

use crate::lines::decimal;

/// A printed class name, taken apart.
///
/// A lock's own name could end in `#2` or `/1` as well; lockdep does not quote it, so this reading is
/// a guess that is right for every name in the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassName<'a> {
    /// The lock's own name, the one that trace events show.
    pub base: &'a [u8],
    /// Which class of this name it is, from 2; `None` for the first.
    pub version: Option<u32>,
    /// The subclass, 0 to 7.
    pub subclass: u8,
}

impl<'a> ClassName<'a> {
    /// Takes a printed name apart.
    pub fn parse(printed: &'a [u8]) -> Self {
        let (rest, subclass) = match suffix(printed, b'/') {
            Some((rest, subclass @ 1..=7)) => (rest, subclass as u8),
            _ => (printed, 0),
        };
        match suffix(rest, b'#') {
            Some((base, version @ 2..)) if !base.is_empty() => ClassName {
                base,
                version: Some(version),
                subclass,
            },
            _ => ClassName {
                base: rest,
                version: None,
                subclass,
            },
        }
    }
}

impl fmt::Display for ClassName<'_> {
    /// Prints the name as lockdep does; bytes that are not UTF-8 are replaced.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.base))?;
        if let Some(version) = self.version {
            write!(f, "#{version}")?;
        }
        if self.subclass > 0 {
            write!(f, "/{}", self.subclass)?;
        }
        Ok(())
    }
}

/// Splits `mark` and digits off the end.
fn suffix(text: &[u8], mark: u8) -> Option<(&[u8], u32)> {
    let at = memchr::memrchr(mark, text)?;
    let digits = &text[at + 1..];
    match decimal(digits)? {
        (value, []) if digits[0] != b'0' => Some((&text[..at], u32::try_from(value).ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(printed: &str) -> (&str, Option<u32>, u8) {
        let name = ClassName::parse(printed.as_bytes());
        assert_eq!(name.to_string(), printed, "printing gives the name back");
        let base = std::str::from_utf8(name.base).expect("the test's own text");
        (base, name.version, name.subclass)
    }

    #[test]
    fn version_and_subclass_stand_behind_the_name() {
        assert_eq!(parts("&x->lock"), ("&x->lock", None, 0));
        assert_eq!(parts("&x->lock#2"), ("&x->lock", Some(2), 0));
        assert_eq!(parts("&rq->__lock/1"), ("&rq->__lock", None, 1));
        let key = "&sb->s_type->i_mutex_key#3/4";
        assert_eq!(parts(key), ("&sb->s_type->i_mutex_key", Some(3), 4));
    }

    #[test]
    fn what_lockdep_never_prints_belongs_to_the_name() {
        // Versions start at 2, subclasses at 1 and end at 7.
        for name in [
            "a#1",
            "a/0",
            "a/8",
            "a#",
            "a/",
            "#2",
            "a#02",
            "kworker/u4",
            "",
        ] {
            assert_eq!(parts(name), (name, None, 0));
        }
    }
}
