//! What is kept of one value: [`ValueTally`].

use super::buckets::{ValueBucket, ValueBuckets};
use super::limit::ValueLimitCount;
use super::sum::CompensatedSum;
use crate::metric::Percentile;

/// What is kept of one value: everything but its samples.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct ValueTally {
    samples: u64,
    sum: CompensatedSum,
    least: f64,
    greatest: f64,
    mean: f64,
    /// The sum of the squared distances from the mean.
    squares: f64,
    buckets: ValueBuckets,
    limits: Vec<ValueLimitCount>,
}

impl ValueTally {
    /// Counts exactly what lies beyond these limits.
    pub(super) fn limited(limits: impl Iterator<Item = f64>) -> ValueTally {
        ValueTally {
            samples: 0,
            sum: CompensatedSum::default(),
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
            mean: 0.0,
            squares: 0.0,
            buckets: ValueBuckets::default(),
            limits: limits.map(ValueLimitCount::new).collect(),
        }
    }

    /// `value` is finite.
    pub(super) fn add(&mut self, value: f64) {
        // A zero has no sign.
        let value = value + 0.0;
        self.samples += 1;
        self.sum.add(value);
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        // Welford's form, which loses no digits where the values are large and close together.
        let distance = value - self.mean;
        self.mean += distance / self.samples as f64;
        self.squares += distance * (value - self.mean);
        self.buckets.add(value);
        self.limits.iter_mut().for_each(|limit| limit.add(value));
    }

    /// `other` has the same limits.
    pub(super) fn merge(&mut self, other: &ValueTally) {
        if other.samples == 0 {
            return;
        }
        self.merge_squares(other);
        self.samples += other.samples;
        self.sum.merge(other.sum);
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
        self.buckets.merge(&other.buckets);
        self.limits.iter_mut().zip(&other.limits).for_each(|(ours, theirs)| ours.merge(theirs));
    }

    /// The mean and the squares, of which an empty tally has none: a product with its 0 samples may be no number.
    fn merge_squares(&mut self, other: &ValueTally) {
        if self.samples == 0 {
            (self.mean, self.squares) = (other.mean, other.squares);
            return;
        }
        let (ours, theirs) = (self.samples as f64, other.samples as f64);
        let distance = other.mean - self.mean;
        self.squares += other.squares + distance * distance * (ours * theirs / (ours + theirs));
        self.mean += distance * (theirs / (ours + theirs));
    }

    pub(super) fn samples(&self) -> u64 {
        self.samples
    }

    /// Exact. `None` without samples, as all that follows; also if it is too large for a number.
    pub(super) fn sum(&self) -> Option<f64> {
        self.known(self.sum.total())
    }

    pub(super) fn min(&self) -> Option<f64> {
        self.known(self.least)
    }

    pub(super) fn mean(&self) -> Option<f64> {
        // A mean lies between the extremes, which a rounded quotient may not.
        self.known((self.sum.total() / self.samples as f64).clamp(self.least, self.greatest.max(self.least)))
            .filter(|_| self.sum().is_some())
    }

    pub(super) fn max(&self) -> Option<f64> {
        self.known(self.greatest)
    }

    /// Population form.
    pub(super) fn stddev(&self) -> Option<f64> {
        // Checked first: `max` takes 0 for what is not a number, and a limit would hold.
        let squares = self.known(self.squares)?;
        self.known((squares.max(0.0) / self.samples as f64).sqrt())
    }

    pub(super) fn percentile(&self, percentile: Percentile) -> Option<f64> {
        self.known(self.buckets.at(percentile.rank(self.samples))?)
    }

    pub(super) fn steps(&self, most: usize) -> Vec<ValueBucket> {
        self.buckets.in_steps(most)
    }

    pub(super) fn limits(&self) -> &[ValueLimitCount] {
        &self.limits
    }

    fn known(&self, figure: f64) -> Option<f64> {
        Some(figure).filter(|figure| self.samples > 0 && figure.is_finite())
    }
}

#[cfg(test)]
mod tests;
