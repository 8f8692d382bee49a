//! Reads a target's files with `syn` into a [`Tree`].

use std::collections::VecDeque;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, UseTree};

use crate::items::{attributes, defined, is_for_tests, path_attribute};
use crate::modules::{File, FileId, Function, Meaning, Module, ModuleId, ROOT, Reference, ReferenceKind, Tree};
use crate::sources::{Sources, Target};
use crate::tokens;

/// A module in a file of its own that is yet to be read.
struct Declared {
    module: ModuleId,
    /// The file may have either name.
    candidates: Vec<String>,
    is_test: bool,
}

/// Reads a target's files, beginning with its root.
pub(crate) fn read(target: &Target, sources: &Sources) -> Tree {
    let mut tree = Tree { target: target.clone(), files: Vec::new(), modules: Vec::new(), faults: Vec::new() };
    tree.modules.push(Module::new("", None, 0));
    let mut declared =
        VecDeque::from([Declared { module: ROOT, candidates: vec![target.root.clone()], is_test: false }]);
    while let Some(next) = declared.pop_front() {
        read_file(&mut tree, &next, sources, &mut declared);
    }
    tree
}

fn read_file(tree: &mut Tree, next: &Declared, sources: &Sources, declared: &mut VecDeque<Declared>) {
    let found = next.candidates.iter().find_map(|path| Some((path.clone(), sources.read(path)?)));
    let Some((path, text)) = found else {
        tree.faults.push(format!("{}:1: the module is declared, but has no file", next.candidates.join(" or ")));
        return;
    };
    let syntax = match syn::parse_file(&text) {
        Ok(syntax) => syntax,
        Err(error) => return tree.faults.push(format!("{path}: {error}")),
    };
    let file = tree.files.len();
    let folder = child_folder(&path, next.module == ROOT);
    let (lines, is_test) = (text.lines().count(), next.is_test);
    tree.files.push(File { path: path.clone(), lines, is_test, functions: Vec::new() });
    tree.modules[next.module].file = file;
    let mut collector =
        Collector { tree, declared, file, path, folder, module: next.module, is_test, is_inline: false };
    collector.visit_file(&syntax);
}

/// Where the files of a file's modules are: `a/` for `a.rs`, and its own folder for `mod.rs` and the root.
fn child_folder(path: &str, is_root: bool) -> String {
    let (folder, name) =
        path.rsplit_once('/').map_or((String::new(), path), |(folder, name)| (format!("{folder}/"), name));
    if is_root || name == "mod.rs" { folder } else { format!("{folder}{}/", name.trim_end_matches(".rs")) }
}

impl Module {
    fn new(name: &str, parent: Option<ModuleId>, file: FileId) -> Module {
        let (names, globs, references) = Default::default();
        Module { name: name.to_owned(), parent, file, names, globs, references }
    }
}

struct Collector<'a> {
    tree: &'a mut Tree,
    declared: &'a mut VecDeque<Declared>,
    file: FileId,
    path: String,
    /// Where the files of modules declared here are.
    folder: String,
    module: ModuleId,
    is_test: bool,
    /// Inside `mod name { … }`.
    is_inline: bool,
}

impl Collector<'_> {
    fn define(&mut self, module: ModuleId, name: String, meaning: Meaning) {
        self.tree.modules[module].names.entry(name).or_default().push(meaning);
    }

    fn refer(&mut self, segments: Vec<String>, line: usize, kind: ReferenceKind) {
        let reference = Reference { segments, line, kind, is_test: self.is_test };
        self.tree.modules[self.module].references.push(reference);
    }

    /// `a::{b, c::{self, d as e}, f::*}`, each branch with its whole path.
    fn import(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(branch) => {
                path.push(branch.ident.to_string());
                self.import(&branch.tree, path);
            }
            UseTree::Group(group) => group.items.iter().for_each(|branch| self.import(branch, path.clone())),
            UseTree::Glob(star) => {
                self.refer(path.clone(), star.span().start().line, ReferenceKind::Glob);
                self.tree.modules[self.module].globs.push(path);
            }
            UseTree::Name(name) => self.import_name(path, &name.ident, &name.ident),
            UseTree::Rename(renamed) => self.import_name(path, &renamed.ident, &renamed.rename),
        }
    }

    fn import_name(&mut self, mut path: Vec<String>, ident: &syn::Ident, name: &syn::Ident) {
        let mut name = name.to_string();
        if ident == "self" {
            // `use a::b::{self}` imports `b`.
            name = if name == "self" { path.last().cloned().unwrap_or_default() } else { name };
        } else {
            path.push(ident.to_string());
        }
        self.refer(path.clone(), ident.span().start().line, ReferenceKind::Import);
        self.define(self.module, name, Meaning::Import(path));
    }

    fn measure(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (line, last) = (signature.span().start().line, block.brace_token.span.close().end().line);
        let function = Function { name: signature.ident.to_string(), line, lines: last + 1 - line };
        self.tree.files[self.file].functions.push(function);
    }

    /// Visits what follows as test code, if the attributes say so.
    fn under(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let before = self.is_test;
        self.is_test |= attributes.iter().any(is_for_tests);
        visit(self);
        self.is_test = before;
    }

    fn child(&mut self, item: &ItemMod) -> ModuleId {
        let id = self.tree.modules.len();
        let name = item.ident.to_string();
        self.tree.modules.push(Module::new(&name, Some(self.module), self.file));
        self.define(self.module, name, Meaning::Module(id));
        id
    }

    fn declare(&mut self, item: &ItemMod, module: ModuleId) {
        let name = item.ident.to_string().trim_start_matches("r#").to_owned();
        let own_folder = self.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let candidates = match item.attrs.iter().find_map(path_attribute) {
            Some(path) if self.is_inline => vec![format!("{}{path}", self.folder)],
            Some(path) => vec![format!("{own_folder}{path}")],
            None => vec![format!("{}{name}.rs", self.folder), format!("{}{name}/mod.rs", self.folder)],
        };
        self.declared.push_back(Declared { module, candidates, is_test: self.is_test });
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if let Some((attributes, ident)) = defined(item) {
            self.define(self.module, ident.to_string(), Meaning::Item);
            let is_exported = attributes.iter().any(|attribute| attribute.path().is_ident("macro_export"));
            if is_exported && self.module != ROOT {
                let mut path = vec!["crate".to_owned()];
                path.extend(self.names_to_root());
                path.push(ident.to_string());
                self.define(ROOT, ident.to_string(), Meaning::Import(path));
            }
        }
        self.under(attributes(item), |collector| visit::visit_item(collector, item));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let child = self.child(item);
        let Some((_, items)) = &item.content else { return self.declare(item, child) };
        let (module, folder, is_inline) = (self.module, self.folder.clone(), self.is_inline);
        (self.module, self.is_inline) = (child, true);
        self.folder = format!("{folder}{}/", item.ident);
        items.iter().for_each(|item| self.visit_item(item));
        (self.module, self.folder, self.is_inline) = (module, folder, is_inline);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let mut path = Vec::new();
        if item.leading_colon.is_some() {
            path.push("::".to_owned());
        }
        self.import(&item.tree, path);
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        if let Some((_, name)) = item.rename.as_ref().filter(|_| item.ident == "self") {
            self.define(self.module, name.to_string(), Meaning::Import(vec!["crate".to_owned()]));
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.measure(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.measure(&item.sig, &item.block);
        self.under(&item.attrs, |collector| visit::visit_impl_item_fn(collector, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_vis_restricted(&mut self, visibility: &'ast syn::VisRestricted) {
        if visibility.in_token.is_some() {
            let segments = visibility.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.refer(segments, visibility.span().start().line, ReferenceKind::Visibility);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path.leading_colon.is_some() {
            segments.insert(0, "::".to_owned());
        }
        self.refer(segments, path.span().start().line, ReferenceKind::Path);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let segments: Vec<String> = item.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let writes_code = segments.last().is_some_and(|name| tokens::WRITES_CODE.contains(&name.as_str()));
        self.refer(segments, item.path.span().start().line, ReferenceKind::Macro);
        if writes_code {
            return;
        }
        for (segments, line) in tokens::paths(item.tokens.clone()) {
            self.refer(segments, line, ReferenceKind::Path);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.visit_path(attribute.path());
        if let syn::Meta::List(list) = &attribute.meta {
            for (segments, line) in tokens::paths_and_texts(list.tokens.clone()) {
                self.refer(segments, line, ReferenceKind::Path);
            }
        }
    }
}

impl Collector<'_> {
    /// The names of the modules from the root to this one.
    fn names_to_root(&self) -> Vec<String> {
        let (mut names, mut module) = (Vec::new(), self.module);
        while let Some(parent) = self.tree.modules[module].parent {
            names.push(self.tree.modules[module].name.clone());
            module = parent;
        }
        names.reverse();
        names
    }
}
