//! The right-hand side of an item: literals whose text rustc has cut into tokens, put together again.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use proofload_vocabulary::units::parse_quantity;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::token::{Bracket, Paren};
use syn::{Error, LitBool, LitStr, Path, Token};

/// A literal with its text as the author wrote it; only the vocabulary reads it.
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

/// What follows `=`.
pub(crate) enum Value {
    /// `30s`, `3000/s`, `99.9%`, `12`
    Literal(Literal),
    /// `"500ms"`
    Text(LitStr),
    /// `true`
    Bool(LitBool),
    /// `[10, 50]`
    Array { values: Vec<Value>, tokens: TokenStream },
    /// `(0/s -> 500/s over 30s)`, directly behind its word
    Parentheses(Group),
    /// `SMALL_TEAM`
    Path(Path),
    /// `shared(8)`
    Call { text: String, tokens: TokenStream },
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> Result<Value, Error> {
        if input.peek(LitStr) {
            return input.parse().map(Value::Text);
        }
        if input.peek(LitBool) {
            return input.parse().map(Value::Bool);
        }
        if input.peek(Bracket) {
            return parse_array(input);
        }
        if input.peek(Token![::]) || input.peek(Ident::peek_any) {
            return parse_word(input);
        }
        let mut literal: Literal = input.parse()?;
        literal.take_of_capacity(input)?;
        Ok(Value::Literal(literal))
    }
}

/// The text between parentheses as the vocabulary reads it.
pub(crate) fn text_inside(tokens: TokenStream) -> String {
    let mut text = String::new();
    let mut is_open = true;
    for tree in tokens {
        let (written, joins_left, joins_right) = match &tree {
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                (sign.to_string(), "/%,:>".contains(sign), "/-".contains(sign))
            }
            TokenTree::Group(group) => (format!("[{}]", text_inside(group.stream())), false, false),
            TokenTree::Literal(_) => (unquoted(&tree), false, false),
            TokenTree::Ident(_) => (tree.to_string(), false, false),
        };
        if !is_open && !joins_left {
            text.push(' ');
        }
        text.push_str(&written);
        is_open = joins_right;
    }
    text
}

/// A text in quotes is accepted wherever a literal is.
fn unquoted(literal: &TokenTree) -> String {
    match syn::parse2::<LitStr>(literal.to_token_stream()) {
        Ok(text) => text.value(),
        Err(_) => literal.to_string(),
    }
}

/// The tokens of the part with this number between the commas.
pub(crate) fn part_inside(group: &Group, part: usize) -> TokenStream {
    let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    trees.split(is_comma).nth(part).unwrap_or_default().iter().cloned().collect()
}

/// A constant or a word, perhaps with parentheses behind it.
fn parse_word(input: ParseStream<'_>) -> Result<Value, Error> {
    let path = input.call(Path::parse_mod_style)?;
    if !input.peek(Paren) {
        return Ok(Value::Path(path));
    }
    let parentheses: Group = input.parse()?;
    let mut tokens = path.into_token_stream();
    let text = format!("{tokens}({})", text_inside(parentheses.stream()));
    parentheses.to_tokens(&mut tokens);
    Ok(Value::Call { text, tokens })
}

fn parse_array(input: ParseStream<'_>) -> Result<Value, Error> {
    let brackets: Group = input.parse()?;
    let values = Punctuated::<Value, Token![,]>::parse_terminated_with;
    // Read apart from `input`, whose later items would be lost with an array that cannot be read.
    let values = (|content: ParseStream<'_>| values(content, parse_before_comma)).parse2(brackets.stream())?;
    Ok(Value::Array { values: values.into_iter().collect(), tokens: brackets.into_token_stream() })
}

/// Something that a comma or the end must follow.
pub(crate) fn parse_before_comma<T: Parse>(input: ParseStream<'_>) -> Result<T, Error> {
    let parsed = input.parse()?;
    match input.cursor().token_tree() {
        Some((extra, _)) if !input.peek(Token![,]) => {
            Err(Error::new_spanned(&extra, format!("expected a comma before `{extra}`")))
        }
        _ => Ok(parsed),
    }
}

impl Parse for Literal {
    /// `NUMBER UNIT`, `NUMBER "%"`, `NUMBER "/" unit`, a number, or a text of the same in quotes. Misspelt numbers such as
    /// `.5s`, `1.s` or `-1` are taken whole too, so that the vocabulary can say what is wrong with them.
    fn parse(input: ParseStream<'_>) -> Result<Literal, Error> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Ok(Literal { text: text.value(), tokens: text.into_token_stream() });
        }
        let mut literal = Literal { text: String::new(), tokens: TokenStream::new() };
        while input.peek(Token![-]) || input.peek(Token![+]) || input.peek(Token![.]) {
            literal.take(input)?;
        }
        if !input.peek(syn::Lit) {
            return Err(input.error("expected a number with its unit, such as `800ms`, `99.9%`, `3000/s` or `12`"));
        }
        literal.take(input)?;
        while input.peek(Token![%]) || input.peek(Token![/]) || input.peek(Token![.]) {
            literal.take(input)?;
            if !literal.text.ends_with('%') && (input.peek(syn::Lit) || input.peek(Ident::peek_any)) {
                literal.take(input)?;
            }
        }
        literal.refuse_a_unit_apart(input)?;
        Ok(literal)
    }
}

impl Literal {
    fn take(&mut self, input: ParseStream<'_>) -> Result<(), Error> {
        let tree: TokenTree = input.parse()?;
        self.text.push_str(&tree.to_string());
        tree.to_tokens(&mut self.tokens);
        Ok(())
    }

    /// `of baseline` or `of "sequential"` behind a bound, as text and without the `of` as tokens.
    pub(crate) fn parse_reference(input: ParseStream<'_>) -> Result<Option<Literal>, Error> {
        if !input.fork().call(Ident::parse_any).is_ok_and(|word| word == "of") {
            return Ok(None);
        }
        let of = input.call(Ident::parse_any)?;
        let mut reference = Literal { text: String::new(), tokens: TokenStream::new() };
        if input.is_empty() || input.peek(Token![,]) {
            reference.tokens = of.into_token_stream();
        } else if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            reference.text = format!("\"{}\"", name.value());
            reference.tokens = name.into_token_stream();
        } else {
            reference.take(input)?;
        }
        Ok(Some(reference))
    }

    /// `50% of capacity`
    fn take_of_capacity(&mut self, input: ParseStream<'_>) -> Result<(), Error> {
        let is_share = self.text.ends_with('%') && input.fork().call(Ident::parse_any).is_ok_and(|word| word == "of");
        while is_share && input.peek(Ident::peek_any) {
            self.text.push(' ');
            self.take(input)?;
        }
        Ok(())
    }

    /// `30 s`: one would wonder where the number ends.
    fn refuse_a_unit_apart(&self, input: ParseStream<'_>) -> Result<(), Error> {
        let Ok(unit) = input.fork().call(Ident::parse_any) else { return Ok(()) };
        let joined = format!("{}{unit}", self.text);
        if parse_quantity(&joined).is_err() {
            return Ok(());
        }
        let mut tokens = self.tokens.clone();
        unit.to_tokens(&mut tokens);
        Err(Error::new_spanned(tokens, format!("a unit follows its number without a space: write `{joined}`")))
    }
}

impl Value {
    /// As written, for messages.
    pub(crate) fn written(&self) -> String {
        match self {
            Value::Literal(literal) => literal.text.clone(),
            Value::Text(text) => text.value(),
            Value::Bool(value) => value.value.to_string(),
            Value::Array { tokens, .. } => tokens.to_string(),
            Value::Path(path) => path.to_token_stream().to_string(),
            Value::Call { text, .. } => text.clone(),
            Value::Parentheses(group) => format!("({})", text_inside(group.stream())),
        }
    }
}

impl ToTokens for Value {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Value::Literal(literal) => literal.tokens.to_tokens(tokens),
            Value::Text(text) => text.to_tokens(tokens),
            Value::Bool(value) => value.to_tokens(tokens),
            Value::Array { tokens: array, .. } => array.to_tokens(tokens),
            Value::Path(path) => path.to_tokens(tokens),
            Value::Call { tokens: call, .. } => call.to_tokens(tokens),
            Value::Parentheses(group) => group.to_tokens(tokens),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_come_together_as_they_were_written() {
        for text in ["30s", "0.5s", "1h30m", "100us", "3000/s", "1_000/min", "99.9%", "4KiB", "12", "-1", ".5s", "1.s"]
        {
            let literal: Literal = syn::parse_str(text).unwrap();
            assert_eq!(literal.text, text);
        }
        assert_eq!(syn::parse_str::<Literal>("\"500 ms\"").unwrap().text, "500 ms");
    }

    #[test]
    fn a_unit_apart_from_its_number_is_refused_but_another_item_is_not_taken_for_one() {
        let refusal = syn::parse_str::<Literal>("30 s").map(|literal| literal.text).unwrap_err();
        assert_eq!(refusal.to_string(), "a unit follows its number without a space: write `30s`");
        let first = |input: ParseStream<'_>| -> Result<String, Error> {
            let literal: Literal = input.parse()?;
            input.parse::<TokenStream>()?;
            Ok(literal.text)
        };
        assert_eq!(first.parse_str("30 users = 5").unwrap(), "30");
    }

    #[test]
    fn values_are_distinguished_by_their_first_token() {
        let value = |text: &str| syn::parse_str::<Value>(text).unwrap();
        assert!(matches!(value("[10, 50]"), Value::Array { values, .. } if values.len() == 2));
        assert!(matches!(value("crate::SMALL_TEAM"), Value::Path(_)));
        assert!(matches!(value("shared(8)"), Value::Call { text, .. } if text == "shared(8)"));
        assert!(matches!(value("false"), Value::Bool(_)));
        assert!(matches!(value("\"why\""), Value::Text(_)));
        assert!(matches!(value("5_000"), Value::Literal(_)));
    }

    #[test]
    fn the_text_in_parentheses_reads_as_it_was_written() {
        for text in [
            "warm: 0/s -> 500/s over 30s, peak: 500/s for 1m",
            "1 -> 50 over 10s",
            "rate = [100/s, 6_000/min]",
            "start = 50/s, precision = 5%",
        ] {
            assert_eq!(text_inside(text.parse().unwrap()), text);
        }
        assert_eq!(text_inside("base = \"20/s\",at=5s".parse().unwrap()), "base = 20/s, at = 5s");
        assert_eq!(text_inside("0/s->5/s over 1s".parse().unwrap()), "0/s -> 5/s over 1s");
    }

    #[test]
    fn a_share_of_the_capacity_is_one_value() {
        let value: Value = syn::parse_str("50% of capacity").unwrap();
        assert_eq!(value.written(), "50% of capacity");
    }
}
