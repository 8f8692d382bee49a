//! Paths in the tokens of macros and attributes, which `syn` does not read.

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// Macros whose tokens are code of another crate.
pub(crate) const WRITES_CODE: [&str; 4] = ["quote", "quote_spanned", "parse_quote", "format_ident"];

type Path = (Vec<String>, usize);

/// Every path of at least two names, with its line.
pub(crate) fn paths(tokens: TokenStream) -> Vec<Path> {
    let mut found = Vec::new();
    walk(tokens, false, &mut found);
    found
}

/// As [`paths`], and those in texts, as in `#[serde(with = "crate::units::seconds")]`.
pub(crate) fn paths_and_texts(tokens: TokenStream) -> Vec<Path> {
    let mut found = Vec::new();
    walk(tokens, true, &mut found);
    found
}

fn walk(tokens: TokenStream, reads_texts: bool, found: &mut Vec<Path>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut index = 0;
    while index < tokens.len() {
        match &tokens[index] {
            TokenTree::Ident(first) => {
                let (mut path, line) = (vec![first.to_string()], first.span().start().line);
                if index >= 2 && is_separator(&tokens, index - 2) {
                    path.insert(0, "::".to_owned());
                }
                while is_separator(&tokens, index + 1) && matches!(tokens.get(index + 3), Some(TokenTree::Ident(_))) {
                    index += 3;
                    path.push(tokens[index].to_string());
                }
                if path.len() > 1 {
                    found.push((path, line));
                }
            }
            TokenTree::Group(group) => walk(group.stream(), reads_texts, found),
            TokenTree::Literal(literal) if reads_texts => {
                let text = literal.to_string();
                let path = text.trim_matches('"').split("::").map(str::to_owned).collect::<Vec<_>>();
                if path.len() > 1 && path.iter().all(|name| is_name(name)) {
                    found.push((path, literal.span().start().line));
                }
            }
            _ => {}
        }
        index += 1;
    }
}

fn is_separator(tokens: &[TokenTree], index: usize) -> bool {
    let colon = |index: usize| match tokens.get(index) {
        Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => Some(punct.spacing()),
        _ => None,
    };
    colon(index) == Some(Spacing::Joint) && colon(index + 1).is_some()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || character == '_')
}
