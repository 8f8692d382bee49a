//! The attributes of Proofload: `#[perf]`, `#[fixture]` and `#[server]`.
use proc_macro::TokenStream;

/// Declares a performance test.
#[proc_macro_attribute]
pub fn perf(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Declares a fixture.
#[proc_macro_attribute]
pub fn fixture(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Declares a server.
#[proc_macro_attribute]
pub fn server(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}
