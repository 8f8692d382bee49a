//! A search for capacity in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::finite;
use super::probe::ProbeRecord;
use crate::outcome::CalibrationReport;
use crate::outcome::search::Found;

/// How a search for capacity ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchRecord {
    /// The bracket was narrow enough in time, and the rate was validated.
    pub converged: bool,
    /// The highest rate that was validated, in arrivals each second; `null` unless the search has converged.
    pub capacity_per_s: Option<f64>,
    /// The highest rate that held.
    pub holds_at_per_s: Option<f64>,
    /// The lowest rate that did not.
    pub breaks_at_per_s: Option<f64>,
    /// That rate did not hold for the generator's sake: the server may take more.
    pub limited_by_generator: bool,
    /// Probes that proved nothing, because the generator was disturbed.
    pub disturbed_probes: u32,
}

/// The capacity of which `rate = 50% of capacity` is a share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationRecord {
    /// 0.5 for `50% of capacity`.
    pub share: f64,
    /// What that comes to, in arrivals each second; `null` if no capacity was found.
    pub rate_per_s: Option<f64>,
    /// The test that searched; another one if its answer was used again.
    pub found_by: String,
    /// How the search ended.
    pub search: SearchRecord,
    /// Every probe of it.
    pub probes: Vec<ProbeRecord>,
}

impl From<&Found> for SearchRecord {
    fn from(found: &Found) -> SearchRecord {
        SearchRecord {
            converged: found.capacity_per_s.is_some(),
            capacity_per_s: finite(found.capacity_per_s),
            holds_at_per_s: finite(found.holds_at_per_s),
            breaks_at_per_s: finite(found.breaks_at_per_s),
            limited_by_generator: found.limited_by_generator,
            disturbed_probes: found.disturbed,
        }
    }
}

impl From<&CalibrationReport> for CalibrationRecord {
    fn from(calibration: &CalibrationReport) -> CalibrationRecord {
        CalibrationRecord {
            share: calibration.share,
            rate_per_s: finite(calibration.rate_per_s()),
            found_by: calibration.found_by.clone(),
            search: SearchRecord::from(&calibration.found),
            probes: calibration.probes.iter().map(ProbeRecord::from).collect(),
        }
    }
}
