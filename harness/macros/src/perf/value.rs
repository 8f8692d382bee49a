//! The right-hand side of an item: literals whose text rustc has cut into tokens, put together again.

use proc_macro2::{Ident, TokenStream, TokenTree};
use proofload_vocabulary::units::parse_quantity;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::token::Bracket;
use syn::{Error, LitBool, LitStr, Path, Token, bracketed};

/// A literal with its text as the author wrote it; only the vocabulary reads it.
pub(crate) struct Literal {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

/// What stands after `=`.
pub(crate) enum Value {
    /// `30s`, `3000/s`, `99.9%`, `12`
    Literal(Literal),
    /// `"500ms"`
    Text(LitStr),
    /// `true`
    Bool(LitBool),
    /// `[10, 50]`
    Array { values: Vec<Value>, tokens: TokenStream },
    /// `SMALL_TEAM`
    Path(Path),
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
            return input.call(Path::parse_mod_style).map(Value::Path);
        }
        input.parse().map(Value::Literal)
    }
}

fn parse_array(input: ParseStream<'_>) -> Result<Value, Error> {
    let tokens = input.cursor().token_tree().map(|(tree, _)| tree.to_token_stream()).unwrap_or_default();
    let content;
    bracketed!(content in input);
    let values = Punctuated::<Value, Token![,]>::parse_terminated(&content)?;
    Ok(Value::Array { values: values.into_iter().collect(), tokens })
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
        }
    }
}
