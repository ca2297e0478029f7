//! `#[test]`: a function as a test in a session of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Error, Item, ItemFn, LitStr, Result, Signature, Token};

/// The test that `item` becomes, or all that is wrong with it.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let rule = expected_rule(arguments);
    let function = function(item);
    let (rule, function) = match (rule, function) {
        (Ok(rule), Ok(function)) => (rule, function),
        (Err(mut error), Err(other)) => {
            error.combine(other);
            return Err(error);
        }
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    let name = sig.ident.to_string();
    let output = &sig.output;
    // Names that the body does not see.
    let [session, result] = ["session", "result"].map(|name| Ident::new(name, Span::mixed_site()));
    let judge = if let Some(rule) = rule {
        quote!(#session.expect(#rule))
    } else {
        quote!(#session.assert_clean())
    };
    Ok(quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis #sig {
            let #session = ::fence_lockdep::Session::named(#name);
            let #result = #session.run(|| #output #block);
            #judge;
            #result
        }
    })
}

/// The rule of `expect = "…"`, if there is one.
fn expected_rule(arguments: TokenStream) -> Result<Option<LitStr>> {
    let mut rule: Option<LitStr> = None;
    let parser = syn::meta::parser(|argument| {
        if !argument.path.is_ident("expect") {
            return Err(argument.error("there is no such key; the only one is `expect`"));
        }
        if !argument.input.peek(Token![=]) {
            return Err(argument.error("a rule is to be named: `expect = \"lock-order-cycle\"`"));
        }
        let named: LitStr = argument.value()?.parse()?;
        if rule.is_some() {
            return Err(argument.error("this is given twice, but a test expects one rule"));
        }
        rule = Some(named);
        Ok(())
    });
    parser.parse2(arguments)?;
    Ok(rule)
}

/// The function, if it can be a test.
fn function(item: TokenStream) -> Result<ItemFn> {
    let item: Item = syn::parse2(item)?;
    let Item::Fn(function) = item else {
        return Err(Error::new_spanned(item, "a test is a function"));
    };
    let Signature {
        asyncness,
        generics,
        inputs,
        ..
    } = &function.sig;
    let wrong: [(&dyn ToTokens, bool, &str); 3] = [
        (
            asyncness,
            asyncness.is_some(),
            "a test is no `async fn`: run an executor in its body",
        ),
        (
            &generics.params,
            !generics.params.is_empty(),
            "a test is not generic",
        ),
        (inputs, !inputs.is_empty(), "a test has no arguments"),
    ];
    let errors = wrong
        .into_iter()
        .filter(|(_, is_wrong, _)| *is_wrong)
        .map(|(tokens, _, message)| Error::new_spanned(tokens, message));
    let all = errors.reduce(|mut all, error| {
        all.combine(error);
        all
    });
    all.map_or(Ok(function), Err)
}
