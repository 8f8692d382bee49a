//! Which file defines what a path names. Re-exports are followed to the definition.

use std::collections::BTreeSet;

use crate::modules::{FileId, Meaning, ModuleId, ROOT, Reference, ReferenceKind, Tree};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    pub(crate) file: FileId,
    /// `Histogram`; the module's name if the path names a module.
    pub(crate) name: String,
    /// The modules through which the path leads, and at last that of the definition.
    pub(crate) through: Vec<ModuleId>,
    /// The module, if the path names one.
    pub(crate) module: Option<ModuleId>,
}

/// What a reference leads to: usually one definition; none if it is outside this target.
pub(crate) fn definitions(tree: &Tree, module: ModuleId, reference: &Reference) -> Vec<Definition> {
    let mut resolver = Resolver::new(tree);
    let segments: Vec<&str> = reference.segments.iter().map(String::as_str).collect();
    let is_one_name = segments.len() == 1 && reference.kind != ReferenceKind::Glob;
    if is_one_name && !matches!(segments[0], "crate" | "self" | "super") {
        return resolver.one_name(module, segments[0], reference.kind);
    }
    let found = resolver.path(module, &segments);
    if found.is_empty() && !resolver.led_outside {
        return resolver.longest_module(module, &segments).into_iter().collect();
    }
    found
}

/// What a path leads to, seen from a module; nothing if that is outside this target.
pub(crate) fn lookup(tree: &Tree, module: ModuleId, segments: &[&str]) -> Vec<Definition> {
    Resolver::new(tree).path(module, segments)
}

/// The crate that a path begins with, if that is another one.
pub(crate) fn foreign_crate<'a>(tree: &Tree, module: ModuleId, reference: &'a Reference) -> Option<&'a str> {
    let segments = &reference.segments;
    let first = segments.first().filter(|first| *first != "crate" && *first != "self" && *first != "super")?;
    if first == "::" {
        return segments.get(1).map(String::as_str);
    }
    let meanings = tree.modules[module].names.get(first).into_iter().flatten();
    // `use toml;` gives the crate its own name.
    let is_local = meanings.into_iter().any(|meaning| *meaning != Meaning::Import(vec![first.clone()]));
    (!is_local).then_some(first.as_str())
}

struct Resolver<'a> {
    tree: &'a Tree,
    /// A re-export may lead back to itself.
    visited: BTreeSet<(ModuleId, Vec<String>)>,
    /// Modules whose glob imports are being resolved, for which these globs do not count.
    expanding: BTreeSet<ModuleId>,
    /// Imports that are being resolved; one like `use name::name` must not be used for its own first name.
    following: BTreeSet<(ModuleId, Vec<String>)>,
    /// A path began with the name of another crate.
    led_outside: bool,
}

impl<'a> Resolver<'a> {
    fn new(tree: &'a Tree) -> Resolver<'a> {
        let (visited, expanding, following) = Default::default();
        Resolver { tree, visited, expanding, following, led_outside: false }
    }
}

impl Resolver<'_> {
    /// A name without a path comes from a glob import, or is a macro of a module above; imports by name count where they
    /// are made.
    fn one_name(&mut self, module: ModuleId, name: &str, kind: ReferenceKind) -> Vec<Definition> {
        if self.tree.modules[module].names.contains_key(name) {
            return Vec::new();
        }
        let mut found = self.through_globs(module, &[name]);
        found.retain(|definition| definition.module.is_none());
        if found.is_empty() && kind == ReferenceKind::Macro {
            found.extend(self.macro_above(module, name));
        }
        found
    }

    /// `macro_rules!` is visible in the modules below it without an import.
    fn macro_above(&self, module: ModuleId, name: &str) -> Option<Definition> {
        let mut module = module;
        while let Some(parent) = self.tree.modules[module].parent {
            module = parent;
            let meanings = self.tree.modules[module].names.get(name).into_iter().flatten();
            if meanings.into_iter().any(|meaning| *meaning == Meaning::Item) {
                return Some(self.definition(module, name, vec![module]));
            }
        }
        None
    }

    fn path(&mut self, module: ModuleId, segments: &[&str]) -> Vec<Definition> {
        match segments {
            ["::", ..] => {
                self.led_outside = true;
                Vec::new()
            }
            ["crate", rest @ ..] => self.walk(ROOT, rest, vec![ROOT]),
            ["self" | "super", ..] => self.walk(module, segments, Vec::new()),
            [first, rest @ ..] => {
                let found = self.walk(module, segments, Vec::new());
                if !found.is_empty() {
                    return found;
                }
                if self.tree.target.own_name.as_deref() == Some(*first) {
                    return self.walk(ROOT, rest, vec![ROOT]);
                }
                self.led_outside |= !self.tree.modules[module].names.contains_key(*first);
                Vec::new()
            }
            [] => Vec::new(),
        }
    }

    fn walk(&mut self, module: ModuleId, segments: &[&str], through: Vec<ModuleId>) -> Vec<Definition> {
        let Some((&name, rest)) = segments.split_first() else {
            let definition = self.definition(module, &self.tree.modules[module].name, through);
            return vec![Definition { module: Some(module), ..definition }];
        };
        let key = (module, segments.iter().map(|segment| (*segment).to_owned()).collect());
        if !self.visited.insert(key.clone()) {
            return Vec::new();
        }
        let found = match name {
            "self" => self.walk(module, rest, through),
            "super" => match self.enclosing(module) {
                Some(parent) => self.walk(parent, rest, extended(&through, parent)),
                None => Vec::new(),
            },
            name => self.named(module, name, rest, &through),
        };
        self.visited.remove(&key);
        found
    }

    fn named(&mut self, module: ModuleId, name: &str, rest: &[&str], through: &[ModuleId]) -> Vec<Definition> {
        let meanings = self.tree.modules[module].names.get(name).cloned().unwrap_or_default();
        let mut found = Vec::new();
        // `fixture` may be a function and a module; `fixture::expand` leads into the module.
        let is_module = meanings.iter().any(|meaning| matches!(meaning, Meaning::Module(_)));
        let leads_into_module = !rest.is_empty() && is_module;
        for meaning in &meanings {
            match meaning {
                Meaning::Item | Meaning::Import(_) if leads_into_module => {}
                Meaning::Item => found.push(self.definition(module, name, through.to_vec())),
                Meaning::Module(child) => found.extend(self.walk(*child, rest, extended(through, *child))),
                Meaning::Import(path) => {
                    if self.following.insert((module, path.clone())) {
                        let whole: Vec<&str> = path.iter().map(String::as_str).chain(rest.iter().copied()).collect();
                        let definitions = self.path(module, &whole).into_iter();
                        found.extend(definitions.map(|definition| definition.reached_through(through)));
                        self.following.remove(&(module, path.clone()));
                    }
                }
            }
        }
        if meanings.is_empty() {
            let path: Vec<&str> = std::iter::once(name).chain(rest.iter().copied()).collect();
            let definitions = self.through_globs(module, &path).into_iter();
            found.extend(definitions.map(|definition| definition.reached_through(through)));
        }
        found
    }

    fn through_globs(&mut self, module: ModuleId, segments: &[&str]) -> Vec<Definition> {
        if !self.expanding.insert(module) {
            return Vec::new();
        }
        let globs = self.tree.modules[module].globs.iter().map(|glob| glob.iter().map(String::as_str).collect());
        let imported: Vec<Definition> = globs.flat_map(|glob: Vec<&str>| self.path(module, &glob)).collect();
        self.expanding.remove(&module);
        let modules = imported.into_iter().filter_map(|definition| Some((definition.module?, definition.through)));
        modules.flat_map(|(imported, through)| self.walk(imported, segments, through)).collect()
    }

    /// What a macro generates is not seen: such a path counts for the module in which it would be.
    fn longest_module(&mut self, module: ModuleId, segments: &[&str]) -> Option<Definition> {
        let name = segments.last()?;
        for length in (1..segments.len()).rev() {
            if let Some(found) = self.path(module, &segments[..length]).pop() {
                return Some(Definition { name: (*name).to_owned(), ..found });
            }
        }
        None
    }

    fn enclosing(&self, module: ModuleId) -> Option<ModuleId> {
        self.tree.modules[module].parent
    }

    fn definition(&self, module: ModuleId, name: &str, mut through: Vec<ModuleId>) -> Definition {
        if through.last() != Some(&module) {
            through.push(module);
        }
        Definition { file: self.tree.modules[module].file, name: name.to_owned(), through, module: None }
    }
}

impl Definition {
    fn reached_through(mut self, before: &[ModuleId]) -> Definition {
        self.through.splice(0..0, before.iter().copied());
        self
    }
}

fn extended(through: &[ModuleId], module: ModuleId) -> Vec<ModuleId> {
    through.iter().copied().chain([module]).collect()
}
