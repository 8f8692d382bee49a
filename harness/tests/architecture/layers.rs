//! A module of the library imports only modules that `lib.rs` declares above it.

use std::collections::BTreeSet;

use crate::modules::{ModuleId, ROOT, Tree};
use crate::resolve::definitions;

/// A line for each import of a lower module; test code may import anything.
pub(crate) fn imports_of_lower_modules(tree: &Tree) -> Vec<String> {
    let order = tree.top_modules();
    let layer = |module: ModuleId| order.iter().position(|name| *name == tree.top_module(module));
    let mut found = BTreeSet::new();
    for (module, reference) in tree.references().filter(|(module, reference)| *module != ROOT && !reference.is_test) {
        for definition in definitions(tree, module, reference) {
            let lower = definition.through.iter().find(|passed| layer(**passed) > layer(module));
            if let Some(&lower) = lower {
                let file = &tree.files[tree.modules[module].file].path;
                let (own, other) = (tree.top_module(module), tree.top_module(lower));
                found.insert(format!(
                    "{file}:{}: `{own}` imports `{}` of `{other}`, which lib.rs declares below it: import upwards only",
                    reference.line, definition.name
                ));
            }
        }
    }
    found.into_iter().collect()
}

/// Files in the library's folder that no `mod` declares.
pub(crate) fn undeclared_files(tree: &Tree, files: &[String]) -> Vec<String> {
    let declared: BTreeSet<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
    let undeclared = files.iter().filter(|file| !declared.contains(file.as_str()));
    undeclared.map(|file| format!("{file}:1: no module declares this file")).collect()
}
