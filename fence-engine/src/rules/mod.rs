//! The rule catalogue: one rule a file, whose leading comment is its manual page.

pub(crate) mod add_without_reserve;
pub(crate) mod callback_misuse;
mod cycle;
pub(crate) mod downgrade_misuse;
pub(crate) mod error_after_signal;
pub(crate) mod flush_in_signalling;
pub(crate) mod held_lock_dropped;
pub(crate) mod inconsistent_irq_state;
pub(crate) mod invalid_wait_context;
pub(crate) mod irq_inversion;
pub(crate) mod irq_unsafe_order;
pub(crate) mod issuer_without_reference;
pub(crate) mod lock_depth;
pub(crate) mod lock_held_at_exit;
pub(crate) mod lock_order_cycle;
pub(crate) mod lock_outlived_by_fence;
pub(crate) mod mapping_in_signalling;
pub(crate) mod nest_lock_not_held;
pub(crate) mod never_signalled;
pub(crate) mod publish_outside_section;
pub(crate) mod queue_without_reclaim;
pub(crate) mod reclaim_in_signalling;
pub(crate) mod recursive_lock;
pub(crate) mod resv_lock_convention;
pub(crate) mod resv_lock_in_signalling;
pub(crate) mod section_not_closed;
pub(crate) mod seqno_misuse;
pub(crate) mod signal_outside_section;
pub(crate) mod signalled_twice;
pub(crate) mod sleep_in_atomic;
pub(crate) mod sleep_in_callback;
pub(crate) mod timeline_wait_cycle;
pub(crate) mod unannotated_handoff;
pub(crate) mod unbalanced_access;
pub(crate) mod unbalanced_unlock;
pub(crate) mod unbounded_fence;
pub(crate) mod user_memory_in_signalling;
pub(crate) mod wait_for_user;
pub(crate) mod wait_in_own_section;
pub(crate) mod wait_in_section;
pub(crate) mod wait_under_signalling_lock;
pub(crate) mod ww_misuse;

pub(crate) use cycle::report_cycle;

use crate::rule::Rule;

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &recursive_lock::RULE,
    &lock_order_cycle::RULE,
    &inconsistent_irq_state::RULE,
    &irq_inversion::RULE,
    &irq_unsafe_order::RULE,
    &invalid_wait_context::RULE,
    &sleep_in_atomic::RULE,
    &unbalanced_unlock::RULE,
    &held_lock_dropped::RULE,
    &lock_held_at_exit::RULE,
    &nest_lock_not_held::RULE,
    &ww_misuse::RULE,
    &downgrade_misuse::RULE,
    &lock_depth::RULE,
    &wait_under_signalling_lock::RULE,
    &wait_in_own_section::RULE,
    &wait_in_section::RULE,
    &reclaim_in_signalling::RULE,
    &resv_lock_in_signalling::RULE,
    &mapping_in_signalling::RULE,
    &user_memory_in_signalling::RULE,
    &flush_in_signalling::RULE,
    &publish_outside_section::RULE,
    &signal_outside_section::RULE,
    &unannotated_handoff::RULE,
    &queue_without_reclaim::RULE,
    &section_not_closed::RULE,
    &timeline_wait_cycle::RULE,
    &sleep_in_callback::RULE,
    &wait_for_user::RULE,
    &never_signalled::RULE,
    &signalled_twice::RULE,
    &error_after_signal::RULE,
    &seqno_misuse::RULE,
    &callback_misuse::RULE,
    &issuer_without_reference::RULE,
    &lock_outlived_by_fence::RULE,
    &unbounded_fence::RULE,
    &add_without_reserve::RULE,
    &resv_lock_convention::RULE,
    &unbalanced_access::RULE,
];

/// The rule with this id or name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter()
        .find(|rule| rule.id == name || rule.name == name)
        .copied()
}
