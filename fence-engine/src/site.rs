//! Where something happened: a source (file and function), a line and a column, packed into eight bytes.
//!
//! Not a path on disk: the engine never opens anything. Front ends intern their sources once and
//! then make sites for free; renderers resolve them again through [`Sources`].

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use hashbrown::HashMap;

use crate::hash::Hasher;

/// An interned pair of file and function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

impl SourceId {
    /// Whether this is the source of [`Site::UNKNOWN`], which also stands for all sources beyond the limit.
    pub const fn is_unknown(self) -> bool {
        self.0 == 0
    }
}

/// A place in a source: file, function, line and column.
///
/// The line is 1-based and saturates at 268,435,455; the column is 1-based, saturates at 65,535, and is
/// 0 where it is not known. [`Site::UNKNOWN`] stands for no place at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site(u64);

const LINE_BITS: u32 = 28;
const COLUMN_BITS: u32 = 16;
const SOURCE_LIMIT: u32 = (1 << 19) - 1;
const TOKEN: u64 = 1 << 63;

impl Site {
    /// The site of something that has no place in any source, such as the built-in contract.
    pub const UNKNOWN: Self = Self(0);

    /// Makes the site `line`:`column` of `source`.
    ///
    /// ```
    /// use fence_engine::{Site, Sources};
    /// let mut sources = Sources::new();
    /// let file = sources.intern("gpu.c", "gpu_submit");
    /// let site = Site::new(file, 12, 5);
    /// assert_eq!((site.line(), site.column()), (12, 5));
    /// assert_eq!(sources.file(site), "gpu.c");
    /// ```
    pub const fn new(source: SourceId, line: u64, column: u32) -> Self {
        let line = if line < 1 << LINE_BITS {
            line
        } else {
            (1 << LINE_BITS) - 1
        };
        let column = if column < 1 << COLUMN_BITS {
            column
        } else {
            (1 << COLUMN_BITS) - 1
        };
        Self((source.0 as u64) << (LINE_BITS + COLUMN_BITS) | line << COLUMN_BITS | column as u64)
    }

    /// A stand-in that a front end turns into a place before the engine sees it, see [`Task::resolve_sites`]: making a
    /// site this way costs nothing. `token` is any number below 2^63.
    ///
    /// [`Task::resolve_sites`]: crate::Task::resolve_sites
    pub const fn token(token: u64) -> Self {
        Self(TOKEN | token)
    }

    /// The number this stands in with, if it was made by [`Site::token`].
    pub const fn as_token(self) -> Option<u64> {
        if self.0 & TOKEN == 0 {
            None
        } else {
            Some(self.0 & !TOKEN)
        }
    }

    /// Whether this is [`Site::UNKNOWN`].
    pub const fn is_unknown(self) -> bool {
        self.0 == 0
    }

    /// The 1-based line, or 0 for [`Site::UNKNOWN`].
    pub const fn line(self) -> u32 {
        (self.0 >> COLUMN_BITS) as u32 & ((1 << LINE_BITS) - 1)
    }

    /// The 1-based column, or 0 where it is not known.
    pub const fn column(self) -> u32 {
        self.0 as u32 & ((1 << COLUMN_BITS) - 1)
    }

    /// The source this site lies in.
    pub const fn source(self) -> SourceId {
        SourceId((self.0 >> (LINE_BITS + COLUMN_BITS)) as u32)
    }
}

/// The interner behind [`SourceId`]: pairs of file and function, each kept once.
#[derive(Clone, Debug)]
pub struct Sources {
    list: Vec<(Box<str>, Box<str>)>,
    index: HashMap<(Box<str>, Box<str>), u32, Hasher>,
}

impl Default for Sources {
    fn default() -> Self {
        Self::new()
    }
}

impl Sources {
    /// An interner that knows only the unknown source.
    pub fn new() -> Self {
        Self {
            list: alloc::vec![("".into(), "".into())],
            index: HashMap::default(),
        }
    }

    /// Returns the id of `file` and `function`, interning the pair at its first use.
    ///
    /// The 524,288th and later pairs all share the unknown source.
    pub fn intern(&mut self, file: &str, function: &str) -> SourceId {
        let pair: (Box<str>, Box<str>) = (file.into(), function.into());
        if let Some(&id) = self.index.get(&pair) {
            return SourceId(id);
        }
        let id = self.list.len() as u32;
        if id > SOURCE_LIMIT {
            return SourceId(0);
        }
        self.list.push(pair.clone());
        self.index.insert(pair, id);
        SourceId(id)
    }

    /// The file of `site`, empty where unknown.
    pub fn file(&self, site: Site) -> &str {
        self.list
            .get(site.source().0 as usize)
            .map_or("", |pair| &pair.0)
    }

    /// The function of `site`, empty where unknown.
    pub fn function(&self, site: Site) -> &str {
        self.list
            .get(site.source().0 as usize)
            .map_or("", |pair| &pair.1)
    }
}

/// A resolved site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// File, empty where unknown.
    pub file: String,
    /// 1-based line, 0 where unknown.
    pub line: u32,
    /// 1-based column, 0 where unknown.
    pub column: u32,
    /// Function (or thread, in a pattern; or task, in a trace), empty where unknown.
    pub function: String,
}

impl Place {
    pub(crate) fn new(sources: &Sources, site: Site) -> Self {
        Self {
            file: sources.file(site).into(),
            line: site.line(),
            column: site.column(),
            function: sources.function(site).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_gives_back_what_it_was_made_of_up_to_its_limits() {
        let mut sources = Sources::new();
        let a = sources.intern("a.c", "f");
        let b = sources.intern("b.c", "f");
        assert_ne!(a, b);
        assert_eq!(sources.intern("a.c", "f"), a);
        let site = Site::new(b, u64::MAX, u32::MAX);
        assert_eq!(sources.file(site), "b.c");
        assert_eq!(site.line(), (1 << 28) - 1);
        assert_eq!(site.column(), 65_535);
        assert!(Site::UNKNOWN.is_unknown() && !site.is_unknown());
    }
}
