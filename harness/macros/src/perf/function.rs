//! The function under `#[perf]`: with a body of its own, or without one, for a test with classes of users.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Block, FnArg, ItemFn, Pat, Signature, parse_quote};

use super::check::DeclaredClass;
use super::mix::EXAMPLE;
use super::recorded::RecordedNames;
use crate::inject;
use crate::mistakes::Mistakes;

/// The item as it is written.
pub(crate) struct TestFunction {
    /// Where there is no body, one that is never run.
    pub(crate) item: ItemFn,
    /// In the place of the body.
    semicolon: Option<TokenTree>,
}

impl TestFunction {
    /// An item that is no function with or without a body is refused.
    pub(crate) fn parse(item: &TokenStream) -> syn::Result<TestFunction> {
        let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
        let semicolon = tokens.pop_if(|last| matches!(last, TokenTree::Punct(last) if last.as_char() == ';'));
        if semicolon.is_some() {
            tokens.extend(quote!({ ::core::unreachable!() }));
        }
        Ok(TestFunction { item: syn::parse2(tokens.into_iter().collect())?, semicolon })
    }

    /// The values that it records, as far as its own text shows: those of a test with classes are recorded elsewhere.
    pub(crate) fn recorded(&self) -> RecordedNames {
        match &self.semicolon {
            Some(_) => RecordedNames::elsewhere(),
            None => RecordedNames::of(&self.item),
        }
    }

    /// The function beside its mistakes. A body that is not there uses no parameter, which is no mistake of the author's.
    pub(crate) fn beside_mistakes(&self) -> TokenStream {
        let (item, unused) = (&self.item, self.semicolon.as_ref().map(|_| quote!(#[allow(unused_variables)])));
        quote!(#unused #item)
    }

    /// The functions of the classes are what the users do, so the test has no body beside them.
    pub(crate) fn check(&self, has_classes: bool, mistakes: &mut Mistakes) {
        match &self.semicolon {
            Some(semicolon) if !has_classes => mistakes.at(
                semicolon,
                format!("this test does nothing: write its body, or add classes of users to `#[perf]`, as in {EXAMPLE}"),
            ),
            None if has_classes => mistakes.at(
                &self.item.sig.ident,
                "the users of a test with `mix(…)` call the functions of their classes: end this function with `;`, and move its body \
                 into one of those",
            ),
            _ => {}
        }
        if has_classes && inject::user_of(&self.item.sig).is_none() {
            mistakes.at(
                &self.item.sig.ident,
                "a test with `mix(…)` takes the user, whose class decides which function is called: add `user: &mut User` to its \
                 parameters and to those of its classes",
            );
        }
    }

    /// The function with a body that calls that of the user's class.
    pub(crate) fn calling(&self, classes: &[DeclaredClass]) -> ItemFn {
        let Some(user) = inject::user_of(&self.item.sig).filter(|_| !classes.is_empty()) else {
            return self.item.clone();
        };
        let arguments = arguments(&self.item.sig);
        let arms = classes.iter().enumerate().map(|(index, DeclaredClass { function, .. })| {
            let call = quote_spanned!(function.span()=> #function(#(#arguments),*).await);
            quote!(#index => #call)
        });
        let body = quote!({
            match ::proofload::__private::class_of(#user) {
                #(#arms,)*
                other => ::proofload::__private::no_such_class(other),
            }
        });
        let block: Block = parse_quote!(#body);
        ItemFn { block: Box::new(block), ..self.item.clone() }
    }
}

/// The names of the parameters, in order.
fn arguments(signature: &Signature) -> Vec<&Ident> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&typed.pat),
        FnArg::Receiver(_) => None,
    });
    typed.filter_map(|pattern| name_of(pattern)).collect()
}

fn name_of(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(name) => Some(&name.ident),
        _ => None,
    }
}
