//! What goes wrong between a coordinator and its workers, over a real broker.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::in_process::{InProcess, at_work, four_users, in_time, own, ticking};
use crate::arm_turns::ArmTurns;
use crate::cluster::encoding::decode;
use crate::cluster::identity::Sameness;
use crate::cluster::loads::LoadProgress;
use crate::cluster::offering::NotOfferedByAll;
use crate::cluster::protocol::FinalPart;
use crate::cluster::worker::WorkerError;
use crate::engine::conclude_parts;
use crate::fixture::BoundFixtures;
use crate::http::HostNames;
use crate::measure::{Ended, Live, Measured, PartFigures};
use crate::stop::Stop;
use crate::workload::Workload;

const MS: fn(u64) -> Duration = Duration::from_millis;
const SECOND_NS: i64 = 1_000_000_000;

fn figures(part: Option<FinalPart>) -> PartFigures {
    match part {
        Some(FinalPart::Figures(bytes)) => decode(&bytes).expect("they can be read"),
        other => panic!("no figures: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_whose_clock_is_a_second_ahead_begins_with_the_others_and_its_figures_are_right() {
    let Some(cluster) = InProcess::of(2, own()).await else { return };
    let workers = [at_work(cluster.join(0, ticking, 0).await), at_work(cluster.join(1, ticking, SECOND_NS).await)];
    let (workload, live) = (four_users(MS(400)), Arc::new(Live::default()));
    let collected = cluster.offer(workload.clone(), &Stop::default(), &live).await.unwrap();
    let wrong = |clock: usize, ahead_ns: i64| collected.clocks[clock].offset_ns.abs_diff(ahead_ns);
    assert!(wrong(0, 0) <= collected.clocks[0].error_ns, "{:?}", collected.clocks);
    assert!(wrong(1, SECOND_NS) <= collected.clocks[1].error_ns, "{:?}", collected.clocks);
    assert!(collected.lost.is_none());
    let parts: Vec<PartFigures> = collected.parts.into_iter().map(figures).collect();
    // A clock that was a second off would have begun a second too soon or too late.
    let begun = parts.iter().map(|part| part.begun_late.expect("it has begun"));
    assert!(begun.clone().all(|late| late < MS(900)), "{:?}", begun.collect::<Vec<_>>());
    let froms: Vec<Duration> = parts.iter().map(|part| part.measured_from.expect("it has measured")).collect();
    assert!(froms[0].abs_diff(froms[1]) < MS(900), "{froms:?}");
    let measured = conclude_parts(&workload, &live, parts);
    assert_eq!(measured.ended, Ended::AsPlanned);
    let (requests, least_s) = (measured.total.requests, measured.total.response_time.min_s);
    assert!(requests.ok > 0 && least_s.is_some_and(|least_s| (0.005..0.9).contains(&least_s)), "{measured:?}");
    workers.iter().for_each(tokio::task::JoinHandle::abort);
}

/// Comes to a text of 20 MB.
fn large(
    _fixtures: &BoundFixtures,
    _workload: &Workload,
    _stop: &Stop,
    _live: &Arc<Live>,
    _hosts: &Arc<HostNames>,
) -> Measured {
    Measured { ended: Ended::Broken("x".repeat(20_000_000)), ..Measured::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_final_message_of_20_mb_arrives_whole() {
    let Some(cluster) = InProcess::of(1, own()).await else { return };
    let working = at_work(cluster.join(0, large, 0).await);
    let offered = cluster.offer(four_users(MS(100)), &Stop::default(), &Arc::default()).await;
    let Some(FinalPart::Broken(why)) = offered.unwrap().parts.remove(0) else { panic!("it has no figures") };
    assert_eq!(why.matches('x').count(), 20_000_000);
    working.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_binary_is_refused_on_both_sides_with_both_hashes() {
    let other = Sameness { executable: "0123456789abcdef".to_owned(), ..own() };
    let Some(cluster) = InProcess::of(1, other).await else { return };
    let refused = in_time(cluster.join(0, ticking, 0)).await.err().expect("it is refused").to_string();
    for text in [refused.as_str(), cluster.coordinator.refused().expect("it is known")] {
        assert!(text.contains("0123456789abcdef") && text.contains(&own().executable), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_gone_when_a_load_is_prepared_is_lost_and_the_load_does_not_begin() {
    let Some(cluster) = InProcess::of(2, own()).await else { return };
    let _working = at_work(cluster.join(0, ticking, 0).await);
    drop(cluster.join(1, ticking, 0).await);
    let collected = cluster.offer(four_users(MS(100)), &Stop::default(), &Arc::default()).await.unwrap();
    let (loss, moment) = collected.lost.expect("it is lost");
    let text = loss.at(&moment);
    assert!(text.starts_with("worker 1 on ") && text.contains(" was lost before the load began: "), "{text}");
    assert!(cluster.coordinator.loss().is_some(), "the next load is not offered either");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_cannot_prepare_its_part_is_named_and_none_is_lost() {
    let Some(cluster) = InProcess::of(2, own()).await else { return };
    let _others = [at_work(cluster.join(0, ticking, 0).await), at_work(cluster.join_with(1, HashMap::new(), 0).await)];
    let refused = cluster.offer(four_users(MS(100)), &Stop::default(), &Arc::default()).await.unwrap_err();
    let NotOfferedByAll::Refused(why) = refused else { panic!("{refused:?}") };
    assert!(why.starts_with("worker 1 cannot offer its part: it has no test called `test`"), "{why}");
    assert_eq!(cluster.coordinator.loss(), None);
}

/// Breaks off at once in worker 1.
fn breaking_off(
    fixtures: &BoundFixtures,
    workload: &Workload,
    stop: &Stop,
    live: &Arc<Live>,
    hosts: &Arc<HostNames>,
) -> Measured {
    if live.part.as_ref().is_some_and(|part| part.share().index == 1) {
        return Measured { ended: Ended::Broken("no basket".to_owned()), ..Measured::default() };
    }
    ticking(fixtures, workload, stop, live, hosts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_one_part_breaks_off_the_others_end_too() {
    let Some(cluster) = InProcess::of(2, own()).await else { return };
    let _others = [at_work(cluster.join(0, breaking_off, 0).await), at_work(cluster.join(1, breaking_off, 0).await)];
    let collected = cluster.offer(four_users(Duration::from_secs(3_600)), &Stop::default(), &Arc::default()).await;
    let [one, other] = <[_; 2]>::try_from(collected.unwrap().parts).expect("two parts");
    assert!(matches!(figures(one).ended, Ended::Stopped(_)));
    assert!(matches!(other, Some(FinalPart::Broken(why)) if why.contains("no basket")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_is_stopped_while_other_servers_are_not_ready_ends() {
    let Some(cluster) = InProcess::of(1, own()).await else { return };
    let _working = at_work(cluster.join(0, ticking, 0).await);
    let turns = ArmTurns::of(2, MS(100)).remove(0);
    let (stop, live) = (Stop::default(), Arc::new(Live::default().taking_turns(turns)));
    let stopping = async {
        tokio::time::sleep(MS(300)).await;
        stop.pull("enough");
    };
    let (collected, ()) = tokio::join!(cluster.offer(four_users(Duration::from_secs(3_600)), &stop, &live), stopping);
    let collected = collected.unwrap();
    assert!(collected.lost.is_none() && collected.parts[0].is_some(), "{collected:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_whose_coordinator_is_gone_ends() {
    let Some(cluster) = InProcess::of(1, own()).await else { return };
    let working = at_work(cluster.join(0, ticking, 0).await);
    cluster.coordinator_dies();
    let ended = in_time(working).await.expect("it does not panic");
    let Err(WorkerError::Alone(why)) = ended else { panic!("{ended:?}") };
    assert_eq!(why, "worker 0 ended: no heartbeat came from the coordinator for 5 s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_counted_as_lost_ends_when_it_hears_of_it_and_its_figures_do_not_count() {
    let Some(cluster) = InProcess::of(2, own()).await else { return };
    let (one, other) = (at_work(cluster.join(0, ticking, 0).await), at_work(cluster.join(1, ticking, 0).await));
    let losing = async {
        tokio::time::sleep(MS(1_500)).await;
        cluster.coordinator.members().lose(1, "it was silent", None);
        cluster.coordinator.note_change();
    };
    let (stop, live) = (Stop::default(), Arc::default());
    let (collected, ()) = tokio::join!(cluster.offer(four_users(Duration::from_secs(3_600)), &stop, &live), losing);
    let collected = collected.unwrap();
    assert!(collected.lost.is_some_and(|(loss, _)| loss.why == "it was silent"));
    assert!(collected.parts[0].is_some() && collected.parts[1].is_none());
    let ended = in_time(other).await.expect("it does not panic");
    assert!(matches!(&ended, Err(WorkerError::Alone(why)) if why.contains("counted this worker as lost")), "{ended:?}");
    one.abort();
}

/// Waits until the parts of the first load can begin.
async fn all_are_ready(cluster: &InProcess) {
    let ready = |load: &LoadProgress| load.all_are_ready().then_some(());
    in_time(cluster.coordinator.until(|coordinator| coordinator.loads().get(1).and_then(ready))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coordinator_that_is_away_for_four_seconds_gets_the_figures_of_a_part_that_ended_meanwhile() {
    let Some(cluster) = InProcess::of(1, own()).await else { return };
    let working = at_work(cluster.join(0, ticking, 0).await);
    let away = async {
        all_are_ready(&cluster).await;
        cluster.coordinator_hears_nothing();
        tokio::time::sleep(MS(4_200)).await;
        cluster.coordinator_hears().await;
    };
    let (stop, live) = (Stop::default(), Arc::default());
    let (collected, ()) = tokio::join!(cluster.offer(four_users(MS(300)), &stop, &live), away);
    let collected = collected.unwrap();
    assert!(collected.lost.is_none() && collected.parts[0].is_some(), "{collected:?}");
    working.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_cannot_say_that_its_part_has_ended_ends_and_keeps_what_it_has_measured() {
    let Some(cluster) = InProcess::of(1, own()).await else { return };
    let working = at_work(cluster.join(0, ticking, 0).await);
    let unheard = async {
        all_are_ready(&cluster).await;
        cluster.coordinator_hears_nothing();
        // Its heartbeats still count, so that nothing else ends it.
        let beating = async {
            loop {
                cluster.coordinator.members().beat(0, tokio::time::Instant::now());
                tokio::time::sleep(MS(250)).await;
            }
        };
        tokio::select! {
            ended = in_time(working) => ended.expect("it does not panic"),
            () = beating => Ok(()),
        }
    };
    let (stop, live) = (Stop::default(), Arc::default());
    let (collected, ended) = tokio::join!(cluster.offer(four_users(MS(300)), &stop, &live), unheard);
    let Err(WorkerError::Alone(why)) = ended else { panic!("{ended:?}") };
    assert!(why.starts_with("worker 0 ended: what it had to say did not reach the coordinator: "), "{why}");
    let (_, kept) = why.split_once("what it had measured is in ").expect("a file");
    assert!(std::fs::read(kept).is_ok_and(|file| !file.is_empty()), "{why}");
    assert!(collected.unwrap().lost.is_some(), "its heartbeats have ended, too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_code_of_one_worker_goes_on_the_loads_of_the_others_end() {
    let Some(cluster) = InProcess::of(2, own()).await else { return };
    let has_ended = Arc::new(AtomicBool::new(false));
    let noting = Arc::clone(&has_ended);
    let going_on =
        move |fixtures: &BoundFixtures, workload: &Workload, stop: &Stop, live: &Arc<Live>, hosts: &Arc<HostNames>| {
            let part = live.part.as_ref().expect("a worker offers a part");
            if part.share().index == 1 {
                let measured = ticking(fixtures, workload, stop, live, hosts);
                noting.store(true, Ordering::SeqCst);
                return measured;
            }
            part.arrive();
            std::thread::sleep(MS(1_500));
            stop.report_stuck(|| "the test's function has kept its thread".to_owned());
            std::thread::sleep(MS(500));
            Measured::default()
        };
    let _others = [at_work(cluster.join(0, going_on.clone(), 0).await), at_work(cluster.join(1, going_on, 0).await)];
    let offered = cluster.offer(four_users(Duration::from_secs(20)), &Stop::default(), &Arc::default()).await;
    let Err(NotOfferedByAll::Stuck(why)) = offered else { panic!("{offered:?}") };
    assert_eq!(why, "worker 0: the test's function has kept its thread");
    for _ in 0..50 {
        if has_ended.load(Ordering::SeqCst) {
            return;
        }
        tokio::time::sleep(MS(100)).await;
    }
    panic!("worker 1 goes on with a load that no test waits for");
}
