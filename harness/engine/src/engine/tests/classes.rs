//! Classes of users: each user, or each arrival, is of one class, exactly by weight.

use super::open::{rate, with};
use super::support::*;
use crate::measure::ClassFigures;
use crate::workload::{Mix, Overflow, Spacing, UserClass};

fn mix(weights: &[u32]) -> Mix {
    let names = ["everyday", "busy", "erroneous"];
    let class = |(name, weight): (&&str, &u32)| UserClass { name: (*name).to_owned(), weight: *weight };
    Mix::new(names.iter().zip(weights).map(class).collect())
}

/// The figures of all users on one to three workers; each worker has its own part of the users.
async fn measured_on(workers: usize, steps: &[Step], workload: &Workload) -> Measured {
    measure_on(workers, &Fake::doing(steps), workload).await
}

fn each<T>(measured: &Measured, figure: impl Fn(&ClassFigures) -> T) -> Vec<T> {
    measured.classes.iter().map(figure).collect()
}

fn intended(class: &ClassFigures) -> u64 {
    class.measured.total.requests.intended
}

#[tokio::test(start_paused = true)]
async fn users_are_of_their_classes_exactly_by_weight_on_any_number_of_workers() {
    let load = Workload { mix: mix(&[7, 2, 1]), ..workload(100, RunLength::Duration(S(1))) };
    for workers in 1..=3 {
        // Each user sends at 0, 100 … 900 ms.
        let measured = measured_on(workers, &[Step::Request(100)], &load).await;
        assert_eq!(each(&measured, |class| class.users), [Some(70), Some(20), Some(10)]);
        assert_eq!(each(&measured, intended), [700, 200, 100], "{workers} workers");
        assert_eq!(measured.total.requests.intended, 1_000);
        assert_eq!(each(&measured, |class| class.measured.iteration.requests.ok), [700, 200, 100]);
        assert_eq!(each(&measured, |class| class.name.clone()), ["everyday", "busy", "erroneous"]);
        // Over the whole second, as the total.
        let per_s = |class: &ClassFigures| class.measured.total.throughput_per_s.map(f64::round);
        assert_eq!(each(&measured, per_s), [Some(700.0), Some(200.0), Some(100.0)]);
    }
}

#[tokio::test(start_paused = true)]
async fn arrivals_are_of_their_classes_exactly_by_weight_on_any_number_of_workers() {
    for spacing in [Spacing::Even, Spacing::Poisson] {
        let load = Workload { mix: mix(&[7, 2, 1]), ..with(rate(50.0, S(2), 100), Overflow::Queue, spacing) };
        for workers in 1..=3 {
            let measured = measured_on(workers, &[Step::Request(30)], &load).await;
            assert_eq!(each(&measured, intended), [70, 20, 10], "{workers} workers");
            assert_eq!(each(&measured, |class| class.users), [None; 3], "arrivals have classes, users do not");
            assert_eq!(each(&measured, |class| class.measured.generator.planned), [Some(70), Some(20), Some(10)]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn arrivals_that_are_never_sent_count_in_their_class() {
    // One at once, each for a second: one of ten arrivals is sent in each second, and the others are shed.
    let load = with(rate(10.0, S(2), 1), Overflow::Shed, Spacing::Even);
    let load = Workload { mix: mix(&[1, 1]), ..load };
    let measured = measured_on(1, &[Step::Request(1_000)], &load).await;
    assert_eq!(each(&measured, intended), [10, 10]);
    let never_sent: Vec<u64> = each(&measured, |class| class.measured.total.requests.never_sent);
    assert_eq!(never_sent.iter().sum::<u64>(), measured.total.requests.never_sent);
    assert!(never_sent.iter().all(|never_sent| *never_sent > 0), "{never_sent:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_a_number_of_requests_belongs_to_no_class() {
    // Stopped after 500 ms, in which each of 10 users has sent five requests.
    let load = Workload { mix: mix(&[1, 1]), ..workload(10, RunLength::Requests(200)) };
    let stop = Stop::default();
    let stopping = stop_after(MS(450), "enough", &stop);
    let measured = run_beside(&Fake::doing([Step::Request(100)]), &load, &stop, stopping).await;
    let requests = measured.total.requests;
    assert_eq!((requests.intended, requests.never_sent), (200, 150));
    assert_eq!(each(&measured, intended), [25, 25]);
}

#[tokio::test(start_paused = true)]
async fn the_exact_number_of_requests_is_that_of_all_classes_together() {
    let load = Workload { mix: mix(&[7, 2, 1]), ..workload(10, RunLength::Requests(103)) };
    let measured = measured_on(2, &[Step::Request(100)], &load).await;
    assert_eq!(measured.total.requests.intended, 103);
    assert_eq!(each(&measured, intended).iter().sum::<u64>(), 103);
}

#[tokio::test(start_paused = true)]
async fn what_waits_where_the_measurement_begins_is_carried_over_in_its_class_and_in_the_total_alike() {
    // User 1, of the second class, waits for 5 s from the warm-up on; the others are answered in 10 ms.
    let steps = [Step::Request(10), Step::OnlyUser(1), Step::StalledFromTo(500, 5_000), Step::Request(10)];
    let load =
        Workload { warmup: Warmup::Duration(S(1)), mix: mix(&[1, 1]), ..workload(4, RunLength::Duration(S(10))) };
    let measured = measured_on(1, &steps, &load).await;
    let carried = |measured: &Measured| measured.carried_over.map(|carried| carried.requests);
    assert_eq!(carried(&measured), Some(1));
    assert_eq!(each(&measured, |class| carried(&class.measured)), [None, Some(1)]);
    assert_eq!(each(&measured, intended).iter().sum::<u64>(), measured.total.requests.intended);
}

#[tokio::test(start_paused = true)]
async fn a_test_without_classes_has_no_figures_of_classes() {
    let measured = measured_on(1, &[Step::Request(100)], &workload(3, RunLength::Duration(S(1)))).await;
    assert!(measured.classes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_class_without_a_user_has_no_figure() {
    let load = Workload { mix: mix(&[7, 2, 1]), ..workload(2, RunLength::Duration(S(1))) };
    let measured = measured_on(1, &[Step::Request(100)], &load).await;
    let none = &measured.classes[2];
    assert_eq!((none.users, none.measured.total.throughput_per_s), (Some(0), None));
    assert_eq!(none.measured.total.response_time.p50_s, None);
}
