//! `#[perf]`: parse → check (all mistakes at once) → expand.

mod check;
mod editor;
#[cfg(test)]
mod examples;
mod expand;
mod function;
mod label;
mod mix;
mod parse;
mod recorded;
mod signature;
mod value;
mod versus;
mod visible;

use proc_macro2::TokenStream;
use quote::quote;

use check::TestDeclaration;
use function::TestFunction;
use parse::Items;

use crate::inject;
use crate::mistakes::Mistakes;

/// The function with its entry in the registry, or with every mistake there is.
pub(crate) fn perf(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let Ok(function) = TestFunction::parse(item) else { return not_a_function(item) };
    match declare(attribute, &function) {
        Ok(declared) => expand::expand(&declared, &function.calling(&declared.classes)),
        // The function stays, so that no other error follows from its absence.
        Err(mistakes) => {
            let (mistakes, function) = (mistakes.into_compile_error(), function.beside_mistakes());
            quote!(#mistakes #function)
        }
    }
}

fn declare(attribute: TokenStream, function: &TestFunction) -> syn::Result<TestDeclaration> {
    let mut mistakes = Mistakes::default();
    let items = syn::parse2::<Items>(visible::without_invisible_groups(attribute));
    let declared = mistakes.keep(items.and_then(|items| check::check(items, &function.recorded())));
    // What is missing in a body is not said of an attribute with a mistake, which may be in its classes.
    if let Some(declared) = &declared {
        function.check(!declared.classes.is_empty(), &mut mistakes);
    }
    let function = &function.item;
    signature::check(function, &mut mistakes);
    match declared {
        Some(declared) if mistakes.is_empty() => Ok(declared),
        _ => {
            // Expanding would report mistakes in the parameters, but it is not reached.
            let compared = declared.as_ref().and_then(|declared| declared.versus.as_ref());
            inject::read_for(compared, &function.sig, &mut mistakes);
            Err(mistakes.into_error())
        }
    }
}

fn not_a_function(item: &TokenStream) -> TokenStream {
    let message = "`#[perf]` belongs on an `async fn` with a body, as in `async fn health(user: &mut User) -> proofload::Result { … }`";
    let mistake = syn::Error::new_spanned(item, message).into_compile_error();
    quote!(#mistake #item)
}
