//! What became of response times at full load, in a sentence.

use super::degradation::DegradationVerdict;
use super::report::TestReport;
use super::{figure, offered};

/// `degraded: a mean of 41.2 ms at 10 users instead of 20.3 ms at 2 users, +103 % (95 %: +92.0 % to +115 %)`; `None` for a load without
/// a second steady level.
pub fn degradation_sentence(test: &TestReport) -> Option<String> {
    let found = test.degradation.as_ref()?;
    let is_open = test.workload.as_ref().is_some_and(|workload| offered::rate_per_s(workload).is_some());
    let at = |seconds: Option<f64>, level: f64| {
        let time = seconds.map_or_else(|| "-".to_owned(), figure::time);
        format!("{time} at {}", if is_open { figure::rate(level) } else { offered::users_text(level as usize) })
    };
    let (before, after) = (at(found.before_s, found.from_level), at(found.after_s, found.to_level));
    let change = found.change.map(|change| format!(", {}", figure::change(1.0 + change))).unwrap_or_default();
    let bounds = |(low, high)| format!(" (95 %: {} to {})", figure::change(1.0 + low), figure::change(1.0 + high));
    let change = change + &found.interval.map(bounds).unwrap_or_default();
    let note = found.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default();
    Some(match found.verdict {
        DegradationVerdict::Degraded => format!("degraded: a mean of {after} instead of {before}{change}{note}"),
        DegradationVerdict::Stable => format!("stable: a mean of {after}, and {before}{change}{note}"),
        DegradationVerdict::CannotTell => {
            format!("cannot tell if it degrades: a mean of {after}, and {before}{change}{note}")
        }
    })
}
