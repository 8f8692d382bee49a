//! Files and functions are short enough to be read at one sitting.

use crate::modules::Tree;

pub(crate) const LONGEST_FILE: usize = 350;
pub(crate) const LONGEST_FUNCTION: usize = 60;

/// A line for each file and each function that is too long.
pub(crate) fn too_long(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in &tree.files {
        let path = &file.path;
        if file.lines > LONGEST_FILE {
            found.push(format!("{path}: {} lines, at most {LONGEST_FILE}: split it by what it does", file.lines));
        }
        for function in file.functions.iter().filter(|function| function.lines > LONGEST_FUNCTION) {
            let (name, line, lines) = (&function.name, function.line, function.lines);
            found.push(format!("{path}:{line}: `{name}` has {lines} lines, at most {LONGEST_FUNCTION}: split it"));
        }
    }
    found
}
