//! Each third-party crate of the library is named in few places, so that it can be replaced there.

use std::collections::BTreeSet;

use crate::modules::{ReferenceKind, Tree};
use crate::resolve::foreign_crate;

/// A third-party crate and the modules that may name it: `a/b` is the file `a/b.rs` and the folder `a/b/`.
pub(crate) type Door = (&'static str, &'static [&'static str]);

/// A line for each place outside the doors that names a crate; test code may name any.
pub(crate) fn named_outside(tree: &Tree, doors: &[Door]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (module, reference) in tree.references().filter(|(_, reference)| !reference.is_test) {
        // One name in code is a variable or the like.
        if reference.segments.len() == 1 && reference.kind != ReferenceKind::Import {
            continue;
        }
        let Some(named) = foreign_crate(tree, module, reference) else { continue };
        let Some((_, modules)) = doors.iter().find(|(krate, _)| *krate == named) else { continue };
        let file = &tree.files[tree.modules[module].file].path;
        if modules.iter().any(|module| is_behind(file, module)) {
            continue;
        }
        let (line, modules) = (reference.line, modules.join(" or "));
        found.insert(format!("{file}:{line}: `{named}` is named outside {modules}"));
    }
    found.into_iter().collect()
}

fn is_behind(file: &str, module: &str) -> bool {
    let in_source = file.split_once("src/").map_or(file, |(_, path)| path);
    in_source.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}
