//! What passes without anyone having asked for it: redirects that count as ok, statuses that change during a run, and
//! failures that make times shorter.

use super::threshold_verdict::ThresholdVerdict;
use super::{figure, subject};
use crate::kind::Kind;
use crate::measure::{Measured, StatusCount, Summary};
use crate::metric::Metric;
use crate::threshold::Threshold;

/// Endpoints that one warning names.
const NAMED: usize = 3;

/// With fewer responses of a class, a change from one to the other may be chance.
const LEAST_RESPONSES: u64 = 10;

/// A class follows another if they overlap by no more than this share of the time of both.
const OVERLAP: f64 = 0.05;

/// What happens less often than this by chance is not taken for chance.
const CHANCE: f64 = 0.001;

/// With a greater share of requests beyond the number that was asked for, the mix of those measured is another.
const MOST_BEYOND: f64 = 0.1;

/// The times of failed requests are shown separately if more than so many per cent of the requests failed.
const MANY_FAILED_PERCENT: u64 = 1;

/// True if so many requests failed that their times and those of the ok ones are two views.
pub fn has_two_views(summary: &Summary) -> bool {
    let (failed, sent) = failed_of_sent(summary);
    summary.requests.ok > 0 && failed * 100 > sent * MANY_FAILED_PERCENT
}

/// What was never sent has no time, so it is in neither view.
fn failed_of_sent(summary: &Summary) -> (u64, u64) {
    let counts = &summary.requests;
    (counts.not_ok().saturating_sub(counts.never_sent), counts.intended.saturating_sub(counts.never_sent))
}

pub(super) fn warnings(measured: &Measured, verdicts: &[ThresholdVerdict], kind: Kind) -> Vec<String> {
    let redirects = named(measured, redirected, |places| {
        format!(
            "{places}: a redirect counts as ok unless the request says what it expects; write `.expect(200)` if they are \
             wrong, `.expect(302)` if they are right, or set `redirects = 5` to follow them"
        )
    });
    let changes = named(measured, changed, |places| format!("{places}: is this still the server's usual response?"));
    let shorter = verdicts.iter().filter_map(|verdict| held_by_failures(measured, verdict, kind));
    redirects.into_iter().chain(changes).chain(shorter).chain(beyond_the_number(measured)).collect()
}

/// Where a number of requests ends the measurement, each user is somewhere in its iteration: the fewer iterations there are, the
/// more do those requests prevail that come first in one.
fn beyond_the_number(measured: &Measured) -> Option<String> {
    let (counted, beyond) = (measured.counted_to?, measured.beyond_count);
    let (requests, more) = (figure::count(counted), figure::count(beyond));
    (beyond as f64 > MOST_BEYOND * counted as f64).then(|| {
        format!(
            "`requests = {counted}` was reached in the middle of iterations, which sent {more} more requests: these are not counted, so \
             the first requests of an iteration prevail among the {requests}; measure more requests, or for a `duration`"
        )
    })
}

/// One warning about all endpoints of which `remark` says something.
fn named(
    measured: &Measured,
    remark: impl Fn(&Summary) -> Option<String>,
    warning: impl Fn(String) -> String,
) -> Option<String> {
    let remarks: Vec<String> = measured.endpoints.iter().filter_map(remark).collect();
    if remarks.is_empty() {
        return None;
    }
    let mut places = remarks[..remarks.len().min(NAMED)].join("; ");
    if remarks.len() > NAMED {
        places.push_str(&format!("; and so did {} more endpoints", remarks.len() - NAMED));
    }
    Some(warning(places))
}

/// Most responses are redirects, or all were for a time, and no request said that it expects one.
fn redirected(endpoint: &Summary) -> Option<String> {
    let all: u64 = endpoint.statuses.iter().map(|count| count.responses).sum();
    let is_redirect = |count: &&StatusCount| count.status / 100 == 3 && count.responses > count.expected;
    let redirects: Vec<&StatusCount> = endpoint.statuses.iter().filter(is_redirect).collect();
    let unasked: u64 = redirects.iter().map(|count| count.responses - count.expected).sum();
    let statuses: Vec<String> = redirects.iter().map(|count| count.status.to_string()).collect();
    let (name, statuses) = (&endpoint.name, statuses.join(", "));
    if unasked * 2 > all {
        let share = figure::percent(unasked as f64 / all as f64);
        return Some(format!("{share} of the responses of `{name}` were redirects ({statuses})"));
    }
    let (first_s, last_s) =
        (extreme(&redirects, f64::min, |count| count.first_s)?, extreme(&redirects, f64::max, |count| count.last_s)?);
    let every: Vec<&StatusCount> = endpoint.statuses.iter().collect();
    let (begins_s, ends_s) =
        (extreme(&every, f64::min, |count| count.first_s)?, extreme(&every, f64::max, |count| count.last_s)?);
    // If redirects come at any time, few are needed until one comes near each end.
    let share_of_time = (last_s - first_s) / (ends_s - begins_s);
    let is_chance = share_of_time.powf(unasked as f64) > CHANCE;
    if unasked < LEAST_RESPONSES || is_chance || changed(endpoint).is_some() {
        return None;
    }
    let (from, until) = (figure::time(first_s), figure::time(last_s));
    Some(format!(
        "{} responses of `{name}` were redirects ({statuses}), all of them between {from} and {until}",
        figure::count(unasked)
    ))
}

fn extreme(counts: &[&StatusCount], which: fn(f64, f64) -> f64, moment: fn(&StatusCount) -> f64) -> Option<f64> {
    counts.iter().map(|count| moment(count)).reduce(which)
}

/// The responses of one class: their number, the first and the last, and the most frequent status.
#[derive(Clone, Copy)]
struct Class {
    responses: u64,
    first_s: f64,
    last_s: f64,
    most: (u64, u16),
}

/// One class of status ended where another began.
fn changed(endpoint: &Summary) -> Option<String> {
    let mut classes: Vec<Class> = (1..=5).filter_map(|class| class_of(&endpoint.statuses, class)).collect();
    classes.retain(|class| class.responses >= LEAST_RESPONSES);
    classes.sort_by(|one, other| one.first_s.total_cmp(&other.first_s));
    let follows = |before: &Class, after: &Class| {
        before.last_s <= after.first_s + OVERLAP * (after.last_s - before.first_s) && before.last_s < after.last_s
    };
    // Others may come throughout: between the two, or as the usual response beside a few of each.
    let pairs = (0..classes.len()).flat_map(|index| (index + 1..classes.len()).map(move |later| (index, later)));
    let all: u64 = endpoint.statuses.iter().map(|count| count.responses).sum();
    let (before, after) = pairs
        .map(|(index, later)| (classes[index], classes[later]))
        .find(|(before, after)| follows(before, after) && (before.responses + after.responses) * 2 > all)?;
    Some(format!(
        "`{}` answered with status {} until {} and with {} from then on",
        endpoint.name,
        before.most.1,
        figure::time(before.last_s),
        after.most.1,
    ))
}

fn class_of(statuses: &[StatusCount], class: u16) -> Option<Class> {
    let of_class = statuses.iter().filter(|count| count.status / 100 == class && count.responses > 0);
    of_class.fold(None, |sum: Option<Class>, count| {
        let (responses, first_s, last_s) = (count.responses, count.first_s, count.last_s);
        let most = (responses, count.status);
        Some(match sum {
            None => Class { responses, first_s, last_s, most },
            Some(sum) => Class {
                responses: sum.responses + responses,
                first_s: sum.first_s.min(first_s),
                last_s: sum.last_s.max(last_s),
                most: sum.most.max(most),
            },
        })
    })
}

/// The limit holds for all requests and not for the ok ones: failures are quick.
fn held_by_failures(measured: &Measured, verdict: &ThresholdVerdict, kind: Kind) -> Option<String> {
    let threshold = &verdict.threshold;
    let of_ok = Threshold { metric: Metric::OfOk(threshold.metric.of_ok()?), ..threshold.clone() };
    let summary = subject::find(measured, threshold, kind).ok().filter(|summary| has_two_views(summary))?;
    let actual = subject::figure(summary, of_ok.metric)?;
    if !verdict.holds || of_ok.holds(actual) {
        return None;
    }
    let (failed, sent) = failed_of_sent(summary);
    let failed = figure::percent(failed as f64 / sent as f64);
    Some(format!(
        "`{threshold}` holds because failed requests are part of it: {failed} of the requests failed, and {} of the \
         others is {}; `{of_ok}` judges those alone",
        threshold.metric,
        figure::beside_limit(&of_ok, actual),
    ))
}
