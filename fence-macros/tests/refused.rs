//! What the macros refuse, with the message and the place that a person gets. A wanted change is written with
//! `TRYBUILD=overwrite`; read the difference before it is committed.

#[test]
fn a_wrong_use_is_a_compile_error_at_its_place() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
