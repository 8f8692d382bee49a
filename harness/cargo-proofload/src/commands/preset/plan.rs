//! What a batch offers: the numbers of a profile, and what a person gave in place of them.

use std::time::Duration;

use proofload_vocabulary::units::{Quantity, parse_quantity};

use crate::failure::UsageFailure;

/// What a batch offers. Texts are settings as the attribute writes them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PresetPlan {
    /// Users of each level of the sweep, rising.
    pub(super) levels: Vec<u64>,
    pub(super) closed: PartPlan,
    /// Of the best throughput, rising: 0.9 for 90 %.
    pub(super) shares: Vec<f64>,
    pub(super) open: PartPlan,
    /// The most requests at once in an open load.
    pub(super) max_in_flight: String,
}

/// How long each load of a part lasts, and how often it is offered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PartPlan {
    /// In place of the duration.
    pub(super) requests: Option<String>,
    pub(super) duration: String,
    pub(super) warmup: String,
    pub(super) repeats: u32,
}

impl PresetPlan {
    /// True if limits would decide about any open load.
    pub(super) fn judges_any(&self) -> bool {
        self.shares.iter().any(|share| is_judged(*share))
    }
}

/// What is beyond the best throughput is meant to queue and to be shed.
pub(super) fn is_judged(share: f64) -> bool {
    share <= 1.0
}

impl PartPlan {
    /// How long `loads` of them take; `None` if that depends on the server.
    pub(super) fn time(&self, loads: usize) -> Option<Duration> {
        if self.requests.is_some() {
            return None;
        }
        let each = time_of(&self.duration)? + time_of(&self.warmup)?;
        Some(each * u32::try_from(loads).ok()? * self.repeats)
    }
}

fn time_of(text: &str) -> Option<Duration> {
    match parse_quantity(text) {
        Ok(Quantity::Duration(time)) => Some(time),
        Ok(Quantity::Number(0.0)) => Some(Duration::ZERO),
        _ => None,
    }
}

/// `1,2,5`: whole numbers, rising.
pub(super) fn levels(text: &str) -> Result<Vec<u64>, UsageFailure> {
    let read = |part: &str| part.trim().replace('_', "").parse::<u64>().ok().filter(|users| *users > 0);
    let levels = text.split(',').map(read).collect::<Option<Vec<u64>>>();
    levels
        .filter(|levels| levels.is_sorted_by(|a, b| a < b))
        .ok_or_else(|| UsageFailure::new(format!("--levels {text}: write numbers of users, rising, such as 1,2,5,10")))
}

/// `50%,90%,110%`: shares, rising.
pub(super) fn shares(text: &str) -> Result<Vec<f64>, UsageFailure> {
    let read = |part: &str| match parse_quantity(part.trim()) {
        Ok(Quantity::Ratio(share)) => Some(share.as_f64()).filter(|share| *share > 0.0),
        _ => None,
    };
    let shares = text.split(',').map(read).collect::<Option<Vec<f64>>>();
    shares.filter(|shares| shares.is_sorted_by(|a, b| a < b)).ok_or_else(|| {
        UsageFailure::new(format!("--shares {text}: write shares of the best throughput, rising, such as 50%,90%,110%"))
    })
}

/// A number of repeats.
pub(super) fn repeats(flag: &str, text: &str) -> Result<u32, UsageFailure> {
    text.parse()
        .ok()
        .filter(|repeats| (1..=100).contains(repeats))
        .ok_or_else(|| UsageFailure::new(format!("{flag} {text}: write how often each load is offered, from 1 to 100")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_shares_rise() {
        assert_eq!(levels("1, 2,1_000").unwrap(), [1, 2, 1000]);
        for wrong in ["", "2,1", "1,1", "0,1", "1,x", "1.5"] {
            let refusal = levels(wrong).unwrap_err().to_string();
            assert_eq!(refusal, format!("--levels {wrong}: write numbers of users, rising, such as 1,2,5,10"));
        }
        assert_eq!(shares("50%,110%").unwrap(), [0.5, 1.1]);
        for wrong in ["0.5", "90%,50%", "0%", "50/s"] {
            assert!(shares(wrong).unwrap_err().to_string().contains("such as 50%,90%,110%"), "{wrong}");
        }
        assert!(repeats("--open-repeat", "0").is_err() && repeats("--open-repeat", "x").is_err());
    }

    #[test]
    fn how_long_a_part_takes_is_known_unless_it_ends_by_requests() {
        let part = PartPlan { requests: None, duration: "2s".to_owned(), warmup: "500ms".to_owned(), repeats: 3 };
        // (2 s + 0.5 s) · 4 · 3
        assert_eq!(part.time(4), Some(Duration::from_secs(30)));
        assert_eq!(PartPlan { warmup: "0".to_owned(), ..part.clone() }.time(1), Some(Duration::from_secs(6)));
        assert_eq!(PartPlan { requests: Some("100".to_owned()), ..part }.time(4), None);
    }
}
