//! A declaration to code: the function as written, and beside it the entry in the registry.

use proc_macro2::TokenStream;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{SettingKey, ValueType};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{ItemFn, Path};

use super::check::{
    Case, DeclaredClass, IgnoreChoice, LoadClauses, Setting, TestDeclaration, WrittenValue, written as path_as_written,
};
use super::editor;
use crate::compiler;
use crate::documentation::first_paragraph;
use crate::inject;

pub(crate) fn expand(declared: &TestDeclaration, function: &ItemFn) -> TokenStream {
    let inject::UserCodeImpl { items, user_code, needs, arms } = inject::user_code(function, declared.versus.as_ref());
    let own_name = function.sig.ident.unraw().to_string();
    let name = declared.name.as_ref().unwrap_or(&own_name);
    let place = place_of(function);
    let doc = first_paragraph(&function.attrs);
    let kind = kind_path(declared.kind);
    let markers = &declared.markers;
    let (ignore, never_ignored) = ignore_fields(&declared.ignore);
    let needed_tests = declared.needs.iter().map(needed_test);
    let ident = &function.sig.ident;
    let (settings, thresholds) = load_fields(&declared.load);
    let cases = declared.cases.iter().map(case);
    let classes = declared.classes.iter().map(class);
    let built = compiler::crate_build();
    let forgotten = is_of_test_target().then(|| forgotten(function));
    let run_button = editor::run_button(declared);
    quote! {
        #run_button
        #function

        #forgotten

        const _: () = {
            #items

            ::proofload::__private::inventory::submit! {
                ::proofload::__private::TestDecl {
                    function: #name,
                    ident: #own_name,
                    identity: ::proofload::__private::identity(#ident),
                    module_path: ::core::module_path!(),
                    place: #place,
                    manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                    package: ::core::env!("CARGO_PKG_NAME"),
                    built: #built,
                    doc: #doc,
                    kind: #kind,
                    markers: &[#(#markers),*],
                    ignore: #ignore,
                    never_ignored: #never_ignored,
                    settings: #settings,
                    thresholds: #thresholds,
                    cases: &[#(#cases),*],
                    needs: #needs,
                    needed_tests: &[#(#needed_tests),*],
                    arms: #arms,
                    classes: &[#(#classes),*],
                    offer: ::proofload::__private::offer::<#user_code>,
                }
            }
        };
    }
}

/// True while cargo compiles a target under `tests/` or `benches/`: for no other does it set this variable.
///
/// In a library the compiler's own harness runs the author's other tests, and says nothing about these.
fn is_of_test_target() -> bool {
    std::env::var_os("CARGO_TARGET_TMPDIR").is_some()
}

/// A test for the compiler's own harness, which would find no other and pass. Where `harness = false` is set, the
/// compiler leaves it out.
fn forgotten(function: &ItemFn) -> TokenStream {
    let name = format_ident!("__{}_needs_harness_false", function.sig.ident.unraw(), span = function.sig.ident.span());
    quote_spanned! { function.sig.ident.span() =>
        #[::core::prelude::v1::test]
        #[allow(non_snake_case)]
        fn #name() {
            ::core::panic!("{}", ::proofload::__private::needs_harness_false(::core::env!("CARGO_CRATE_NAME")));
        }
    }
}

/// At the function's name, where an editor should jump.
fn place_of(function: &ItemFn) -> TokenStream {
    quote_spanned! { function.sig.ident.span() =>
        ::proofload::__private::Place {
            file: ::core::file!(),
            line: ::core::line!(),
            column: ::core::column!(),
        }
    }
}

/// A reference to the function, so that the compiler finds a path that leads to nothing.
fn needed_test(path: &Path) -> TokenStream {
    let written = path_as_written(path);
    let span = path.segments.last().map_or_else(proc_macro2::Span::call_site, |segment| segment.ident.span());
    quote_spanned! { span=>
        ::proofload::__private::NeededTest { written: #written, identity: ::proofload::__private::identity(#path) }
    }
}

fn kind_path(kind: Kind) -> TokenStream {
    let variant = format_ident!("{}", format!("{kind:?}"));
    quote!(::proofload::__private::Kind::#variant)
}

fn ignore_fields(ignore: &IgnoreChoice) -> (TokenStream, bool) {
    let none = quote!(::core::option::Option::None);
    match ignore {
        IgnoreChoice::ByKind => (none, false),
        IgnoreChoice::Never => (none, true),
        IgnoreChoice::Always(None) => (quote!(::core::option::Option::Some(#none)), false),
        IgnoreChoice::Always(Some(reason)) => {
            (quote!(::core::option::Option::Some(::core::option::Option::Some(#reason))), false)
        }
    }
}

/// The `settings` and `thresholds` of a test or a case.
fn load_fields(load: &LoadClauses) -> (TokenStream, TokenStream) {
    let settings = load.settings.iter().map(setting);
    let thresholds = load.thresholds.iter().map(|checked| &checked.text);
    (quote!(&[#(#settings),*]), quote!(&[#(#thresholds),*]))
}

fn setting(setting: &Setting) -> TokenStream {
    let variant = format_ident!("{}", format!("{:?}", setting.key));
    let values = setting.values.iter().map(|given| written(setting.key, given));
    quote! {
        ::proofload::__private::SettingDecl {
            key: ::proofload::__private::SettingKey::#variant,
            values: &[#(#values),*],
        }
    }
}

/// A constant is read by the compiler, which knows its type; one of a wrong type has no such method.
fn written(key: SettingKey, given: &WrittenValue) -> TokenStream {
    let path = match given {
        WrittenValue::Literal { text, .. } => return quote!(::proofload::__private::Written::Text(#text)),
        WrittenValue::Constant(path) => path,
    };
    let span = path.segments.last().map_or_else(proc_macro2::Span::call_site, |segment| segment.ident.span());
    let method = match key.takes() {
        ValueType::Duration | ValueType::DurationOrNone => quote_spanned!(span=> duration),
        ValueType::CountOrDuration => quote_spanned!(span=> number_or_time),
        _ => quote_spanned!(span=> whole_number),
    };
    quote!(::proofload::__private::Constant(#path).#method())
}

fn class(class: &DeclaredClass) -> TokenStream {
    let (name, weight) = (class.name(), class.weight);
    quote!(::proofload::__private::ClassDecl { name: #name, weight: #weight })
}

fn case(case: &Case) -> TokenStream {
    let name = match &case.name {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    let (settings, thresholds) = load_fields(&case.load);
    quote! {
        ::proofload::__private::CaseDecl { name: #name, settings: #settings, thresholds: #thresholds }
    }
}
