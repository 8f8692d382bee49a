//! `key = value` pairs, as `#[fixture]` and `#[server]` take them.

use std::time::Duration;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::units::{Quantity, parse_quantity};

use crate::mistakes::Mistakes;

/// One `key = value`.
pub(crate) struct KeyValue {
    pub(crate) key: Ident,
    pub(crate) value: TokenStream,
}

/// The pairs of an attribute whose keys are among `known`; everything else is a mistake. `example` shows how it is written.
pub(crate) fn read(attribute: TokenStream, known: &[&str], example: &str, mistakes: &mut Mistakes) -> Vec<KeyValue> {
    let mut pairs: Vec<KeyValue> = Vec::new();
    for item in split_at_commas(attribute) {
        let Some(pair) = pair_of(&item) else {
            mistakes.at(&item, format!("expected `key = value`, as in `{example}`"));
            continue;
        };
        let key = pair.key.to_string();
        if !known.contains(&key.as_str()) {
            let suggestion = did_you_mean(&key, known.iter().copied());
            let known = known.join(", ");
            mistakes.at(&pair.key, format!("unknown key `{key}`{suggestion} (keys: {known})"));
        } else if pairs.iter().any(|earlier| earlier.key == key) {
            mistakes.at(&pair.key, format!("`{key}` is given twice: keep one of them"));
        } else {
            pairs.push(pair);
        }
    }
    pairs
}

/// The value of a key that takes a time.
pub(crate) fn duration(KeyValue { key, value }: &KeyValue) -> syn::Result<Duration> {
    let expected = || syn::Error::new_spanned(value, format!("`{key}` expects a time above zero, such as `10s`"));
    match parse_quantity(value.to_string().trim_matches('"')) {
        Ok(Quantity::Duration(duration)) if !duration.is_zero() => Ok(duration),
        Ok(_) => Err(expected()),
        Err(mistake) => Err(syn::Error::new_spanned(value, format!("`{key}`: {mistake}"))),
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut items = vec![Vec::new()];
    for token in tokens {
        match (&token, items.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => items.push(Vec::new()),
            (_, Some(item)) => item.push(token),
            (_, None) => {}
        }
    }
    items.into_iter().filter(|item: &Vec<_>| !item.is_empty()).map(TokenStream::from_iter).collect()
}

fn pair_of(item: &TokenStream) -> Option<KeyValue> {
    let mut tokens = item.clone().into_iter();
    let TokenTree::Ident(key) = tokens.next()? else { return None };
    let TokenTree::Punct(equals) = tokens.next()? else { return None };
    let value: TokenStream = tokens.flat_map(without_invisible_group).collect();
    (equals.as_char() == '=' && !value.is_empty()).then_some(KeyValue { key, value })
}

/// A value that came through a `macro_rules!` is wrapped in an invisible group.
fn without_invisible_group(token: TokenTree) -> TokenStream {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => group.stream(),
        other => other.into(),
    }
}
