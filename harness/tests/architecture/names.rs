//! The rule that a type has a name of its own, so that a reader who meets it need not ask which of two is meant.

use std::collections::BTreeMap;

use syn::Item;

use crate::sources::Sources;

/// In place of another file where a feature is off, with the same names.
const STAND_INS: [&str; 2] = ["harness/engine/src/http/via_reqwest/disabled.rs", "harness/src/live/disabled.rs"];

/// The names of types and traits that more than one file of `folders` declares.
pub(crate) fn declared_twice(folders: &[&str], sources: &Sources) -> Vec<String> {
    let mut files_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let files = folders.iter().flat_map(|folder| sources.files_below(folder));
    for file in files.filter(|file| !STAND_INS.contains(&file.as_str())) {
        let parsed = sources.read(&file).and_then(|text| syn::parse_file(&text).ok());
        let mut names = Vec::new();
        collect(&parsed.map(|parsed| parsed.items).unwrap_or_default(), &mut names);
        names.sort();
        names.dedup();
        names.into_iter().for_each(|name| files_of.entry(name).or_default().push(file.clone()));
    }
    let twice = files_of.into_iter().filter(|(_, files)| files.len() > 1);
    twice
        .map(|(name, files)| format!("`{name}` is declared in {}: give each a name of its own", files.join(" and ")))
        .collect()
}

fn collect(items: &[Item], names: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Struct(item) => names.push(item.ident.to_string()),
            Item::Enum(item) => names.push(item.ident.to_string()),
            Item::Trait(item) => names.push(item.ident.to_string()),
            Item::Type(item) => names.push(item.ident.to_string()),
            Item::Union(item) => names.push(item.ident.to_string()),
            Item::Mod(item) => collect(item.content.as_ref().map_or(&[], |(_, items)| items), names),
            _ => {}
        }
    }
}

#[test]
fn a_name_that_two_files_declare_is_found_however_deep_it_lies() {
    let sources = Sources::planted(&[
        ("a/src/one.rs", "struct Window; mod tests { enum Step {} }"),
        ("a/src/two.rs", "pub trait Window {} impl Iterator for X { type Item = u8; }"),
        ("b/src/lib.rs", "type Step = u8; struct Item;"),
    ]);
    let found = declared_twice(&["a/src", "b/src"], &sources);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("`Step` is declared in a/src/one.rs and b/src/lib.rs"), "{found:?}");
    assert!(found[1].starts_with("`Window` is declared in a/src/one.rs and a/src/two.rs"), "{found:?}");
}
