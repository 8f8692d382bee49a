//! The public interface of the library: every item that can be reached from its root through `pub mod` and `pub use`.
//!
//! It is compared with `public_interface.txt`; `PROOFLOAD_BLESS=1` writes that file again.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{Attribute, Item, Visibility};

use crate::modules::{Meaning, ModuleId, ROOT, Tree};
use crate::resolve::{Definition, lookup};
use crate::sources::Sources;

/// A line for each public item, field, variant and method; items that are hidden from the documentation are left out.
///
/// What `tree` does not declare itself, it takes from `below`, the crate that it is built on.
pub(crate) fn public_interface(tree: &Tree, below: &Tree, sources: &Sources) -> Vec<String> {
    let mut walk = Walk::new(tree, sources);
    walk.module(ROOT, "proofload");
    let mut walk_below = Walk::new(below, sources);
    for import in walk.not_found {
        walk_below.import_name(ROOT, import.from, &import.ident, &import.name, &import.path);
    }
    let unknown = walk_below.not_found.iter().map(|import| {
        format!("{}::{}: pub use {}::{}", import.path, import.name, import.from.join("::"), import.ident)
    });
    walk.lines.into_iter().chain(unknown).chain(walk_below.lines).collect::<BTreeSet<_>>().into_iter().collect()
}

type Items = BTreeMap<ModuleId, Vec<Item>>;

/// What each module contains.
fn items(tree: &Tree, sources: &Sources) -> Items {
    let mut found = Items::new();
    for (id, module) in tree.modules.iter().enumerate() {
        let is_inline = module.parent.is_some_and(|parent| tree.modules[parent].file == module.file);
        if is_inline {
            continue;
        }
        let text = sources.read(&tree.files[module.file].path).unwrap_or_default();
        if let Ok(file) = syn::parse_file(&text) {
            add(tree, id, file.items, &mut found);
        }
    }
    found
}

fn add(tree: &Tree, module: ModuleId, items: Vec<Item>, found: &mut Items) {
    for item in &items {
        let Item::Mod(inline) = item else { continue };
        let Some((_, content)) = &inline.content else { continue };
        if let Some(child) = child(tree, module, &inline.ident.to_string()) {
            add(tree, child, content.clone(), found);
        }
    }
    found.insert(module, items);
}

fn child(tree: &Tree, module: ModuleId, name: &str) -> Option<ModuleId> {
    tree.modules[module].names.get(name)?.iter().find_map(|meaning| match meaning {
        Meaning::Module(child) => Some(*child),
        _ => None,
    })
}

struct Walk<'a> {
    tree: &'a Tree,
    items: Items,
    lines: BTreeSet<String>,
    visited: BTreeSet<(ModuleId, String)>,
    not_found: Vec<PublicImport>,
}

/// `pub use` of something that this crate does not declare.
struct PublicImport {
    from: Vec<String>,
    ident: syn::Ident,
    name: syn::Ident,
    path: String,
}

impl Walk<'_> {
    fn new<'a>(tree: &'a Tree, sources: &Sources) -> Walk<'a> {
        let items = items(tree, sources);
        Walk { tree, items, lines: BTreeSet::new(), visited: BTreeSet::new(), not_found: Vec::new() }
    }

    fn module(&mut self, module: ModuleId, path: &str) {
        if !self.visited.insert((module, path.to_owned())) {
            return;
        }
        for item in self.items.get(&module).cloned().unwrap_or_default() {
            match &item {
                Item::Mod(child_item) if is_public(&child_item.vis, &child_item.attrs) => {
                    let name = child_item.ident.to_string();
                    if let Some(child) = child(self.tree, module, &name) {
                        self.module(child, &format!("{path}::{name}"));
                    }
                }
                Item::Use(import) if is_public(&import.vis, &import.attrs) => {
                    self.import(module, &import.tree, Vec::new(), path);
                }
                item => self.item(item, module, None, path),
            }
        }
    }

    fn import(&mut self, module: ModuleId, tree: &syn::UseTree, mut prefix: Vec<String>, path: &str) {
        match tree {
            syn::UseTree::Path(branch) => {
                prefix.push(branch.ident.to_string());
                self.import(module, &branch.tree, prefix, path);
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|branch| self.import(module, branch, prefix.clone(), path));
            }
            syn::UseTree::Glob(_) => {
                self.lines.insert(format!("{path}: pub use {}::*", prefix.join("::")));
            }
            syn::UseTree::Name(name) => self.import_name(module, prefix, &name.ident, &name.ident, path),
            syn::UseTree::Rename(renamed) => self.import_name(module, prefix, &renamed.ident, &renamed.rename, path),
        }
    }

    fn import_name(
        &mut self,
        module: ModuleId,
        mut from: Vec<String>,
        ident: &syn::Ident,
        name: &syn::Ident,
        path: &str,
    ) {
        from.push(ident.to_string());
        let segments: Vec<&str> = from.iter().map(String::as_str).collect();
        let definitions = lookup(self.tree, module, &segments);
        if definitions.is_empty() {
            from.pop();
            let (ident, name, path) = (ident.clone(), name.clone(), path.to_owned());
            self.not_found.push(PublicImport { from, ident, name, path });
            return;
        }
        for Definition { name: defined, through, module, .. } in definitions {
            let home = through.last().copied().unwrap_or(ROOT);
            if let Some(module) = module {
                self.module(module, &format!("{path}::{name}"));
                continue;
            }
            for item in self.items.get(&home).cloned().unwrap_or_default() {
                if name_of(&item).is_some_and(|ident| *ident == defined) {
                    self.item(&item, home, Some(&name.to_string()), path);
                }
            }
        }
    }

    /// An item, and the methods and traits of a type.
    fn item(&mut self, item: &Item, module: ModuleId, name: Option<&str>, path: &str) {
        let Some(shown) = shown(item) else { return };
        let own_name = name_of(item).map(ToString::to_string).unwrap_or_default();
        let path = format!("{path}::{}", name.unwrap_or(&own_name));
        self.lines.insert(format!("{path}: {shown}"));
        for member in members(item) {
            self.lines.insert(format!("{path}: {member}"));
        }
        if matches!(item, Item::Struct(_) | Item::Enum(_) | Item::Union(_)) {
            self.implementations(module, &own_name, &path);
        }
    }

    fn implementations(&mut self, home: ModuleId, name: &str, path: &str) {
        let impls: Vec<(ModuleId, syn::ItemImpl)> =
            self.items.iter().flat_map(|(module, items)| impls(*module, items)).collect();
        for (module, block) in impls {
            let syn::Type::Path(own) = &*block.self_ty else { continue };
            let segments: Vec<String> = own.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
            let is_own = lookup(self.tree, module, &segments)
                .iter()
                .any(|definition| definition.name == name && definition.through.last() == Some(&home));
            if !is_own {
                continue;
            }
            if let Some((of, _)) = &block.trait_ {
                self.lines.insert(format!("{path}: impl {}", text(of)));
                continue;
            }
            for method in &block.items {
                if let syn::ImplItem::Fn(method) = method
                    && is_public(&method.vis, &method.attrs)
                {
                    self.lines.insert(format!("{path}: pub {}", text(&method.sig)));
                }
                if let syn::ImplItem::Const(constant) = method
                    && is_public(&constant.vis, &constant.attrs)
                {
                    self.lines.insert(format!("{path}: pub const {}: {}", constant.ident, text(&constant.ty)));
                }
            }
        }
    }
}

fn impls(module: ModuleId, items: &[Item]) -> Vec<(ModuleId, syn::ItemImpl)> {
    let blocks = items.iter().filter_map(|item| match item {
        Item::Impl(block) => Some((module, block.clone())),
        _ => None,
    });
    blocks.filter(|(_, block)| !is_left_out(&block.attrs)).collect()
}

fn is_public(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(visibility, Visibility::Public(_)) && !is_left_out(attributes)
}

/// Hidden from the documentation, or for tests only.
fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let tokens = attribute.meta.to_token_stream().to_string().replace(' ', "");
        tokens == "doc(hidden)" || tokens == "cfg(test)" || tokens.starts_with("cfg(all(test")
    })
}

fn name_of(item: &Item) -> Option<&syn::Ident> {
    crate::items::defined(item).map(|(_, ident)| ident)
}

/// The first line of an item, if it is public.
fn shown(item: &Item) -> Option<String> {
    let (visibility, attributes, line) = match item {
        Item::Const(item) => (&item.vis, &item.attrs, format!("pub const {}: {}", item.ident, text(&item.ty))),
        Item::Static(item) => (&item.vis, &item.attrs, format!("pub static {}: {}", item.ident, text(&item.ty))),
        Item::Fn(item) => (&item.vis, &item.attrs, format!("pub {}", text(&item.sig))),
        Item::Enum(item) => {
            (&item.vis, &item.attrs, format!("pub enum {}{}{}", item.ident, text(&item.generics), derived(&item.attrs)))
        }
        Item::Struct(item) => (
            &item.vis,
            &item.attrs,
            format!("pub struct {}{}{}", item.ident, text(&item.generics), derived(&item.attrs)),
        ),
        Item::Trait(item) => (&item.vis, &item.attrs, format!("pub trait {}{}", item.ident, text(&item.generics))),
        Item::Type(item) => {
            (&item.vis, &item.attrs, format!("pub type {}{} = {}", item.ident, text(&item.generics), text(&item.ty)))
        }
        _ => return None,
    };
    is_public(visibility, attributes).then_some(line)
}

/// ` derives Debug, Clone`
fn derived(attributes: &[Attribute]) -> String {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let names: Vec<String> =
        lists.filter_map(|derive| derive.meta.require_list().ok()).map(|list| text(&list.tokens)).collect();
    if names.is_empty() { String::new() } else { format!(" derives {}", names.join(", ")) }
}

/// Public fields, variants, and the items of a trait.
fn members(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(item) => {
            let public = item.fields.iter().filter(|field| is_public(&field.vis, &field.attrs));
            public
                .map(|field| {
                    format!(
                        "pub {}: {}",
                        field.ident.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string),
                        text(&field.ty)
                    )
                })
                .collect()
        }
        Item::Enum(item) => {
            item.variants.iter().map(|variant| format!("{}{}", variant.ident, fields(&variant.fields))).collect()
        }
        Item::Trait(item) => item.items.iter().filter_map(trait_item).collect(),
        _ => Vec::new(),
    }
}

fn fields(fields: &syn::Fields) -> String {
    let shown: Vec<String> = fields
        .iter()
        .map(|field| match &field.ident {
            Some(name) => format!("{name}: {}", text(&field.ty)),
            None => text(&field.ty),
        })
        .collect();
    if shown.is_empty() { String::new() } else { format!("({})", shown.join(", ")) }
}

fn trait_item(item: &syn::TraitItem) -> Option<String> {
    match item {
        syn::TraitItem::Fn(method) => Some(text(&method.sig)),
        syn::TraitItem::Type(associated) => Some(format!("type {}", associated.ident)),
        syn::TraitItem::Const(constant) => Some(format!("const {}: {}", constant.ident, text(&constant.ty))),
        _ => None,
    }
}

/// Tokens as a person would write them, more or less.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" > ", "> "),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        (" :", ":"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("' ", "'"),
        (" ;", ";"),
        ("[ ", "["),
        (" ]", "]"),
        ("-> ", "-> "),
        (",)", ")"),
    ] {
        text = text.replace(spaced, tight);
    }
    text.replace("->", " -> ").replace("  ", " ")
}
