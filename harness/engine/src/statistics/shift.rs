//! By how much one series differs from another: a [`Shift`], with what is needed to judge it.

use super::interval::ConfidenceInterval;
use super::student_t::student_t_beyond;

/// Beyond each end of an interval of 95 %.
pub(super) const TAIL_OF_95: f64 = 0.025;
/// Beyond each end of an interval of 98 %.
pub(super) const TAIL_OF_98: f64 = 0.01;
/// Beyond each end of an interval of 99 %.
pub(super) const TAIL_OF_99: f64 = 0.005;

/// A difference, and how precisely it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The difference itself.
    pub estimate: f64,
    /// Its 95 % interval.
    pub interval: ConfidenceInterval,
    /// Its 98 % interval.
    pub of_98: ConfidenceInterval,
    /// Its 99 % interval.
    pub of_99: ConfidenceInterval,
    /// The standard error that the interval amounts to.
    pub standard_error: f64,
    /// Of that standard error.
    pub degrees_of_freedom: f64,
}

impl Shift {
    /// By Student's t, from a standard error with so many degrees of freedom.
    pub(super) fn by_student_t(estimate: f64, standard_error: f64, degrees_of_freedom: f64) -> Shift {
        let interval = |tail| {
            // Without any spread, an infinite quantile does not matter.
            let reach =
                if standard_error > 0.0 { standard_error * student_t_beyond(tail, degrees_of_freedom) } else { 0.0 };
            ConfidenceInterval { low: estimate - reach, high: estimate + reach }
        };
        Shift {
            estimate,
            interval: interval(TAIL_OF_95),
            of_98: interval(TAIL_OF_98),
            of_99: interval(TAIL_OF_99),
            standard_error,
            degrees_of_freedom,
        }
    }

    /// The same difference, seen from the other series.
    pub fn reversed(self) -> Shift {
        let reversed = |of: ConfidenceInterval| ConfidenceInterval { low: -of.high, high: -of.low };
        Shift {
            estimate: -self.estimate,
            interval: reversed(self.interval),
            of_98: reversed(self.of_98),
            of_99: reversed(self.of_99),
            ..self
        }
    }

    /// How far above `bar` a true difference must lie until an estimate exceeds `bar` in four of five measurements.
    pub fn reach_of_four_in_five(self) -> f64 {
        const ONE_IN_FIVE: f64 = 0.2;
        if self.standard_error > 0.0 {
            self.standard_error * student_t_beyond(ONE_IN_FIVE, self.degrees_of_freedom)
        } else {
            0.0
        }
    }
}
