//! Open workloads, stages, surges and the servers' own figures.

use super::*;
use crate::measure::{
    CarriedOver, ChartSlice, ChartSlices, Fate, Phase, Phases, Recorder, Sample, ServerFigures, SpikeFigures,
    StageSummary, TimeSlice,
};
use crate::outcome::Severity;

/// The run of an open workload: `sent` arrivals of `planned`, each so late.
fn open(planned: u64, sent: u64, lag: Duration) -> Measured {
    let mut measured = run(1000, 0);
    measured.generator.planned = Some(planned);
    measured.generator.sent = Some(sent);
    measured.generator.pacer_lag = Some(TimeSummary::of((0..100).map(|_| lag)));
    measured
}

#[test]
fn a_pacer_is_allowed_a_millisecond_or_a_twentieth_of_the_tightest_limit() {
    let lag = |millis_10: u64| open(1000, 1000, Duration::from_micros(100 * millis_10));
    assert_eq!(judged(&lag(4), &["max < 2s"]).warnings, Vec::<String>::new());
    let warned = judged(&lag(9), &["success_rate >= 99%"]);
    assert_eq!(warned.outcome, Outcome::Passed);
    assert_eq!(warned.warnings, ["1 % of the arrivals started at least 900 µs late"]);
    let invalid = judged(&lag(12), &["success_rate >= 99%"]);
    assert_eq!(invalid.outcome, Outcome::Invalid);
    let expected = "the generator started 1 % of the arrivals at least 1.20 ms late although slots were free \
                    (allowed: 1.00 ms; longest: 1.20 ms)";
    assert_eq!(reason(&invalid), expected);
    // A twentieth of the tightest limit, 1.1 s, is 55 ms.
    assert_eq!(judged(&lag(540), &["max < 1.1s", "mean < 2s"]).outcome, Outcome::Passed);
    assert_eq!(judged(&lag(560), &["max < 1.1s", "mean < 2s"]).outcome, Outcome::Invalid);
}

#[test]
fn a_number_of_requests_beside_a_rate_counts_arrivals_and_says_so_where_they_sent_more() {
    let mut measured = open(500, 500, Duration::ZERO);
    measured.counted_to = Some(500);
    let expected = "`requests = 500` beside a rate counts arrivals: they sent 1,000 requests";
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).warnings, [expected]);
    measured.counted_to = None;
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).warnings, Vec::<String>::new(), "time ends it");
}

#[test]
fn a_plan_without_an_arrival_is_not_called_a_test_without_a_request() {
    let mut measured = run(0, 0);
    measured.generator.planned = Some(0);
    let judgement = judged(&measured, &["p95 < 1s"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert!(reason(&judgement).starts_with("no arrival was due within the measurement"), "{judgement:?}");
}

#[test]
fn a_silence_while_the_tests_own_code_held_the_worker_proves_nothing_about_the_server() {
    let mut measured = run(1_000, 10);
    measured.ended = Ended::FellSilent(Duration::from_secs(1));
    assert_eq!(judged(&measured, &["success_rate >= 90%"]).outcome, Outcome::Failed);
    (measured.generator.longest_poll_s, measured.generator.held_share) = (Some(1.0), Some(0.1));
    let judgement = judged(&measured, &["success_rate >= 90%"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert!(reason(&judgement).starts_with("the test's own code held a worker thread"), "{judgement:?}");
}

#[test]
fn requests_beyond_the_number_asked_for_are_a_warning_where_they_change_the_mix() {
    let mut measured = run(100, 0);
    (measured.counted_to, measured.beyond_count) = (Some(100), 80);
    let warnings = judged(&measured, &["success_rate >= 99%"]).warnings.join("\n");
    assert!(
        warnings.contains("`requests = 100` was reached in the middle of iterations, which sent 80 more"),
        "{warnings}"
    );
    measured.beyond_count = 10;
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).warnings, Vec::<String>::new());
}

#[test]
fn a_breach_that_the_pacers_lateness_explains_is_invalid_and_a_larger_one_is_a_failure() {
    // The slowest took 1 s, and the pacer was 100 ms late: up to 200 ms may be its doing.
    let measured = open(1000, 1000, Duration::from_millis(100));
    assert_eq!(judged(&measured, &["max < 900ms"]).outcome, Outcome::Invalid);
    assert_eq!(judged(&measured, &["max < 700ms"]).outcome, Outcome::Failed);
    assert_eq!(judged(&measured, &["throughput > 500/s"]).outcome, Outcome::Invalid);
}

#[test]
fn time_outs_are_no_proof_when_the_generator_itself_stood_still_for_long() {
    let mut measured = run(900, 0);
    measured.total.requests.intended += 100;
    measured.total.requests.timed_out = 100;
    measured.generator.hiccup_share = Some(0.05);
    measured.generator.longest_hiccup_s = Some(0.5);
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).outcome, Outcome::Invalid);
    measured.generator.longest_hiccup_s = Some(0.05);
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).outcome, Outcome::Failed, "too short a stop to be why");
}

#[test]
fn a_server_that_freezes_fails_although_the_generator_hiccuped_a_little() {
    let mut measured = run(1000, 0);
    measured.generator.hiccup_share = Some(0.02);
    measured.generator.longest_hiccup_s = Some(0.06);
    assert_eq!(judged(&measured, &["p95 < 100ms"]).outcome, Outcome::Failed);
    assert_eq!(judged(&measured, &["p95 < 900ms"]).outcome, Outcome::Invalid);
}

#[test]
fn planned_arrivals_that_were_not_sent_are_the_generators_unless_the_cap_kept_them() {
    let of = |sent| open(10_000, sent, Duration::ZERO);
    assert_eq!(judged(&of(9_995), &["success_rate >= 99%"]).warnings, Vec::<String>::new());
    assert_eq!(judged(&of(9_950), &["success_rate >= 99%"]).warnings, ["50 of 10,000 planned arrivals were not sent"]);
    let short = judged(&of(9_800), &["success_rate >= 99%"]);
    assert_eq!(short.outcome, Outcome::Invalid);
    assert!(reason(&short).starts_with("the generator did not send 200 of 10,000 planned arrivals"), "{short:?}");
    let mut capped = of(9_800);
    capped.generator.shed = Some(120);
    capped.generator.left_waiting = Some(80);
    assert_eq!(judged(&capped, &["success_rate >= 99%"]).outcome, Outcome::Passed);
    let given_up = Measured { ended: Ended::NoAnswer(Duration::from_secs(30)), ..of(5_000) };
    assert_eq!(judged(&given_up, &[]).outcome, Outcome::Failed);
}

#[test]
fn a_generator_at_its_limit_makes_a_breach_invalid_and_leaves_what_holds_nevertheless() {
    let mut measured = run(1000, 0);
    // 17 s of CPU in 10 s on 2 cores.
    measured.generator.cpu_s = Some(17.0);
    assert_eq!(judged(&measured, &["mean < 1s"]).outcome, Outcome::Passed);
    let breached = judged(&measured, &["mean < 100ms"]);
    assert_eq!(breached.outcome, Outcome::Invalid);
    assert!(reason(&breached).starts_with("the generator used 85.0 % of its cores (allowed: 80 %)"), "{breached:?}");
    assert_eq!(judged(&measured, &["requests >= 2000"]).outcome, Outcome::Failed);
}

#[test]
fn a_saturated_host_is_reported_with_what_used_it() {
    let mut measured = run(1000, 0);
    measured.generator.host_cpu_share = Some(0.93);
    measured.generator.host_cores = Some(2);
    measured.generator.cpu_s = Some(8.0);
    measured.servers = vec![server(Some(0.9))];
    let expected = "generator and server share a saturated host: 93.0 % of its 2 cores were busy \
                    (generator 40.0 %, server 45.0 %, others 8.00 %)";
    assert_eq!(judged(&measured, &["mean < 1s"]).warnings, [expected]);
    // Its CPU is that of a longer time than the requests took.
    measured.generator.cpu_window_s = Some(16.0);
    assert!(
        judged(&measured, &["mean < 1s"]).warnings[0].ends_with("(generator 25.0 %, server 45.0 %, others 23.0 %)")
    );
    measured.generator.host_cpu_share = Some(0.8);
    assert_eq!(judged(&measured, &["mean < 1s"]).warnings, Vec::<String>::new());
}

fn server(cpu_share: Option<f64>) -> ServerFigures {
    ServerFigures { name: "agent".to_owned(), cpu_share, ..ServerFigures::default() }
}

#[test]
fn a_servers_own_figures_are_judged_and_an_absent_one_fails_and_says_so() {
    let mut measured = run(1000, 0);
    let absent = judged(&measured, &["server_rss < 100MiB"]);
    assert_eq!(absent.outcome, Outcome::Failed);
    assert!(reason(&absent).contains("measured only for servers that this run starts"), "{absent:?}");
    measured.servers = vec![server(None)];
    let absent = judged(&measured, &["server_cpu < 50%"]);
    assert_eq!(
        reason(&absent),
        "`server_cpu` is absent for `agent`: the server is attached, or the system does not provide the figure"
    );
    measured.servers = vec![server(Some(0.5)), server(Some(0.75))];
    let verdict = judged(&measured, &["server_cpu < 150%"]).thresholds.remove(0);
    assert_eq!((verdict.actual, verdict.holds), (Some(1.25), true));
}

fn stage(name: &str, from: f64, to: f64, ok: u64) -> StageSummary {
    StageSummary { name: name.to_owned(), from, to, total: summary("", ok, 0), ..StageSummary::default() }
}

#[test]
fn a_threshold_that_names_a_stage_is_held_against_it_alone() {
    let mut measured = run(1000, 0);
    measured.stages = vec![stage("warm", 0.0, 9.0, 100), stage("peak", 9.0, 9.0, 2000)];
    let judgement = judged(&measured, &["max(\"stage warm\") <= 100ms", "max(\"stage peak\") < 1s"]);
    let holds: Vec<bool> = judgement.thresholds.iter().map(|verdict| verdict.holds).collect();
    assert_eq!((holds, judgement.thresholds[1].samples), (vec![true, false], 2000));
    let unknown = judged(&measured, &["max(\"stage peek\") < 1s"]);
    assert_eq!(reason(&unknown), "there is no stage `peek`, did you mean `peak`? (stages: `warm`, `peak`)");
}

#[test]
fn a_threshold_may_ask_for_an_endpoint_within_a_stage() {
    let mut measured = run(1000, 0);
    measured.stages = vec![stage("warm", 0.0, 9.0, 100), stage("peak", 9.0, 9.0, 2000)];
    measured.stages[1].endpoints = vec![summary("GET /config", 500, 0), summary("GET /health", 1500, 0)];
    let verdict = judged(&measured, &["max(\"stage peak: GET /config\") <= 500ms"]).thresholds.remove(0);
    assert_eq!((verdict.holds, verdict.samples), (true, 500));
    let unknown = judged(&measured, &["max(\"stage peak: GET /confg\") < 1s"]);
    let endpoints = "(endpoints that were hit: `GET /config`, `GET /health`)";
    assert_eq!(
        reason(&unknown),
        format!("no request hit `GET /confg` in the stage `peak`, did you mean `GET /config`? {endpoints}")
    );
    let unknown = judged(&measured, &["max(\"stage peek: GET /config\") < 1s"]);
    assert_eq!(reason(&unknown), "there is no stage `peek`, did you mean `peak`? (stages: `warm`, `peak`)");
}

#[test]
fn a_success_rate_that_straddles_its_limit_wants_a_longer_measurement() {
    let judgement = |failed: u64| {
        let mut measured = run(1000 - 10 * failed, 10 * failed);
        let second = |second| TimeSlice { second, ok: 100 - failed, failed, ..TimeSlice::default() };
        measured.timeline = (0..10).map(second).collect();
        let slice = || ChartSlice { ok: 100 - failed, failed, ..ChartSlice::default() };
        measured.slices = ChartSlices { length_s: Some(1.0), slices: (0..10).map(|_| slice()).collect() };
        judged(&measured, &["success_rate >= 95%"])
    };
    for (failed, holds) in [(4, true), (6, false)] {
        let near = judgement(failed);
        assert!(near.wants_longer && near.thresholds[0].borderline, "{near:?}");
        assert_eq!(near.thresholds[0].holds, holds);
    }
    assert!(!judgement(0).wants_longer && !judgement(1).wants_longer && !judgement(20).wants_longer);
}

#[test]
fn ramps_alone_leave_nothing_to_judge_unless_one_is_named() {
    let mut measured = run(0, 0);
    measured.stages = vec![stage("warm", 0.0, 9.0, 1000)];
    let nothing = judged(&measured, &["success_rate >= 99%"]);
    assert_eq!(nothing.outcome, Outcome::Failed);
    assert!(reason(&nothing).starts_with("every stage is a ramp"), "{nothing:?}");
    assert_eq!(judged(&measured, &["success_rate(\"stage warm\") >= 99%"]).outcome, Outcome::Passed);
}

#[test]
fn recovery_is_judged_and_a_server_that_never_recovered_fails() {
    let mut measured = run(1000, 0);
    assert_eq!(reason(&judged(&measured, &["recovery < 3s"])), "`recovery` is absent: no stage is named `spike`");
    let spike = SpikeFigures { before_s: Some(0.01), band_s: Some(0.011), recovery_s: Some(2.5) };
    measured.spike = Some(spike);
    assert_eq!(judged(&measured, &["recovery < 3s"]).outcome, Outcome::Passed);
    measured.spike = Some(SpikeFigures { recovery_s: None, ..spike });
    let never = judged(&measured, &["recovery < 3s"]);
    assert_eq!(never.outcome, Outcome::Failed);
    let expected = "response times had not returned to 11.0 ms when the measurement ended, so there was no recovery";
    assert_eq!(reason(&never), expected);
}

#[test]
fn peak_throughput_is_the_best_second_and_capacity_what_the_search_found() {
    let mut measured = run(1000, 0);
    measured.timeline = [120, 340, 200].map(|ok| TimeSlice { ok, ..TimeSlice::default() }).to_vec();
    measured.capacity_per_s = Some(812.0);
    let judgement = judged(&measured, &["peak_throughput >= 300/s", "capacity >= 800/s"]);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert_eq!(judgement.thresholds[0].actual, Some(340.0));
    measured.capacity_per_s = None;
    assert_eq!(judged(&measured, &["capacity >= 800/s"]).outcome, Outcome::Failed);
}

#[test]
fn only_a_verdict_that_hangs_on_a_borderline_limit_wants_a_longer_measurement() {
    let verdict = |holds, borderline| ThresholdVerdict {
        threshold: "p95 < 1s".parse().expect("a threshold of the test's own"),
        arm: None,
        actual: Some(1.0),
        interval: None,
        samples: 1000,
        holds,
        borderline,
        severity: Severity::Error,
        doubt: None,
    };
    assert!(!is_undecided(Outcome::Passed, &[verdict(true, false)]));
    assert!(is_undecided(Outcome::Passed, &[verdict(true, false), verdict(true, true)]));
    assert!(is_undecided(Outcome::Failed, &[verdict(true, false), verdict(false, true)]));
    assert!(!is_undecided(Outcome::Failed, &[verdict(false, false), verdict(true, true)]), "it fails anyway");
    assert!(!is_undecided(Outcome::Invalid, &[verdict(true, true)]), "an invalid one is measured again as it is");
}

#[test]
fn a_borderline_limit_is_reported_with_its_interval_and_the_advice_to_measure_longer() {
    let thresholds: Vec<Threshold> = vec!["mean < 100ms".parse().expect("a threshold of the test's own")];
    let mut recorder =
        Recorder::new(Duration::from_secs(1)).limited(&crate::outcome::time_limits(&thresholds, Kind::Load));
    for index in 0..400 {
        let intended = Duration::from_millis(index * 10);
        // Fifths of a second of 90 and of 108 ms in turns: 99 ms on average.
        let done = intended + Duration::from_millis(if index / 20 % 2 == 0 { 90 } else { 108 });
        let endpoint = "GET /".into();
        recorder.intend(Phase::Measured);
        let sample = Sample {
            endpoint,
            intended,
            sent: intended,
            done,
            fate: Fate::Ok,
            bytes_sent: 0,
            bytes_received: 0,
            phases: Phases::default(),
        };
        recorder.end(Phase::Measured, &sample);
    }
    let judgement = judge(&recorder.finish(), &thresholds, Kind::Load);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert!(judgement.wants_longer && judgement.thresholds[0].borderline);
    assert!(judgement.warnings[0].starts_with("`mean < 100ms` is borderline: its 95 % interval is 9"), "{judgement:?}");
}

#[test]
fn a_stall_that_reaches_into_the_measurement_breaks_its_limit_and_is_explained() {
    let thresholds: Vec<Threshold> = vec!["max < 100ms".parse().expect("a threshold of the test's own")];
    let mut measured = run(2_000, 0);
    measured.total.response_time = TimeSummary::of([Duration::from_millis(5), Duration::from_millis(2_905)]);
    measured.carried_over = Some(CarriedOver { requests: 10, longest_s: Some(2.905) });
    let judgement = judge(&measured, &thresholds, Kind::Load);
    assert_eq!(judgement.outcome, Outcome::Failed);
    let warning = "requests that began before the measurement were still open when it began: 10 of them took up to 2.90 s \
                   from then on, longer than any that began in it, and are counted with this time";
    assert!(judgement.warnings.iter().any(|text| text == warning), "{:?}", judgement.warnings);
}
