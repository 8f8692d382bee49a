use std::time::Duration;

use super::*;
use crate::outcome::samples;

/// A run that began so many minutes after the others' first.
fn run(id: &str, minute: u64, tests: Vec<TestReport>) -> RunReport {
    let run = samples::run();
    let shift = Duration::from_secs(60 * minute);
    RunReport { id: id.to_owned(), started: run.started + shift, finished: run.finished + shift, tests, ..run }
}

fn names(run: &RunReport) -> Vec<&str> {
    run.tests.iter().map(|test| test.id.name.as_str()).collect()
}

fn named(name: &str) -> TestReport {
    let mut test = samples::passed();
    name.clone_into(&mut test.id.name);
    test
}

fn refused(runs: Vec<RunReport>) -> String {
    gather(runs, "all".to_owned()).expect_err("it is refused").to_string()
}

#[test]
fn parts_of_a_suite_come_to_one_run_that_lasts_from_the_first_to_the_last() {
    let (first, second) = (run("1-7", 0, vec![named("a")]), run("2-7", 5, vec![named("b"), named("c")]));
    let merged = gather(vec![second.clone(), first.clone()], "all".to_owned()).unwrap();
    assert_eq!((merged.id.as_str(), names(&merged)), ("all", vec!["a", "b", "c"]));
    assert_eq!((merged.started, merged.finished), (first.started, second.finished));
    assert_eq!(merged.interrupted, None);
}

#[test]
fn what_several_runs_measured_of_one_test_stays_apart_under_the_names_of_the_runs() {
    let mut slower = named("a");
    slower.measured.as_mut().unwrap().total.response_time.p95_s = Some(7.0);
    let merged =
        gather(vec![run("1-7", 0, vec![named("a"), named("b")]), run("2-7", 1, vec![slower])], "all".to_owned());
    let merged = merged.unwrap();
    assert_eq!(names(&merged), ["a@1-7", "a@2-7", "b"]);
    let p95_s = |at: usize| merged.tests[at].measured.as_ref().unwrap().total.response_time.p95_s;
    assert_eq!((p95_s(0), p95_s(1)), (named("a").measured.unwrap().total.response_time.p95_s, Some(7.0)));
}

#[test]
fn no_request_is_lost_and_none_counts_twice() {
    let runs =
        || vec![run("1-7", 0, vec![named("a"), samples::failed()]), run("2-7", 1, vec![named("a"), samples::open()])];
    let intended = |runs: &[RunReport]| -> u64 {
        let tests = runs.iter().flat_map(|run| &run.tests).flat_map(|test| &test.measured);
        tests.map(|measured| measured.total.requests.intended).sum()
    };
    let merged = gather(runs(), "all".to_owned()).unwrap();
    assert_eq!(intended(&[merged]), intended(&runs()));
}

#[test]
fn a_test_that_one_run_ignored_and_another_ran_is_the_one_that_ran() {
    let ignored = || TestReport { id: named("a").id, ..samples::ignored() };
    for runs in [[vec![ignored()], vec![named("a")]], [vec![named("a")], vec![ignored()]]] {
        let [first, second] = runs;
        let merged = gather(vec![run("1-7", 0, first), run("2-7", 1, second)], "all".to_owned()).unwrap();
        assert_eq!((names(&merged), merged.tests[0].outcome), (vec!["a"], Outcome::Passed));
    }
    let both = gather(vec![run("1-7", 0, vec![ignored()]), run("2-7", 1, vec![ignored()])], "all".to_owned()).unwrap();
    assert_eq!(names(&both), ["a"]);
}

#[test]
fn a_run_that_was_given_twice_is_refused() {
    let one = || run("1-7", 0, vec![named("a")]);
    assert_eq!(refused(vec![one(), one()]), "1-7 was given twice");
}

#[test]
fn runs_of_two_machines_or_two_commits_are_refused_with_the_difference() {
    let mut other = run("2-7", 1, vec![named("b")]);
    (other.environment.cores, other.environment.git_commit) = (Some(64), Some("0123456789abcdef".to_owned()));
    let text = refused(vec![run("1-7", 0, vec![named("a")]), other]);
    assert_eq!(
        text,
        "1-7 and 2-7 differ: cores 2 → 64, commit b2cb837f → 01234567; a record is of one machine and one version of the code"
    );
}

#[test]
fn a_run_of_an_unknown_commit_does_not_join_runs_of_two_commits() {
    let of_commit = |id: &str, minute: u64, commit: Option<&str>| {
        let mut run = run(id, minute, vec![named(id)]);
        run.environment.git_commit = commit.map(str::to_owned);
        run
    };
    let (a, unknown, b) =
        (of_commit("1-7", 0, Some("aaaa")), of_commit("2-7", 1, None), of_commit("3-7", 2, Some("bbbb")));
    let text = refused(vec![a.clone(), unknown.clone(), b]);
    assert!(text.starts_with("1-7 and 3-7 differ: commit aaaa → bbbb; "), "{text}");
    let same = of_commit("3-7", 2, Some("aaaa"));
    assert!(gather(vec![a, unknown, same], "all".to_owned()).is_ok());
}

#[test]
fn counts_that_do_not_add_up_are_refused() {
    let mut wrong = named("a");
    wrong.measured.as_mut().unwrap().total.requests.ok -= 1;
    let text = refused(vec![run("1-7", 0, vec![wrong]), run("2-7", 1, vec![named("b")])]);
    assert!(text.starts_with("1-7: the requests of `a` do not add up"), "{text}");
}

#[test]
fn what_differs_between_the_builds_is_not_said_of_all_and_no_doubt_about_them_is_lost() {
    let mut plain = run("2-7", 1, vec![named("b")]);
    plain.environment =
        Environment { optimised: false, features: Some("none".to_owned()), git_dirty: Some(true), ..plain.environment };
    let mut first = run("1-7", 0, vec![named("a")]);
    first.interrupted = Some("SIGINT".to_owned());
    first.environment.features = Some("tls".to_owned());
    let merged = gather(vec![first, plain], "all".to_owned()).unwrap();
    let Environment { optimised, features, git_dirty, .. } = merged.environment;
    assert_eq!((optimised, features, git_dirty), (false, None, Some(true)));
    assert_eq!(merged.interrupted.as_deref(), Some("SIGINT"));
}
