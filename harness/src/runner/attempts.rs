//! A test is measured once more if the first measurement was invalid for a reason that may pass. Pure.

use crate::measure::TestEvent;
use crate::metric::Metric;
use crate::outcome::{Judgement, Outcome, TestReport};

/// One measurement of a test.
pub(super) struct Attempt {
    pub(super) report: TestReport,
    /// It was invalid for a reason that may not apply to another measurement.
    pub(super) is_worth_repeating: bool,
}

/// The measurements of a test so far.
#[derive(Default)]
pub(super) struct Attempts {
    /// Why the first measurement was invalid.
    first_was_invalid: Option<String>,
}

/// What to do after a measurement.
pub(super) enum AfterAttempt {
    /// Measure once more.
    MeasureAgain,
    /// This is the result.
    Done(Box<TestReport>),
}

impl Attempts {
    pub(super) fn record(&mut self, attempt: Attempt, is_interrupted: bool) -> AfterAttempt {
        let Attempt { mut report, is_worth_repeating } = attempt;
        if let Some(why) = &self.first_was_invalid {
            report.warnings.push(format!("measured twice: the first measurement was invalid ({why})"));
            report.events.insert(0, TestEvent { at_s: None, text: "measured twice".to_owned() });
            return AfterAttempt::Done(Box::new(report));
        }
        if !is_worth_repeating || is_interrupted {
            return AfterAttempt::Done(Box::new(report));
        }
        self.first_was_invalid = Some(report.reason.unwrap_or_default());
        AfterAttempt::MeasureAgain
    }
}

/// True if another measurement may be valid. A figure that is doubtful by itself, such as a percentile of ten samples,
/// would be doubtful again, and a worker that was lost stays lost.
pub(super) fn is_worth_repeating(judgement: &Judgement) -> bool {
    let is_doubtful = |metric, doubt: &Option<String>| metric != Metric::Capacity && doubt.is_some();
    let is_settled = judgement.thresholds.iter().any(|verdict| is_doubtful(verdict.threshold.metric, &verdict.doubt))
        || judgement.soak.as_ref().is_some_and(|soak| !soak.doubts.is_empty());
    judgement.outcome == Outcome::Invalid && !judgement.stays_invalid && !is_settled
}
