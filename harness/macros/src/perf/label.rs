//! What is in the parentheses behind a metric: `("GET /config")`, `("everyday", "GET /config")`, `(value "confidence")`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use proofload_vocabulary::threshold::ThresholdError;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Error, LitStr, Token};

/// The part of a test that a threshold is about.
pub(crate) struct Label {
    pub(crate) name: LitStr,
    /// The class of users before the name of an endpoint.
    pub(crate) class: Option<LitStr>,
    /// It is a value that the test records.
    is_value: bool,
}

impl Label {
    /// What `group` has in it.
    pub(crate) fn parse(group: &TokenTree) -> Result<Label, Error> {
        let TokenTree::Group(inside) = group else { return Err(Error::new_spanned(group, ThresholdError::Label)) };
        let is_value = matches!(inside.stream().into_iter().next(), Some(TokenTree::Ident(word)) if word == "value");
        let label = if is_value { of_value.parse2(inside.stream()) } else { of_endpoint.parse2(inside.stream()) };
        let expected = if is_value { ThresholdError::ValueName } else { ThresholdError::Label };
        label.map_err(|_| Error::new_spanned(group, expected))
    }

    /// As the vocabulary reads it.
    pub(crate) fn text(&self) -> String {
        let word = if self.is_value { "value " } else { "" };
        let names = self.class.iter().chain([&self.name]);
        let quoted: Vec<String> = names.map(|name| format!("\"{}\"", name.value().replace('"', "\\\""))).collect();
        format!("({word}{})", quoted.join(", "))
    }
}

fn of_value(content: ParseStream<'_>) -> Result<Label, Error> {
    content.parse::<Ident>()?;
    Ok(Label { name: content.parse()?, class: None, is_value: true })
}

fn of_endpoint(content: ParseStream<'_>) -> Result<Label, Error> {
    let first: LitStr = content.parse()?;
    if content.is_empty() {
        return Ok(Label { name: first, class: None, is_value: false });
    }
    content.parse::<Token![,]>()?;
    Ok(Label { name: content.parse()?, class: Some(first), is_value: false })
}

impl ToTokens for Label {
    /// The name that may be unknown, for messages about it: that of the class, if there is one.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.class.as_ref().unwrap_or(&self.name).to_tokens(tokens);
    }
}
