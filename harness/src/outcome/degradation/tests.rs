use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::kind::Kind;
use crate::measure::{Fate, Phase, Phases, Recorder, Sample, StageBounds};
use crate::outcome::{Outcome, degradation_sentence, judge, samples};

/// Stages one after the other, of so many seconds each, from one level to another.
fn staged(stages: &[(f64, f64, u64)]) -> Recorder {
    let mut begins = Duration::ZERO;
    let bounds = stages.iter().enumerate().map(|(index, (from, to, seconds))| {
        let ends = begins + Duration::from_secs(*seconds);
        let bounds = StageBounds { name: (index + 1).to_string(), from: *from, to: *to, begins, ends };
        begins = ends;
        bounds
    });
    let mut recorder = Recorder::staged(Duration::from_secs(10), Arc::from(bounds.collect::<Vec<_>>()));
    recorder.measure_from(Duration::ZERO);
    recorder
}

fn record(recorder: &mut Recorder, intended_s: f64, time_s: f64, fate: Fate) {
    let (intended, time) = (Duration::from_secs_f64(intended_s), Duration::from_secs_f64(time_s));
    recorder.intend(Phase::Measured);
    let sample = Sample {
        endpoint: "GET /profile".into(),
        intended,
        sent: intended,
        done: intended + time,
        fate,
        bytes_sent: 0,
        bytes_received: 0,
        phases: Phases::default(),
    };
    recorder.end(Phase::Measured, &sample);
}

/// Two users for 4 s, a ramp of 1 s, and ten users for 5 s: a hundred requests a second, of which the n-th takes so many seconds.
fn measured(time_s: impl Fn(f64, u64) -> f64) -> Measured {
    let mut recorder = staged(&[(2.0, 2.0, 4), (2.0, 10.0, 1), (10.0, 10.0, 5)]);
    for index in 0..1_000 {
        let intended_s = index as f64 / 100.0;
        record(&mut recorder, intended_s, time_s(intended_s, index), Fate::Ok);
    }
    recorder.finish()
}

/// Times that differ by up to 3 % from tenth to tenth of a second, around `before` in the first stage and `after` from then on.
fn wavering(before_s: f64, after_s: f64) -> Measured {
    let noise = [0.98, 1.01, 1.03, 0.97, 1.01];
    measured(|at_s, index| (if at_s < 4.0 { before_s } else { after_s }) * noise[(index / 10 % 5) as usize])
}

fn found(measured: &Measured) -> Degradation {
    Degradation::of(measured).expect("two steady levels")
}

fn threshold(text: &str) -> Threshold {
    text.parse().expect("a threshold of the test's own")
}

#[test]
fn times_that_are_longer_at_full_load_are_degraded_by_the_change_of_their_means() {
    let found = found(&wavering(0.020, 0.040));
    assert_eq!(found.verdict, DegradationVerdict::Degraded);
    assert_eq!((found.from_stage.as_str(), found.to_stage.as_str()), ("1", "3"));
    assert_eq!((found.from_level, found.to_level), (2.0, 10.0));
    assert!((found.change.unwrap() - 1.0).abs() < 1e-9, "{found:?}");
    let (low, high) = found.interval.expect("an interval");
    assert!(0.9 < low && low <= 1.0 && (1.0..1.1).contains(&high), "{found:?}");
}

#[test]
fn times_that_do_not_change_are_stable_and_so_are_shorter_ones() {
    assert_eq!(found(&wavering(0.020, 0.0202)).verdict, DegradationVerdict::Stable);
    assert_eq!(found(&wavering(0.020, 0.010)).verdict, DegradationVerdict::Stable);
}

#[test]
fn what_is_within_five_per_cent_is_not_called_degraded_however_sure_it_is() {
    let found = found(&wavering(0.020, 0.0208));
    assert!(found.interval.unwrap().0 > 0.0, "it is longer for sure: {found:?}");
    assert_eq!(found.verdict, DegradationVerdict::Stable);
}

#[test]
fn an_interval_on_both_sides_of_five_per_cent_cannot_tell() {
    // The tenths of a second differ by half.
    let noisy = |index: u64| [0.6, 1.4, 1.3, 0.7, 1.2, 0.8, 1.4, 0.6, 0.7, 1.3][(index / 10 % 10) as usize];
    let found = found(&measured(|at_s, index| noisy(index) * if at_s < 4.0 { 0.020 } else { 0.0215 }));
    let (low, high) = found.interval.expect("an interval");
    assert!(low < 0.05 && 0.05 < high, "{found:?}");
    assert_eq!((found.verdict, found.note), (DegradationVerdict::CannotTell, None));
}

#[test]
fn an_overload_in_which_times_rise_throughout_is_degraded_without_an_interval() {
    let found = found(&measured(|at_s, _| if at_s < 4.0 { 0.020 } else { 0.020 + (at_s - 4.0) * 0.3 }));
    assert_eq!((found.verdict, found.interval), (DegradationVerdict::Degraded, None));
    assert!(found.note.unwrap().contains("each part of the stage at full load took longer"));
}

#[test]
fn a_difference_of_less_than_a_tenth_of_a_millisecond_may_come_from_the_harness() {
    let found = found(&wavering(0.000_060, 0.000_090));
    assert_eq!(found.verdict, DegradationVerdict::CannotTell);
    assert!(found.note.unwrap().contains("may come from the harness"));
}

#[test]
fn quick_failures_at_full_load_do_not_make_a_server_stable() {
    let mut recorder = staged(&[(2.0, 2.0, 4), (10.0, 10.0, 4)]);
    for index in 0..800 {
        let fails = index >= 400 && index % 2 == 0;
        let fate = if fails { Fate::Failed("status 503".to_owned()) } else { Fate::Ok };
        record(&mut recorder, index as f64 / 100.0, if fails { 0.001 } else { 0.020 }, fate);
    }
    let found = found(&recorder.finish());
    assert_eq!(found.verdict, DegradationVerdict::CannotTell);
    assert!(found.note.unwrap().starts_with("50.0 % of the requests at full load failed, and 0 % at the first level"));
}

#[test]
fn a_load_without_a_second_steady_level_is_not_compared() {
    for stages in [vec![(5.0, 5.0, 2)], vec![(0.0, 5.0, 2), (5.0, 5.0, 2)], vec![(5.0, 5.0, 2), (2.0, 2.0, 2)]] {
        let mut recorder = staged(&stages);
        record(&mut recorder, 0.5, 0.01, Fate::Ok);
        assert_eq!(Degradation::of(&recorder.finish()), None, "{stages:?}");
    }
    assert_eq!(Degradation::of(&Measured::default()), None);
}

/// Few requests, and none in some of the stages.
fn sparse(times_s: &[f64]) -> Measured {
    let mut recorder = staged(&[(2.0, 2.0, 4), (10.0, 10.0, 4)]);
    times_s.iter().for_each(|at_s| record(&mut recorder, *at_s, 0.02, Fate::Ok));
    recorder.finish()
}

#[test]
fn no_data_never_passes() {
    let limit = threshold("degradation < 20%");
    let of_one_level = compare(&Measured::default(), &limit);
    assert!(!of_one_level.holds && of_one_level.actual.is_none(), "{of_one_level:?}");
    let without_full_load = compare(&sparse(&[0.5, 1.5]), &limit);
    assert!(!without_full_load.holds && without_full_load.actual.is_none());
    assert!(without_full_load.doubt.unwrap().ends_with("no response time was measured in the stage `2`"));
}

#[test]
fn few_parts_say_nothing_and_the_test_is_invalid() {
    let measured = sparse(&[0.5, 1.5, 4.5, 5.5]);
    let found = found(&measured);
    assert_eq!((found.verdict, found.interval), (DegradationVerdict::CannotTell, None));
    assert!(found.note.unwrap().starts_with("there were requests in 2 parts of the stage `1`, and 10 are needed"));
    let judgement = judge(&measured, &[threshold("degradation < 20%")], Kind::Load);
    assert_eq!(judgement.outcome, Outcome::Invalid, "{:?}", judgement.reason);
}

#[test]
fn the_estimate_decides_a_threshold_and_a_limit_within_the_interval_is_borderline() {
    let measured = wavering(0.020, 0.024);
    for (text, holds, borderline) in
        [("degradation < 20.1%", true, true), ("degradation < 30%", true, false), ("degradation < 10%", false, false)]
    {
        let verdict = compare(&measured, &threshold(text));
        assert_eq!((verdict.holds, verdict.borderline), (holds, borderline), "{text}: {verdict:?}");
        assert!((verdict.actual.unwrap() - 0.2).abs() < 1e-9 && verdict.samples == 400, "{verdict:?}");
    }
    let judgement = judge(&measured, &[threshold("degradation < 10%")], Kind::Load);
    assert_eq!(judgement.outcome, Outcome::Failed);
    let reason = judgement.reason.unwrap();
    assert!(reason.starts_with("`degradation < 10%` was breached: 20.0 % (+10 pp; 95 % interval "), "{reason}");
}

#[test]
fn a_generator_that_was_held_up_may_be_the_cause_of_a_degradation() {
    let mut measured = wavering(0.020, 0.040);
    measured.generator.hiccup_share = Some(0.05);
    measured.generator.longest_hiccup_s = Some(0.2);
    assert_eq!(judge(&measured, &[threshold("degradation < 20%")], Kind::Load).outcome, Outcome::Invalid);
}

#[test]
fn workers_together_have_the_parts_of_both() {
    let stages = [(2.0, 2.0, 4), (10.0, 10.0, 4)];
    let (mut one, mut other) = (staged(&stages), staged(&stages));
    for index in 0..800 {
        let recorder = if index % 2 == 0 { &mut one } else { &mut other };
        record(recorder, index as f64 / 100.0, if index < 400 { 0.02 } else { 0.03 }, Fate::Ok);
    }
    one.merge(other);
    let measured = one.finish();
    let samples = |stage: &StageSummary| stage.times.parts.iter().map(|part| part.samples).sum::<u64>();
    assert_eq!(measured.stages.iter().map(samples).collect::<Vec<_>>(), [400, 400]);
    assert!((found(&measured).change.unwrap() - 0.5).abs() < 1e-9);
}

#[test]
fn the_parts_add_up_to_the_stage_also_with_what_was_carried_over() {
    let mut recorder = staged(&[(2.0, 2.0, 2), (10.0, 10.0, 2)]);
    // One that stalls from the first stage into the second, and waits longer there than any other.
    record(&mut recorder, 1.9, 1.5, Fate::Ok);
    (0..40).for_each(|index| record(&mut recorder, 0.05 + f64::from(index) / 10.0, 0.02, Fate::Ok));
    recorder.span_at_least(Duration::ZERO, Duration::from_secs(4));
    let measured = recorder.finish();
    assert!(measured.stages[1].carried_over.is_some(), "the stall is counted in both stages");
    for stage in &measured.stages {
        let parts = stage.times.parts.iter().fold((0, 0.0), |all, part| (all.0 + part.samples, all.1 + part.sum));
        let times = &stage.total.response_time;
        assert_eq!(parts.0, times.samples);
        assert!((parts.1 / parts.0 as f64 - times.mean_s.unwrap()).abs() < 1e-9, "{parts:?} {times:?}");
    }
}

fn sentence(measured: Measured) -> String {
    let test = samples::passed().with_figures(measured);
    degradation_sentence(&test).expect("two steady levels")
}

#[test]
fn the_sentence_has_the_levels_the_means_the_change_and_its_interval() {
    let degraded = sentence(wavering(0.0203, 0.0412));
    let start = "degraded: a mean of 41.2 ms at 10 users instead of 20.3 ms at 2 users, +103 % (95 %: +10";
    assert!(degraded.starts_with(start), "{degraded}");
    let stable = sentence(wavering(0.020, 0.0202));
    assert!(
        stable.starts_with("stable: a mean of 20.2 ms at 10 users, and 20.0 ms at 2 users, +1.0 % (95 %: +"),
        "{stable}"
    );
    let unknown = sentence(sparse(&[0.5]));
    assert_eq!(
        unknown,
        "cannot tell if it degrades: a mean of - at 10 users, and 20.0 ms at 2 users; no response time was measured in the stage `2`"
    );
    assert_eq!(degradation_sentence(&samples::passed()), None);
}
