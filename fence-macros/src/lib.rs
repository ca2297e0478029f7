//! The attribute macros of `fence-lockdep`, to be used from there. What they expand to names that crate `::fence_lockdep`.
//!
//! They look at tokens only and know nothing of the checker.

mod test;

use proc_macro::TokenStream;

/// A test in a session of its own, in which nothing but notes may be found: `#[test]`, but for deadlocks too.
///
/// The body runs in a `Session` that is named after the function and judged at its end, so that tests in parallel do not
/// see each other. Where something is to be found say so: `#[fence_lockdep::test(expect = "lock-order-cycle")]`. The rule,
/// by name or id, must fire then, and no other but for notes.
///
/// Other attributes, such as `#[ignore]` and `#[should_panic]`, and a result are as with `#[test]`. If the body returns an
/// error the session is judged nevertheless: a finding comes first, and may be the reason.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(arguments.into(), item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
