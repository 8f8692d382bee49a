//! Percentiles, exact to a thousandth.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A percentile between 0 and 100, exclusive, to a thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percentile {
    thousandths: u32,
}

/// `p0`, `p100` or `p200`: a word that looks like a percentile and cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a percentile: it lies between p0 and p100, as in p95 or p99.9{hint}", hint = if *.0 == "p100" { "; the largest value is `max`" } else { "" })]
pub struct NotAPercentile(pub String);

impl Percentile {
    /// The percentile `percent`, if it lies between 0 and 100, exclusive.
    pub fn new(percent: f64) -> Option<Percentile> {
        let thousandths = (percent * 1000.0).round();
        (thousandths > 0.0 && thousandths < 100_000.0).then_some(Percentile { thousandths: thousandths as u32 })
    }

    /// 0 to 100.
    pub fn percent(self) -> f64 {
        f64::from(self.thousandths) / 1000.0
    }

    /// 0 to 1.
    pub fn quantile(self) -> f64 {
        f64::from(self.thousandths) / 100_000.0
    }

    /// The place, counted from 1, of the percentile among so many sorted samples.
    pub fn rank(self, samples: u64) -> u64 {
        // In whole numbers: 0.07 × 100 is more than 7 in floating point, and would ask for the eighth sample.
        (u128::from(self.thousandths) * u128::from(samples)).div_ceil(100_000).max(1) as u64
    }

    /// The least number of samples that can say anything about this percentile: `ln 0.05 / ln q`, rounded up.
    ///
    /// With fewer, the chance that every sample lies below the true percentile is above 5 %.
    /// p95 needs 59, p99 299, p99.9 2 995.
    pub fn least_samples(self) -> u64 {
        (0.05f64.ln() / self.quantile().ln()).ceil() as u64
    }
}

impl fmt::Display for Percentile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.percent())
    }
}

impl FromStr for Percentile {
    type Err = NotAPercentile;

    fn from_str(word: &str) -> Result<Percentile, NotAPercentile> {
        let not_one = || NotAPercentile(word.to_owned());
        let digits = word.strip_prefix('p').ok_or_else(not_one)?;
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.ends_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        let percent: f64 = digits.parse().map_err(|_| not_one())?;
        if !plain {
            return Err(not_one());
        }
        Percentile::new(percent).ok_or_else(not_one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_samples_follow_the_formula() {
        // ln 0.05 / ln q, measurement rules §4.
        assert_eq!("p95".parse::<Percentile>().unwrap().least_samples(), 59);
        assert_eq!("p99".parse::<Percentile>().unwrap().least_samples(), 299);
        assert_eq!("p99.9".parse::<Percentile>().unwrap().least_samples(), 2_995);
    }
}
