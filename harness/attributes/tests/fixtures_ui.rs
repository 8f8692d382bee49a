//! `#[fixture]` and `#[server]` from the author's side: what is injected, and which message a mistake gets.

#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proofload::__internals::fixture::{self, FixtureDecl, FixtureManager, NoHooks};
use proofload::__internals::measure::{Ended, Live, Measured};
use proofload::__internals::registry::{TestCase, tests};
use proofload::__internals::server::ServerDecl;
use proofload::__internals::stop::Stop;
use proofload_testing::specification;

#[path = "fixtures_ui/pass/everything.rs"]
mod everything;
#[path = "fixtures_ui/pass/compared.rs"]
mod compared;
#[path = "fixtures_ui/pass/layout.rs"]
mod layout;

/// The tests of this file write to one list of lines.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn main() -> ExitCode {
    specification::run(specification![
        a_test_is_handed_its_fixtures_and_each_user_its_own,
        requests_of_a_user_fixture_are_recorded_apart,
        an_error_of_the_tests_own_fails_its_iteration,
        an_error_that_a_request_has_counted_is_not_counted_again,
        a_user_fixture_that_fails_breaks_the_test_and_those_before_it_are_torn_down,
        a_fixture_is_found_through_any_use_and_beside_anything_of_its_name,
        a_parameter_that_is_compared_is_another_fixture_in_each_turn,
        what_is_compared_is_declared_with_the_names_that_the_author_wrote,
        a_fixture_is_declared_with_its_place_its_scope_and_its_needs,
        a_server_is_declared_with_what_its_attribute_says,
        every_mistake_gets_a_message_of_proofload,
    ])
}

fn declared(name: &str) -> &'static FixtureDecl {
    fixture::all().into_iter().find(|decl| decl.name == name && decl.module_path.contains("everything")).unwrap()
}

fn test(name: &str) -> TestCase {
    tests().unwrap().into_iter().find(|test| test.name.ends_with(&format!("::{name}"))).unwrap()
}

/// Runs a test as the session does: fixtures, load, tear-down. Returns the figures and what was noted meanwhile.
fn run(name: &str) -> (Measured, Vec<String>) {
    run_turn(name, 0)
}

/// The same for the turn of one of the fixtures that are compared.
fn run_turn(name: &str, arm: usize) -> (Measured, Vec<String>) {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let case = test(name);
    let workload = case.settings.resolve(case.decl.kind).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let measured = tokio::task::LocalSet::new().block_on(&runtime, async {
        let mut manager = FixtureManager::new(NoHooks);
        let bound = manager.provide(case.decl.needs, case.decl.module_path).await.unwrap().for_arm(arm);
        let measured =
            (case.decl.offer)(&bound, &workload, &Stop::default(), &Arc::new(Live::default()), &Arc::default());
        drop(bound);
        assert_eq!(manager.close().await, [""; 0]);
        measured
    });
    let lines = std::mem::take(&mut *everything::LINES.lock().unwrap());
    (measured, lines)
}

fn a_test_is_handed_its_fixtures_and_each_user_its_own() {
    let (measured, lines) = run("everything");
    assert_eq!(measured.ended, Ended::AsPlanned, "{:?}", measured.total.failures);
    assert_eq!((measured.total.requests.intended, measured.total.requests.ok), (6, 6));
    assert_eq!(measured.leave_errors, [""; 0]);
    assert_eq!(lines.first().unwrap(), "+ site");
    assert_eq!(lines.last().unwrap(), "- catalogue");
    // Six iterations filled the baskets of two users.
    let baskets = &lines[1..lines.len() - 1];
    let articles = |line: &String| line.strip_prefix("- basket of ")?.strip_suffix(" in 7")?.parse::<u32>().ok();
    assert_eq!(baskets.len(), 2, "{lines:?}");
    assert_eq!(baskets.iter().map(articles).sum::<Option<u32>>(), Some(6));
}

fn requests_of_a_user_fixture_are_recorded_apart() {
    let (measured, _) = run("everything");
    assert_eq!(measured.outside.intended, 2);
    let endpoints: Vec<_> = measured.endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
    assert_eq!(endpoints, ["GET /"]);
}

fn an_error_of_the_tests_own_fails_its_iteration() {
    let (measured, _) = run("without_a_user");
    assert_eq!(measured.total.failures.keys().collect::<Vec<_>>(), ["invalid digit found in string"]);
}

fn an_error_that_a_request_has_counted_is_not_counted_again() {
    let (measured, _) = run("unexpected");
    assert_eq!((measured.total.requests.intended, measured.total.requests.failed), (1, 1));
    assert_eq!(measured.total.failures.keys().collect::<Vec<_>>(), ["status 200"]);
}

fn a_user_fixture_that_fails_breaks_the_test_and_those_before_it_are_torn_down() {
    let (measured, lines) = run("over_refused");
    let Ended::Broken(text) = measured.ended else { panic!("{:?}", measured.ended) };
    assert!(text.contains("the set-up of fixture `refused` failed: invalid digit found in string"), "{text}");
    assert_eq!(lines, ["- basket of 0 in 7"]);
}

fn a_fixture_is_found_through_any_use_and_beside_anything_of_its_name() {
    for name in ["asks", "seat"] {
        let (measured, _) = run(name);
        assert_eq!((measured.ended, measured.total.failures.len()), (Ended::AsPlanned, 0), "{name}");
    }
}

fn a_parameter_that_is_compared_is_another_fixture_in_each_turn() {
    for (arm, number) in [(0, 1), (1, 2), (2, 3)] {
        let (measured, _) = run_turn("compared", arm);
        assert_eq!((measured.ended, measured.total.failures.len()), (Ended::AsPlanned, 0));
        let handed = std::mem::take(&mut *compared::HANDED.lock().unwrap());
        assert!(handed.len() >= 3 && handed.iter().all(|handed| *handed == (number, 10)), "{handed:?}");
    }
}

fn what_is_compared_is_declared_with_the_names_that_the_author_wrote() {
    let of = |name| test(name).decl.arms.iter().map(|arm| (arm.name, arm.fixture.name)).collect::<Vec<_>>();
    assert_eq!(of("compared"), [("old", "old"), ("new", "number"), ("newest", "newest")]);
    assert_eq!(of("renamed"), [("new", "number"), ("old", "old")]);
    assert!(of("everything").is_empty());
    let needs: Vec<_> = test("compared").decl.needs.iter().map(|need| need.name).collect();
    assert_eq!(needs, ["tenth", "old", "number", "newest", "old"]);
}

fn a_fixture_is_declared_with_its_place_its_scope_and_its_needs() {
    let site = declared("site");
    let source = include_str!("fixtures_ui/pass/everything.rs");
    let line = source.lines().position(|line| line.contains("pub async fn site")).unwrap() + 1;
    assert_eq!((site.scope.name(), site.line as usize), ("session", line));
    assert_eq!(site.doc, "Answers every request with 200.");
    assert!(site.module_path.ends_with("everything::elsewhere"), "{}", site.module_path);
    assert!((site.value_type_name)().ends_with("elsewhere::Site"));
    let scopes = ["catalogue", "number", "token", "agent"].map(|name| declared(name).scope.name());
    assert_eq!(scopes, ["module", "test", "user", "session"]);
    let needs: Vec<_> = test("everything").decl.needs.iter().map(|need| need.name).collect();
    assert_eq!(needs, ["basket", "site", "catalogue", "token", "number"]);
}

fn a_server_is_declared_with_what_its_attribute_says() {
    let server = |name| inventory::iter::<ServerDecl>.into_iter().find(|decl| decl.name == name).unwrap();
    let agent = server("agent");
    assert_eq!((agent.ready, agent.start_timeout), (Some("/health"), Duration::from_millis(1500)));
    assert_eq!(agent.threads, 2);
    assert!(agent.path().ends_with("everything::elsewhere::agent"));
    let silent = server("silent");
    assert_eq!((silent.ready, silent.start_timeout, silent.threads), (None, ServerDecl::START_TIMEOUT, 0));
}

/// Slow, because each file is a crate; hence few files.
fn every_mistake_gets_a_message_of_proofload() {
    trybuild::TestCases::new().compile_fail("tests/fixtures_ui/fail/*.rs");
}
