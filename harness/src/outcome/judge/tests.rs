//! Verdicts, as a specification.

use std::time::Duration;

use super::*;
use crate::measure::{Counts, GeneratorHealth, ServerFigures, Slice, SpikeFigures, StageSummary, Summary, Times};

/// `ok` requests that took 1 ms, 2 ms, … each, and `failed` more that took the longest of them.
fn summary(name: &str, ok: u64, failed: u64) -> Summary {
    let times = (1..=ok + failed).map(|i| Duration::from_millis(i.min(ok.max(1))));
    Summary {
        name: name.to_owned(),
        requests: Counts { intended: ok + failed, ok, failed, ..Counts::default() },
        response_time: Times::of(times),
        throughput_per_s: Some(ok as f64 / 10.0),
        ..Summary::default()
    }
}

/// A run of ten seconds with one endpoint.
fn run(ok: u64, failed: u64) -> Measured {
    Measured {
        total: summary("", ok, failed),
        iteration: summary("iteration", ok, failed),
        endpoints: vec![summary("GET /health", ok, failed)],
        span: Duration::from_secs(10),
        generator: GeneratorHealth { workers: 2, ..GeneratorHealth::default() },
        ..Measured::default()
    }
}

fn judged_as(kind: Kind, measured: &Measured, thresholds: &[&str]) -> Judgement {
    let thresholds: Vec<Threshold> =
        thresholds.iter().map(|text| text.parse().expect("a threshold of the test's own")).collect();
    judge(measured, &thresholds, kind, true)
}

fn judged(measured: &Measured, thresholds: &[&str]) -> Judgement {
    judged_as(Kind::Load, measured, thresholds)
}

fn reason(judgement: &Judgement) -> &str {
    judgement.reason.as_deref().unwrap_or("")
}

#[test]
fn a_run_within_every_threshold_passes_without_a_reason() {
    let judgement = judged(&run(1000, 0), &["success_rate >= 100%", "mean < 1s", "p95 < 2s", "max <= 1s"]);
    assert_eq!((judgement.outcome, judgement.reason), (Outcome::Passed, None));
    assert!(judgement.thresholds.iter().all(|verdict| verdict.holds && verdict.doubt.is_none()));
    assert_eq!(judgement.warnings, Vec::<String>::new());
}

#[test]
fn a_breach_fails_with_figure_and_margin_and_counts_the_others() {
    let judgement = judged(&run(900, 100), &["success_rate >= 99%", "mean < 1s", "max < 100ms", "failed == 0"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(reason(&judgement), "`success_rate >= 99%` was breached: 90.0 % (-9.0 pp); and 2 more thresholds");
    let holds: Vec<bool> = judgement.thresholds.iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [false, true, false, false]);
    assert_eq!(judgement.thresholds[2].actual, Some(0.9));
    assert_eq!(judgement.thresholds[3].actual, Some(100.0));
}

#[test]
fn every_metric_is_read_in_its_base_unit() {
    // 1, 2, … 1000 ms: mean 500.5 ms, min 1 ms; 1000 ok in 10 s.
    let texts = ["min < 1s", "mean < 1s", "median < 1s", "throughput > 1/s", "requests >= 1", "error_rate < 1%"];
    let judgement = judged(&run(1000, 0), &texts);
    let actual: Vec<f64> = judgement.thresholds.iter().map(|verdict| verdict.actual.expect("a figure")).collect();
    let expected = [0.001, 0.5005, 0.5, 100.0, 1000.0, 0.0];
    for ((actual, expected), text) in actual.iter().zip(expected).zip(texts) {
        assert!((actual - expected).abs() <= expected * 0.002, "{text}: {actual} is not {expected}");
    }
}

#[test]
fn a_labelled_threshold_is_held_against_its_endpoint_alone() {
    let mut measured = run(1000, 0);
    measured.endpoints.push(summary("GET /slow", 2000, 0));
    let judgement = judged(&measured, &["max(\"GET /health\") <= 1s", "max(\"GET /slow\") <= 1s"]);
    assert_eq!((judgement.thresholds[0].holds, judgement.thresholds[1].holds), (true, false));
    assert_eq!(judgement.thresholds[1].samples, 2000);
}

#[test]
fn a_label_that_no_request_hit_fails_and_names_the_endpoints_there_were() {
    let judgement = judged(&run(1000, 0), &["p95(\"GET /helth\") < 1s"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(
        reason(&judgement),
        "no request hit `GET /helth`, did you mean `GET /health`? (endpoints that were hit: `GET /health`)"
    );
}

#[test]
fn an_endpoint_that_was_only_hit_outside_the_measurement_has_no_data() {
    let mut measured = run(1000, 0);
    measured.endpoints.push(summary("GET /login", 0, 0));
    let judgement = judged(&measured, &["failed(\"GET /login\") == 0"]);
    assert_eq!((judgement.outcome, judgement.thresholds[0].actual), (Outcome::Failed, None));
}

#[test]
fn no_failure_among_no_iterations_is_no_success() {
    let mut measured = run(1000, 0);
    measured.iteration = summary("iteration", 0, 0);
    let judgement = judged(&measured, &["failed(\"iteration\") == 0"]);
    assert_eq!((judgement.outcome, judgement.thresholds[0].actual), (Outcome::Failed, None));
}

#[test]
fn a_load_test_that_sent_nothing_fails_whatever_its_thresholds() {
    let judgement = judged(&run(0, 0), &[]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert!(reason(&judgement).starts_with("the test sent no request: use `user.get(…)`"), "{judgement:?}");
    let mut unsent = run(0, 0);
    unsent.total.requests = Counts { intended: 10, never_sent: 10, ..Counts::default() };
    assert_eq!(reason(&judged(&unsent, &["failed <= 10"])), "none of the planned requests was sent");
}

#[test]
fn a_time_without_samples_fails() {
    let mut measured = run(1000, 0);
    measured.total.response_time = Times::default();
    let judgement = judged(&measured, &["mean < 1s"]);
    assert_eq!(reason(&judgement), "`mean` has no data: nothing was measured");
    assert_eq!(judgement.outcome, Outcome::Failed);
}

#[test]
fn a_benchmark_is_judged_on_its_iterations_and_its_success_on_its_requests() {
    let mut measured = run(1000, 0);
    measured.iteration = summary("iteration", 400, 0);
    measured.total = summary("", 900, 100);
    let judgement = judged_as(Kind::Benchmark, &measured, &["max <= 400ms", "throughput >= 40/s", "failed == 0"]);
    let actual: Vec<Option<f64>> = judgement.thresholds.iter().map(|verdict| verdict.actual).collect();
    assert_eq!(actual, [Some(0.4), Some(40.0), Some(100.0)]);
}

#[test]
fn a_benchmark_without_requests_is_judged_on_its_iterations_throughout() {
    let mut measured = run(0, 0);
    measured.iteration = summary("iteration", 399, 1);
    let judgement = judged_as(Kind::Benchmark, &measured, &["mean < 1s", "success_rate >= 100%"]);
    assert_eq!(judgement.thresholds[1].actual, Some(399.0 / 400.0));
    measured.iteration = summary("iteration", 0, 0);
    let judgement = judged_as(Kind::Benchmark, &measured, &["mean < 1s"]);
    assert_eq!(reason(&judgement), "no iteration was measured, and no data never passes");
}

#[test]
fn a_percentile_with_too_few_samples_is_invalid_whether_it_holds_or_not() {
    for bound in ["p99 < 10s", "p99 < 1ms"] {
        let judgement = judged(&run(120, 0), &[bound]);
        assert_eq!(judgement.outcome, Outcome::Invalid, "{bound}");
        assert_eq!(reason(&judgement), "p99 needs at least 299 samples to mean anything, there were 120");
    }
}

#[test]
fn a_proven_breach_outranks_invalid() {
    let judgement = judged(&run(120, 0), &["p99 < 10s", "max < 100ms"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(reason(&judgement), "`max < 100ms` was breached: 120 ms (+20 %)");
}

#[test]
fn few_samples_above_a_percentile_are_a_warning() {
    // 300 × 1 % = 3 samples above p99.
    let judgement = judged(&run(300, 0), &["p99 < 10s", "p90 < 10s"]);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert_eq!(judgement.warnings.len(), 1);
    assert!(judgement.warnings[0].starts_with("`p99 < 10s` rests on the slowest 3 of 300 samples"), "{judgement:?}");
}

#[test]
fn failures_of_the_generators_own_make_the_run_invalid() {
    let mut measured = run(1000, 0);
    measured.generator.own_errors.insert("no file descriptors left".to_owned(), 4);
    let judgement = judged(&measured, &["success_rate >= 100%"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert_eq!(reason(&judgement), "the generator itself failed: no file descriptors left (4)");
}

#[test]
fn failures_of_the_generators_own_never_count_as_the_servers() {
    let mut measured = run(990, 10);
    measured.generator.own_errors.insert("no local ports left".to_owned(), 10);
    assert_eq!(judged(&measured, &["success_rate >= 100%"]).outcome, Outcome::Invalid);
    assert_eq!(judged(&measured, &["failed == 0"]).outcome, Outcome::Invalid);
    measured.generator.own_errors.insert("no local ports left".to_owned(), 9);
    assert_eq!(judged(&measured, &["success_rate >= 100%"]).outcome, Outcome::Failed);
}

#[test]
fn silence_is_the_generators_fault_when_it_could_not_send() {
    let mut measured = run(0, 10);
    measured.ended = Ended::NoAnswer(Duration::from_secs(30));
    assert_eq!(judged(&measured, &[]).outcome, Outcome::Failed);
    assert_eq!(reason(&judged(&measured, &[])), "no answer of any kind for 30.0 s, so the rest was not sent");
    measured.generator.own_errors.insert("no file descriptors left".to_owned(), 10);
    assert_eq!(judged(&measured, &[]).outcome, Outcome::Invalid);
}

#[test]
fn clipped_values_and_lost_counts_make_the_run_invalid() {
    let mut clipped = run(1000, 0);
    clipped.generator.clipped = 1;
    assert_eq!(judged(&clipped, &["mean < 1s"]).outcome, Outcome::Invalid);
    let mut lost = run(1000, 0);
    lost.total.requests.ok -= 1;
    let judgement = judged(&lost, &["success_rate >= 100%"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert!(reason(&judgement).starts_with("requests were lost in counting: 1000 intended, but 999 ok"));
}

#[test]
fn the_closed_law_warns_above_two_percent_and_invalidates_above_five() {
    let mut measured = run(1000, 0);
    measured.generator.closed_law_gap = Some(0.03);
    let judgement = judged(&measured, &["mean < 1s"]);
    assert_eq!((judgement.outcome, judgement.warnings.len()), (Outcome::Passed, 1));
    measured.generator.closed_law_gap = Some(0.051);
    assert_eq!(judged(&measured, &["mean < 1s"]).outcome, Outcome::Invalid);
}

#[test]
fn a_generator_that_was_frozen_proves_nothing_about_times_but_a_status_stays_a_status() {
    let mut measured = run(900, 100);
    measured.generator.hiccup_share = Some(0.3);
    measured.generator.longest_hiccup_s = Some(3.0);
    let judgement = judged(&measured, &["max < 1ms"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert_eq!(reason(&judgement), "the generator was held up for 30.0 % of the run (allowed: 1 %)");
    assert!(judgement.warnings[0].contains("3.00 s at the longest"));
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).outcome, Outcome::Failed);
}

#[test]
fn a_busy_generator_is_a_warning() {
    let mut measured = run(1000, 0);
    // 14 s of CPU in 10 s on 2 cores.
    measured.generator.cpu_s = Some(14.0);
    let judgement = judged(&measured, &["mean < 1s"]);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert!(judgement.warnings[0].starts_with("the generator used 70.0 % of its 2 cores"), "{judgement:?}");
}

#[test]
fn what_broke_or_stopped_a_test_is_an_error_and_not_a_failure() {
    for ended in [Ended::Broken("user 3: log-in refused".into()), Ended::Stopped("user 3: log-in refused".into())] {
        let measured = Measured { ended, ..run(0, 100) };
        let judgement = judged(&measured, &["success_rate >= 99%"]);
        assert_eq!(judgement.outcome, Outcome::Errored);
        assert_eq!(reason(&judgement), "user 3: log-in refused");
        assert!(!judgement.thresholds[0].holds);
    }
}

#[test]
fn an_unoptimised_build_is_told_first_and_loudly() {
    let judgement = judge(&run(1000, 0), &[], Kind::Load, false);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert!(judgement.warnings[0].starts_with("UNOPTIMISED BUILD"));
}

/// The run of an open workload: `sent` arrivals of `planned`, each so late.
fn open(planned: u64, sent: u64, lag: Duration) -> Measured {
    let mut measured = run(1000, 0);
    measured.generator.planned = Some(planned);
    measured.generator.sent = Some(sent);
    measured.generator.pacer_lag = Times::of((0..100).map(|_| lag));
    measured
}

#[test]
fn a_pacer_is_allowed_a_millisecond_or_a_twentieth_of_the_tightest_limit() {
    let lag = |millis_10: u64| open(1000, 1000, Duration::from_micros(100 * millis_10));
    assert_eq!(judged(&lag(4), &["max < 2s"]).warnings, Vec::<String>::new());
    let warned = judged(&lag(9), &["success_rate >= 99%"]);
    assert_eq!(warned.outcome, Outcome::Passed);
    assert_eq!(warned.warnings, ["1 % of the arrivals started 900 µs or more too late"]);
    let invalid = judged(&lag(12), &["success_rate >= 99%"]);
    assert_eq!(invalid.outcome, Outcome::Invalid);
    let expected = "the generator started 1 % of the arrivals 1.20 ms or more too late although slots were free \
                    (allowed: 1.00 ms; at worst 1.20 ms)";
    assert_eq!(reason(&invalid), expected);
    // A twentieth of the tightest limit, 1.1 s, is 55 ms.
    assert_eq!(judged(&lag(540), &["max < 1.1s", "mean < 2s"]).outcome, Outcome::Passed);
    assert_eq!(judged(&lag(560), &["max < 1.1s", "mean < 2s"]).outcome, Outcome::Invalid);
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
    capped.generator.shed = 120;
    capped.generator.left_waiting = 80;
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
fn a_saturated_host_is_told_with_who_used_it() {
    let mut measured = run(1000, 0);
    measured.generator.host_cpu_share = Some(0.93);
    measured.generator.host_cores = Some(2);
    measured.generator.cpu_s = Some(8.0);
    measured.servers = vec![server(Some(0.9))];
    let expected = "generator and server share a saturated host: 93.0 % of its 2 cores were busy \
                    (generator 40.0 %, server 45.0 %, others 8.00 %)";
    assert_eq!(judged(&measured, &["mean < 1s"]).warnings, [expected]);
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
    assert!(reason(&absent).contains("known only of a server that this run starts"), "{absent:?}");
    measured.servers = vec![server(None)];
    let absent = judged(&measured, &["server_cpu < 50%"]);
    assert_eq!(reason(&absent), "`server_cpu` is absent for `agent`: it is attached, or the system does not tell");
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
    let expected = "response times had not come back to 11.0 ms when the measurement ended, so there was no recovery";
    assert_eq!(reason(&never), expected);
}

#[test]
fn peak_throughput_is_the_best_second_and_capacity_what_the_search_found() {
    let mut measured = run(1000, 0);
    measured.timeline = [120, 340, 200].map(|ok| Slice { ok, ..Slice::default() }).to_vec();
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
        actual: Some(1.0),
        interval: None,
        samples: 1000,
        holds,
        borderline,
        doubt: None,
    };
    assert!(!is_undecided(Outcome::Passed, &[verdict(true, false)]));
    assert!(is_undecided(Outcome::Passed, &[verdict(true, false), verdict(true, true)]));
    assert!(is_undecided(Outcome::Failed, &[verdict(true, false), verdict(false, true)]));
    assert!(!is_undecided(Outcome::Failed, &[verdict(false, false), verdict(true, true)]), "it fails anyway");
    assert!(!is_undecided(Outcome::Invalid, &[verdict(true, true)]), "an invalid one is measured again as it is");
}
