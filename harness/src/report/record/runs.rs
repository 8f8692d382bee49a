//! The runs of a test that is several.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::build::finite;
use super::{FiguresRecord, OutcomeName, ThresholdRecord};
use crate::outcome::{ProbeRow, RunPart};

/// One run of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// What the run was for.
    pub part: RunPartName,
    /// Users, if the workload is closed.
    pub users: Option<f64>,
    /// Arrivals each second, if it is open.
    pub rate_per_s: Option<f64>,
    /// How the run by itself would have ended.
    pub outcome: OutcomeName,
    /// Why, in a sentence; `null` if it passed.
    pub reason: Option<String>,
    /// Everything that was asked of this run holds; of a probe: thresholds, offered load and backlog.
    pub holds: bool,
    /// The test's figures and verdict are those of this run.
    pub judged: bool,
    /// The last level of a sweep before throughput stops to follow the load.
    pub knee: bool,
    /// From the first intended start to the last end.
    pub span_s: f64,
    /// All its requests.
    pub totals: FiguresRecord,
    /// Open workloads: sent ÷ planned.
    pub sent_share: Option<f64>,
    /// Each threshold that was held against it.
    pub thresholds: Vec<ThresholdRecord>,
}

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the parts are documented where they are defined")]
pub enum RunPartName {
    Repeat,
    Level,
    Probe,
    Repetition,
    Validation,
}

impl From<&ProbeRow> for RunRecord {
    fn from(row: &ProbeRow) -> RunRecord {
        let load = finite(Some(row.load));
        RunRecord {
            part: row.part.into(),
            users: load.filter(|_| !row.is_rate),
            rate_per_s: load.filter(|_| row.is_rate),
            outcome: row.outcome.into(),
            reason: row.reason.clone(),
            holds: row.holds,
            judged: row.is_judged,
            knee: row.is_knee,
            span_s: row.span.as_secs_f64(),
            totals: FiguresRecord::from(&row.total),
            sent_share: finite(row.sent_share),
            thresholds: row.thresholds.iter().map(ThresholdRecord::from).collect(),
        }
    }
}

impl From<RunPart> for RunPartName {
    fn from(part: RunPart) -> RunPartName {
        match part {
            RunPart::Repeat => RunPartName::Repeat,
            RunPart::Level => RunPartName::Level,
            RunPart::Probe => RunPartName::Probe,
            RunPart::Repetition => RunPartName::Repetition,
            RunPart::Validation => RunPartName::Validation,
        }
    }
}
