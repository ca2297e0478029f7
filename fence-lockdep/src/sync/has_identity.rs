//! What all checked locks have in common, for those who take any of them.

use crate::check::Identity;

/// A lock that is checked: any of this module's.
#[allow(private_bounds, reason = "nobody else implements it")]
pub trait CheckedLock: HasIdentity {}

pub(crate) trait HasIdentity {
    fn identity(&self) -> &Identity;
}
