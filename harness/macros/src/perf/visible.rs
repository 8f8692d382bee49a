//! Tokens as the author sees them.

use proc_macro2::{Group, TokenStream, TokenTree};

/// Takes away the invisible groups that `macro_rules!` puts around what it inserts.
pub(crate) fn without_invisible_groups(tokens: TokenStream) -> TokenStream {
    let visible = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::None => {
            without_invisible_groups(group.stream())
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), without_invisible_groups(group.stream()));
            inner.set_span(group.span());
            TokenTree::Group(inner).into()
        }
        tree => tree.into(),
    });
    visible.collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn what_a_macro_inserts_reads_as_if_it_were_written() {
        let inserted = Group::new(proc_macro2::Delimiter::None, quote!(10));
        let inside = without_invisible_groups(quote!(case(users = #inserted)));
        assert_eq!(inside.to_string(), quote!(case(users = 10)).to_string());
    }
}
