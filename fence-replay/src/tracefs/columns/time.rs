//! The timestamp, in the three ways in which the layouts other than the verbose one print it.

use super::super::Timestamp;
use super::super::problem::{Fault, ProblemKind};
use crate::lines::decimal;

/// Reads `5.971213:`, `16055us!:`, or `29362487362:`, the colon included.
pub(super) fn time_and_colon(rest: &[u8]) -> Result<(Timestamp, &[u8]), Fault> {
    let fault = || Fault::new(ProblemKind::BadTime, rest);
    let (whole, after) = decimal(rest).ok_or_else(fault)?;
    let (time, after) = match after {
        [b'.', digits @ ..] => {
            let (fraction, after) = decimal(digits).ok_or_else(fault)?;
            let places = u32::try_from(digits.len() - after.len()).map_err(|_| fault())?;
            let scale = 9_u32.checked_sub(places).ok_or_else(fault)?;
            let nanos = whole
                .checked_mul(1_000_000_000)
                .and_then(|nanos| nanos.checked_add(fraction * 10_u64.pow(scale)))
                .ok_or_else(fault)?;
            (Timestamp::Clock(nanos), after)
        }
        // The byte behind the unit marks a long delay: ` `, `+`, `!`, `#`, `*`, `@` or `$`.
        [b'u', b's', _, after @ ..] => {
            let nanos = whole.checked_mul(1000).ok_or_else(fault)?;
            (Timestamp::SinceStart(nanos), after)
        }
        after => (Timestamp::Ticks(whole), after),
    };
    let event = after.strip_prefix(b":").ok_or_else(fault)?;
    Ok((time, event))
}
