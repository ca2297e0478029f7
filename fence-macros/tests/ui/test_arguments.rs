//! `#[test]` with arguments that it does not know.

#[fence_macros::test(expects = "lock-order-cycle")]
fn unknown_key() {}

#[fence_macros::test(expect)]
fn no_value() {}

#[fence_macros::test(expect = lock_order_cycle)]
fn no_text() {}

#[fence_macros::test(expect = "lock-order-cycle", expect = "recursive-lock")]
fn twice() {}

#[fence_macros::test("lock-order-cycle")]
fn no_key() {}

#[fence_macros::test(clean)]
struct NoFunctionEither;

fn main() {}
