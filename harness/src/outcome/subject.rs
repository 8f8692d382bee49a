//! The figure that a threshold is about.

use crate::kind::Kind;
use crate::measure::{ClassFigures, Measured, StageSummary, Summary, TimeScope, TimeSummary};
use crate::metric::{Dimension, Metric, TimeFigure};
use crate::suggest::did_you_mean;
use crate::threshold::{Subject, Threshold};

/// The reserved name of the iterations of the author's function.
const ITERATION: &str = "iteration";

/// How many names a message lists.
const NAMES_LISTED: usize = 20;

/// The figures that `threshold` is about, or why there are none.
pub(super) fn find<'m>(measured: &'m Measured, threshold: &Threshold, kind: Kind) -> Result<&'m Summary, String> {
    match &threshold.subject {
        Subject::Total => Ok(of_whole_test(measured, threshold.metric, kind)),
        Subject::Endpoint(name) if name == ITERATION => Ok(&measured.iteration),
        Subject::Endpoint(name) => endpoint(&measured.endpoints, name, ""),
        Subject::Stage(name) => stage(measured, name).map(|stage| &stage.total),
        Subject::StageEndpoint { stage: name, endpoint: label } => {
            endpoint(&stage(measured, name)?.endpoints, label, &format!(" in the stage `{name}`"))
        }
        Subject::Value(name) => Err(format!("`{name}` is a value, not requests")),
        Subject::Class(_) | Subject::ClassEndpoint { .. } => {
            let Some((class, inner)) = within_class(measured, threshold) else { return Ok(&measured.total) };
            let class = class?;
            find(&class.measured, &inner, kind)
                .map_err(|why| format!("of the users of the class `{}`, {why}", class.name))
        }
    }
}

/// The class of users that `threshold` is about, with what is asked of it; `None` if it is about no class. The text says that
/// there is no such class.
pub(super) fn within_class<'m>(
    measured: &'m Measured,
    threshold: &Threshold,
) -> Option<(Result<&'m ClassFigures, String>, Threshold)> {
    let (name, subject) = threshold.subject.within_class()?;
    let found = measured.classes.iter().find(|class| class.name == name).ok_or_else(|| {
        let names = || measured.classes.iter().map(|class| class.name.as_str());
        let listed: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        match listed.as_slice() {
            [] => format!("there is no class `{name}`: the test has no classes of users"),
            _ => format!("there is no class `{name}`{} (classes: {})", did_you_mean(name, names()), listed.join(", ")),
        }
    });
    Some((found, Threshold { subject, ..threshold.clone() }))
}

/// Which times `threshold` bounds, as the recorders count them; `None` for times that they do not count separately.
pub(super) fn times_of(threshold: &Threshold, kind: Kind) -> Option<TimeScope> {
    if let Some((class, subject)) = threshold.subject.within_class() {
        let of = times_of(&Threshold { subject, ..threshold.clone() }, kind)?;
        return Some(TimeScope::OfClass(class.to_owned(), Box::new(of)));
    }
    let times = match &threshold.subject {
        Subject::Total if kind == Kind::Benchmark => TimeScope::Iterations,
        Subject::Total => TimeScope::Requests,
        Subject::Endpoint(name) if name == ITERATION => TimeScope::Iterations,
        Subject::Endpoint(name) => TimeScope::Endpoint(name.clone()),
        Subject::Stage(name) => TimeScope::Stage(name.clone()),
        Subject::StageEndpoint { .. } | Subject::Value(_) | Subject::Class(_) | Subject::ClassEndpoint { .. } => {
            return None;
        }
    };
    Some(times)
}

/// The figure itself in its base unit; `None` where there is no data.
pub(super) fn figure(summary: &Summary, metric: Metric) -> Option<f64> {
    let (counts, times) = (&summary.requests, &summary.response_time);
    let any = counts.intended > 0;
    let figure = match metric {
        Metric::SuccessRate | Metric::ErrorRate | Metric::StatusShare(_) => {
            share(summary, metric).filter(|_| any).map(|(part, whole)| part as f64 / whole as f64)
        }
        Metric::Throughput => summary.throughput_per_s.filter(|_| any),
        Metric::Requests => any.then_some(counts.intended as f64),
        Metric::Failed => any.then(|| counts.not_ok() as f64),
        Metric::OfOk(figure) => time_figure(&summary.ok_response_time, figure),
        // Figures of the whole test are in no summary.
        _ => metric.of_ok().and_then(|figure| time_figure(times, figure)),
    };
    figure.filter(|figure| figure.is_finite())
}

fn time_figure(times: &TimeSummary, figure: TimeFigure) -> Option<f64> {
    match figure {
        TimeFigure::Min => times.min_s,
        TimeFigure::Mean => times.mean_s,
        TimeFigure::Max => times.max_s,
        TimeFigure::Stddev => times.stddev_s,
        TimeFigure::Median | TimeFigure::Percentile(_) => times.percentile_s(figure.percentile()?),
    }
}

/// The counts of which the figure is the share, if it is a share of requests: it is judged by them.
pub(super) fn share(summary: &Summary, metric: Metric) -> Option<(u64, u64)> {
    let counts = &summary.requests;
    let part = match metric {
        Metric::SuccessRate => counts.ok,
        Metric::ErrorRate => counts.not_ok(),
        // Where no response has a status, no share of them is known.
        Metric::StatusShare(_) if summary.statuses.is_empty() => return None,
        Metric::StatusShare(statuses) => {
            let meant = summary.statuses.iter().filter(|count| statuses.contains(count.status));
            meant.map(|count| count.responses).sum()
        }
        _ => return None,
    };
    Some((part, counts.intended))
}

/// The number of samples behind that figure.
pub(super) fn samples(summary: &Summary, metric: Metric) -> u64 {
    match metric.dimension() {
        _ if matches!(metric, Metric::OfOk(_)) => summary.ok_response_time.samples,
        Dimension::Time => summary.response_time.samples,
        _ => summary.requests.intended,
    }
}

/// A benchmark measures iterations, so its times and rates are those of iterations. Whether it succeeds depends on its
/// requests, or on its iterations if it sends no request.
fn of_whole_test(measured: &Measured, metric: Metric, kind: Kind) -> &Summary {
    let by_iteration = kind == Kind::Benchmark
        && match metric.dimension() {
            Dimension::Time | Dimension::Rate => true,
            _ => measured.total.requests.intended == 0,
        };
    if by_iteration { &measured.iteration } else { &measured.total }
}

/// `place` says which part of the test these endpoints belong to.
fn endpoint<'m>(endpoints: &'m [Summary], label: &str, place: &str) -> Result<&'m Summary, String> {
    let found = endpoints.iter().find(|endpoint| endpoint.name == label && endpoint.requests.intended > 0);
    found.ok_or_else(|| {
        let names = || endpoints.iter().map(|endpoint| endpoint.name.as_str()).filter(|name| *name != label);
        let suggestion = did_you_mean(label, names());
        let mut listed: Vec<String> = names().take(NAMES_LISTED).map(|name| format!("`{name}`")).collect();
        let others = names().count() - listed.len();
        listed.extend((others > 0).then(|| format!("… and {others} others")));
        match listed.as_slice() {
            [] => format!("no request hit `{label}`{place}, nor any other endpoint"),
            _ => {
                format!("no request hit `{label}`{place}{suggestion} (endpoints that were hit: {})", listed.join(", "))
            }
        }
    })
}

fn stage<'m>(measured: &'m Measured, name: &str) -> Result<&'m StageSummary, String> {
    let found = measured.stages.iter().find(|stage| stage.name == name);
    let found = found.ok_or_else(|| {
        let names = || measured.stages.iter().map(|stage| stage.name.as_str());
        let listed: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        match listed.as_slice() {
            [] => format!("there is no stage `{name}`: the workload has no stages"),
            _ => format!("there is no stage `{name}`{} (stages: {})", did_you_mean(name, names()), listed.join(", ")),
        }
    })?;
    if found.total.requests.intended == 0 {
        return Err(format!("no request was due in the stage `{name}`"));
    }
    Ok(found)
}
