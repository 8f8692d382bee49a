//! Injection by name: what the parameters of a test or a fixture ask for, and the code that hands it to them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, GenericArgument, ItemFn, Pat, PatType, PathArguments, PathSegment, Signature, Type};

use crate::mistakes::Mistakes;

/// The code that lets the engine drive a test's function.
pub(crate) struct Scene {
    /// Items that stand in a block of their own, within the scope of the function.
    pub(crate) items: TokenStream,
    /// The type in `items` that implements `Scene`.
    pub(crate) scene: TokenStream,
    /// The declarations of the fixtures: a `&'static [&'static FixtureDecl]`.
    pub(crate) needs: TokenStream,
}

/// What one parameter asks for.
pub(crate) enum Param {
    /// `user: &mut User`, by its type.
    User(Ident),
    /// `give: Give<T>`, by its type.
    Give(Ident, Type),
    /// `agent: &Server`, the fixture of that name.
    Shared(Wanted),
    /// `token: &mut Token`, the user's own.
    Own(Wanted),
}

/// A fixture that a parameter names, and the type it expects.
pub(crate) struct Wanted {
    pub(crate) fixture: Ident,
    pub(crate) value: Type,
    /// What holds the value in generated code.
    pub(crate) holder: Ident,
}

impl Wanted {
    /// The function that hands it out.
    fn finder(&self) -> Ident {
        format_ident!("__{}", self.holder)
    }

    /// The name of the type that the parameter expects.
    fn value_type(&self) -> Ident {
        format_ident!("__Value_{}", self.holder)
    }

    /// The shared value, out of a `bound`; or the fixture that makes one for each user.
    pub(crate) fn found(&self, bound: &TokenStream) -> TokenStream {
        let finder = self.finder();
        quote!(#finder::<()>(#bound))
    }
}

/// The code for the function of a `#[perf]`. Its mistakes become compile errors among the items.
pub(crate) fn scene(function: &ItemFn) -> Scene {
    let mut mistakes = Mistakes::default();
    let params = read(&function.sig, &mut mistakes);
    for param in &params {
        if let Param::Give(name, _) = param {
            mistakes.at(name, "only a fixture is handed a `Give`: a test asks for the fixtures by their names");
        }
    }
    let name = &function.sig.ident;
    if let Some(Wanted { fixture, .. }) = wanted(&params).find(|wanted| wanted.fixture == *name) {
        mistakes.at(
            fixture,
            format!("here `{name}` is this test, and no fixture can be called like it: give the test another name"),
        );
    }
    let scene = quote!(__ProofloadScene);
    match mistakes.finish(()) {
        Ok(()) => Scene { items: staged(&function.sig.ident, &params), scene, needs: needs(&params) },
        Err(mistakes) => Scene { items: never_staged(&mistakes), scene, needs: quote!(&[]) },
    }
}

/// What the parameters ask for, without those that are mistakes.
pub(crate) fn read(signature: &Signature, mistakes: &mut Mistakes) -> Vec<Param> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        // Refused by whoever looks at the rest of the signature.
        FnArg::Receiver(_) => None,
    });
    let read = typed.enumerate().filter_map(|(at, typed)| mistakes.keep(read_one(at, typed)));
    let params: Vec<Param> = read.collect();
    let mut users = params.iter().filter_map(|param| if let Param::User(name) = param { Some(name) } else { None });
    if let Some(second) = users.nth(1) {
        mistakes.at(second, "there is one user: take `&mut User` once");
    }
    params
}

fn read_one(at: usize, typed: &PatType) -> syn::Result<Param> {
    let Pat::Ident(name) = &*typed.pat else {
        return Err(syn::Error::new_spanned(
            &typed.pat,
            "a parameter is a name, because the name says which fixture it asks for, as in `agent: &Server`",
        ));
    };
    let name = &name.ident;
    let wanted = |value: &Type| Wanted {
        fixture: without_underscore(name),
        value: value.clone(),
        holder: format_ident!("fixture_{at}"),
    };
    match &*typed.ty {
        Type::Reference(reference) => match (reference.mutability, is_user(&reference.elem)) {
            (Some(_), true) => Ok(Param::User(name.clone())),
            (Some(_), false) => Ok(Param::Own(wanted(&reference.elem))),
            (None, false) => Ok(Param::Shared(wanted(&reference.elem))),
            (None, true) => Err(syn::Error::new_spanned(&typed.ty, "take the user as `&mut User`")),
        },
        other if is_user(other) => Err(syn::Error::new_spanned(other, "take the user as `&mut User`")),
        other => match give_of(other) {
            Some(value) => Ok(Param::Give(name.clone(), value?)),
            None => Err(syn::Error::new_spanned(
                other,
                format!("a fixture is handed out by reference: write `{name}: &{}`", spelled(other)),
            )),
        },
    }
}

/// `_agent` asks for `agent` as well: it must run, but the function does not use it.
fn without_underscore(name: &Ident) -> Ident {
    match name.to_string().strip_prefix('_') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphabetic()) => Ident::new(rest, name.span()),
        _ => name.clone(),
    }
}

fn is_user(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "User" && segment.arguments.is_empty())
}

/// The `T` of `Give<T>`; `None` for any other type.
fn give_of(ty: &Type) -> Option<syn::Result<Type>> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Give")?;
    let missing = || syn::Error::new_spanned(ty, "say what the fixture gives, as in `give: Give<Catalogue>`");
    Some(first_argument(segment).cloned().ok_or_else(missing))
}

/// The last part of a path: `User` of `proofload::client::User`.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        _ => None,
    }
}

/// The first type in the angle brackets.
pub(crate) fn first_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn spelled(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(" < ", "<").replace(" >", ">").replace(" :: ", "::")
}

/// A variable of generated code that no name of the author's means, such as that of a fixture called `user`.
pub(crate) fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The fixtures among the parameters, in order.
pub(crate) fn wanted(params: &[Param]) -> impl Iterator<Item = &Wanted> {
    params.iter().filter_map(|param| match param {
        Param::Shared(wanted) | Param::Own(wanted) => Some(wanted),
        Param::User(_) | Param::Give(..) => None,
    })
}

/// `&[agent's declaration, …]`
///
/// What is no fixture is told of by its finder; here it has a declaration too.
pub(crate) fn needs(params: &[Param]) -> TokenStream {
    let declarations = wanted(params).map(|Wanted { fixture, .. }| quote_spanned!(fixture.span()=> #fixture().decl()));
    quote! {{
        #[allow(unused_imports)]
        use ::proofload::__private::NoDeclaration as _;
        &[#(#declarations),*]
    }}
}

/// A function for each fixture among the parameters, which hands it out and says in our words what is wrong with it.
///
/// They stand outside of all functions that have variables, which would take a fixture's name. `asker` is the scope of
/// the fixture that asks.
pub(crate) fn finders(params: &[Param], asker: Option<&Ident>) -> TokenStream {
    let finders = params.iter().map(|param| match param {
        Param::Shared(wanted) => {
            let (value, name) = (wanted.value_type(), &wanted.fixture);
            let given = quote_spanned! { name.span() =>
                ::proofload::__private::Gives::<#value, #name>::given(&__fixture, __bound)
            };
            finder(wanted, asker, &quote!(::std::sync::Arc), &given)
        }
        Param::Own(wanted) => {
            let (value, name) = (wanted.value_type(), &wanted.fixture);
            let own = quote_spanned! { name.span() =>
                ::proofload::__private::GivesEachUser::<#value, #name>::own(__fixture)
            };
            finder(wanted, asker, &quote!(::proofload::__private::UserFixture), &own)
        }
        Param::User(_) | Param::Give(..) => quote!(),
    });
    quote!(#(#finders)*)
}

/// The glob finds the fixture if the module knows it. If not, the name means the function before it, which is no
/// fixture, and is refused as one; where `needs` names it, rustc itself adds which name was probably meant.
///
/// The type parameter is there for its name alone, which the compiler prints as it is.
fn finder(wanted: &Wanted, asker: Option<&Ident>, returned: &TokenStream, handed_out: &TokenStream) -> TokenStream {
    let Wanted { fixture, value, .. } = wanted;
    let (finder, value_type) = (wanted.finder(), wanted.value_type());
    let outlives = asker.map(|asker| {
        quote_spanned! { fixture.span() =>
            ::proofload::__private::Outlives::<::proofload::__private::scope_types::#asker, #fixture>::outlives(
                ::proofload::__private::scope_of(&__fixture)
            );
        }
    });
    quote_spanned! { fixture.span() =>
        type #value_type = #value;

        #[allow(non_camel_case_types, dead_code, unused_imports, unused_variables)]
        fn #finder<#fixture>(__bound: &::proofload::__private::BoundFixtures) -> #returned<#value_type> {
            fn #fixture() {}
            let __fixture = {
                use self::*;
                use ::proofload::__private::{ResolveFixture as _, ResolveOther as _};
                (&::proofload::__private::NamedItem(#fixture)).fixture()
            };
            let __fixture = ::proofload::__private::Exists::<#fixture>::exists(__fixture);
            #outlives
            #handed_out
        }
    }
}

fn staged(function: &Ident, params: &[Param]) -> TokenStream {
    let finders = finders(params, None);
    let shared: Vec<&Wanted> =
        params.iter().filter_map(|p| if let Param::Shared(w) = p { Some(w) } else { None }).collect();
    let own: Vec<&Wanted> = params.iter().filter_map(|p| if let Param::Own(w) = p { Some(w) } else { None }).collect();
    let takes_user = params.iter().any(|param| matches!(param, Param::User(_)));
    let structs = structs(&shared, &own, takes_user);
    let bind = bind(&shared);
    let enter = enter(&own, takes_user);
    let iterate = iterate(function, params);
    let leave = own.iter().rev().map(|Wanted { holder, .. }| quote!(user.#holder.tear_down().await));
    quote! {
        #finders
        #structs
        impl ::proofload::__private::UserCode for __ProofloadScene {
            type User = __ProofloadUser;
            #bind
            #enter
            #iterate
            async fn leave(&self, user: __ProofloadUser) -> ::proofload::__private::Result {
                let _ = &user;
                ::proofload::__private::leave_all([#(#leave),*])
            }
        }
    }
}

fn structs(shared: &[&Wanted], own: &[&Wanted], takes_user: bool) -> TokenStream {
    let shared = shared.iter().map(|Wanted { holder, value, .. }| quote!(#holder: ::std::sync::Arc<#value>));
    let own =
        own.iter().map(|Wanted { holder, value, .. }| quote!(#holder: ::proofload::__private::OwnedFixture<#value>));
    let user = takes_user.then(|| quote!(user: ::proofload::__private::User,));
    quote! {
        #[allow(dead_code)]
        struct __ProofloadScene {
            bound: ::proofload::__private::BoundFixtures,
            #(#shared,)*
        }
        struct __ProofloadUser {
            #user
            #(#own,)*
        }
    }
}

fn bind(shared: &[&Wanted]) -> TokenStream {
    let fields = shared.iter().map(|wanted| {
        let (holder, found) = (&wanted.holder, wanted.found(&quote!(&bound)));
        quote!(#holder: #found)
    });
    quote! {
        fn bind(bound: &::proofload::__private::BoundFixtures) -> Self {
            let bound = ::core::clone::Clone::clone(bound);
            __ProofloadScene { #(#fields,)* bound }
        }
    }
}

/// The user first, then the fixtures it owns, in the order of the parameters. When one fails, those before it are torn down.
fn enter(own: &[&Wanted], takes_user: bool) -> TokenStream {
    let user = takes_user.then(|| quote!(let user = ::proofload::__private::User::new(seat.clone());));
    let set_ups = own.iter().enumerate().map(|(at, wanted)| {
        let (holder, found) = (&wanted.holder, wanted.found(&quote!(&self.bound)));
        let before = own[..at].iter().rev().map(|Wanted { holder, .. }| quote!(#holder.tear_down().await));
        let enter = quote!(::proofload::__private::OwnedFixture::set_up(&#found, &self.bound, &seat).await);
        quote! {
            let #holder = match #enter {
                ::core::result::Result::Ok(held) => held,
                ::core::result::Result::Err(cause) => {
                    let troubles = ::proofload::__private::leave_all([#(#before),*]);
                    return ::core::result::Result::Err(::proofload::__private::failed_to_enter(cause, troubles));
                }
            };
        }
    });
    let holders = own.iter().map(|Wanted { holder, .. }| holder);
    let user_field = takes_user.then(|| quote!(user,));
    quote! {
        async fn enter(
            &self,
            seat: ::proofload::__private::UserSlot,
        ) -> ::proofload::__private::Result<__ProofloadUser> {
            #user
            #(#set_ups)*
            let _ = seat;
            ::core::result::Result::Ok(__ProofloadUser { #user_field #(#holders,)* })
        }
    }
}

fn iterate(function: &Ident, params: &[Param]) -> TokenStream {
    let user = hidden("user");
    let arguments = params.iter().map(|param| match param {
        Param::User(_) => quote!(&mut #user.user),
        Param::Shared(Wanted { holder, .. }) => quote!(&self.#holder),
        Param::Own(Wanted { holder, .. }) => quote!(&mut #user.#holder.value),
        Param::Give(..) => quote!(),
    });
    // One identifier for both places: the function's span is another's where a `macro_rules!` named the function.
    let returned = format_ident!("returned", span = function.span());
    let call = quote_spanned!(function.span()=> ::proofload::__private::IntoResult::into_result(#returned));
    quote! {
        async fn iterate(&self, #user: &mut __ProofloadUser) -> ::proofload::__private::Result {
            let _ = &#user;
            let #returned = #function(#(#arguments),*).await;
            #call
        }
    }
}

/// Stands in for the scene of a test whose parameters are mistakes, so that no other error follows from them.
fn never_staged(mistakes: &syn::Error) -> TokenStream {
    let mistakes = mistakes.to_compile_error();
    quote! {
        #mistakes
        struct __ProofloadScene;
        impl ::proofload::__private::UserCode for __ProofloadScene {
            type User = ();
            fn bind(_: &::proofload::__private::BoundFixtures) -> Self {
                __ProofloadScene
            }
            async fn enter(&self, _: ::proofload::__private::UserSlot) -> ::proofload::__private::Result {
                ::core::result::Result::Ok(())
            }
            async fn iterate(&self, _: &mut ()) -> ::proofload::__private::Result {
                ::core::result::Result::Ok(())
            }
            async fn leave(&self, _: ()) -> ::proofload::__private::Result {
                ::core::result::Result::Ok(())
            }
        }
    }
}
