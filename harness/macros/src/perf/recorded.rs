//! The values that a test records, as far as its own text shows.

use proc_macro2::{Ident, TokenStream, TokenTree};
use proofload_vocabulary::suggest::did_you_mean;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{FnArg, ItemFn, LitStr, Pat, Signature, Type};

/// What a user of the harness can do itself: any other method is of a trait of the author's, and may record, too.
const METHODS: [&str; 17] = [
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "request",
    "check",
    "measure",
    "think",
    "pick",
    "random_range",
    "random",
    "number",
    "seed",
    "record",
    "count",
];

/// The values that a function records.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RecordedNames {
    /// Those in `user.record("…", …)` and `user.count("…", …)` in its body.
    names: Vec<String>,
    /// There may be others: the user is handed to another function, or a name is not written out.
    may_be_more: bool,
}

impl RecordedNames {
    pub(crate) fn of(function: &ItemFn) -> RecordedNames {
        let mut recorded = RecordedNames::default();
        if let Some(user) = user_of(&function.sig) {
            recorded.collect(&user, function.block.to_token_stream());
        }
        recorded
    }

    /// Those of functions whose text is not at hand.
    pub(crate) fn elsewhere() -> RecordedNames {
        RecordedNames { may_be_more: true, ..RecordedNames::default() }
    }

    /// Why the function never records a value of this name, if that is sure.
    pub(crate) fn refusal_of(&self, name: &str) -> Option<String> {
        if self.may_be_more || self.names.iter().any(|known| known == name) {
            return None;
        }
        let suggestion = did_you_mean(name, self.names.iter().map(String::as_str));
        let listed: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
        Some(match listed.as_slice() {
            [] => format!("this test records no value: add `user.record({name:?}, …)` or `user.count({name:?}, 1)`"),
            _ => format!("this test records no value `{name}`{suggestion} (values: {})", listed.join(", ")),
        })
    }

    /// In the text and not in the parsed code, because calls stand in the arguments of macros, too.
    fn collect(&mut self, user: &Ident, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => self.collect(user, group.stream()),
                TokenTree::Ident(word) if word == user && !follows_point(&trees[..at]) => self.note(&trees[at + 1..]),
                _ => {}
            }
        }
    }

    /// What follows the user: `.record("confidence", 0.93)`.
    fn note(&mut self, rest: &[TokenTree]) {
        let (Some(TokenTree::Punct(point)), Some(TokenTree::Ident(method))) = (rest.first(), rest.get(1)) else {
            self.may_be_more = true;
            return;
        };
        if point.as_char() != '.' || !METHODS.iter().any(|known| method == known) {
            self.may_be_more = true;
        } else if method == "record" || method == "count" {
            match rest.get(2).and_then(first_text) {
                Some(name) if !self.names.contains(&name) => self.names.push(name),
                Some(_) => {}
                None => self.may_be_more = true,
            }
        }
    }
}

fn follows_point(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(point)) if point.as_char() == '.')
}

fn first_text(arguments: &TokenTree) -> Option<String> {
    let TokenTree::Group(arguments) = arguments else { return None };
    let first = arguments.stream().into_iter().next()?;
    syn::parse2::<LitStr>(first.into()).ok().map(|name| name.value())
}

/// The name of the parameter that is the user.
fn user_of(signature: &Signature) -> Option<Ident> {
    signature.inputs.iter().find_map(|input| {
        let FnArg::Typed(typed) = input else { return None };
        let (Type::Reference(reference), Pat::Ident(name)) = (&*typed.ty, &*typed.pat) else { return None };
        let Type::Path(path) = &*reference.elem else { return None };
        let is_user = path.path.segments.last().is_some_and(|last| last.ident.unraw() == "User");
        is_user.then(|| name.ident.clone())
    })
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn recorded(body: &TokenStream) -> RecordedNames {
        RecordedNames::of(&syn::parse2(quote!(async fn test(user: &mut User, agent: &Server) { #body })).unwrap())
    }

    #[test]
    fn names_are_found_wherever_they_are_recorded() {
        let found = recorded(&quote! {
            let answer = user.post(agent, "/classify").await?;
            user.record("confidence", answer.confidence);
            if answer.is_cached {
                user.count("cache hits", 1);
            }
            println!("{:?}", user.record("in a macro", 3));
            [1].iter().count();
            user.record("confidence", answer.user.confidence);
        });
        assert_eq!(found.names, ["confidence", "cache hits", "in a macro"]);
        assert!(found.refusal_of("cache hits").is_none());
        assert_eq!(
            found.refusal_of("confidnce").as_deref(),
            Some(
                "this test records no value `confidnce`, did you mean `confidence`? (values: `confidence`, `cache hits`, `in a macro`)"
            )
        );
    }

    #[test]
    fn a_test_that_records_nothing_has_no_value() {
        let refusal = recorded(&quote!(user.get(agent, "/").await?;)).refusal_of("size");
        assert_eq!(
            refusal.as_deref(),
            Some("this test records no value: add `user.record(\"size\", …)` or `user.count(\"size\", 1)`")
        );
        let without_user = RecordedNames::of(
            &syn::parse2(quote!(
                async fn test(agent: &Server) {}
            ))
            .unwrap(),
        );
        assert!(without_user.refusal_of("size").is_some());
    }

    #[test]
    fn nothing_is_sure_where_other_code_may_record() {
        for body in [
            quote!(classify(user, agent).await?;),
            quote!(classify(&mut *user).await?;),
            quote!(let same = user;),
            quote!(user.classify(agent).await?;),
            quote!(user.record(NAME, 3);),
            quote!(user.record(&format!("size {size}"), 3);),
            quote!(log!(user);),
        ] {
            assert_eq!(recorded(&quote!(user.record("sizes", 3); #body)).refusal_of("size"), None, "{body}");
        }
    }
}
