//! A person drives a test: what it begins with, and what it comes to.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::fake::{disturbed, figures, plan, test};
use super::test_runner::options;
use crate::fixture::BoundFixtures;
use crate::http::HostNames;
use crate::kind::Kind;
use crate::load_control::DrivenLevel;
use crate::measure::{Ended, Live, Measured};
use crate::outcome::{Outcome, TestReport};
use crate::runner::{Interruption, NoObserver, OfferLoad, RunnerOptions, Test, TestRunner, explored_workload};
use crate::settings::SettingKey;
use crate::stop::Stop;
use crate::workload::{LoadModel, RunLength, Stage, Workload};

const S: fn(u64) -> Duration = Duration::from_secs;

fn explored(settings: &[(SettingKey, &str)]) -> Workload {
    explored_workload(&plan(Kind::Load, settings).workload)
}

#[test]
fn users_for_a_time_stay_as_they_are() {
    let settings = [(SettingKey::Users, "5"), (SettingKey::Duration, "30s")];
    let planned = plan(Kind::Load, &settings).workload;
    assert_eq!(explored(&settings), planned);
}

#[test]
fn a_number_of_requests_becomes_a_time() {
    let closed = explored(&[(SettingKey::Users, "5"), (SettingKey::Requests, "100")]);
    assert_eq!((closed.length, closed.users()), (RunLength::Duration(S(3_600)), 5));
    let open = explored(&[(SettingKey::Rate, "100/s"), (SettingKey::Requests, "100")]);
    let LoadModel::Open(arrivals) = open.model else { panic!("it has a rate") };
    assert_eq!(arrivals.stages, [Stage::steady(100.0, S(3_600))]);
}

#[test]
fn stages_become_their_first_level() {
    let settings = [(SettingKey::Stages, "0/s -> 200/s over 30s, 200/s for 60s")];
    let LoadModel::Open(arrivals) = explored(&settings).model else { panic!("it has a rate") };
    assert_eq!(arrivals.stages, [Stage::steady(200.0, S(90))]);
}

type MadeUpRun = fn(&Live) -> Measured;

/// A load that answers with `answer`, and counts its runs in `runs`.
fn load(runs: &Arc<AtomicU64>, answer: MadeUpRun) -> impl OfferLoad + use<> {
    let runs = Arc::clone(runs);
    move |_: &BoundFixtures, _: &Workload, _: &Stop, live: &Arc<Live>, _: &Arc<HostNames>| {
        runs.fetch_add(1, Ordering::Relaxed);
        answer(live)
    }
}

async fn explore(test: Test) -> TestReport {
    let work = async {
        let options = RunnerOptions { explore: true, ..options(&Interruption::default()) };
        TestRunner::new(options).run(&test, &mut NoObserver).await
    };
    tokio::task::LocalSet::new().run_until(work).await
}

#[tokio::test]
async fn thresholds_are_judged_and_the_outcome_is_explored_whatever_they_say() {
    let answers: [(MadeUpRun, bool, &str); 3] = [
        (|_| figures(10), true, ""),
        (|_| figures(500), false, "`p95 < 100ms` was breached"),
        (|_| disturbed(10), true, "no file descriptors left"),
    ];
    for (answer, holds, reason) in answers {
        let runs = Arc::default();
        let settings = [(SettingKey::Users, "5"), (SettingKey::Duration, "30s"), (SettingKey::Repeat, "3")];
        let report = explore(test(Kind::Load, &settings, &["p95 < 100ms"], load(&runs, answer))).await;
        assert_eq!((report.outcome, report.thresholds[0].holds), (Outcome::Explored, holds), "{:?}", report.reason);
        assert!(report.reason.unwrap_or_default().contains(reason));
        assert_eq!(runs.load(Ordering::Relaxed), 1, "it is not repeated, and not measured again");
    }
}

#[tokio::test]
async fn what_is_broken_is_errored_all_the_same() {
    let broken = |_: &Live| Measured { ended: Ended::Broken("fixture `token`: status 401".to_owned()), ..figures(10) };
    let report = explore(test(Kind::Load, &[(SettingKey::Users, "5")], &[], load(&Arc::default(), broken))).await;
    assert_eq!((report.outcome, report.reason.as_deref()), (Outcome::Errored, Some("fixture `token`: status 401")));
}

#[tokio::test]
async fn the_person_has_a_control_and_its_changes_are_events_of_the_report() {
    let answer = |live: &Live| {
        let control = live.control.as_ref().expect("it is driven");
        assert_eq!((control.level(), control.most_users()), (DrivenLevel::Users(5), 1_936), "2,000 files may be open");
        control.set_users(20).unwrap();
        figures(10)
    };
    let report = explore(test(Kind::Load, &[(SettingKey::Users, "5")], &[], load(&Arc::default(), answer))).await;
    let events: Vec<&str> = report.events.iter().map(|event| &*event.text).collect();
    assert_eq!((report.outcome, events), (Outcome::Explored, vec!["users 5 -> 20"]), "{:?}", report.reason);
}
