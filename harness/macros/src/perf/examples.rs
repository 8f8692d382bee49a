//! What the documentation shows as an attribute is one.

use proc_macro2::TokenStream;
use quote::quote;

use super::{perf, versus};

const PAGES: [(&str, &str); 3] = [
    ("docs/writing-tests.md", include_str!("../../../../docs/writing-tests.md")),
    ("README.md", include_str!("../../../../README.md")),
    ("harness/README.md", include_str!("../../../README.md")),
];

#[test]
fn every_attribute_in_the_documentation_is_accepted() {
    let mut count = 0;
    for (page, text) in PAGES {
        for attribute in attributes(text) {
            count += 1;
            let tokens: TokenStream = attribute.parse().unwrap_or_else(|error| panic!("{page}: {attribute}: {error}"));
            let signature = quote!(async fn example(user: &mut User, server: &Server) -> proofload::Result);
            let item = match attribute.contains("mix(") {
                true => quote!(#signature;),
                // Whatever it is, it may record any value.
                false => quote!(#signature { visit(user, server).await }),
            };
            let code = perf(tokens, &item);
            let code = code.to_string();
            assert!(!code.contains("compile_error"), "{page}: `#[perf({attribute})]`: {code}");
        }
    }
    assert!(count > 10, "the pages show attributes, and {count} were found");
}

#[test]
fn the_example_of_a_comparison_in_messages_is_accepted() {
    let example: TokenStream = versus::EXAMPLE.trim_matches('`').parse().expect("it is written in quotes of code");
    let function = quote!(
        async fn example(server: &Server) -> proofload::Result {
            Ok(())
        }
    );
    let code = perf(quote!(kind = "load", #example), &function).to_string();
    assert!(!code.contains("compile_error") && code.contains("ArmDecl"), "{code}");
}

#[test]
fn a_mistake_in_an_attribute_would_be_noticed() {
    let code = perf(
        quote!(kind = "load", p95 > 1s),
        &quote!(
            async fn example(user: &mut User) {}
        ),
    );
    assert!(code.to_string().contains("compile_error"));
    assert_eq!(attributes("a #[perf(p95(\"GET /:)\") < 1s)] b"), ["p95(\"GET /:)\") < 1s"]);
}

/// The text in the parentheses of each `#[perf(…)]`.
fn attributes(text: &str) -> Vec<&str> {
    let rests = text.match_indices("#[perf(").map(|(at, opening)| &text[at + opening.len()..]);
    rests.filter_map(|rest| Some(&rest[..end_of(rest)?])).collect()
}

/// Where the parenthesis is closed that was opened before `text`; those in quotes do not count.
fn end_of(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (1, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
