//! `#[test]` on what is no test.

#[fence_macros::test]
fn with_arguments(ring: u32, device: u32) {}

#[fence_macros::test]
async fn that_is_async() {}

#[fence_macros::test]
fn with_a_type<T>() {}

#[fence_macros::test]
async fn with_all_of_it<'a>(ring: &'a u32) {}

#[fence_macros::test]
struct NoFunction;

fn main() {}
