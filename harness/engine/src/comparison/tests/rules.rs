//! The rule of each method, on figures that are written out.

use super::noise::of;
use crate::comparison::*;
use crate::measure::TimeSlice;

/// A turn with these requests; the times of all are equal.
fn turn(mean_s: f64, ok: u64) -> TimeSlice {
    let figure = (ok > 0).then_some(mean_s);
    let p95_s = figure.filter(|_| ok >= 59);
    TimeSlice { sent: ok, ok, mean_s: figure, p50_s: figure, p95_s, ..TimeSlice::default() }
}

fn arm(name: &str, turns: Vec<TimeSlice>) -> ArmFigures {
    ArmFigures { name: name.into(), totals: StoredFigures { mean_s: Some(0.1), ..StoredFigures::default() }, turns }
}

/// Thirty turns around `mean_s`, alternately 1 % above and below; with this many requests each.
fn steady(name: &str, mean_s: f64, ok: u64) -> ArmFigures {
    let turns = (0..30).map(|index| turn(mean_s * if index % 2 == 0 { 1.01 } else { 0.99 }, ok));
    arm(name, turns.collect())
}

fn compared(before: &ArmFigures, after: &ArmFigures) -> ChangeReport {
    interleaved(before, after, ComparisonRules::default())
}

#[test]
fn ten_percent_more_is_regressed_ten_percent_less_improved_and_the_same_no_worse() {
    let before = steady("before", 0.1, 100);
    for (mean_s, verdict) in [
        (0.11, ChangeVerdict::Regressed),
        (0.1, ChangeVerdict::NoWorse),
        (0.104, ChangeVerdict::NoWorse),
        (0.09, ChangeVerdict::Improved),
        (0.096, ChangeVerdict::NoWorse),
    ] {
        let report = compared(&before, &steady("now", mean_s, 100));
        assert_eq!(report.verdict, verdict, "{mean_s}: {report:#?}");
        let change = of(&report, "mean").change.unwrap();
        assert!((change.ratio - mean_s / 0.1).abs() < 1e-9);
    }
}

#[test]
fn of_throughput_less_is_worse() {
    let before = steady("before", 0.1, 1_000);
    for (ok, verdict) in
        [(900, ChangeVerdict::Regressed), (1_000, ChangeVerdict::NoWorse), (1_100, ChangeVerdict::Improved)]
    {
        let report = compared(&before, &steady("now", 0.1, ok));
        assert_eq!(of(&report, "throughput").verdict, verdict);
        // It does not decide: in a closed workload, the mean says the same.
        assert_eq!(report.verdict, ChangeVerdict::NoWorse);
    }
}

#[test]
fn the_throughput_of_a_schedule_is_not_compared() {
    let rules = ComparisonRules { throughput: ThroughputMeaning::OfTheSchedule, ..ComparisonRules::default() };
    let report = interleaved(&steady("a", 0.1, 100), &steady("b", 0.1, 100), rules);
    let metrics: Vec<&str> = report.changes.iter().map(|change| change.metric.as_str()).collect();
    assert_eq!(metrics, ["mean", "median", "p95"]);
}

#[test]
fn seven_pairs_of_turns_are_too_few() {
    let few = |name, mean_s| arm(name, (0..7).map(|_| turn(mean_s, 100)).collect());
    let report = compared(&few("before", 0.1), &few("now", 0.2));
    assert_eq!(report.verdict, ChangeVerdict::CannotTell);
    let mean = of(&report, "mean");
    assert!(mean.note.unwrap().contains("use a longer duration"));
    assert_eq!((mean.values, mean.change.unwrap().interval), (7, None));
}

#[test]
fn a_pair_without_one_side_is_left_out_and_counted() {
    let mut now = steady("now", 0.1, 100);
    now.turns[3] = turn(0.0, 0);
    let report = compared(&steady("before", 0.1, 100), &now);
    assert_eq!((report.verdict, of(&report, "mean").values), (ChangeVerdict::NoWorse, 29));
    assert!(report.notes.iter().any(|note| note.starts_with("1 of 30 pairs of turns are left out")), "{report:#?}");
}

#[test]
fn an_arm_that_often_finishes_nothing_is_not_called_no_worse() {
    let mut now = steady("now", 0.1, 100);
    (0..4).for_each(|index| now.turns[index * 5] = turn(0.0, 0));
    let report = compared(&steady("before", 0.1, 100), &now);
    assert_eq!(report.verdict, ChangeVerdict::CannotTell);
    now.turns.truncate(20);
    assert_eq!(compared(&steady("before", 0.1, 100), &now).verdict, ChangeVerdict::CannotTell);
}

#[test]
fn p95_of_turns_with_too_few_requests_is_not_compared_and_does_not_decide() {
    let report = compared(&steady("before", 0.1, 58), &steady("now", 0.1, 58));
    let p95 = of(&report, "p95");
    assert_eq!((p95.verdict, report.verdict), (ChangeVerdict::NotComparable, ChangeVerdict::NoWorse));
    assert!(p95.note.unwrap().contains("59 requests"));
}

#[test]
fn an_arm_that_fails_quickly_is_not_called_better() {
    let before = steady("before", 0.1, 100);
    let mut now = steady("now", 0.01, 50);
    now.turns.iter_mut().for_each(|turn| turn.failed = 50);
    let report = compared(&before, &now);
    assert_eq!(report.verdict, ChangeVerdict::CannotTell);
    assert!(report.notes[0].contains("50 % of the requests of now failed, and 0 % of those of before"), "{report:#?}");
    // The other way round, the slower one is the one that works.
    assert_eq!(compared(&now, &before).verdict, ChangeVerdict::CannotTell);
}

#[test]
fn two_measurements_apart_are_called_regressed_only_beyond_what_differs_between_runs_of_the_same_code() {
    let before = steady("before", 0.1, 100);
    for method in [one_after_the_other, two_runs] {
        for (mean_s, verdict) in [
            (0.12, ChangeVerdict::Regressed),
            (0.107, ChangeVerdict::CannotTell),
            (0.1, ChangeVerdict::CannotTell),
            (0.093, ChangeVerdict::NoWorse),
            (0.08, ChangeVerdict::Improved),
        ] {
            let report = method(&before, &steady("now", mean_s, 100), ComparisonRules::default());
            assert_eq!(of(&report, "mean").verdict, verdict, "{mean_s}");
            assert!(report.notes[0].contains("allows for 3 %"));
        }
    }
}

fn run(mean_s: f64) -> StoredFigures {
    StoredFigures { mean_s: Some(mean_s), samples: 10_000, ..StoredFigures::default() }
}

#[test]
fn below_five_stored_runs_there_is_only_a_guard_of_thirty_percent() {
    for stored in 1..5 {
        let stored = vec![run(0.1); stored];
        for (mean_s, verdict) in
            [(0.131, ChangeVerdict::Regressed), (0.125, ChangeVerdict::CannotTell), (0.05, ChangeVerdict::CannotTell)]
        {
            let report = with_stored(&stored, &[run(mean_s)], ComparisonRules::default());
            assert_eq!(report.verdict, verdict, "{mean_s}");
            let are = if stored.len() == 1 { "is" } else { "are" };
            assert!(
                report.notes[0].starts_with(&format!("{} of 5 runs {are} stored: ", stored.len())),
                "{}",
                report.notes[0]
            );
            assert_eq!(of(&report, "mean").change.unwrap().interval, None);
        }
    }
    assert_eq!(with_stored(&[], &[run(0.1)], ComparisonRules::default()).verdict, ChangeVerdict::NotComparable);
    assert_eq!(with_stored(&[run(0.1); 9], &[], ComparisonRules::default()).verdict, ChangeVerdict::NotComparable);
}

#[test]
fn a_run_that_is_faster_because_it_fails_more_often_than_the_stored_ones_did_not_improve() {
    let of_share = |mean_s: f64, failed_share: f64| StoredFigures { failed_share: Some(failed_share), ..run(mean_s) };
    let stored: Vec<_> = (0..8).map(|index| of_share(0.1 + 0.001 * f64::from(index % 2), 0.0)).collect();
    let compared = |now: StoredFigures| with_stored(&stored, &[now], ComparisonRules::default());
    assert_eq!(compared(of_share(0.07, 0.0)).verdict, ChangeVerdict::Improved);
    let failing = compared(of_share(0.07, 0.3));
    assert_eq!(failing.verdict, ChangeVerdict::CannotTell);
    assert!(
        failing.notes.iter().any(|note| note.starts_with("30 % of the requests of now failed, and 0 %")),
        "{failing:?}"
    );
    assert_eq!(compared(of_share(0.2, 0.3)).verdict, ChangeVerdict::Regressed);
}

#[test]
fn only_the_last_twenty_stored_runs_count() {
    let mut stored = vec![run(0.2); 30];
    stored.extend((0..20).map(|index| run(if index % 2 == 0 { 0.101 } else { 0.099 })));
    let report = with_stored(&stored, &[run(0.11)], ComparisonRules::default());
    assert_eq!((report.verdict, of(&report, "mean").values), (ChangeVerdict::Regressed, 20));
}

#[test]
fn a_regression_counts_only_if_the_same_figure_regressed_again() {
    let before = steady("before", 0.1, 100);
    let regressed = compared(&before, &steady("now", 0.12, 100));
    let same = compared(&before, &steady("now", 0.1, 100));

    let agreed = confirm(regressed.clone(), &regressed);
    assert_eq!((agreed.verdict, agreed.confirmed), (ChangeVerdict::Regressed, Some(true)));

    let contradicted = confirm(regressed.clone(), &same);
    assert_eq!((contradicted.verdict, contradicted.confirmed), (ChangeVerdict::CannotTell, Some(false)));
    assert!(of(&contradicted, "mean").note.unwrap().starts_with("measured again, it changed by +0.0 %"));

    // The mean the first time and p95 the second are two coincidences.
    let mut another = regressed.clone();
    another.changes[0].verdict = ChangeVerdict::CannotTell;
    let mut only_mean = regressed.clone();
    only_mean.changes[2].verdict = ChangeVerdict::NoWorse;
    assert_eq!(confirm(only_mean, &another).confirmed, Some(false));

    assert_eq!(confirm(same.clone(), &regressed), same);
}
