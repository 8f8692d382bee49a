//! No two files import each other in a circle, also through others.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::modules::{FileId, ReferenceKind, Tree};
use crate::resolve::definitions;

/// For each file, the files that it imports and the names for which it does.
type Graph = BTreeMap<FileId, BTreeMap<FileId, BTreeSet<String>>>;

/// A line for each circle: `a.rs -[Name]-> b.rs -[Other]-> a.rs`. Each file in a circle is in one of the lines.
pub(crate) fn circles(tree: &Tree) -> Vec<String> {
    let graph = graph(tree);
    let (mut reported, mut lines) = (BTreeSet::new(), Vec::new());
    for &file in graph.keys() {
        if reported.contains(&file) {
            continue;
        }
        if let Some(circle) = shortest_circle(&graph, file) {
            lines.push(line(tree, &graph, &circle));
            reported.extend(circle);
        }
    }
    lines
}

/// What test code beside other code imports does not count; files of tests are files like any other.
fn graph(tree: &Tree) -> Graph {
    let mut graph = Graph::new();
    for (module, reference) in tree.references() {
        let file = tree.modules[module].file;
        let is_test_of_a_file = reference.is_test && !tree.files[file].is_test;
        if is_test_of_a_file || reference.kind == ReferenceKind::Visibility {
            continue;
        }
        for definition in definitions(tree, module, reference) {
            if definition.file != file {
                let names = graph.entry(file).or_default().entry(definition.file).or_default();
                names.insert(definition.name);
            }
        }
    }
    graph
}

/// The files of the shortest way from a file back to itself.
fn shortest_circle(graph: &Graph, start: FileId) -> Option<Vec<FileId>> {
    let mut reached_from: BTreeMap<FileId, FileId> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for &next in graph.get(&file).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(way_to(file, start, &reached_from));
            }
            if let Entry::Vacant(unreached) = reached_from.entry(next) {
                unreached.insert(file);
                queue.push_back(next);
            }
        }
    }
    None
}

fn way_to(end: FileId, start: FileId, reached_from: &BTreeMap<FileId, FileId>) -> Vec<FileId> {
    let mut way = vec![end];
    let mut file = end;
    while file != start {
        file = reached_from[&file];
        way.push(file);
    }
    way.reverse();
    way
}

fn line(tree: &Tree, graph: &Graph, circle: &[FileId]) -> String {
    let path = |file: FileId| tree.files[file].path.as_str();
    let mut line = path(circle[0]).to_owned();
    for (index, &file) in circle.iter().enumerate() {
        let next = circle[(index + 1) % circle.len()];
        let names: Vec<&str> = graph[&file][&next].iter().map(String::as_str).collect();
        line.push_str(&format!(" -[{}]-> {}", names.join(", "), path(next)));
    }
    line
}
