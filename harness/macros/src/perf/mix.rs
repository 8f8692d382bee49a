//! `mix(everyday = 7, busy = 2)` as tokens.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Error, Token};

use super::value::{Value, parse_before_comma};

/// The item as it is written.
pub(crate) struct MixItem {
    /// `mix`
    pub(crate) word: TokenStream,
    /// The parentheses.
    pub(crate) list: TokenStream,
    /// Between commas, each read or refused.
    pub(crate) classes: Vec<Result<WrittenClass, Error>>,
}

/// `everyday = 7`
pub(crate) struct WrittenClass {
    pub(crate) name: Ident,
    pub(crate) weight: Value,
}

pub(crate) const EXAMPLE: &str = "`mix(everyday = 7, busy = 2)`";

impl MixItem {
    /// From the parentheses on.
    pub(crate) fn parse(word: TokenStream, input: ParseStream<'_>) -> Result<MixItem, Error> {
        let list: TokenTree = input.parse()?;
        let TokenTree::Group(inside) = &list else { return Err(Error::new_spanned(&list, expected())) };
        let classes = classes.parse2(inside.stream())?;
        Ok(MixItem { word, list: list.into_token_stream(), classes })
    }
}

/// Reading goes on after the comma behind a mistake.
fn classes(content: ParseStream<'_>) -> Result<Vec<Result<WrittenClass, Error>>, Error> {
    let mut classes = Vec::new();
    while !content.is_empty() {
        classes.push(parse_before_comma(content));
        while !content.is_empty() && !content.peek(Token![,]) {
            content.parse::<TokenTree>()?;
        }
        content.parse::<Option<Token![,]>>()?;
    }
    Ok(classes)
}

impl Parse for WrittenClass {
    fn parse(input: ParseStream<'_>) -> Result<WrittenClass, Error> {
        let refuse = |mistake: Error| Error::new(mistake.span(), expected());
        let name = input.call(Ident::parse_any).map_err(refuse)?;
        input.parse::<Token![=]>().map_err(|_| Error::new_spanned(&name, expected()))?;
        Ok(WrittenClass { name, weight: input.parse().map_err(refuse)? })
    }
}

fn expected() -> String {
    format!("expected the functions of the classes of users with their weights, as in {EXAMPLE}")
}
