//! Consecutive samples as one [`Batch`], because neighbouring samples depend on each other, and sums of many do so less.

/// More batches than this are joined, so that neighbours depend less on each other.
pub(super) const MOST_BATCHES: usize = 20;

/// Consecutive samples, summed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Batch {
    /// How many values it has.
    pub samples: u64,
    /// The sum of its values.
    pub sum: f64,
}

impl Batch {
    /// Adds one value.
    pub fn add(&mut self, value: f64) {
        self.samples += 1;
        self.sum += value;
    }

    /// Not-a-number without values.
    pub fn mean(self) -> f64 {
        self.sum / self.samples as f64
    }
}

pub(super) fn total(batches: &[Batch]) -> Batch {
    batches
        .iter()
        .fold(Batch::default(), |all, batch| Batch { samples: all.samples + batch.samples, sum: all.sum + batch.sum })
}

/// At most 20 batches, each made of neighbours; empty ones are left out.
pub(super) fn joined(batches: &[Batch]) -> Vec<Batch> {
    let parts = batches.len().min(MOST_BATCHES);
    (0..parts)
        .map(|part| total(&batches[part * batches.len() / parts..(part + 1) * batches.len() / parts]))
        .filter(|batch| batch.samples > 0)
        .collect()
}

/// True if the mean of each of up to twenty parts of `later` is above `factor` times that of every part of `earlier`. Without any spread
/// to rely on, that is sure for times that rise throughout, too.
pub fn lie_above(later: &[Batch], earlier: &[Batch], factor: f64) -> bool {
    let means = |batches: &[Batch]| joined(batches).into_iter().map(Batch::mean);
    let (least, most) = (means(later).reduce(f64::min), means(earlier).reduce(f64::max));
    least.zip(most).is_some_and(|(least, most)| least > factor * most)
}

/// How each batch deviates, as a series around 1 that has the spread of the mean of all: a batch with many samples moves that
/// more than one with few.
pub fn contributions(batches: &[Batch]) -> Vec<f64> {
    let all = total(batches);
    let usual = all.sum / batches.len() as f64;
    if usual <= 0.0 {
        return vec![1.0; batches.len()];
    }
    batches.iter().map(|batch| 1.0 + (batch.sum - all.mean() * batch.samples as f64) / usual).collect()
}

/// Autocorrelation of neighbouring batch means; 0 where they do not vary.
pub(super) fn lag_1_autocorrelation(batches: &[Batch], mean: f64) -> f64 {
    let deviations: Vec<f64> = batches.iter().map(|batch| batch.mean() - mean).collect();
    let variation: f64 = deviations.iter().map(|deviation| deviation * deviation).sum();
    let covariation: f64 = deviations.windows(2).map(|pair| pair[0] * pair[1]).sum();
    if variation > 0.0 { covariation / variation } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(means: &[f64]) -> Vec<Batch> {
        means.iter().map(|mean| Batch { samples: 1, sum: *mean }).collect()
    }

    #[test]
    fn one_series_lies_above_another_if_its_least_part_does() {
        let earlier = batches(&[1.0, 2.0, 1.5]);
        assert!(lie_above(&batches(&[2.2, 9.0, 30.0]), &earlier, 1.05));
        assert!(!lie_above(&batches(&[2.0, 9.0, 30.0]), &earlier, 1.05), "within 5 %");
        assert!(!lie_above(&batches(&[1.9, 9.0, 30.0]), &earlier, 0.9 + 0.1));
        assert!(!lie_above(&[], &earlier, 1.0) && !lie_above(&earlier, &[], 1.0));
    }
}
