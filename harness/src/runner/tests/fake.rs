//! Tests as values, and figures that were never measured.

use std::sync::Arc;
use std::time::Duration;

use crate::kind::Kind;
use crate::measure::{Counts, Measured, Summary, TimeSummary};
use crate::outcome::TestId;
use crate::runner::{OfferLoad, Test};
use crate::settings::{SettingKey, Settings, parse_value};
use crate::threshold::Threshold;
use crate::workload::{ArmOrder, LoadPlan};

/// A test of `kind` with these settings and thresholds, whose load `load` offers.
pub(crate) fn test(
    kind: Kind,
    settings: &[(SettingKey, &str)],
    thresholds: &[&str],
    load: impl OfferLoad + 'static,
) -> Test {
    let LoadPlan { workload, runs, most_users_from, .. } = plan(kind, settings);
    Test {
        id: TestId::new("shop", "perf", "basket::add"),
        module: "perf::basket".to_owned(),
        kind,
        doc: String::new(),
        source: String::new(),
        markers: vec!["slow".to_owned()],
        thresholds: self::thresholds(thresholds),
        workload,
        runs,
        most_users_from,
        capacity_share: None,
        requests_csv: None,
        needs: Vec::new(),
        needed_tests: Vec::new(),
        arms: Vec::new(),
        order: ArmOrder::default(),
        load: Arc::new(load),
    }
}

pub(crate) fn plan(kind: Kind, settings: &[(SettingKey, &str)]) -> LoadPlan {
    let mut all = Settings::default();
    for (key, text) in settings {
        all.set(*key, parse_value(*key, text).unwrap()).unwrap();
    }
    all.plan(kind).unwrap()
}

pub(crate) fn thresholds(texts: &[&str]) -> Vec<Threshold> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// 1,000 requests that ended ok, each after `millis`.
pub(crate) fn figures(millis: u64) -> Measured {
    let times = TimeSummary::of((0..1_000).map(|_| Duration::from_millis(millis)));
    let requests = Counts { intended: 1_000, ok: 1_000, ..Counts::default() };
    let total = Summary { requests, response_time: times.clone(), service_time: times, ..Summary::default() };
    Measured { total, span: Duration::from_secs(10), ..Measured::default() }
}

/// The same, but the generator could not send everything.
pub(crate) fn disturbed(millis: u64) -> Measured {
    let mut measured = figures(millis);
    measured.generator.own_errors.insert("no file descriptors left".to_owned(), 100);
    measured
}
