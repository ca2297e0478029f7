//! Lock classes by name.

/// A class of locks: what the checker learns of one of them holds for all. Without one, the locks made at one place in the
/// source are a class.
///
/// Classes are one if their names are, in the whole process; the kernel's `struct lock_class_key` with its name.
/// `mmap` and `resv` are the mmap lock and the reservation lock of the [built-in contract](crate::engine::Contract).
///
/// ```
/// use fence_lockdep::{LockClass, sync::Mutex};
/// const RING: LockClass = LockClass::new("ring");
/// static FIRST: Mutex<u32> = Mutex::const_with_class(RING, 0);
/// let second = Mutex::with_class(RING, 0);
/// let _first = FIRST.lock();
/// let _second = second.lock_nested(1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "lock_class_key")]
pub struct LockClass(&'static str);

impl LockClass {
    /// The class of that name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl From<&'static str> for LockClass {
    fn from(name: &'static str) -> Self {
        Self::new(name)
    }
}
