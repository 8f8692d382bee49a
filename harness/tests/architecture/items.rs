//! What an item's attributes say, and which name it defines.

use syn::Attribute;

/// `#[cfg(test)]`, `#[cfg(all(test, unix))]`, `#[test]`
pub(crate) fn is_for_tests(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let is_cfg = attribute.path().is_ident("cfg");
    let condition = attribute.meta.require_list().map(|list| list.tokens.to_string().replace(' ', ""));
    is_cfg && condition.is_ok_and(|condition| condition == "test" || condition.starts_with("all(test"))
}

/// The text of `#[path = "…"]`.
pub(crate) fn path_attribute(attribute: &Attribute) -> Option<String> {
    let value = &attribute.meta.require_name_value().ok().filter(|meta| meta.path.is_ident("path"))?.value;
    match value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The attributes and the name of an item that defines one.
pub(crate) fn defined(item: &syn::Item) -> Option<(&[Attribute], &syn::Ident)> {
    Some(match item {
        syn::Item::Const(item) => (&item.attrs, &item.ident),
        syn::Item::Enum(item) => (&item.attrs, &item.ident),
        syn::Item::Fn(item) => (&item.attrs, &item.sig.ident),
        syn::Item::Static(item) => (&item.attrs, &item.ident),
        syn::Item::Struct(item) => (&item.attrs, &item.ident),
        syn::Item::Trait(item) => (&item.attrs, &item.ident),
        syn::Item::TraitAlias(item) => (&item.attrs, &item.ident),
        syn::Item::Type(item) => (&item.attrs, &item.ident),
        syn::Item::Union(item) => (&item.attrs, &item.ident),
        syn::Item::Macro(item) => (&item.attrs, item.ident.as_ref()?),
        _ => return None,
    })
}

/// The attributes that may say that an item is for tests.
pub(crate) fn attributes(item: &syn::Item) -> &[Attribute] {
    match item {
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        item => defined(item).map_or(&[], |(attributes, _)| attributes),
    }
}
