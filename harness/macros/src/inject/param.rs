//! The parameters of a function: each asks for the user, for `Give`, or for a fixture by its name.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{FnArg, Pat, PatType, Signature, Type};

use super::type_path::{first_argument, last_segment, spelled};
use crate::mistakes::Mistakes;

/// What one parameter asks for.
pub(crate) enum Param {
    /// `user: &mut User`, by its type.
    User(Ident),
    /// `give: Give<T>`, by its type.
    Give(Ident, Type),
    /// `agent: &Server`, the fixture of that name.
    Shared(FixtureParam),
    /// `token: &mut Token`, the user's own.
    Own(FixtureParam),
    /// `server: &Server` of a test that compares servers: one of these fixtures in each turn.
    Compared(Vec<FixtureParam>),
}

/// A fixture that a parameter names, and the type it expects.
pub(crate) struct FixtureParam {
    pub(crate) fixture: Ident,
    pub(crate) value: Type,
    /// What holds the value in generated code.
    pub(crate) holder: Ident,
}

impl FixtureParam {
    /// The function that hands it out.
    pub(super) fn finder(&self) -> Ident {
        format_ident!("__{}", self.holder)
    }

    /// The name of the type that the parameter expects.
    pub(super) fn value_type(&self) -> Ident {
        format_ident!("__Value_{}", self.holder)
    }

    /// The shared value, out of a `bound`; or the fixture that makes one for each user.
    pub(crate) fn found(&self, bound: &TokenStream) -> TokenStream {
        let finder = self.finder();
        quote!(#finder::<()>(#bound))
    }
}

impl Param {
    /// The name of the one fixture that it asks for.
    pub(super) fn fixture_name(&self) -> Option<&Ident> {
        match self {
            Param::Shared(wanted) | Param::Own(wanted) => Some(&wanted.fixture),
            Param::User(_) | Param::Give(..) | Param::Compared(_) => None,
        }
    }
}

/// What the parameters ask for, without those that are mistakes.
pub(crate) fn read(signature: &Signature, mistakes: &mut Mistakes) -> Vec<Param> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        // Refused where the rest of the signature is checked.
        FnArg::Receiver(_) => None,
    });
    let read = typed.enumerate().filter_map(|(at, typed)| mistakes.keep(read_one(at, typed)));
    let params: Vec<Param> = read.collect();
    let mut users = params.iter().filter_map(|param| if let Param::User(name) = param { Some(name) } else { None });
    if let Some(second) = users.nth(1) {
        mistakes.at(second, "a function has one user: take `&mut User` once");
    }
    params
}

/// The name of the parameter that takes the user, if there is one.
pub(crate) fn user_of(signature: &Signature) -> Option<&Ident> {
    signature.inputs.iter().find_map(|input| match input {
        FnArg::Typed(PatType { pat, ty, .. }) => match (&**pat, &**ty) {
            (Pat::Ident(name), Type::Reference(reference)) if is_user(&reference.elem) => Some(&name.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

fn read_one(at: usize, typed: &PatType) -> syn::Result<Param> {
    let Pat::Ident(name) = &*typed.pat else {
        return Err(syn::Error::new_spanned(
            &typed.pat,
            "a parameter is a name, because the name says which fixture it asks for, as in `agent: &Server`",
        ));
    };
    let name = &name.ident;
    let wanted = |value: &Type| FixtureParam {
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
                format!("a fixture is passed by reference: write `{name}: &{}`", spelled(other)),
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

/// The fixtures among the parameters, in order.
pub(crate) fn fixture_params(params: &[Param]) -> impl Iterator<Item = &FixtureParam> {
    params.iter().flat_map(|param| match param {
        Param::Shared(wanted) | Param::Own(wanted) => std::slice::from_ref(wanted),
        Param::Compared(arms) => arms.as_slice(),
        Param::User(_) | Param::Give(..) => &[],
    })
}
