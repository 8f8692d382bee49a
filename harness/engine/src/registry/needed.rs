//! Tests that need other tests: which run first, and what may not be needed.

use super::case::TestCase;
use super::decl::TestDecl;
use super::error::DeclarationMistake;
use super::name::test_name;

/// The declarations in the order in which their tests run.
pub(super) struct OrderedTests {
    pub(super) decls: Vec<&'static TestDecl>,
    pub(super) mistakes: Vec<DeclarationMistake>,
}

/// Puts each test behind those that it needs, and otherwise leaves `decls` in their order.
pub(super) fn in_order(decls: &[&'static TestDecl]) -> OrderedTests {
    let ordered = OrderedTests { decls: Vec::with_capacity(decls.len()), mistakes: Vec::new() };
    let mut walk = WalkToNeeds { all: decls, ordered, path: Vec::new() };
    decls.iter().for_each(|decl| walk.visit(decl));
    walk.ordered
}

/// Writes into each test the names of those that it needs.
pub(super) fn name_needs(tests: &mut [TestCase]) {
    let identities: Vec<_> = tests.iter().map(|test| ((test.decl.identity)(), test.name.clone())).collect();
    for test in tests {
        let needed = test.decl.needed_tests.iter().map(|needed| (needed.identity)());
        let names = |identity| identities.iter().filter(move |(of, _)| *of == identity).map(|(_, name)| name.clone());
        test.needs = needed.flat_map(names).collect();
    }
}

/// A walk to what is needed first.
struct WalkToNeeds<'a> {
    all: &'a [&'static TestDecl],
    ordered: OrderedTests,
    /// From the test at which the walk began to the one where it is.
    path: Vec<&'static TestDecl>,
}

impl WalkToNeeds<'_> {
    fn visit(&mut self, decl: &'static TestDecl) {
        if is_among(&self.ordered.decls, decl) {
            return;
        }
        if let Some(first) = self.path.iter().position(|earlier| is_same(earlier, decl)) {
            let cycle = &self.path[first..];
            let path = cycle.iter().chain([&decl]).map(|decl| test_name(decl.module_path, decl.function)).collect();
            self.ordered.mistakes.push(DeclarationMistake::Cycle { place: decl.place, path });
            return;
        }
        self.path.push(decl);
        for needed in decl.needed_tests {
            match self.all.iter().find(|other| (other.identity)() == (needed.identity)()) {
                Some(other) => self.visit(other),
                None => {
                    let (place, written) = (decl.place, needed.written);
                    self.ordered.mistakes.push(DeclarationMistake::NotATest { place, written });
                }
            }
        }
        self.path.pop();
        self.ordered.decls.push(decl);
    }
}

fn is_among(decls: &[&'static TestDecl], decl: &'static TestDecl) -> bool {
    decls.iter().any(|other| is_same(other, decl))
}

/// Two of one function are two declarations only where something else is wrong with them.
fn is_same(one: &'static TestDecl, other: &'static TestDecl) -> bool {
    std::ptr::eq(one, other)
}
