//! A planted library.

use crate::collect;
use crate::modules::Tree;
use crate::sources::{Sources, Target};

pub(super) const LIB: &str = "src/lib.rs";

/// Reads a library called `shop` whose root is `src/lib.rs`.
pub(super) fn read(files: &[(&str, &str)]) -> Tree {
    let (name, root, own_name) = ("shop shop".to_owned(), LIB.to_owned(), Some("shop".to_owned()));
    let tree = collect::read(&Target { name, root, own_name, is_library: true }, &Sources::planted(files));
    assert_eq!(tree.faults, [""; 0]);
    tree
}
