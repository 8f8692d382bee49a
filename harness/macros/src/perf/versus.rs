//! `versus(server = [sequential, threaded])` as tokens.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Token};

use super::value::Value;

/// The item as it is written.
pub(crate) struct VersusItem {
    /// `versus`
    pub(crate) word: TokenStream,
    pub(crate) parameter: Ident,
    pub(crate) values: Vec<Value>,
    /// The brackets.
    pub(crate) list: TokenStream,
}

pub(crate) const EXAMPLE: &str = "`versus(server = [before, after])`";

impl VersusItem {
    /// What is inside the parentheses.
    pub(crate) fn parse(word: TokenStream, content: ParseStream<'_>) -> Result<VersusItem, Error> {
        let expected =
            format!("expected a parameter of this test and the fixtures that it is compared for, as in {EXAMPLE}");
        let refuse = |mistake: Error| Error::new(mistake.span(), &expected);
        if content.is_empty() {
            return Err(Error::new_spanned(&word, expected));
        }
        let parameter = content.call(Ident::parse_any).map_err(refuse)?;
        content.parse::<Token![=]>().map_err(refuse)?;
        let list: Value = content.parse().map_err(refuse)?;
        let tokens = list.to_token_stream();
        let Value::Array { values, .. } = list else { return Err(Error::new_spanned(tokens, expected)) };
        content.parse::<Option<Token![,]>>()?;
        if !content.is_empty() {
            let rest: TokenStream = content.parse()?;
            return Err(Error::new_spanned(rest, "one parameter is compared: write the others as parameters alone"));
        }
        Ok(VersusItem { word, parameter, values, list: tokens })
    }
}
