//! Variables of generated code.

use proc_macro2::{Ident, Span};

/// A variable of generated code that no name of the author's means, such as that of a fixture called `user`.
pub(crate) fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
