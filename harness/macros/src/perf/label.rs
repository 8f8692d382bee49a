//! What is in the parentheses behind a metric: `("GET /config")`, `(value "confidence")`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use proofload_vocabulary::threshold::ThresholdError;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Error, LitStr};

/// The part of a test that a threshold is about.
pub(crate) struct Label {
    pub(crate) name: LitStr,
    /// It is a value that the test records.
    is_value: bool,
}

impl Label {
    /// What `group` has in it.
    pub(crate) fn parse(group: &TokenTree) -> Result<Label, Error> {
        let TokenTree::Group(inside) = group else { return Err(Error::new_spanned(group, ThresholdError::Label)) };
        let is_value = matches!(inside.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "value");
        let name = if is_value { name_of_value.parse2(inside.stream()) } else { syn::parse2(inside.stream()) };
        let expected = if is_value { ThresholdError::ValueName } else { ThresholdError::Label };
        name.map(|name| Label { name, is_value }).map_err(|_| Error::new_spanned(group, expected))
    }

    /// As the vocabulary reads it.
    pub(crate) fn text(&self) -> String {
        let word = if self.is_value { "value " } else { "" };
        format!("({word}\"{}\")", self.name.value().replace('"', "\\\""))
    }
}

fn name_of_value(content: ParseStream<'_>) -> Result<LitStr, Error> {
    content.parse::<Ident>()?;
    content.parse()
}

impl ToTokens for Label {
    /// The name, for messages about it.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
    }
}
