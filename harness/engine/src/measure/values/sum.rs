//! A sum in which small numbers beside a large one are not lost: [`CompensatedSum`].

/// A sum with the error of its roundings beside it (Neumaier's form of Kahan's summation).
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct CompensatedSum {
    sum: f64,
    error: f64,
}

impl CompensatedSum {
    pub(super) fn add(&mut self, number: f64) {
        let sum = self.sum + number;
        let (larger, smaller) = if self.sum.abs() >= number.abs() { (self.sum, number) } else { (number, self.sum) };
        self.error += (larger - sum) + smaller;
        self.sum = sum;
    }

    pub(super) fn merge(&mut self, other: CompensatedSum) {
        self.add(other.sum);
        self.add(other.error);
    }

    /// Not finite if it is too large for a number.
    pub(super) fn total(self) -> f64 {
        if self.sum.is_finite() { self.sum + self.error } else { self.sum }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_number_beside_a_large_one_is_not_lost() {
        let mut sum = CompensatedSum::default();
        [1e16, 1.0, -1e16, 1.0].into_iter().for_each(|number| sum.add(number));
        assert_eq!(sum.total(), 2.0);
        // One million tenths, which are 100,000.00000133288 if they are added as they are.
        let mut tenths = CompensatedSum::default();
        (0..1_000_000).for_each(|_| tenths.add(0.1));
        assert_eq!(tenths.total(), 100_000.0);
    }
}
