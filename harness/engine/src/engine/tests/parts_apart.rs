//! Processes that offer one load together, and do not fare alike.

use tokio::time::Instant;

use super::listed::Listed;
use super::open::sent_each_second;
use super::parts::{measure_in_parts, offer_in_parts};
use super::support::*;
use crate::engine::conclude::conclude_parts;
use crate::load_part::PartShare;
use crate::measure::{HostLookup, PartFigures, PartUsage};

fn idle(index: usize) -> PartFigures {
    let recorders = vec![crate::measure::Recorder::new(S(1))];
    PartFigures::idle(PartShare { index, of: 2 }, recorders)
}

fn concluded(parts: Vec<PartFigures>) -> Measured {
    conclude_parts(&workload(2, RunLength::Duration(S(1))), &Live::default(), parts)
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_ready_late_postpones_the_measurement_of_its_process_and_no_figure_shows_that() {
    // User 1 starts after 500 ms and is ready at 1.5 s: half a second after the end of the ramp-up, at which the other process begins.
    let fake = Fake { entering: S(1), only_last_enters_slowly: true, ..Fake::doing([Step::Request(10)]) };
    let load = Workload { model: LoadModel::Closed(Users::over(2, S(1))), ..workload(2, RunLength::Duration(S(2))) };
    let listed = Arc::<Listed>::default();
    let parts = offer_in_parts(&[1, 1], &fake, &load, &Stop::default(), &listed).await;
    let began = |index: usize| parts[index].measured_from.unwrap();
    assert_eq!(began(1) - began(0), MS(500));
    let measured = conclude_parts(&load, &listed.live(), parts);
    assert_eq!((measured.total.requests.ok, measured.span, &measured.ended), (400, S(2), &Ended::AsPlanned));
    assert_eq!(measured.total.throughput_per_s, Some(200.0));
    assert_eq!(sent_each_second(&measured), [200, 200]);
    assert!(measured.slowest.iter().all(|slow| slow.at_s < 2.0), "{:?}", measured.slowest);
    assert!(measured.generator.closed_law_gap.unwrap() < 0.001, "{:?}", measured.generator.closed_law_gap);
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_of_requests_ends_for_each_process_with_its_own_and_rates_are_over_the_length_of_the_measurement() {
    // 30 requests each; the user of the second process also thinks, so that its warm-up takes twice as long.
    let steps = [Step::Request(10), Step::OnlyUser(1), Step::Think(10)];
    let load = Workload { warmup: Warmup::Requests(60), ..workload(2, RunLength::Duration(S(2))) };
    let measured = measure_in_parts(&[1, 1], &Fake::doing(steps), &load).await;
    assert_eq!((measured.outside.ok, measured.total.requests.ok, measured.span), (60, 300, S(2)));
    assert_eq!(measured.total.throughput_per_s, Some(150.0));
    assert_eq!(sent_each_second(&measured), [150, 150]);
}

#[tokio::test(start_paused = true)]
async fn each_process_says_how_much_later_than_the_others_it_began() {
    let listed = Arc::<Listed>::default();
    let load = workload(5, RunLength::Duration(S(1)));
    for load in [load.clone(), Workload { model: LoadModel::Closed(Users::over(5, S(1))), ..load }] {
        let fake = Fake::doing([Step::Request(10)]);
        let parts = offer_in_parts(&[2, 1, 1], &fake, &load, &Stop::default(), &listed).await;
        assert_eq!(parts.iter().map(|part| part.begun_late).collect::<Vec<_>>(), [Some(S(0)); 3]);
        assert_eq!(parts.iter().map(|part| part.users).collect::<Vec<_>>(), [2, 2, 1]);
        assert_eq!(parts.iter().map(|part| part.usage.threads).collect::<Vec<_>>(), [2, 1, 1]);
    }
}

#[tokio::test(start_paused = true)]
async fn processes_that_have_nothing_to_offer_keep_no_other_waiting() {
    let listed = Arc::<Listed>::default();
    let load = workload(2, RunLength::Duration(S(1)));
    let parts = offer_in_parts(&[2; 4], &Fake::doing([Step::Request(10)]), &load, &Stop::default(), &listed).await;
    assert_eq!(
        parts.iter().map(|part| (part.users, part.begun_late)).collect::<Vec<_>>()[1..],
        [(1, Some(S(0))), (0, None), (0, None)]
    );
    let measured = conclude_parts(&load, &listed.live(), parts);
    assert_eq!((measured.total.requests.ok, measured.ended, measured.span), (200, Ended::AsPlanned, S(1)));
}

#[tokio::test(start_paused = true)]
async fn a_benchmark_is_measured_by_the_first_process_as_if_it_were_alone() {
    let load = Workload { warmup: Warmup::UntilSteady, ..workload(1, RunLength::UntilPrecise) };
    let measured = measure_in_parts(&[2; 3], &Fake::doing([Step::Request(5)]), &load).await;
    assert_eq!((measured.total.requests.ok, measured.ended), (200, Ended::AsPlanned));
    assert!(measured.precision.is_some_and(|known| known.steady && known.half_width < 0.02));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_stopped_before_the_load_begins_sends_nothing_and_ends_at_once() {
    let (stop, listed, began) = (Stop::default(), Arc::<Listed>::default(), Instant::now());
    let load = workload(4, RunLength::Duration(S(100)));
    let fake = Fake::doing([Step::Request(10)]);
    let stopping = stop_after(MS(500), "interrupted", &stop);
    let parts = tokio::join!(offer_in_parts(&[1, 2], &fake, &load, &stop, &listed), stopping).0;
    assert!(began.elapsed() < S(1), "{:?}", began.elapsed());
    let measured = conclude_parts(&load, &listed.live(), parts);
    assert_eq!((measured.total.requests.intended, measured.ended), (0, Ended::Stopped("interrupted".to_owned())));
}

#[test]
fn what_broke_one_process_is_why_the_run_ended_and_not_that_the_others_were_stopped() {
    let ended = |ends: [Ended; 2]| {
        let parts = ends.into_iter().enumerate().map(|(index, ended)| PartFigures { ended, ..idle(index) });
        concluded(parts.collect()).ended
    };
    let stopped = || Ended::Stopped("another process has ended".to_owned());
    let broken = || Ended::Broken("user 3 could not log in".to_owned());
    let refused = || Ended::Refused { since: S(1), waited: S(2), cause: "connection refused".to_owned() };
    assert_eq!(ended([stopped(), broken()]), broken());
    assert_eq!(ended([refused(), stopped()]), refused());
    assert_eq!(ended([stopped(), Ended::NoAnswer(S(3))]), Ended::NoAnswer(S(3)));
    assert_eq!(ended([Ended::AsPlanned, stopped()]), stopped());
    assert_eq!(ended([Ended::AsPlanned, Ended::AsPlanned]), Ended::AsPlanned);
}

#[test]
fn a_run_of_no_process_has_not_gone_as_planned() {
    assert_eq!(concluded(Vec::new()).ended, Ended::Broken("no process has offered the load".to_owned()));
}

#[test]
fn threads_and_cpu_of_the_processes_add_up_and_of_all_else_the_worst_is_shown() {
    let of = |usages: [PartUsage; 2]| {
        let parts = usages.into_iter().enumerate().map(|(index, usage)| PartFigures { usage, ..idle(index) });
        concluded(parts.collect()).generator
    };
    let host = |cpu_s, host_cpu_share, host_cores| PartUsage {
        threads: 2,
        cpu_s,
        cpu_window_s: Some(1.0),
        host_cpu_share: Some(host_cpu_share),
        host_cores: Some(host_cores),
        ..PartUsage::default()
    };
    let all = of([host(Some(1.5), 0.9, 2), host(Some(0.5), 0.2, 64)]);
    assert_eq!((all.workers, all.cpu_s, all.cpu_window_s), (4, Some(2.0), Some(1.0)));
    assert_eq!((all.host_cpu_share, all.host_cores), (Some(0.9), Some(2)), "of the machine that was busiest");
    assert_eq!(of([host(Some(1.5), 0.9, 2), host(None, 0.2, 64)]).cpu_s, None, "a part of the sum is not known");
    let sleeper = |longest_ms: f64, throttled_s, quota| PartUsage {
        threads: 1,
        longest_hiccup_s: Some(longest_ms / 1e3),
        cpu_quota_cores: quota,
        throttled_s,
        ..PartUsage::default()
    };
    let all = of([sleeper(80.0, Some(0.0), Some(0.5)), sleeper(20.0, Some(3.0), Some(4.0))]);
    assert_eq!((all.longest_hiccup_s, all.throttled_s, all.cpu_quota_cores), (Some(0.08), Some(3.0), Some(4.0)));
    assert_eq!(of([sleeper(0.0, None, None), sleeper(0.0, None, Some(1.5))]).cpu_quota_cores, Some(1.5));
}

#[test]
fn a_name_that_several_processes_looked_up_is_there_once_with_the_slowest_lookup() {
    let lookup = |time_s, address: &str| HostLookup {
        host: "shop".to_owned(),
        time_s,
        addresses: vec![address.to_owned()],
        during_load: false,
    };
    let of = |one, other| {
        let part = |index, lookup| {
            let usage = PartUsage { threads: 1, lookups: vec![lookup], ..PartUsage::default() };
            PartFigures { usage, ..idle(index) }
        };
        concluded(vec![part(0, one), part(1, other)]).generator.lookups
    };
    let both = of(lookup(Some(0.1), "10.0.0.1"), lookup(Some(0.3), "10.0.0.2"));
    assert_eq!(
        (both.len(), both[0].time_s, &both[0].addresses[..]),
        (1, Some(0.3), &["10.0.0.1", "10.0.0.2"].map(String::from)[..])
    );
    assert_eq!(of(lookup(Some(0.1), "10.0.0.1"), lookup(None, "10.0.0.1"))[0].time_s, None, "one has not ended");
}
