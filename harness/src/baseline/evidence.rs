//! How much is behind the figures of a row, and how far a run may be from them by chance: [`RowEvidence`].

use serde::{Deserialize, Serialize};

use super::figures::{RelativeErrors, RunFigures};
use crate::measure::TimeSummary;
use crate::statistics::{round_to, student_t_975};

/// How many digits an error keeps.
const DIGITS: usize = 2;
/// Below this number of runs, only a change as large as [`GUARD`] counts.
pub const FEW_RUNS: u64 = 5;
/// How much two single runs may differ: 30 %.
pub const GUARD: f64 = 0.3;
/// A change that does not matter, however precisely it is known: 5 %.
const TOLERANCE: f64 = 0.05;
/// How many times as wide as an interval of 95 % the interval of a row is. A row is asked for four figures in every run; a committed
/// file that changes with each twentieth of them would say nothing.
const CAUTION: f64 = 2.0;
/// The 97.5 % quantile of the normal distribution.
const Z_975: f64 = 1.96;

/// How much is behind the figures of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowEvidence {
    /// How many runs; `None` if an older version wrote the row, which is of one run.
    pub runs: Option<u64>,
    /// How precisely the figures are known: by how much the runs differ, or the seconds of a single one.
    pub relative_errors: RelativeErrors,
    /// All times of the last run, to two digits: a compressed HdrHistogram (V2) of nanoseconds in base64.
    pub histogram: Option<String>,
}

impl RowEvidence {
    pub(super) fn of(figures: &RunFigures, times: &TimeSummary) -> RowEvidence {
        let rounded = |error: f64| error.is_finite().then(|| round_to(error, DIGITS));
        let errors = figures.relative_errors.as_array().map(|error| error.and_then(rounded));
        RowEvidence {
            runs: Some(1),
            relative_errors: RelativeErrors::from_array(errors),
            histogram: times.short_histogram(),
        }
    }

    /// How far the four figures of another run may be from those of the row, as factors: 1.3 for 30 % in either direction.
    ///
    /// With five runs or more behind the row, twice Student's interval for one more run, and at least 5 %. With fewer, the same from
    /// what is known of the spread, and at least 30 %, because runs differ by more than the seconds of one of them.
    pub(super) fn reach(&self) -> [f64; 4] {
        let runs = self.runs.unwrap_or(1).max(1);
        let quantile = if runs == 1 { Z_975 } else { student_t_975(runs as usize - 1) };
        let least = if runs < FEW_RUNS { GUARD } else { TOLERANCE };
        self.relative_errors.as_array().map(|error| {
            // The error of the mean of n runs is that of one of them ÷ √n; one more run has that of one.
            let of_another_run = error.unwrap_or(0.0) * (runs as f64 + 1.0).sqrt();
            (CAUTION * quantile * of_another_run).exp().max(1.0 + least)
        })
    }
}

/// One figure of several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct JoinedFigure {
    /// Geometric: what is compared are factors.
    pub(super) mean: f64,
    pub(super) relative_error: f64,
}

impl JoinedFigure {
    /// `None` for fewer than two values, or one that has no logarithm.
    pub(super) fn of(values: &[f64]) -> Option<JoinedFigure> {
        if values.len() < 2 || values.iter().any(|value| *value <= 0.0) {
            return None;
        }
        let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let variance = logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Some(JoinedFigure { mean: mean.exp(), relative_error: round_to((variance / count).sqrt(), DIGITS) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(runs: Option<u64>, error: Option<f64>) -> RowEvidence {
        let relative_errors = RelativeErrors { mean: error, ..RelativeErrors::default() };
        RowEvidence { runs, relative_errors, histogram: None }
    }

    #[test]
    fn a_row_of_few_runs_reaches_thirty_percent_and_further_if_its_seconds_vary_more() {
        assert_eq!(evidence(None, None).reach()[0], 1.3);
        assert_eq!(evidence(Some(1), Some(0.01)).reach()[0], 1.3);
        // 2 × 1.96 × 0.1 × √2
        assert!((evidence(Some(1), Some(0.1)).reach()[0] - 0.5544_f64.exp()).abs() < 1e-3);
    }

    #[test]
    fn a_row_of_five_runs_reaches_twice_the_interval_of_one_more() {
        // t(4) = 2.776; the error of the mean of five is 0.02, so that of one more run √6 of it.
        let expected = (2.0 * 2.776 * 0.02 * 6.0_f64.sqrt()).exp();
        assert!((evidence(Some(5), Some(0.02)).reach()[0] - expected).abs() < 1e-9);
        assert_eq!(evidence(Some(20), Some(0.0001)).reach()[0], 1.05);
    }

    #[test]
    fn joined_figures_have_the_geometric_mean() {
        let joined = JoinedFigure::of(&[1.0, 4.0]).unwrap();
        // Logs 0 and 2 ln 2: their standard error is ln 2.
        assert_eq!((joined.mean, joined.relative_error), (2.0, 0.69));
        assert_eq!(JoinedFigure::of(&[1.0]), None);
        assert_eq!(JoinedFigure::of(&[1.0, 0.0]), None);
    }
}
