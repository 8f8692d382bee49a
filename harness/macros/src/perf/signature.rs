//! The function under the attribute: what a virtual user does again and again.

use quote::ToTokens;
use syn::{FnArg, ItemFn, ReturnType, Safety};

use crate::mistakes::Mistakes;

/// Refuses what the harness could not call.
pub(crate) fn check(function: &ItemFn, mistakes: &mut Mistakes) {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        mistakes.at(signature.fn_token, "a perf test is asynchronous: write `async fn`");
    }
    if matches!(signature.output, ReturnType::Default) {
        mistakes.at(
            &signature.ident,
            "a perf test returns a result, so that `?` can end an iteration: add `-> proofload::Result`, and `Ok(())` at its end",
        );
    }
    for receiver in signature.inputs.iter().filter(|input| matches!(input, FnArg::Receiver(_))) {
        mistakes.at(receiver, "a perf test is a free function: it has no `self`");
    }
    if !signature.generics.params.is_empty() {
        mistakes.at(&signature.generics, "a perf test cannot be generic: the harness calls it with fixtures only");
    }
    if let Some(clause) = &signature.generics.where_clause {
        mistakes.at(clause, "a perf test cannot be generic: the harness calls it with fixtures only");
    }
    if let Safety::Unsafe(keyword) = &signature.safety {
        mistakes.at(keyword, "a perf test is a safe function: move `unsafe` into its body");
    }
    if let Some(abi) = &signature.abi {
        mistakes.at(abi.to_token_stream(), "a perf test is a plain Rust function");
    }
}
