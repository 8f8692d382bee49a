//! A control group stopped the generator and its server, because the processor time that it allows was used up.

use std::fmt;

use super::delay::GeneratorDelay;
use super::figure;
use super::threshold_verdict::ThresholdVerdict;
use crate::measure::Measured;

const THROTTLED_SHARE_INVALID: f64 = 0.01;

/// For how long the processes of the run were kept from running by their quota.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Throttled {
    delay: GeneratorDelay,
    throttled_s: f64,
    periods: u64,
    throttled_periods: u64,
    quota_cores: Option<f64>,
}

impl Throttled {
    /// `None` if they were not, or if it is not known.
    pub(super) fn of(measured: &Measured) -> Option<Throttled> {
        let health = &measured.generator;
        let throttled_s = health.throttled_s.filter(|throttled_s| *throttled_s > 0.0)?;
        let window_s = cpu_window_s(measured);
        let share = if window_s > 0.0 { (throttled_s / window_s).min(1.0) } else { 1.0 };
        Some(Throttled {
            // A server with too little processor time may be late by any time.
            delay: GeneratorDelay::new(measured, f64::INFINITY, share),
            throttled_s,
            periods: health.quota_periods.unwrap_or_default(),
            throttled_periods: health.throttled_periods.unwrap_or_default(),
            quota_cores: health.cpu_quota_cores,
        })
    }

    /// True if the figures say nothing about the server.
    pub(super) fn is_too_long(&self) -> bool {
        self.delay.share > THROTTLED_SHARE_INVALID
    }

    /// True if this alone may explain the breach.
    pub(super) fn explains(&self, breach: &ThresholdVerdict) -> bool {
        self.delay.explains(breach)
    }

    /// What a reader should know although it does not change the verdict.
    pub(super) fn warning(self) -> String {
        format!("{}: times may include it", self.cause())
    }

    fn cause(&self) -> String {
        let quota =
            self.quota_cores.map_or_else(String::new, |cores| format!(" of {} cores", figure::round_to(cores, 3)));
        format!(
            "the CPU quota{quota} of the control group kept generator and server from running in {} of {} periods, for {} in all",
            figure::count(self.throttled_periods),
            figure::count(self.periods),
            figure::time(self.throttled_s)
        )
    }
}

impl fmt::Display for Throttled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = figure::percent(self.delay.share);
        write!(
            f,
            "{}, {share} of the run (allowed: 1 %): this measures the quota and not the server; raise it (`--cpus`, \
             `cpu.max`, `resources.limits.cpu`) or offer less load",
            self.cause()
        )
    }
}

/// The time in which the generator used its CPU: in a very short test, the workers use more while they end than in the span.
pub(super) fn cpu_window_s(measured: &Measured) -> f64 {
    measured.generator.cpu_window_s.unwrap_or(measured.span.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::kind::Kind;
    use crate::measure::{Counts, GeneratorHealth, ServerFigures, Summary, TimeSummary};
    use crate::outcome::{Judgement, Outcome, judge};

    /// 5.6 s under a quota of 0.7 cores, of which `throttled_s` were lost.
    fn judged(throttled_s: f64, failed: u64, limit: &str) -> Judgement {
        let requests = Counts { intended: 1_000, ok: 1_000 - failed, failed, ..Counts::default() };
        let times = TimeSummary::of((0..1_000).map(|_| Duration::from_millis(80)));
        let total = Summary { requests, response_time: times.clone(), service_time: times, ..Summary::default() };
        let generator = GeneratorHealth {
            workers: 1,
            cpu_quota_cores: Some(0.7),
            quota_periods: Some(56),
            throttled_periods: Some(50),
            throttled_s: Some(throttled_s),
            ..GeneratorHealth::default()
        };
        let measured = Measured { total, generator, span: Duration::from_secs_f64(5.6), ..Measured::default() };
        judge(&measured, &[limit.parse().unwrap()], Kind::Load)
    }

    #[test]
    fn a_run_under_a_quota_that_was_used_up_is_invalid_and_names_the_quota() {
        for limit in ["p95 < 1s", "p95 < 20ms"] {
            let judgement = judged(1.5, 0, limit);
            assert_eq!(judgement.outcome, Outcome::Invalid, "{limit}");
            let reason = judgement.reason.unwrap();
            assert!(
                reason.starts_with("the CPU quota of 0.7 cores of the control group kept generator and server"),
                "{reason}"
            );
            assert!(reason.contains("in 50 of 56 periods, for 1.50 s in all, 26.8 % of the run"), "{reason}");
        }
    }

    #[test]
    fn a_generator_is_busy_if_it_uses_its_quota_and_not_the_machine() {
        let generator = GeneratorHealth {
            workers: 8,
            cpu_s: Some(6.0),
            cpu_window_s: Some(10.0),
            host_cores: Some(64),
            host_cpu_share: Some(0.02),
            allowed_cores: Some(8),
            cpu_quota_cores: Some(0.7),
            ..GeneratorHealth::default()
        };
        let requests = Counts { intended: 1_000, ok: 1_000, ..Counts::default() };
        let total = Summary { requests, ..Summary::default() };
        let mut measured = Measured { total, generator, span: Duration::from_secs(10), ..Measured::default() };
        let warnings = judge(&measured, &[], Kind::Load).warnings;
        assert!(warnings[0].starts_with("the generator used 85.7 % of the 0.7 cores of its CPU quota"), "{warnings:?}");
        assert_eq!(warnings.len(), 1, "nothing is known of a server that was not started here: {warnings:?}");
        measured.servers = vec![ServerFigures { cpu_share: Some(0.05), ..ServerFigures::default() }];
        let warnings = judge(&measured, &[], Kind::Load).warnings;
        assert!(
            warnings[1].contains("92.9 % of the processor time that they may use, 0.7 of the machine's 64"),
            "{warnings:?}"
        );
    }

    #[test]
    fn failures_that_no_quota_explains_fail_the_test_all_the_same() {
        assert_eq!(judged(1.5, 500, "success_rate >= 99%").outcome, Outcome::Failed);
    }

    #[test]
    fn a_short_throttling_is_a_warning_and_none_is_none() {
        let short = judged(0.05, 0, "p95 < 1s");
        assert_eq!(short.outcome, Outcome::Passed);
        assert!(short.warnings[0].contains("50 of 56 periods, for 50.0 ms in all"), "{:?}", short.warnings);
        assert_eq!(judged(0.0, 0, "p95 < 1s").warnings, Vec::<String>::new());
    }
}
