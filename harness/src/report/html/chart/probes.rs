//! The curves of tests of several runs: the levels of a sweep, the probes of a search for capacity.

use super::model::{Chart, ChartLimit, ChartLine, ChartMark, Look, Stroke, XAxis};
use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::metric::Dimension;
use crate::outcome::probe::{LoadLevel, ProbeRow, knee_of};
use crate::outcome::search::Found;
use crate::outcome::{Outcome, TestReport, figure};
use crate::threshold::Subject;

/// The throughput and the times of the levels of a sweep, by load; none for repeats of one level.
pub(super) fn sweep(prefix: &str, test: &TestReport) -> Vec<Chart> {
    let mut rows: Vec<&ProbeRow> = test.probes.iter().collect();
    rows.sort_by(|a, b| a.load.value().total_cmp(&b.load.value()));
    let xs: Vec<f64> = rows.iter().map(|row| row.load.value()).collect();
    if xs.len() < 2 || xs.windows(2).any(|pair| pair[0] == pair[1]) {
        return Vec::new();
    }
    let unit = if matches!(rows[0].load, LoadLevel::Users(_)) { ChartUnit::Count } else { ChartUnit::Rate };
    let knee = knee_of(&test.probes).and_then(|index| test.probes.get(index));
    let marks = knee.map(|row| ChartMark { at: row.load.value(), text: "knee".to_owned() });
    let each = |of: fn(&ProbeRow) -> Option<f64>| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let chart = |id: &str, title, says, lines| Chart {
        x: XAxis { heading: "load", unit, stretch: stretch_of(&xs) },
        lines,
        marks: marks.iter().cloned().collect(),
        ..Chart::over_time(format!("{prefix}-{id}"), title, says, xs.clone())
    };
    let says = match knee {
        Some(row) => format!(
            "Successful requests each second at each level. The knee is at {}: beyond it, throughput grows less than half as fast as the load.",
            unit.show(row.load.value())
        ),
        None => {
            "Successful requests each second at each level. There is no knee: throughput grew with the load.".to_owned()
        }
    };
    let throughput = vec![ChartLine::new(
        "throughput",
        ChartUnit::Rate,
        Look::new("blue", Stroke::Solid),
        each(|row| row.throughput_per_s),
    )];
    let times = [
        ("mean", Look::new("blue", Stroke::Solid), each(|row| row.mean_s)),
        ("p95", Look::new("orange", Stroke::Dash), each(|row| row.p95_s)),
        ("p99", Look::new("violet", Stroke::DashDot), each(|row| row.p99_s)),
    ];
    let times = times.map(|(name, look, values)| ChartLine::new(name, ChartUnit::Time, look, values));
    let mut times =
        chart("sweep-times", "Response times by load", "Response times at each level.".to_owned(), times.into());
    times.limits = limits(test);
    let throughput = chart("sweep", "Throughput by load", says, throughput);
    [throughput.unless_empty(), times.unless_empty()].into_iter().flatten().collect()
}

/// Each probe of a search in the order of measurement, by whether its rate held.
pub(super) fn search(prefix: &str, rows: &[ProbeRow], found: &Found) -> Option<Chart> {
    let held = |row: &&ProbeRow| row.outcome == Outcome::Passed;
    let failed = |row: &&ProbeRow| row.outcome == Outcome::Failed;
    let disturbed = |row: &&ProbeRow| !held(row) && !failed(row);
    let points = |is_meant: &dyn Fn(&&ProbeRow) -> bool| {
        rows.iter().map(|row| Some(row.load.value()).filter(|_| is_meant(&row))).collect::<Vec<_>>()
    };
    let lines = [
        ("held", Look::new("blue", Stroke::Dots), points(&held)),
        ("did not hold", Look::new("red", Stroke::Crosses), points(&failed)),
        ("disturbed", Look::new("grey", Stroke::Squares), points(&disturbed)),
    ];
    let lines = lines.into_iter().filter(|(_, _, values)| values.iter().any(Option::is_some));
    let lines = lines.map(|(name, look, values)| ChartLine::new(name, ChartUnit::Rate, look, values)).collect();
    let capacity = found.capacity_per_s.map(|rate| (rate, format!("capacity {}", figure::rate(rate))));
    let says = match found.capacity_per_s {
        Some(rate) => {
            format!("The rate of each probe, in order: the search found a capacity of {}.", figure::rate(rate))
        }
        None => "The rate of each probe, in order: the search did not converge.".to_owned(),
    };
    Chart {
        x: XAxis { heading: "probe", unit: ChartUnit::Count, stretch: Stretch::Straight },
        lines,
        limits: capacity.into_iter().map(|(at, text)| ChartLimit { at, text }).collect(),
        ..Chart::over_time(
            format!("{prefix}-search"),
            "Search for the capacity",
            says,
            (1..=rows.len()).map(|number| number as f64).collect(),
        )
    }
    .unless_empty()
}

/// Levels that double have an axis of powers.
fn stretch_of(xs: &[f64]) -> Stretch {
    match (xs.first(), xs.last()) {
        (Some(first), Some(last)) if *first > 0.0 && last / first > 20.0 => Stretch::Log,
        _ => Stretch::Straight,
    }
}

fn limits(test: &TestReport) -> Vec<ChartLimit> {
    let thresholds = test.thresholds.iter().map(|verdict| &verdict.threshold);
    let of_time = thresholds.filter(|threshold| {
        threshold.subject == Subject::Total
            && threshold.metric.dimension() == Dimension::Time
            && !threshold.metric.is_of_whole_test()
    });
    of_time.filter_map(ChartLimit::of).collect()
}
