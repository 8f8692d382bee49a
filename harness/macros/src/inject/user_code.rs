//! The code that lets the engine call a test's function: a type that implements `UserCode`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{ItemFn, Type};

use super::compared::{Compared, read_for};
use super::finder::{finders, needs};
use super::param::{FixtureParam, Param, fixture_params};
use super::variable::hidden;
use crate::mistakes::Mistakes;

/// The code that lets the engine drive a test's function.
pub(crate) struct UserCodeImpl {
    /// Items for a block of their own, within the scope of the function.
    pub(crate) items: TokenStream,
    /// The type in `items` that implements `UserCode`.
    pub(crate) user_code: TokenStream,
    /// The declarations of the fixtures: a `&'static [&'static FixtureDecl]`.
    pub(crate) needs: TokenStream,
    /// The fixtures that take turns: a `&'static [ArmDecl]`.
    pub(crate) arms: TokenStream,
}

/// The code for the function of a `#[perf]`. Its mistakes become compile errors among the items.
pub(crate) fn user_code(function: &ItemFn, compared: Option<&Compared>) -> UserCodeImpl {
    let mut mistakes = Mistakes::default();
    let params = read_for(compared, &function.sig, &mut mistakes);
    for param in &params {
        if let Param::Give(name, _) = param {
            mistakes.at(name, "only a fixture can take a `Give`: a test asks for fixtures by their names");
        }
    }
    let name = &function.sig.ident;
    if let Some(FixtureParam { fixture, .. }) = fixture_params(&params).find(|wanted| wanted.fixture == *name) {
        mistakes.at(
            fixture,
            format!("`{name}` is the name of this test, which hides a fixture of that name: rename the test"),
        );
    }
    let user_code = quote!(__ProofloadUserCode);
    match mistakes.finish(()) {
        Ok(()) => {
            let items = implementation(&function.sig.ident, &params);
            let code = UserCodeImpl { items, user_code, needs: needs(&params), arms: quote!(&[]) };
            with_arms(code, &params)
        }
        Err(mistakes) => {
            UserCodeImpl { items: placeholder(&mistakes), user_code, needs: quote!(&[]), arms: quote!(&[]) }
        }
    }
}

/// Arms are among the needs, and taken from there: each name is written once, so that a mistake in it is reported once.
fn with_arms(code: UserCodeImpl, params: &[Param]) -> UserCodeImpl {
    let count = |params: &[Param]| fixture_params(params).count();
    let found = params.iter().enumerate().find_map(|(at, param)| match param {
        Param::Compared(arms) => Some((count(&params[..at]), arms)),
        _ => None,
    });
    let Some((first, arms)) = found else { return code };
    let arms = arms.iter().enumerate().map(|(at, FixtureParam { fixture, .. })| {
        let (name, place) = (fixture.unraw().to_string(), first + at);
        quote!(::proofload::__private::ArmDecl { name: #name, fixture: __PROOFLOAD_NEEDS[#place] })
    });
    let arms = quote!(&[#(#arms),*]);
    let UserCodeImpl { items, user_code, needs, .. } = code;
    let items = quote! {
        #items
        static __PROOFLOAD_NEEDS: &[&::proofload::__private::FixtureDecl] = #needs;
    };
    UserCodeImpl { items, user_code, needs: quote!(__PROOFLOAD_NEEDS), arms }
}

fn implementation(function: &Ident, params: &[Param]) -> TokenStream {
    let finders = finders(params, None);
    let shared: Vec<SharedField<'_>> = params.iter().filter_map(SharedField::of).collect();
    let own: Vec<&FixtureParam> =
        params.iter().filter_map(|p| if let Param::Own(w) = p { Some(w) } else { None }).collect();
    let takes_user = params.iter().any(|param| matches!(param, Param::User(_)));
    let life = if own.is_empty() { short_life(function, params, takes_user) } else { life(function, params, &own) };
    let LifeImpl { user, others } = life;
    let (structure, bind) = (structure(&shared, own.is_empty()), bind(&shared, own.is_empty()));
    let (slot, steps) = (hidden("slot"), hidden("steps"));
    quote! {
        #finders
        #structure
        impl ::proofload::__private::UserCode for __ProofloadUserCode {
            #bind

            fn user<'s>(
                &'s self,
                #slot: ::proofload::__private::UserSlot,
                #steps: &'s ::proofload::__private::UserSteps,
            ) -> ::proofload::__private::UserFuture<'s> {
                #user
            }
        }
        #others
    }
}

/// What a user does.
struct LifeImpl {
    /// The body of `UserCode::user`.
    user: TokenStream,
    /// What that needs.
    others: TokenStream,
}

/// Of a test whose users own no fixtures, which is nearly every one: one future beside that of the function itself, because
/// each further one costs each test some compile time.
fn short_life(function: &Ident, params: &[Param], takes_user: bool) -> LifeImpl {
    let (user, slot, steps) = (hidden("user"), hidden("slot"), hidden("steps"));
    let make = match takes_user {
        true => quote!(let mut #user = ::proofload::__private::User::new(#slot);),
        false => quote!(::core::mem::drop(#slot);),
    };
    let arguments = arguments(params, &quote!(#user), &user);
    // One identifier for both places: the function's span is another's where a `macro_rules!` named the function.
    let returned = format_ident!("returned", span = function.span());
    let call = quote_spanned!(function.span()=> ::proofload::__private::IntoResult::into_result(#returned));
    let user = quote! {
        #make
        ::std::boxed::Box::pin(async move {
            #steps.entered();
            while #steps.goes_on().await {
                #steps
                    .run(::core::pin::pin!(#function(#(#arguments),*)), |#returned| {
                        ::proofload::__private::iteration_end(#call)
                    })
                    .await;
            }
            #steps.left();
        })
    };
    LifeImpl { user, others: quote!() }
}

fn life(function: &Ident, params: &[Param], own: &[&FixtureParam]) -> LifeImpl {
    let takes_user = params.iter().any(|param| matches!(param, Param::User(_)));
    let (user, slot, steps) = (user_struct(own, takes_user), hidden("slot"), hidden("steps"));
    let (enter, iterate, leave) = (enter(own, takes_user), iterate(function, params), leave(own));
    let others = quote! {
        #user
        impl ::proofload::__private::UserLife for __ProofloadUserCode {
            type Slot = ::proofload::__private::UserSlot;
            type User = __ProofloadUser;
            #enter
            #iterate
            #leave
        }
    };
    LifeImpl { user: quote!(::std::boxed::Box::pin(::proofload::__private::live(self, #slot, #steps))), others }
}

/// What all users of a worker share for one parameter.
struct SharedField<'a> {
    holder: &'a Ident,
    value: &'a Type,
    /// The value, out of `bound`.
    found: TokenStream,
}

impl SharedField<'_> {
    fn of(param: &Param) -> Option<SharedField<'_>> {
        let bound = quote!(bound);
        match param {
            Param::Shared(wanted) => {
                Some(SharedField { holder: &wanted.holder, value: &wanted.value, found: wanted.found(&bound) })
            }
            Param::Compared(arms) => {
                let FixtureParam { holder, value, .. } = arms.first()?;
                let turns = arms.iter().enumerate().map(|(arm, wanted)| {
                    let found = wanted.found(&bound);
                    quote!(#arm => #found)
                });
                let found = quote! {
                    match bound.arm() {
                        #(#turns,)*
                        arm => ::core::panic!("this test compares no server {arm}"),
                    }
                };
                Some(SharedField { holder, value, found })
            }
            Param::User(_) | Param::Give(..) | Param::Own(_) => None,
        }
    }
}

fn structure(shared: &[SharedField<'_>], is_short: bool) -> TokenStream {
    let shared = shared.iter().map(|SharedField { holder, value, .. }| quote!(#holder: ::std::sync::Arc<#value>));
    let bound = (!is_short).then(|| quote!(bound: ::proofload::__private::BoundFixtures,));
    quote! {
        #[allow(dead_code)]
        struct __ProofloadUserCode {
            #bound
            #(#shared,)*
        }
    }
}

fn user_struct(own: &[&FixtureParam], takes_user: bool) -> TokenStream {
    let own = own
        .iter()
        .map(|FixtureParam { holder, value, .. }| quote!(#holder: ::proofload::__private::OwnedFixture<#value>));
    let user = takes_user.then(|| quote!(user: ::proofload::__private::User,));
    quote! {
        struct __ProofloadUser {
            #user
            #(#own,)*
        }
    }
}

fn bind(shared: &[SharedField<'_>], is_short: bool) -> TokenStream {
    let fields = shared.iter().map(|SharedField { holder, found, .. }| quote!(#holder: #found));
    let bound = (!is_short).then(|| quote!(bound: ::core::clone::Clone::clone(bound),));
    quote! {
        fn bind(bound: &::proofload::__private::BoundFixtures) -> Self {
            __ProofloadUserCode { #(#fields,)* #bound }
        }
    }
}

/// The user first, then the fixtures it owns, in the order of the parameters. When one fails, those before it are torn down.
fn enter(own: &[&FixtureParam], takes_user: bool) -> TokenStream {
    let user = takes_user.then(|| quote!(let user = ::proofload::__private::User::new(slot.clone());));
    let set_ups = own.iter().enumerate().map(|(at, wanted)| {
        let (holder, found) = (&wanted.holder, wanted.found(&quote!(&self.bound)));
        let before = own[..at].iter().rev().map(|FixtureParam { holder, .. }| quote!(#holder.tear_down().await));
        let enter = quote!(::proofload::__private::OwnedFixture::set_up(&#found, &self.bound, &slot).await);
        quote! {
            let #holder = match #enter {
                ::core::result::Result::Ok(held) => held,
                ::core::result::Result::Err(cause) => {
                    let troubles = [#(#before),*];
                    return ::core::result::Result::Err(::proofload::__private::failed_to_enter(&cause, &troubles));
                }
            };
        }
    });
    let holders = own.iter().map(|FixtureParam { holder, .. }| holder);
    let user_field = takes_user.then(|| quote!(user,));
    let entered = quote!(::core::result::Result::Ok(__ProofloadUser { #user_field #(#holders,)* }));
    let returned = quote!(::core::result::Result<__ProofloadUser, ::std::string::String>);
    let body = quote! {
        #user
        #(#set_ups)*
        let _ = slot;
    };
    quote! {
        async fn enter(&self, slot: ::proofload::__private::UserSlot) -> #returned {
            #body
            #entered
        }
    }
}

/// What the function takes, in order; its user and the fixtures that this owns are in `owner`.
fn arguments(params: &[Param], user: &TokenStream, owner: &Ident) -> Vec<TokenStream> {
    let argument = |param: &Param| match param {
        Param::User(_) => quote!(&mut #user),
        Param::Shared(FixtureParam { holder, .. }) => quote!(&self.#holder),
        Param::Compared(arms) => {
            let holder = arms.first().map(|arm| &arm.holder);
            quote!(&self.#holder)
        }
        Param::Own(FixtureParam { holder, .. }) => quote!(&mut #owner.#holder.value),
        Param::Give(..) => quote!(),
    };
    params.iter().map(argument).collect()
}

fn iterate(function: &Ident, params: &[Param]) -> TokenStream {
    let user = hidden("user");
    let arguments = arguments(params, &quote!(#user.user), &user);
    // One identifier for both places: the function's span is another's where a `macro_rules!` named the function.
    let returned = format_ident!("returned", span = function.span());
    let call = quote_spanned!(function.span()=> ::proofload::__private::IntoResult::into_result(#returned));
    quote! {
        async fn iterate(&self, #user: &mut __ProofloadUser) -> ::proofload::__private::IterationEnd {
            let _ = &#user;
            let #returned = #function(#(#arguments),*).await;
            ::proofload::__private::iteration_end(#call)
        }
    }
}

fn leave(own: &[&FixtureParam]) -> TokenStream {
    let tear_downs = own.iter().rev().map(|FixtureParam { holder, .. }| quote!(user.#holder.tear_down().await));
    let result = quote!(::proofload::__private::leave_all(&[#(#tear_downs),*]));
    let returned = quote!(::core::result::Result<(), ::std::string::String>);
    quote! {
        async fn leave(&self, user: __ProofloadUser) -> #returned {
            let _ = &user;
            #result
        }
    }
}

/// In place of the code of a test whose parameters are mistakes, so that no other error follows from them.
fn placeholder(mistakes: &syn::Error) -> TokenStream {
    let mistakes = mistakes.to_compile_error();
    quote! {
        #mistakes
        struct __ProofloadUserCode;
        impl ::proofload::__private::UserCode for __ProofloadUserCode {
            fn bind(_: &::proofload::__private::BoundFixtures) -> Self {
                __ProofloadUserCode
            }

            fn user<'s>(
                &'s self,
                _: ::proofload::__private::UserSlot,
                _: &'s ::proofload::__private::UserSteps,
            ) -> ::proofload::__private::UserFuture<'s> {
                ::std::boxed::Box::pin(::core::future::pending())
            }
        }
    }
}
