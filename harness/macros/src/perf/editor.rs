//! `▶ Run` in editors with rust-analyzer, which shows it beside each function that has `#[test]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::check::{IgnoreChoice, TestDeclaration};
use crate::compiler;

/// Attributes of the author's function, which only an editor gets: the compiler would warn the author of a `cfg` that their
/// Cargo.toml does not list, and heeds no `allow` beside the function, as it reads the `cfg` before there is one.
pub(super) fn run_button(declared: &TestDeclaration) -> Option<TokenStream> {
    (!compiler::expands_here()).then(|| attributes(declared))
}

/// With `#[ignore]`, the editor asks for ignored tests.
fn attributes(declared: &TestDeclaration) -> TokenStream {
    let is_ignored = match declared.ignore {
        IgnoreChoice::ByKind => !declared.kind.runs_by_default(),
        IgnoreChoice::Never => false,
        IgnoreChoice::Always(_) => true,
    };
    let ignore = is_ignored.then(|| quote!(#[cfg_attr(rust_analyzer, ignore)]));
    quote! {
        #[cfg_attr(rust_analyzer, ::core::prelude::v1::test)]
        #ignore
    }
}

#[cfg(test)]
mod tests {
    use super::super::perf;
    use super::*;

    const TEST: &str = "# [cfg_attr (rust_analyzer , :: core :: prelude :: v1 :: test)]";
    const IGNORE: &str = "# [cfg_attr (rust_analyzer , ignore)]";

    /// What an editor gets; a test's process is not that of a compiler either.
    fn expanded(attribute: TokenStream) -> String {
        let function = quote!(
            /// Documented.
            async fn health(user: &mut User) -> proofload::Result {
                visit(user).await
            }
        );
        perf(attribute, &function).to_string()
    }

    #[test]
    fn an_editor_sees_a_test_in_the_authors_function() {
        let code = expanded(quote!(kind = "load", users = 2, requests = 10));
        assert!(code.starts_with(&format!("{TEST} # [doc = r\" Documented.\"] async fn health")), "{code}");
    }

    #[test]
    fn an_editor_asks_for_ignored_tests_where_a_plain_run_leaves_the_test_out() {
        let is_ignored = |attribute| expanded(attribute).contains(IGNORE);
        assert!(is_ignored(quote!(kind = "stress", users = 2, requests = 10)));
        assert!(is_ignored(quote!(kind = "load", users = 2, requests = 10, ignore = "why")));
        assert!(!is_ignored(quote!(kind = "stress", users = 2, requests = 10, ignore = false)));
        assert!(!is_ignored(quote!(kind = "load", users = 2, requests = 10)));
    }
}
