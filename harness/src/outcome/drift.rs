//! Times that rise or fall throughout a run, and a backlog that grows throughout it: what a reader must know before anything
//! else about such figures is that they depend on the length of the run.

use std::time::Duration;

use super::figure;
use crate::measure::{Exceedances, Measured, StageSummary, TimeDrift, TimeScope};
use crate::statistics::Trend;

/// A backlog that grows by less than this share of the arrivals is noise.
pub(super) const BACKLOG_SHARE: f64 = 0.02;
/// The same for one that has grown by fewer requests than this.
const LEAST_BACKLOG: f64 = 3.0;
/// A growth is sure only if so many seconds show it.
const LEAST_SECONDS: usize = 5;

/// How the times that a limit bounds rise or fall, if they do for sure. Such times have no interval.
pub(super) fn of(measured: &Measured, exceedances: &Exceedances) -> Option<TimeDrift> {
    // From one stage to the next the load changes, and so may the times.
    let has_one_load = measured.stages.len() <= 1 || matches!(exceedances.limit.of, TimeScope::Stage(_));
    exceedances.drift().filter(|_| has_one_load)
}

/// True if ever more of the requests that a limit bounds were open or waiting. Such times have no interval, either, even if they are
/// too noisy to rise for sure.
pub(super) fn backlog_grows(measured: &Measured, exceedances: &Exceedances) -> bool {
    parts(measured).iter().any(|part| match &exceedances.limit.of {
        TimeScope::Stage(name) if part.stage.as_ref().is_some_and(|stage| stage != name) => false,
        _ => growth_per_s(measured, part.from_s, part.until_s).is_some(),
    })
}

/// What drifts, in sentences.
pub(super) fn warnings(measured: &Measured) -> impl Iterator<Item = String> {
    times(measured).into_iter().chain(backlogs(measured))
}

fn times(measured: &Measured) -> Vec<String> {
    let mut warnings = Vec::new();
    for exceedances in &measured.exceedances {
        let Some(drift) = of(measured, exceedances) else { continue };
        let whose = whose(&exceedances.limit.of);
        let way = if drift.slope > 0.0 { "rose" } else { "fell" };
        let warning = format!(
            "{whose} {way} by {} a second throughout: a run of another length would have other figures, so none of them has \
             an interval",
            figure::time(drift.slope.abs())
        );
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    warnings
}

fn whose(times: &TimeScope) -> String {
    match times {
        TimeScope::Requests => "response times".to_owned(),
        TimeScope::Iterations => "the times of iterations".to_owned(),
        TimeScope::Endpoint(name) => format!("response times of `{name}`"),
        TimeScope::Stage(name) => format!("response times in the stage `{name}`"),
        TimeScope::OfClass(class, of) => format!("{} of the users of the class `{class}`", whose(of)),
    }
}

/// A part of a load in which the rate of arrivals stays the same.
struct SteadyPart {
    /// `None` for the whole of a load without stages.
    stage: Option<String>,
    from_s: f64,
    until_s: f64,
}

/// Of a load whose starts are planned.
fn parts(measured: &Measured) -> Vec<SteadyPart> {
    if measured.generator.planned.is_none() {
        return Vec::new();
    }
    if measured.stages.is_empty() {
        let whole = |length: Duration| SteadyPart { stage: None, from_s: 0.0, until_s: length.as_secs_f64() };
        return measured.planned_length.map(whole).into_iter().collect();
    }
    let steady = measured.stages.iter().filter(|stage| stage.steady);
    let part = |stage: &StageSummary| SteadyPart {
        stage: Some(stage.name.clone()),
        from_s: stage.begins_s,
        until_s: stage.begins_s + stage.span.as_secs_f64(),
    };
    steady.map(part).collect()
}

/// The parts in which ever more requests were open or waiting.
fn backlogs(measured: &Measured) -> Vec<String> {
    let grew = parts(measured).into_iter().filter_map(|part| {
        let excess = growth_per_s(measured, part.from_s, part.until_s)?;
        let place = part.stage.map_or_else(String::new, |stage| format!(" in the stage `{stage}`"));
        Some(format!(
            "arrivals exceeded answers by {} throughout{place}: the server did not keep up, and the longer the test, the longer \
             its response times",
            figure::rate(excess)
        ))
    });
    grew.collect()
}

/// By how many requests the backlog grew each second of a part, if it grew for sure.
fn growth_per_s(measured: &Measured, from_s: f64, until_s: f64) -> Option<f64> {
    let is_inside = |second: u64| from_s <= second as f64 && (second + 1) as f64 <= until_s;
    let seconds: Vec<_> = measured.timeline.iter().filter(|slice| is_inside(slice.second)).collect();
    let points: Vec<(f64, f64)> = seconds.iter().map(|slice| (slice.second as f64, slice.in_flight as f64)).collect();
    let trend = Trend::of(&points).filter(|_| points.len() >= LEAST_SECONDS)?;
    let ended: u64 = seconds.iter().map(|slice| slice.ok + slice.failed).sum();
    let arrivals_per_s = trend.slope + ended as f64 / seconds.len() as f64;
    let matters = trend.slope > BACKLOG_SHARE * arrivals_per_s && trend.slope * points.len() as f64 >= LEAST_BACKLOG;
    (trend.lower > 0.0 && matters).then_some(trend.slope)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::kind::Kind;
    use crate::measure::{Fate, Phase, Phases, Recorder, Sample, TimeSlice};
    use crate::outcome::{Judgement, judge, time_limits};
    use crate::seeded::SplitMix64;
    use crate::threshold::Threshold;

    /// A server of `capacity` each second that takes the requests in order, offered `rate_per_s` for `seconds`.
    fn queue(rate_per_s: f64, capacity: f64, seconds: u64, limit: &str) -> (Measured, Judgement) {
        served(rate_per_s, seconds, limit, || 1.0 / capacity)
    }

    /// A server that takes the requests in order, and so long for each, offered `rate_per_s` for `seconds`.
    fn served(rate_per_s: f64, seconds: u64, limit: &str, mut service_s: impl FnMut() -> f64) -> (Measured, Judgement) {
        let thresholds: Vec<Threshold> = vec![limit.parse().expect("a threshold of the test's own")];
        let mut recorder = Recorder::new(Duration::from_secs(60)).limited(&time_limits(&thresholds, Kind::Load));
        let arrivals = (rate_per_s * seconds as f64) as u64;
        let mut free_s = 0.0f64;
        for index in 0..arrivals {
            let due_s = (index as f64 + 0.5) / rate_per_s;
            free_s = free_s.max(due_s) + service_s();
            recorder.intend(Phase::Measured);
            recorder.end(Phase::Measured, &sample(due_s, free_s));
        }
        recorder.planned(arrivals);
        recorder.span_at_least(Duration::ZERO, Duration::from_secs(seconds));
        let measured = recorder.finish();
        let judgement = judge(&measured, &thresholds, Kind::Load);
        (measured, judgement)
    }

    fn sample(due_s: f64, done_s: f64) -> Sample {
        let intended = Duration::from_secs_f64(due_s);
        Sample {
            endpoint: "GET /".into(),
            intended,
            sent: intended,
            done: Duration::from_secs_f64(done_s),
            fate: Fate::Ok,
            bytes_sent: 0,
            bytes_received: 0,
            phases: Phases::default(),
        }
    }

    #[test]
    fn an_overloaded_server_has_no_interval_but_a_slope_and_a_backlog() {
        for seconds in [5, 15] {
            let (_, judgement) = queue(105.0, 100.0, seconds, "p95 < 1s");
            assert_eq!(judgement.thresholds[0].interval, None);
            // Of 5 each second, one takes 10 ms: 5 % of the time.
            let warnings = judgement.warnings.join("\n");
            assert!(warnings.contains("response times rose by 50.0 ms a second throughout"), "{warnings}");
            assert!(warnings.contains("arrivals exceeded answers by 5.00/s throughout"), "{warnings}");
        }
    }

    #[test]
    fn a_backlog_that_grows_under_drawn_service_times_leaves_no_figure_of_times_an_interval() {
        for seed in 0..20 {
            let mut random = SplitMix64::new(seed);
            // From 5 to 15 ms, 10 on average, for 105 requests each second.
            for limit in ["mean < 300ms", "median < 300ms", "p95 < 650ms", "p99 < 10s"] {
                let (_, judgement) = served(105.0, 15, limit, || 0.005 + 0.01 * random.next_unit());
                let warnings = judgement.warnings.join("\n");
                assert_eq!(judgement.thresholds[0].interval, None, "{limit}, seed {seed}");
                assert!(!judgement.wants_longer, "{limit}, seed {seed}");
                assert!(warnings.contains("a second throughout"), "{limit}, seed {seed}: {warnings}");
            }
        }
    }

    #[test]
    fn a_backlog_is_seen_in_the_requests_that_are_open_and_not_in_their_times() {
        let mut measured = queue(105.0, 100.0, 15, "p95 < 1s").0;
        let rising = measured.exceedances[0].clone();
        assert!(backlog_grows(&measured, &rising));
        measured.timeline.iter_mut().for_each(|second| second.in_flight = 5);
        assert!(!backlog_grows(&measured, &rising));
    }

    #[test]
    fn a_steady_server_has_an_interval_and_neither_slope_nor_backlog() {
        let (_, judgement) = queue(95.0, 100.0, 10, "mean < 1s");
        assert!(judgement.thresholds[0].interval.is_some());
        let warnings = judgement.warnings.join("\n");
        assert!(!warnings.contains("throughout"), "{warnings}");
    }

    #[test]
    fn a_slow_server_that_keeps_up_has_no_backlog() {
        // 3 s each: requests open at the end of a second are 300 from the third second on.
        let mut measured = Measured { planned_length: Some(Duration::from_secs(8)), ..Measured::default() };
        measured.generator.planned = Some(800);
        let open = [100, 200, 300, 300, 300, 300, 300, 300];
        measured.timeline = (0..)
            .zip(open)
            .map(|(second, in_flight)| TimeSlice { second, in_flight, ..TimeSlice::default() })
            .collect();
        assert_eq!(backlogs(&measured), Vec::<String>::new());
    }

    #[test]
    fn a_run_of_a_second_is_too_short_for_an_interval() {
        let (_, judgement) = queue(95.0, 100.0, 1, "p50 < 1s");
        assert_eq!(judgement.thresholds[0].interval, None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_backlog_is_arrivals_less_capacity(capacity in 20u32..200, excess in 1.05f64..2.0, seconds in 5u64..20) {
            let capacity = f64::from(capacity);
            let (measured, _) = queue(capacity * excess, capacity, seconds, "p95 < 1s");
            let growth = growth_per_s(&measured, 0.0, seconds as f64);
            let expected = capacity * (excess - 1.0);
            if expected * seconds as f64 >= 10.0 {
                prop_assert!((growth.unwrap() - expected).abs() <= 1.5 + 0.02 * expected, "{growth:?} {expected}");
            }
            let warnings = times(&measured);
            prop_assert_eq!(warnings.len(), 1, "{:?}", warnings);
        }

        #[test]
        fn a_server_that_keeps_up_has_neither(capacity in 40u32..200, load in 0.1f64..0.95, seconds in 5u64..20) {
            let (measured, _) = queue(f64::from(capacity) * load, f64::from(capacity), seconds, "p95 < 1s");
            prop_assert_eq!(warnings(&measured).collect::<Vec<_>>(), Vec::<String>::new());
        }
    }
}
