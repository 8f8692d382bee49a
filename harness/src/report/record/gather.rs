//! One record of several runs that were made one after the other: parts of one suite, or the same tests again.
//!
//! Nothing is computed anew. What two runs of one test measured stays apart: a percentile of both together would be of no load that
//! was offered, and a record does not hold what a verdict on both would need.

use thiserror::Error;

use crate::baseline::{Machine, differences};
use crate::outcome::timestamp::rfc3339;
use crate::outcome::{Environment, Outcome, RunReport, TestId, TestReport};

/// Why runs are not put into one record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GatherError {
    /// One of them would count twice.
    #[error("{0} was given twice")]
    SameRun(String),
    /// A record has one machine and one version of the code, which would be wrong for some of its tests.
    #[error("{one} and {other} differ: {}; a record is of one machine and one version of the code", .what.join(", "))]
    DifferentPlaces {
        /// A run.
        one: String,
        /// Another run.
        other: String,
        /// `commit 1a2b3c4d → 5e6f7a8b`
        what: Vec<String>,
    },
    /// Some of its requests are counted nowhere, or twice.
    #[error(
        "{run}: the requests of `{test}` do not add up to those that were intended, so its record was changed or is damaged"
    )]
    NotConserved {
        /// Its run.
        run: String,
        /// The name of the test.
        test: String,
    },
}

/// `runs` as one run called `id`, with all their tests. A test that several of them have run is there once for each of them, under its
/// name and the name of the run: `closed@1764180000000-77`.
pub fn gather(mut runs: Vec<RunReport>, id: String) -> Result<RunReport, GatherError> {
    runs.sort_by_key(|run| run.started);
    check(&runs)?;
    let mut tests = Vec::new();
    for run in &runs {
        for test in &run.tests {
            add(&mut tests, test, &run_name(run));
        }
    }
    let environment = runs.iter().map(|run| run.environment.clone()).reduce(of_both).unwrap_or_default();
    let first = runs.first().map(|run| run.started);
    let last = runs.iter().map(|run| run.finished).max();
    Ok(RunReport {
        id,
        started: first.unwrap_or(std::time::UNIX_EPOCH),
        finished: last.unwrap_or(std::time::UNIX_EPOCH),
        interrupted: runs.iter().find_map(|run| run.interrupted.clone()),
        viewers_peak: runs.iter().filter_map(|run| run.viewers_peak).max(),
        environment,
        tests: named_apart(tests),
    })
}

fn check(runs: &[RunReport]) -> Result<(), GatherError> {
    for (place, run) in runs.iter().enumerate() {
        let is_same = |other: &&RunReport| (&other.id, other.started) == (&run.id, run.started);
        if runs[..place].iter().any(|other| is_same(&other)) {
            return Err(GatherError::SameRun(run_name(run)));
        }
        if let Some(test) = run.tests.iter().find(|test| !is_conserved(test)) {
            return Err(GatherError::NotConserved { run: run_name(run), test: test.id.name.clone() });
        }
    }
    // Each with every other: what is not known of one run does not make those before and after it the same.
    for (place, other) in runs.iter().enumerate() {
        for one in &runs[..place] {
            let what = different_places(&one.environment, &other.environment);
            if !what.is_empty() {
                return Err(GatherError::DifferentPlaces { one: run_name(one), other: run_name(other), what });
            }
        }
    }
    Ok(())
}

fn is_conserved(test: &TestReport) -> bool {
    let of_arms = test.arms.iter().map(|arm| &arm.measured);
    let figures =
        test.measured.iter().chain(of_arms).flat_map(|measured| measured.endpoints.iter().chain([&measured.total]));
    figures.into_iter().all(|summary| summary.requests.is_conserved())
}

/// Builds and features may differ: a record names the crates that were built without optimisation.
fn different_places(one: &Environment, other: &Environment) -> Vec<String> {
    let build = Machine::of(one).build;
    let machine =
        |environment: &Environment| Machine { build: build.clone(), features: None, ..Machine::of(environment) };
    let mut what = differences(&machine(one), &machine(other));
    let short = |commit: &str| commit.chars().take(8).collect::<String>();
    if let (Some(before), Some(after)) = (&one.git_commit, &other.git_commit)
        && before != after
    {
        what.push(format!("commit {} → {}", short(before), short(after)));
    }
    if one.version != other.version {
        what.push(format!("version of proofload {} → {}", one.version, other.version));
    }
    what
}

fn of_both(one: Environment, other: Environment) -> Environment {
    let same = |one: Option<String>, other: Option<String>| one.filter(|text| other.as_ref() == Some(text));
    let new_crates = other.crates.into_iter().filter(|of| !one.crates.contains(of)).collect::<Vec<_>>();
    Environment {
        optimised: one.optimised && other.optimised,
        git_commit: one.git_commit.or(other.git_commit),
        git_dirty: [one.git_dirty, other.git_dirty].into_iter().flatten().reduce(|one, other| one || other),
        features: same(one.features, other.features),
        rustc: same(one.rustc, other.rustc),
        crates: one.crates.into_iter().chain(new_crates).collect(),
        ..other
    }
}

/// A test with the name of its run.
type OfRun = (TestReport, String);

/// A test that was ignored is there only if no run has run it.
fn add(tests: &mut Vec<OfRun>, test: &TestReport, run: &str) {
    let is_ignored = |test: &TestReport| test.outcome == Outcome::Ignored;
    let known = tests.iter().position(|(known, _)| known.id.matches(&test.id));
    match known {
        Some(_) if is_ignored(test) => {}
        Some(place) if is_ignored(&tests[place].0) => tests[place] = (test.clone(), run.to_owned()),
        Some(_) => {
            // Beside those of other runs.
            let last = tests.iter().rposition(|(known, _)| known.id.matches(&test.id)).map_or(0, |last| last + 1);
            tests.insert(last, (test.clone(), run.to_owned()));
        }
        None => tests.push((test.clone(), run.to_owned())),
    }
}

fn named_apart(mut tests: Vec<OfRun>) -> Vec<TestReport> {
    let ids: Vec<TestId> = tests.iter().map(|(test, _)| test.id.clone()).collect();
    for (test, run) in &mut tests {
        if ids.iter().filter(|id| id.matches(&test.id)).count() > 1 {
            test.id.name = format!("{}@{run}", test.id.name);
        }
    }
    tests.into_iter().map(|(test, _)| test).collect()
}

/// Its id; an early record has none.
fn run_name(run: &RunReport) -> String {
    if run.id.is_empty() { rfc3339(run.started) } else { run.id.clone() }
}

#[cfg(test)]
mod tests;
