//! `#[fixture]`: a function becomes a type of its name, which tests and other fixtures ask for by a parameter.

use std::str::FromStr;

use proc_macro2::{Ident, Span, TokenStream};
use proofload_vocabulary::suggest::did_you_mean;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ItemFn, ReturnType, Signature, Type, Visibility, parse_quote};

use crate::documentation::first_paragraph;
use crate::inject::{self, Param, Wanted};
use crate::keys;
use crate::mistakes::Mistakes;

/// How long a fixture lives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Session,
    Module,
    Test,
    User,
}

/// A fixture as it is written out: what the author declared, and the code of its life.
pub(crate) struct Declared {
    /// The author's function, under whose name, documentation and visibility the fixture goes.
    pub(crate) function: ItemFn,
    pub(crate) scope: Scope,
    pub(crate) params: Vec<Param>,
    pub(crate) value: Type,
    /// Items that `set_up` uses, besides the function.
    pub(crate) items: TokenStream,
    /// An expression of type `Result<(), Error>` in an async block that has the arguments and `give`.
    pub(crate) life: TokenStream,
}

pub(crate) fn fixture(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        return not_a_function("fixture", "async fn catalogue(agent: &Server) -> Catalogue { … }", item);
    };
    match declare(attribute, &function) {
        Ok(declared) => expand(&declared),
        Err(mistakes) => broken(&function.vis, &function.sig.ident, &mistakes.to_compile_error()),
    }
}

/// The beginning of a function whose body may be anything.
struct Head {
    visibility: Visibility,
    name: Ident,
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Head> {
        input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let name = input.parse::<Signature>()?.ident;
        input.parse::<TokenStream>()?;
        Ok(Head { visibility, name })
    }
}

/// A function with a mistake in its body is rustc's to tell.
pub(crate) fn not_a_function(attribute: &str, example: &str, item: &TokenStream) -> TokenStream {
    if let Ok(Head { visibility, name }) = syn::parse2(item.clone()) {
        return broken(&visibility, &name, item);
    }
    let message = format!("`#[{attribute}]` stands on an `async fn` with a body, as in `{example}`");
    let mistake = syn::Error::new_spanned(item, message).into_compile_error();
    quote!(#mistake #item)
}

/// A type that gives whatever it is asked for, so that those who ask for the fixture are not told off as well.
pub(crate) fn broken(visibility: &Visibility, name: &Ident, mistakes: &TokenStream) -> TokenStream {
    quote! {
        #mistakes

        #[allow(non_camel_case_types, dead_code, missing_docs)]
        #visibility struct #name {}

        const _: () = {
            use ::proofload::__private::{AskedBy, Fixture, FixtureDecl, Gives, GivesEachUser, LiveForUser, broken};
            impl #name {
                #[doc(hidden)]
                pub const fn __proofload_decl() -> &'static FixtureDecl {
                    broken()
                }
            }
            impl Fixture for #name {}
            impl<Asker> AskedBy<Asker> for #name {}
            impl<T> Gives<T> for #name {
                fn decl() -> &'static FixtureDecl {
                    broken()
                }
            }
            impl<T> GivesEachUser<T> for #name {
                fn decl() -> &'static FixtureDecl {
                    broken()
                }
                const LIVE: LiveForUser<T> = |_, _, _| ::core::unreachable!();
            }
        };
    }
}

fn declare(attribute: TokenStream, function: &ItemFn) -> syn::Result<Declared> {
    let mut mistakes = Mistakes::default();
    let scope = scope_of(attribute, &mut mistakes);
    check_signature("fixture", function, &mut mistakes);
    let params = inject::read(&function.sig, &mut mistakes);
    check_params(&params, scope, &mut mistakes);
    let (value, life) = life_of(function, &params);
    let declared = Declared { function: function.clone(), scope, params, value, items: quote!(), life };
    mistakes.finish(declared)
}

fn scope_of(attribute: TokenStream, mistakes: &mut Mistakes) -> Scope {
    let pairs = keys::read(attribute, &["scope"], "scope = session", mistakes);
    let Some(pair) = pairs.first() else { return Scope::Test };
    match pair.value.to_string().trim_matches('"').parse() {
        Ok(scope) => scope,
        Err(message) => {
            mistakes.at(&pair.value, message);
            Scope::Test
        }
    }
}

impl Scope {
    const ALL: [Scope; 4] = [Scope::Session, Scope::Module, Scope::Test, Scope::User];

    fn name(self) -> &'static str {
        match self {
            Scope::Session => "session",
            Scope::Module => "module",
            Scope::Test => "test",
            Scope::User => "user",
        }
    }

    /// `Scope::Session`
    fn variant(self) -> Ident {
        let variant = match self {
            Scope::Session => "Session",
            Scope::Module => "Module",
            Scope::Test => "Test",
            Scope::User => "User",
        };
        Ident::new(variant, Span::call_site())
    }

    /// The scopes of the fixtures that may ask for one of this scope: those that live no longer.
    fn asked_by(self) -> impl Iterator<Item = Ident> {
        let from = Scope::ALL.iter().position(|scope| *scope == self).unwrap_or(Scope::ALL.len());
        Scope::ALL[from..].iter().map(|scope| Ident::new(scope.name(), Span::call_site()))
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(word: &str) -> Result<Scope, String> {
        Scope::ALL.into_iter().find(|scope| scope.name() == word).ok_or_else(|| {
            let suggestion = did_you_mean(word, Scope::ALL.map(Scope::name));
            format!("unknown scope `{word}`{suggestion} (scopes: session, module, test, user)")
        })
    }
}

/// Refuses what the harness could not call.
pub(crate) fn check_signature(attribute: &str, function: &ItemFn, mistakes: &mut Mistakes) {
    let signature = &function.sig;
    if signature.asyncness.is_none() {
        mistakes.at(signature.fn_token, format!("a {attribute} is asynchronous: write `async fn`"));
    }
    for receiver in signature.inputs.iter().filter(|input| matches!(input, FnArg::Receiver(_))) {
        mistakes.at(receiver, format!("a {attribute} is a free function: it has no `self`"));
    }
    if !signature.generics.params.is_empty() {
        mistakes
            .at(&signature.generics, format!("a {attribute} cannot be generic: tests ask for it by its name alone"));
    }
    if let Some(clause) = &signature.generics.where_clause {
        mistakes.at(clause, format!("a {attribute} cannot be generic: tests ask for it by its name alone"));
    }
}

fn check_params(params: &[Param], scope: Scope, mistakes: &mut Mistakes) {
    let mut gives = 0;
    for param in params {
        match param {
            Param::User(name) if scope != Scope::User => mistakes.at(
                name,
                format!(
                    "a fixture of scope `{}` is shared by all users, so it has none of its own: write `#[fixture(scope = user)]` or drop the parameter",
                    scope.name()
                ),
            ),
            Param::Own(Wanted { fixture, .. }) => mistakes.at(
                fixture,
                "a fixture asks for another with `&`; one of scope `user` is given to the test alone, not to other fixtures",
            ),
            Param::Give(name, _) => {
                gives += 1;
                if gives == 2 {
                    mistakes.at(name, "a fixture gives one value: take one `Give`");
                }
            }
            Param::User(_) | Param::Shared(_) => {}
        }
    }
}

/// The type that the fixture gives, and the code that calls the function and hands the value over.
fn life_of(function: &ItemFn, params: &[Param]) -> (Type, TokenStream) {
    let call = call(function, params);
    let given = params.iter().find_map(|param| if let Param::Give(_, value) = param { Some(value) } else { None });
    if let Some(value) = given {
        return (value.clone(), into_result(function, &call));
    }
    let (value, made) = match &function.sig.output {
        ReturnType::Default => (parse_quote!(()), call),
        ReturnType::Type(_, ty) => match fallible(ty) {
            Some(value) => {
                let made = into_result(function, &call);
                (value, quote!(#made?))
            }
            None => ((**ty).clone(), call),
        },
    };
    let life = quote! {{
        let value: #value = #made;
        let _returned = give.to_tests(value).await;
        ::core::result::Result::Ok(())
    }};
    (value, life)
}

/// Not in the call's own line, so that a mistake is shown at the return type.
fn into_result(function: &ItemFn, call: &TokenStream) -> TokenStream {
    let span = match &function.sig.output {
        ReturnType::Default => function.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let convert = quote_spanned!(span=> ::proofload::__private::IntoResult::into_result(returned));
    quote!({ let returned = #call; #convert })
}

/// The `T` of any `Result<T, …>`; `()` where it names none.
fn fallible(ty: &Type) -> Option<Type> {
    let segment = inject::last_segment(ty).filter(|segment| segment.ident == "Result")?;
    Some(inject::first_argument(segment).cloned().unwrap_or_else(|| parse_quote!(())))
}

fn call(function: &ItemFn, params: &[Param]) -> TokenStream {
    let name = &function.sig.ident;
    let arguments = params.iter().map(|param| match param {
        Param::User(_) => quote!(&mut user),
        Param::Give(..) => quote!(give),
        Param::Shared(Wanted { holder, .. }) | Param::Own(Wanted { holder, .. }) => quote!(&#holder),
    });
    quote!(#name(#(#arguments),*).await)
}

/// The type of the fixture's name, and in a block of their own everything else.
pub(crate) fn expand(declared: &Declared) -> TokenStream {
    let name = &declared.function.sig.ident;
    let visibility = &declared.function.vis;
    let documentation = declared.function.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let function = private(&declared.function);
    let items = &declared.items;
    let checks = inject::checks(&declared.params);
    let scopes = scope_checks(declared);
    let live = live(declared);
    let declaration = declaration(declared);
    let contract = contract(declared);
    quote! {
        #(#documentation)*
        #[allow(non_camel_case_types, dead_code)]
        #visibility struct #name {}

        const _: () = {
            #function
            #items
            #checks
            #scopes
            #live
            #declaration
            #contract
            ::proofload::__private::inventory::submit! { ::proofload::__private::FixtureEntry(&DECLARATION) }
        };
    }
}

/// The function keeps its name, which panics and profiles show, but only the harness can call it.
fn private(function: &ItemFn) -> ItemFn {
    let mut function = function.clone();
    function.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
    function.vis = Visibility::Inherited;
    function
}

fn scope_checks(declared: &Declared) -> TokenStream {
    let asker = Ident::new(declared.scope.name(), Span::call_site());
    let checks = inject::wanted(&declared.params).map(|Wanted { fixture, .. }| {
        quote_spanned! { fixture.span() =>
            const _: () = <#fixture as ::proofload::__private::AskedBy<::proofload::__private::lasts::#asker>>::ALLOWED;
        }
    });
    quote!(#(#checks)*)
}

/// The function behind `Life::Shared` or `GivesEachUser::live`.
fn live(declared: &Declared) -> TokenStream {
    let Declared { value, life, scope, .. } = declared;
    let fixtures = inject::wanted(&declared.params).map(|wanted| {
        let (holder, given) = (&wanted.holder, inject::given(wanted));
        quote!(let #holder = #given;)
    });
    let (seat, handover, user, give) = match scope {
        Scope::User => (
            quote!(seat: ::proofload::__private::Seat,),
            quote!(#value),
            declared.params.iter().any(|param| matches!(param, Param::User(_))),
            Ident::new("to_user", value.span()),
        ),
        _ => (quote!(), quote!(::proofload::__private::Shared), false, Ident::new("to_all", value.span())),
    };
    let give = quote_spanned! { value.span() =>
        let give = ::proofload::__private::Give::<#value>::#give(handover);
    };
    let user = match (scope, user) {
        (Scope::User, true) => quote!(let mut user = ::proofload::__private::User::for_set_up(seat)?;),
        (Scope::User, false) => quote!(::core::mem::drop(seat);),
        _ => quote!(),
    };
    quote! {
        fn live(
            bound: ::proofload::__private::Bound,
            #seat
            handover: ::proofload::__private::Handover<#handover>,
        ) -> ::proofload::__private::LocalFuture<::proofload::__private::Result> {
            #(#fixtures)*
            // Only what the function asked for is held.
            ::core::mem::drop(bound);
            ::std::boxed::Box::pin(async move {
                #user
                #give
                #life
            })
        }
    }
}

fn declaration(declared: &Declared) -> TokenStream {
    let Declared { function, value, .. } = declared;
    let name = &function.sig.ident;
    let text = name.unraw().to_string();
    let line = quote_spanned!(name.span()=> ::core::line!());
    let scope = declared.scope.variant();
    let doc = first_paragraph(&function.attrs);
    let needs = inject::needs(&declared.params);
    let no_cycle = quote_spanned! { name.span() =>
        const _: () = ::proofload::__private::check_cycle(<#name>::__proofload_decl());
    };
    let life = match declared.scope {
        Scope::User => quote!(::proofload::__private::Life::EachUser),
        _ => quote!(::proofload::__private::Life::Shared(live)),
    };
    quote! {
        static DECLARATION: ::proofload::__private::FixtureDecl = ::proofload::__private::FixtureDecl {
            name: #text,
            module_path: ::core::module_path!(),
            file: ::core::file!(),
            line: #line,
            scope: ::proofload::__private::Scope::#scope,
            doc: #doc,
            needs: #needs,
            value_type: ::core::any::TypeId::of::<#value>,
            value_type_name: ::core::any::type_name::<#value>,
            life: #life,
        };

        impl #name {
            #[doc(hidden)]
            pub const fn __proofload_decl() -> &'static ::proofload::__private::FixtureDecl {
                &DECLARATION
            }
        }

        #no_cycle
    }
}

/// The traits by which the compiler checks those who ask.
fn contract(Declared { function, scope, value, .. }: &Declared) -> TokenStream {
    let name = &function.sig.ident;
    let askers = scope.asked_by();
    let gives = match scope {
        Scope::User => quote! {
            impl ::proofload::__private::GivesEachUser<#value> for #name {
                fn decl() -> &'static ::proofload::__private::FixtureDecl {
                    &DECLARATION
                }
                const LIVE: ::proofload::__private::LiveForUser<#value> = live;
            }
        },
        _ => quote! {
            impl ::proofload::__private::Gives<#value> for #name {
                fn decl() -> &'static ::proofload::__private::FixtureDecl {
                    &DECLARATION
                }
            }
        },
    };
    quote! {
        impl ::proofload::__private::Fixture for #name {}
        #(impl ::proofload::__private::AskedBy<::proofload::__private::lasts::#askers> for #name {})*
        #gives
    }
}
