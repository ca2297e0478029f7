//! Values that are made at their first use, once.

use std::fmt;
use std::ops::Deref;

use parking_lot::Mutex as PlainMutex;

use super::Mutex;
use crate::LockClass;

/// A cell that is filled once, with the API of [`std::sync::OnceLock`].
///
/// Filling it is a lock of its class: what the closure waits for is compared with what others hold who come meanwhile or
/// first. Once it is full nothing is checked any more, so that a value which is always made early costs nothing and is no
/// finding.
///
/// ```
/// use fence_lockdep::sync::OnceLock;
/// static FIRMWARE: OnceLock<String> = OnceLock::const_new();
/// assert_eq!(FIRMWARE.get_or_init(|| "v1".to_owned()), "v1");
/// ```
#[derive(Debug)]
pub struct OnceLock<T> {
    cell: std::sync::OnceLock<T>,
    filling: Mutex<()>,
}

impl<T> OnceLock<T> {
    /// An empty cell, of the class of all that are made at the caller.
    #[track_caller]
    pub fn new() -> Self {
        Self {
            cell: std::sync::OnceLock::new(),
            filling: Mutex::new(()),
        }
    }

    /// The same of that class.
    pub fn with_class(class: impl Into<LockClass>) -> Self {
        Self {
            cell: std::sync::OnceLock::new(),
            filling: Mutex::with_class(class, ()),
        }
    }

    /// As [`OnceLock::new`], for statics.
    #[track_caller]
    pub const fn const_new() -> Self {
        Self {
            cell: std::sync::OnceLock::new(),
            filling: Mutex::const_new(()),
        }
    }

    /// The value, if there is one. Any context.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        self.cell.get()
    }

    /// Fills the cell. Sleeps while another thread does.
    ///
    /// # Errors
    /// With `value`, if the cell is full.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        if self.cell.get().is_some() {
            return Err(value);
        }
        let _filling = self.filling.lock();
        self.cell.set(value)
    }

    /// The value, made by `make` if there is none. Sleeps while another thread makes it. After a panic the cell is as empty
    /// as before.
    ///
    /// # Panics
    /// If `make` does, or asks for the value that it makes.
    #[inline]
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        match self.cell.get() {
            Some(value) => value,
            None => self.fill(make),
        }
    }

    #[cold]
    #[track_caller]
    fn fill(&self, make: impl FnOnce() -> T) -> &T {
        let _filling = self.filling.lock();
        // Only filled under the lock, so that this waits for nobody.
        if let Some(value) = self.cell.get() {
            return value;
        }
        let value = make();
        self.cell.get_or_init(|| value)
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self {
            cell: std::sync::OnceLock::new(),
            filling: Mutex::default(),
        }
    }
}

/// A value that is made at its first use, with the API of [`std::sync::LazyLock`]. Checked as [`OnceLock`].
///
/// ```
/// use fence_lockdep::sync::LazyLock;
/// static TABLE: LazyLock<Vec<u32>> = LazyLock::const_new(|| (0..4).collect());
/// assert_eq!(TABLE.len(), 4);
/// ```
pub struct LazyLock<T, F = fn() -> T> {
    cell: OnceLock<T>,
    make: PlainMutex<Option<F>>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// A value to be made by `make`, of the class of all that are made at the caller.
    #[track_caller]
    pub fn new(make: F) -> Self {
        Self {
            cell: OnceLock::new(),
            make: PlainMutex::new(Some(make)),
        }
    }

    /// As [`LazyLock::new`], for statics.
    #[track_caller]
    pub const fn const_new(make: F) -> Self {
        Self {
            cell: OnceLock::const_new(),
            make: PlainMutex::new(Some(make)),
        }
    }

    /// The value. Sleeps while another thread makes it.
    ///
    /// # Panics
    /// If making it panics, or did before.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.cell.get_or_init(|| {
            let make = this.make.lock().take();
            match make {
                Some(make) => make(),
                None => panic!("the value could not be made before: its closure panicked"),
            }
        })
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LazyLock").field(&self.cell.get()).finish()
    }
}
