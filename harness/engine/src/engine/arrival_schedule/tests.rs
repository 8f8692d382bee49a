use proptest::prelude::*;

use super::*;

const S: fn(u64) -> Duration = Duration::from_secs;

fn stage(from: f64, to: f64, over: Duration) -> Stage {
    Stage { name: None, from, to, over }
}

fn even(stages: &[Stage]) -> ArrivalSchedule {
    ArrivalSchedule::new(stages, Spacing::Even, 0)
}

fn times(schedule: &ArrivalSchedule) -> Vec<Duration> {
    schedule.of_worker(WorkerShare { index: 0, workers: 1 }).collect()
}

/// The cumulated rate of `stages` at `time_s`, written down independently of the inverse.
fn cumulated(stages: &[Stage], mut time_s: f64) -> f64 {
    let mut sum = 0.0;
    for stage in stages {
        let over_s = stage.over.as_secs_f64();
        let inside_s = time_s.clamp(0.0, over_s);
        sum += stage.from * inside_s + (stage.to - stage.from) / (2.0 * over_s) * inside_s * inside_s;
        time_s -= over_s;
    }
    sum
}

#[test]
fn a_constant_rate_is_due_in_the_middle_of_each_of_its_intervals() {
    let plan = times(&even(&[stage(4.0, 4.0, S(1))]));
    assert_eq!(plan, [125, 375, 625, 875].map(Duration::from_millis));
}

#[test]
fn a_ramp_from_zero_is_the_square_root_of_its_count() {
    // 8·t²/2 = i + ½ over 2 s: 16 arrivals.
    let plan = times(&even(&[stage(0.0, 16.0, S(2))]));
    assert_eq!(plan.len(), 16);
    for (i, due) in plan.iter().enumerate() {
        assert!((due.as_secs_f64() - ((i as f64 + 0.5) / 4.0).sqrt()).abs() < 1e-8, "{i}: {due:?}");
    }
}

#[test]
fn a_pause_between_two_stages_has_no_arrival() {
    let plan = times(&even(&[stage(2.0, 2.0, S(1)), stage(0.0, 0.0, S(10)), stage(2.0, 2.0, S(1))]));
    assert_eq!(plan, [250, 750, 11_250, 11_750].map(Duration::from_millis));
}

#[test]
fn a_large_rate_counts_exactly() {
    let stages = [stage(0.0, 10_000.0, S(30)), stage(10_000.0, 10_000.0, S(60)), stage(10_000.0, 0.0, S(5))];
    assert_eq!(even(&stages).arrivals(), 150_000 + 600_000 + 25_000);
    assert_eq!(even(&[stage(0.1, 0.1, S(70))]).arrivals(), 7, "0.1 × 70 is less than 7 in floating point");
}

#[test]
fn a_plan_without_a_rate_has_no_arrival() {
    assert_eq!((times(&ArrivalSchedule::empty()).len(), times(&even(&[stage(0.0, 0.0, S(1))])).len()), (0, 0));
}

#[test]
fn a_plan_that_is_cut_ends_with_its_last_arrival() {
    let plan = even(&[stage(4.0, 4.0, S(10))]).of_at_most(3);
    assert_eq!((plan.arrivals(), plan.length()), (3, Duration::from_millis(625)));
    assert_eq!(even(&[stage(4.0, 4.0, S(10))]).of_at_most(40).length(), S(10));
}

#[test]
fn poisson_arrivals_are_seeded() {
    let plan = |seed| times(&ArrivalSchedule::new(&[stage(50.0, 50.0, S(10))], Spacing::Poisson, seed));
    assert_eq!(plan(1), plan(1));
    assert_ne!(plan(1), plan(2));
}

#[test]
fn poisson_gaps_deviate_as_much_as_their_mean() {
    let plan = times(&ArrivalSchedule::new(&[stage(100.0, 100.0, S(1_000))], Spacing::Poisson, 3));
    let gaps: Vec<f64> = plan.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
    // The deviation of 100 000 exponential draws is known to within 0.3 %; five of these.
    assert!((mean - 0.01).abs() < 1e-5 && (deviation / mean - 1.0).abs() < 0.016, "{mean} {deviation}");
}

fn plans() -> impl Strategy<Value = Vec<Stage>> {
    let level = || prop_oneof![1 => Just(0.0), 4 => 0.0f64..300.0, 1 => (0u32..300).prop_map(f64::from)];
    let one = (level(), level(), any::<bool>(), 1u64..20_000).prop_map(|(from, to, steady, over_ms)| {
        stage(from, if steady { from } else { to }, Duration::from_millis(over_ms))
    });
    prop::collection::vec(one, 1..5)
}

fn spacings() -> impl Strategy<Value = Spacing> {
    prop_oneof![Just(Spacing::Even), Just(Spacing::Poisson)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_schedule_is_monotone_and_stays_within_the_plan(stages in plans(), spacing in spacings(), seed in any::<u64>()) {
        let plan = ArrivalSchedule::new(&stages, spacing, seed);
        let times = times(&plan);
        prop_assert!(times.is_sorted());
        prop_assert!(times.iter().all(|due| *due <= plan.length()));
        prop_assert_eq!(times.len() as u64, plan.arrivals());
    }

    #[test]
    fn the_count_is_the_integral_of_the_rate(stages in plans(), spacing in spacings()) {
        let integral = cumulated(&stages, 1e9);
        let arrivals = ArrivalSchedule::new(&stages, spacing, 1).arrivals() as f64;
        prop_assert!((arrivals - integral).abs() <= 0.5 + 1e-5, "{} for {}", arrivals, integral);
    }

    #[test]
    fn the_cumulated_rate_at_the_i_th_arrival_is_i_and_a_half(stages in plans()) {
        for (i, due) in times(&even(&stages)).into_iter().enumerate() {
            let sum = cumulated(&stages, due.as_secs_f64());
            // Half a nanosecond at 300/s, and the rounding of sums.
            prop_assert!((sum - (i as f64 + 0.5)).abs() < 2e-6, "arrival {} at {:?}: {}", i, due, sum);
        }
    }

    #[test]
    fn the_union_over_workers_is_the_plan_of_one(
        stages in plans(), spacing in spacings(), seed in any::<u64>(), workers in 1usize..9,
    ) {
        let plan = ArrivalSchedule::new(&stages, spacing, seed);
        let mut union: Vec<Duration> = (0..workers).flat_map(|index| plan.of_worker(WorkerShare { index, workers })).collect();
        union.sort();
        prop_assert_eq!(union, times(&plan));
    }
}

#[test]
fn exponential_gaps_have_mean_and_deviation_of_one() {
    let gaps: Vec<f64> = (0..100_000).map(|number| exponential_gap(7, number)).collect();
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
    // Standard errors of 100 000 draws are 0.003 and 0.009; five of each.
    assert!((mean - 1.0).abs() < 0.016 && (variance - 1.0).abs() < 0.045, "{mean} {variance}");
}
