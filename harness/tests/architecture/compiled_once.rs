//! The rule that the engine is compiled once, in the library: what is generic over a test's users is compiled again for each test.

use syn::TraitBound;
use syn::spanned::Spanned;
use syn::visit::{Visit, visit_trait_bound};

use crate::sources::Sources;

/// What is implemented for the users of one test or of one fake.
const OF_ONE_TEST: [&str; 3] = ["Scenario", "UserLife", "UserCode"];

/// Where its types end; they are a few lines. Tests are generic where they like.
const ENDS_IN: [&str; 4] = ["engine/scenario.rs", "engine/user_life.rs", "engine/tests/", "runner/user_code.rs"];

/// A line for each bound that makes other code generic over what one test does.
pub(crate) fn generic_over_a_test(folder: &str, sources: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for file in sources.files_below(folder) {
        if ENDS_IN.iter().any(|end| file.contains(end)) {
            continue;
        }
        let Some(parsed) = sources.read(&file).and_then(|text| syn::parse_file(&text).ok()) else { continue };
        let mut bounds = Bounds::default();
        bounds.visit_file(&parsed);
        found.extend(bounds.0.into_iter().map(|(name, line)| {
            format!("{file}:{line}: generic over a `{name}`, so each test compiles it again: take a `dyn` trait")
        }));
    }
    found
}

#[derive(Default)]
struct Bounds(Vec<(String, usize)>);

impl Visit<'_> for Bounds {
    fn visit_trait_bound(&mut self, bound: &TraitBound) {
        let name = bound.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if OF_ONE_TEST.contains(&name.as_str()) {
            self.0.push((name, bound.span().start().line));
        }
        visit_trait_bound(self, bound);
    }
}

#[test]
fn code_that_is_generic_over_a_test_is_found_however_the_bound_is_written() {
    let sources = Sources::planted(&[
        ("src/engine/drive.rs", "fn drive<S: Scenario>(s: &S) {}\nfn run(s: &impl super::UserLife) {}"),
        ("src/engine/worker.rs", "struct A<T>(T);\nimpl<T> A<T>\nwhere\nT: Sync + UserCode {}"),
        ("src/engine/user_life.rs", "async fn live<L: UserLife>(life: &L) {}"),
        ("src/engine/offer.rs", "fn offer(scenario: &dyn AnyScenario) {}"),
    ]);
    let found = generic_over_a_test("src", &sources);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("src/engine/drive.rs:1: generic over a `Scenario`"), "{found:?}");
    assert!(found[1].starts_with("src/engine/drive.rs:2: generic over a `UserLife`"), "{found:?}");
    assert!(found[2].starts_with("src/engine/worker.rs:4: generic over a `UserCode`"), "{found:?}");
}
