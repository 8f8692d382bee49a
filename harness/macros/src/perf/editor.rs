//! `▶ Run` in editors with rust-analyzer, which shows it beside each function that has `#[test]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::{IgnoreChoice, TestDeclaration};
use crate::compiler;

/// Attributes of the author's function, which only an editor gets: the compiler would warn the author of a `cfg` that their
/// Cargo.toml does not list, and heeds no `allow` beside the function, as it reads the `cfg` before there is one.
pub(super) fn run_button(declared: &TestDeclaration) -> Option<TokenStream> {
    (!compiler::expands_here()).then(|| attributes(declared))
}

/// With `#[ignore]`, the editor asks for ignored tests.
fn attributes(declared: &TestDeclaration) -> TokenStream {
    let is_ignored = match declared.ignore {
        IgnoreChoice::ByKind => !declared.kind.runs_by_default(),
        IgnoreChoice::Never => false,
        IgnoreChoice::Always(_) => true,
    };
    let ignore = is_ignored.then(|| quote!(#[cfg_attr(rust_analyzer, ignore)]));
    quote! {
        #[cfg_attr(rust_analyzer, ::core::prelude::v1::test)]
        #ignore
    }
}
