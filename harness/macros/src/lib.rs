//! The attributes of Proofload: `#[perf]`, `#[fixture]` and `#[server]`.
mod fixture;
mod inject;
mod keys;
mod mistakes;

use proc_macro::TokenStream;

/// Declares a performance test.
#[proc_macro_attribute]
pub fn perf(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Declares a fixture.
#[proc_macro_attribute]
pub fn fixture(attribute: TokenStream, item: TokenStream) -> TokenStream {
    fixture::fixture(attribute.into(), item.into()).into()
}

/// Declares a server.
#[proc_macro_attribute]
pub fn server(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}
