//! The modules of one target: what each defines, what it re-exports, and which paths its code names.

use std::collections::BTreeMap;

use crate::sources::Target;

pub(crate) type ModuleId = usize;
pub(crate) type FileId = usize;

/// The root module of a target.
pub(crate) const ROOT: ModuleId = 0;

#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) target: Target,
    pub(crate) files: Vec<File>,
    pub(crate) modules: Vec<Module>,
    /// Modules whose file is missing, and files that are not Rust.
    pub(crate) faults: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the workspace.
    pub(crate) path: String,
    pub(crate) lines: usize,
    /// Declared under `#[cfg(test)]`.
    pub(crate) is_test: bool,
    pub(crate) functions: Vec<Function>,
}

/// A function with a body.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// From the line of its name to that of its closing brace.
    pub(crate) lines: usize,
}

#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) parent: Option<ModuleId>,
    pub(crate) file: FileId,
    /// What a name means here; a name may have several meanings, such as a module and a macro.
    pub(crate) names: BTreeMap<String, Vec<Meaning>>,
    /// The modules in `use module::*`.
    pub(crate) globs: Vec<Vec<String>>,
    pub(crate) references: Vec<Reference>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// A type, a function, a constant, a macro: defined in this module's file.
    Item,
    Module(ModuleId),
    /// The path of a `use`.
    Import(Vec<String>),
}

/// A path that code names.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
    pub(crate) kind: ReferenceKind,
    /// Under `#[cfg(test)]`.
    pub(crate) is_test: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ReferenceKind {
    /// `use path::name`
    Import,
    /// `use module::*`
    Glob,
    /// A path in code.
    Path,
    /// `name!(…)`
    Macro,
    /// `pub(in path)`
    Visibility,
}

impl Tree {
    /// `engine` for the file of `engine::worker::Worker`; empty for the root.
    pub(crate) fn top_module(&self, module: ModuleId) -> &str {
        let mut module = module;
        while let Some(parent) = self.modules[module].parent {
            if parent == ROOT {
                return &self.modules[module].name;
            }
            module = parent;
        }
        ""
    }

    /// The modules that the root declares, in the order of the source.
    pub(crate) fn top_modules(&self) -> Vec<&str> {
        let children = self.modules.iter().filter(|module| module.parent == Some(ROOT));
        children.map(|module| module.name.as_str()).collect()
    }

    /// Every reference with its module.
    pub(crate) fn references(&self) -> impl Iterator<Item = (ModuleId, &Reference)> {
        let modules = self.modules.iter().enumerate();
        modules.flat_map(|(id, module)| module.references.iter().map(move |reference| (id, reference)))
    }
}
