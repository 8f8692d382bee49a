//! Stands in until the fixtures are merged: a test without fixtures, and a scene that is never entered.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemFn;

pub(crate) struct Scene {
    pub(crate) items: TokenStream,
    pub(crate) scene: TokenStream,
    pub(crate) needs: TokenStream,
}

pub(crate) fn scene(function: &ItemFn) -> Scene {
    let name = &function.sig.ident;
    let items = quote! { struct Scene; const _: fn() = || { let _ = #name; }; };
    Scene { items, scene: quote!(Scene), needs: quote!(&[]) }
}
