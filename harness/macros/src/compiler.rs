//! What the compiler was started with for the crate in which an attribute stands.
//!
//! An attribute runs within the compiler, so the arguments of the process are those that cargo gave the compiler for this very
//! crate, with all profiles, overrides, variables and flags resolved. No other source says what a crate was built with:
//! `cfg!(debug_assertions)` is another setting, and a build script knows its own crate only.

use proc_macro2::TokenStream;
use quote::quote;

/// A `CrateBuild` expression: the author's package, and its `opt-level`.
pub(crate) fn crate_build() -> TokenStream {
    let opt_level = match opt_level(arguments()) {
        Some(level) => quote!(::core::option::Option::Some(#level)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::proofload::__private::CrateBuild { package: ::core::env!("CARGO_PKG_NAME"), opt_level: #opt_level }
    }
}

/// False in an editor, which expands attributes in a process of its own.
pub(crate) fn expands_here() -> bool {
    are_of_a_compiler(&arguments())
}

/// Those of this process, and those in the files that `@file` names.
fn arguments() -> Vec<String> {
    let given = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    given
        .flat_map(|argument| match argument.strip_prefix('@').map(std::fs::read_to_string) {
            Some(Ok(text)) => text.lines().map(str::to_owned).collect(),
            _ => vec![argument],
        })
        .collect()
}

fn are_of_a_compiler(arguments: &[String]) -> bool {
    arguments.iter().any(|argument| argument == "--crate-name" || argument.starts_with("--crate-name="))
}

/// `0`, `1`, `2`, `3`, `s` or `z`: the last of the arguments that set it. `None` if they are not those of a compiler.
fn opt_level(arguments: Vec<String>) -> Option<String> {
    if !are_of_a_compiler(&arguments) {
        return None;
    }
    let mut level = "0".to_owned();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let option = match argument.as_str() {
            "-O" => {
                level = "3".to_owned();
                continue;
            }
            "-C" | "--codegen" => arguments.next().unwrap_or_default(),
            joined => match joined.strip_prefix("-C").or_else(|| joined.strip_prefix("--codegen=")) {
                Some(option) => option.to_owned(),
                None => continue,
            },
        };
        if let Some(value) = option.strip_prefix("opt-level=").or_else(|| option.strip_prefix("opt_level=")) {
            level = value.trim_matches('"').to_owned();
        }
    }
    Some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(arguments: &str) -> Option<String> {
        opt_level(arguments.split(' ').map(str::to_owned).collect())
    }

    #[test]
    fn the_level_is_the_last_that_the_compiler_was_given() {
        let with = |more: &str| level(&format!("rustc --crate-name perf --edition=2024 src/lib.rs {more}")).unwrap();
        assert_eq!(with("-C debuginfo=2"), "0");
        assert_eq!(with("-C opt-level=3 -C debuginfo=2"), "3");
        assert_eq!(with("-Copt-level=s"), "s");
        assert_eq!(with("--codegen opt-level=z"), "z");
        assert_eq!(with("--codegen=opt-level=1"), "1");
        assert_eq!(with("-C opt-level=3 -C codegen-units=1 -C opt-level=0"), "0");
        assert_eq!(with("-O"), "3");
    }

    #[test]
    fn the_level_is_unknown_outside_a_compiler() {
        assert_eq!(level("rust-analyzer-proc-macro-srv"), None);
    }
}
