//! What a batch prints at its end: a table of the levels, one of the open loads, and what both show.

use proofload::__command::figure;
use proofload::__command::table::{Align, TextTable, shown};
use proofload::record::Outcome;

use super::finding::BestLevel;
use super::part::{PresetLoad, percent};
use super::rows::{PresetRow, RepeatedLoad, word};

/// Both tables, and the finding below them.
pub(super) fn closing(levels: &[RepeatedLoad<'_>], open: &[RepeatedLoad<'_>], best: Option<BestLevel>) -> String {
    let mut parts = vec![format!(
        "Closed sweep (each user sends its next request when the last one has been answered)\n{}",
        sweep(levels, best)
    )];
    if !open.is_empty() {
        parts.push(format!("Open loads (requests on a schedule; response times)\n{}", loads(open)));
    }
    parts.push(finding(levels, open, best));
    parts.push(warnings(levels, open, best));
    parts.retain(|part| !part.is_empty());
    parts.iter().map(|part| format!("{}\n\n", part.trim_end())).collect::<String>().trim_end().to_owned() + "\n"
}

const TIMES: [(&str, Align); 3] = [("p50", Align::Right), ("p95", Align::Right), ("p99", Align::Right)];
const END: [(&str, Align); 2] = [("errors", Align::Right), ("", Align::Left)];

fn sweep(levels: &[RepeatedLoad<'_>], best: Option<BestLevel>) -> String {
    let begin = [("load", Align::Right), ("runs", Align::Right), ("ok rate", Align::Right)];
    let mut table = TextTable::new(begin.into_iter().chain(TIMES).chain(END));
    for level in levels {
        let PresetLoad::Users(users) = level.load else { continue };
        let name = users_text(users);
        let median = level.shown();
        let best = best.filter(|best| best.users == users).map(|_| "best".to_owned());
        let notes: Vec<String> = best.into_iter().chain(remark(level)).collect();
        let rate = shown(median.and_then(PresetRow::throughput_per_s), figure::rate);
        let begin = [name, level.rows.len().to_string(), rate];
        table.row(begin.into_iter().chain(times(median)).chain([errors(median), notes.join("; ")]));
    }
    table.terminal(2)
}

fn loads(open: &[RepeatedLoad<'_>]) -> String {
    let begin = ["of best", "runs", "target", "achieved"].map(|name| (name, Align::Right));
    let waits = [("waited p95", Align::Right), ("never sent", Align::Right)];
    let mut table = TextTable::new(begin.into_iter().chain(TIMES).chain(waits).chain(END));
    for load in open {
        let PresetLoad::Share { share, rate_per_s } = load.load else { continue };
        let median = load.shown();
        let achieved = shown(median.and_then(PresetRow::throughput_per_s), figure::rate);
        let begin = [format!("{} %", percent(share)), load.rows.len().to_string(), figure::rate(rate_per_s), achieved];
        let measured = median.and_then(PresetRow::measured);
        let waited = measured.and_then(|measured| measured.generator.pool_wait.as_ref()?.p95_s);
        let never_sent = measured.map(|measured| measured.total.requests.never_sent);
        let waits = [shown(waited, figure::time), shown(never_sent, figure::count)];
        let end = [errors(median), remark(load).unwrap_or_default()];
        table.row(begin.into_iter().chain(times(median)).chain(waits).chain(end));
    }
    table.terminal(2)
}

fn times(row: Option<&PresetRow<'_>>) -> [String; 3] {
    let times = row.and_then(PresetRow::measured).map(|measured| &measured.total.response_time);
    let of = |time: Option<Option<f64>>| shown(time.flatten(), figure::time);
    [of(times.map(|times| times.p50_s)), of(times.map(|times| times.p95_s)), of(times.map(|times| times.p99_s))]
}

fn errors(row: Option<&PresetRow<'_>>) -> String {
    let counts = row.and_then(PresetRow::measured).map(|measured| &measured.total.requests);
    shown(counts, |counts| figure::count(counts.not_ok()))
}

fn remark(load: &RepeatedLoad<'_>) -> Option<String> {
    let outcome = load.outcome();
    let nothing = load.nothing_succeeded().map(|cause| format!("no request succeeded ({cause})"));
    let reason = nothing.or_else(|| load.reason().map(str::to_owned));
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    (outcome != Outcome::Passed).then(|| format!("{}{reason}", word(outcome)))
}

/// What a reader should know of the figures that count: those of the best level and of the loads that are judged.
fn warnings(levels: &[RepeatedLoad<'_>], open: &[RepeatedLoad<'_>], best: Option<BestLevel>) -> String {
    let best = best.map(|best| PresetLoad::Users(best.users));
    let counts = |load: &&RepeatedLoad<'_>| Some(load.load) == best || load.load.is_judged();
    let of_load = |load: &RepeatedLoad<'_>| {
        let warnings = load.median().map(|row| row.test.warnings.clone()).unwrap_or_default();
        let name = match load.load {
            PresetLoad::Users(users) => users_text(users),
            PresetLoad::Share { share, .. } => format!("{} %", percent(share)),
        };
        // What the build is, is said once.
        let warnings = warnings.into_iter().filter(|warning| !warning.starts_with("UNOPTIMISED BUILD"));
        warnings.map(move |warning| format!("warning: {name}: {warning}\n")).collect::<String>()
    };
    levels.iter().chain(open).filter(counts).map(of_load).collect()
}

/// `1 user`, `10 users`
pub(super) fn users_text(users: u64) -> String {
    if users == 1 { "1 user".to_owned() } else { format!("{} users", figure::count(users)) }
}

fn finding(levels: &[RepeatedLoad<'_>], open: &[RepeatedLoad<'_>], best: Option<BestLevel>) -> String {
    let was_interrupted =
        |load: &RepeatedLoad<'_>| load.rows.iter().any(|row| row.test.outcome == Outcome::Interrupted);
    if levels.iter().chain(open).any(was_interrupted) {
        return "The batch was interrupted, so its figures are partial and nothing follows from them.".to_owned();
    }
    let Some(best) = best else {
        let cause = levels.iter().find_map(RepeatedLoad::nothing_succeeded);
        let reason = cause.or_else(|| levels.iter().find_map(RepeatedLoad::reason)).unwrap_or("nothing was measured");
        return format!("No level of users succeeded, so no open load was offered: {reason}");
    };
    let users = users_text(best.users);
    let rate = figure::rate(best.throughput_per_s);
    let first = if best.is_doubtful {
        format!("No level was measured without doubt; the greatest throughput was {rate} with {users}.")
    } else if best.may_be_more {
        format!(
            "The highest level was the best ({rate} with {users}), so the server may take more: add levels with --levels."
        )
    } else {
        format!("The server saturates at about {rate} with {users}.")
    };
    let sentences = [first].into_iter().chain(open.iter().filter_map(sentence));
    sentences.collect::<Vec<_>>().join("\n")
}

/// `At 90 % of that (1,234/s), p95 is 12 ms.`
fn sentence(load: &RepeatedLoad<'_>) -> Option<String> {
    let PresetLoad::Share { share, rate_per_s } = load.load else { return None };
    let row = load.median()?;
    let achieved = row.throughput_per_s()?;
    let kept_up = achieved >= rate_per_s * KEPT_UP;
    let p95 = row.p95_s().map_or_else(
        || "is not known, because there were too few requests".to_owned(),
        |p95_s| format!("is {}", figure::time(p95_s)),
    );
    let begin = format!("At {} % of that ({}), p95 {p95}", percent(share), figure::rate(rate_per_s));
    Some(match (kept_up, share > 1.0) {
        (true, false) => format!("{begin}."),
        (true, true) => format!("{begin}: it kept up, so it takes more than the sweep has found."),
        (false, _) => format!("{begin}, and {} succeed: requests wait, fail or are not sent.", figure::rate(achieved)),
    })
}

/// Below this share of the schedule, a server does not keep up with it.
const KEPT_UP: f64 = 0.98;
