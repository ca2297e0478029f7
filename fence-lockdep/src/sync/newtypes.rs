//! What every checked lock has: its constructors, and the way to the lock of `lock_api` below.

/// The constructors of `$lock`, a newtype around `$api<$raw, T>`.
macro_rules! constructors {
    ($lock:ident, $api:ident, $raw:ty) => {
        impl<T> $lock<T> {
            /// An unlocked lock, of the class of all that are made at the caller.
            #[track_caller]
            pub fn new(value: T) -> Self {
                Self(lock_api::$api::from_raw(<$raw>::new(), value))
            }

            /// An unlocked lock of that class, which may be given by its name.
            pub fn with_class(class: impl Into<$crate::LockClass>, value: T) -> Self {
                let raw = <$raw>::with_class(class.into());
                Self(lock_api::$api::from_raw(raw, value))
            }

            /// As `new`, for statics. In a [`Session`](crate::Session) it belongs to the session of the thread that uses it.
            #[track_caller]
            pub const fn const_new(value: T) -> Self {
                Self(lock_api::$api::from_raw(<$raw>::const_new(), value))
            }

            /// As `with_class`, for statics.
            pub const fn const_with_class(class: $crate::LockClass, value: T) -> Self {
                Self(lock_api::$api::from_raw(
                    <$raw>::const_with_class(class),
                    value,
                ))
            }

            /// The value, of a lock that nobody else has.
            pub fn into_inner(self) -> T {
                self.0.into_inner()
            }
        }

        impl<T: ?Sized> $lock<T> {
            /// Makes the lock as new: what is held of it is a finding.
            #[track_caller]
            #[doc(alias = "mutex_init")]
            #[doc(alias = "lockdep_init_map")]
            pub fn reinit(&self) {
                use $crate::sync::has_identity::HasIdentity;
                self.identity().init(std::panic::Location::caller());
            }
        }

        impl<T: ?Sized> $crate::sync::has_identity::HasIdentity for $lock<T> {
            fn identity(&self) -> &$crate::check::Identity {
                // SAFETY: the raw lock is only looked at.
                unsafe { self.0.raw() }.identity()
            }
        }

        impl<T: ?Sized> $crate::sync::CheckedLock for $lock<T> {}

        impl<T: ?Sized> std::ops::Deref for $lock<T> {
            type Target = lock_api::$api<$raw, T>;

            #[inline]
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<T: ?Sized> std::ops::DerefMut for $lock<T> {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        /// Each lock is of a class of its own, as a derived `Default` makes all locks of a type at one place. Of the locks of
        /// one place the first 1,000 are; more are not compared with others.
        impl<T: Default> Default for $lock<T> {
            #[track_caller]
            fn default() -> Self {
                Self(lock_api::$api::from_raw(<$raw>::default(), T::default()))
            }
        }

        impl<T> From<T> for $lock<T> {
            #[track_caller]
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }
    };
}

pub(super) use constructors;
