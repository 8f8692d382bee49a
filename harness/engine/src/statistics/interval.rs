//! Where a figure lies with 95 % confidence.

/// A 95 % confidence interval, in the unit of its figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceInterval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl ConfidenceInterval {
    /// True if `limit` lies strictly between the ends: another measurement might fall on its other side.
    pub fn contains(self, limit: f64) -> bool {
        self.low < limit && limit < self.high
    }

    /// The interval of 1 − p, for that of a proportion p.
    pub fn complement(self) -> ConfidenceInterval {
        ConfidenceInterval { low: 1.0 - self.high, high: 1.0 - self.low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_at_an_end_is_outside() {
        let interval = ConfidenceInterval { low: 1.0, high: 2.0 };
        assert!(interval.contains(1.5) && !interval.contains(1.0) && !interval.contains(2.0));
    }

    #[test]
    fn the_complement_turns_the_ends_around() {
        let failed = ConfidenceInterval { low: 0.25, high: 0.5 };
        assert_eq!(failed.complement(), ConfidenceInterval { low: 0.5, high: 0.75 });
    }
}
