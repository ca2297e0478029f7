//! The kernel's look, where no kernel report is there to compare with.

use fence_report::splat;

use crate::findings;

#[test]
fn a_place_stands_where_the_kernel_has_a_stack_trace() {
    insta::assert_snapshot!(splat::render(&findings::abba()));
}

#[test]
fn a_finding_that_lockdep_has_no_report_for_has_the_same_frame() {
    insta::assert_snapshot!(splat::render(&findings::never_signalled()));
}

#[test]
fn its_steps_cycle_and_notes_are_the_other_info() {
    insta::assert_snapshot!(splat::render(&findings::long_cycle()));
}
