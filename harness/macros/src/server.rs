//! `#[server]`: a fixture of scope `session` whose value is a server in a process of its own.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{FnArg, ItemFn, LitInt, LitStr, ReturnType, parse_quote};

use crate::fixture::{DeclaredScope, FixtureDeclaration, broken, check_signature, expand, not_a_function};
use crate::inject;
use crate::keys::{self, KeyValue};
use crate::mistakes::Mistakes;

const EXAMPLE: &str = "async fn agent(listener: TcpListener) -> std::io::Result<()> { … }";

/// What the attribute says; what it does not say is left to the harness.
#[derive(Default)]
struct ServerSettings {
    ready: Option<String>,
    start_timeout: Option<Duration>,
    threads: Option<usize>,
}

pub(crate) fn server(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        return not_a_function("server", EXAMPLE, item);
    };
    let mut mistakes = Mistakes::default();
    let settings = settings(attribute, &mut mistakes);
    check_signature("server", &function, &mut mistakes);
    check_listener(&function, &mut mistakes);
    match mistakes.finish(settings) {
        Ok(settings) => expand(&declared(function, &settings)),
        Err(mistakes) => broken(&function.vis, &function.sig.ident, &mistakes.to_compile_error()),
    }
}

fn settings(attribute: TokenStream, mistakes: &mut Mistakes) -> ServerSettings {
    let known = ["ready", "start_timeout", "threads"];
    let mut settings = ServerSettings::default();
    for pair in keys::read(attribute, &known, "ready = \"/health\"", mistakes) {
        match pair.key.to_string().as_str() {
            "ready" => settings.ready = mistakes.keep(path(&pair)),
            "start_timeout" => settings.start_timeout = mistakes.keep(keys::duration(&pair)),
            _ => settings.threads = mistakes.keep(threads(&pair)),
        }
    }
    settings
}

fn path(KeyValue { value, .. }: &KeyValue) -> syn::Result<String> {
    let path = syn::parse2::<LitStr>(value.clone()).map(|literal| literal.value());
    path.ok().filter(|path| path.starts_with('/')).ok_or_else(|| {
        syn::Error::new_spanned(
            value,
            "`ready` is the path that answers once the server is ready, such as `\"/health\"`",
        )
    })
}

fn threads(KeyValue { value, .. }: &KeyValue) -> syn::Result<usize> {
    let number = syn::parse2::<LitInt>(value.clone()).and_then(|literal| literal.base10_parse());
    number
        .ok()
        .filter(|threads| *threads > 0)
        .ok_or_else(|| syn::Error::new_spanned(value, "`threads` expects a whole number of at least 1, such as `2`"))
}

fn check_listener(function: &ItemFn, mistakes: &mut Mistakes) {
    let mut inputs = function.sig.inputs.iter().filter(|input| matches!(input, FnArg::Typed(_)));
    match inputs.next() {
        Some(first) if is_listener(first) => {}
        Some(other) => mistakes.at(other, "a server's first parameter is its listener: write `listener: TcpListener`"),
        None => {
            mistakes.at(&function.sig.ident, "a server takes the listener it serves: add `listener: TcpListener`");
        }
    }
    for other in inputs {
        mistakes.at(
            other,
            "a server runs in a process of its own, so it takes its listener and no fixture: combine them in a fixture that takes both",
        );
    }
}

fn is_listener(input: &FnArg) -> bool {
    let FnArg::Typed(typed) = input else { return false };
    inject::last_segment(&typed.ty).is_some_and(|segment| segment.ident == "TcpListener")
}

fn declared(function: ItemFn, settings: &ServerSettings) -> FixtureDeclaration {
    let items = items(&function, settings);
    let give = inject::hidden("give");
    let life = quote! {{
        let server = ::proofload::__private::start(&__SERVER).await?;
        #give.to_tests(server).await.stop().await?;
        ::core::result::Result::Ok(())
    }};
    let value = parse_quote!(::proofload::__private::Server);
    // Its start has a limit of its own.
    let set_up_timeout = quote!(::core::option::Option::None);
    FixtureDeclaration {
        function,
        scope: DeclaredScope::Session,
        set_up_timeout,
        params: Vec::new(),
        value,
        items,
        life,
    }
}

/// The declaration by which the child process finds the function.
fn items(function: &ItemFn, settings: &ServerSettings) -> TokenStream {
    let name = &function.sig.ident;
    let text = name.unraw().to_string();
    let line = quote_spanned!(name.span()=> ::core::line!());
    let returned = match &function.sig.output {
        ReturnType::Default => name.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let served = quote_spanned!(returned=> ::proofload::__private::Served::served(returned));
    let ready = match &settings.ready {
        Some(path) => quote!(::core::option::Option::Some(#path)),
        None => quote!(::core::option::Option::None),
    };
    let start_timeout = match settings.start_timeout.map(|limit| limit.as_nanos() as u64) {
        Some(nanoseconds) => quote!(::core::time::Duration::from_nanos(#nanoseconds)),
        None => quote!(::proofload::__private::ServerDecl::START_TIMEOUT),
    };
    let listener = inject::hidden("listener");
    // Zero leaves the number to tokio.
    let threads = settings.threads.unwrap_or(0);
    quote! {
        fn __run(#listener: ::proofload::__private::TcpListener) -> ::proofload::__private::Serving {
            ::std::boxed::Box::pin(async move {
                let returned = #name(#listener).await;
                #served
            })
        }

        static __SERVER: ::proofload::__private::ServerDecl = __DECLARED;
        const __DECLARED: ::proofload::__private::ServerDecl = ::proofload::__private::ServerDecl {
            name: #text,
            module_path: ::core::module_path!(),
            file: ::core::file!(),
            line: #line,
            ready: #ready,
            start_timeout: #start_timeout,
            threads: #threads,
            run: __run,
        };

        ::proofload::__private::inventory::submit! { __DECLARED }
    }
}
