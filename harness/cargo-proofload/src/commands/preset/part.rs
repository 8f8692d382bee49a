//! The two parts of a batch, and the loads that each of them offers.

use std::fmt;
use std::str::FromStr;

use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::plan::{PartPlan, PresetPlan, is_judged};
use crate::failure::UsageFailure;
use crate::load::LoadSpec;

/// A run of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PresetPart {
    /// Each level of users in turn.
    ClosedSweep,
    /// Shares of this throughput, in requests each second.
    OpenLoads(f64),
}

/// As the hidden option that the process of a part is started with.
impl fmt::Display for PresetPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PresetPart::ClosedSweep => f.write_str("closed"),
            PresetPart::OpenLoads(best_per_s) => write!(f, "{best_per_s}"),
        }
    }
}

impl FromStr for PresetPart {
    type Err = String;

    fn from_str(text: &str) -> Result<PresetPart, String> {
        if text == "closed" {
            return Ok(PresetPart::ClosedSweep);
        }
        let best_per_s = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
        best_per_s.map(PresetPart::OpenLoads).ok_or_else(|| "`closed`, or a throughput".to_owned())
    }
}

/// One load of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PresetLoad {
    /// Closed: so many users.
    Users(u64),
    /// Open: this share of the best throughput, which is so many requests each second.
    Share { share: f64, rate_per_s: f64 },
}

impl PresetLoad {
    pub(super) fn is_judged(self) -> bool {
        matches!(self, PresetLoad::Share { share, .. } if is_judged(share))
    }
}

/// One offer of a load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PresetOffer {
    pub(super) load: PresetLoad,
    /// Counted from 1.
    pub(super) repeat: u32,
}

impl PresetOffer {
    /// True if limits decide the verdict: a load beyond the best throughput, and a sweep on its way there, are meant to break them.
    pub(super) fn is_judged(&self) -> bool {
        self.load.is_judged()
    }

    /// The name of its test: `closed_sweep_10_users_run_2`. Only letters, digits and underscores stay as they are in a test's name.
    pub(super) fn name(&self) -> String {
        let run = self.repeat;
        match self.load {
            PresetLoad::Users(users) => format!("closed_sweep_{users}_users_run_{run}"),
            PresetLoad::Share { share, .. } => {
                format!("open_loop_{}_percent_run_{run}", percent(share).replace('.', "_"))
            }
        }
    }
}

/// `90`, `12.5`
pub(super) fn percent(share: f64) -> String {
    let percent = (share * 1e6).round() / 1e4;
    percent.to_string()
}

/// Four digits: the throughput itself is known less precisely.
fn rounded(rate_per_s: f64) -> f64 {
    format!("{rate_per_s:.3e}").parse().unwrap_or(rate_per_s)
}

impl PresetPart {
    /// Its loads; all of them once, then all of them again, so that a disturbance does not meet every repeat of one of them.
    pub(super) fn offers(self, plan: &PresetPlan) -> Vec<PresetOffer> {
        let loads: Vec<PresetLoad> = match self {
            PresetPart::ClosedSweep => plan.levels.iter().map(|users| PresetLoad::Users(*users)).collect(),
            PresetPart::OpenLoads(best_per_s) => {
                let load = |share: &f64| PresetLoad::Share { share: *share, rate_per_s: rounded(share * best_per_s) };
                plan.shares.iter().map(load).collect()
            }
        };
        let repeats = 1..=self.plan(plan).repeats;
        repeats.flat_map(|repeat| loads.iter().map(move |load| PresetOffer { load: *load, repeat })).collect()
    }

    pub(super) fn plan(self, plan: &PresetPlan) -> &PartPlan {
        match self {
            PresetPart::ClosedSweep => &plan.closed,
            PresetPart::OpenLoads(_) => &plan.open,
        }
    }

    /// The load of one test, without what the request and the limits add.
    pub(super) fn load(self, offer: &PresetOffer, plan: &PresetPlan) -> Result<LoadSpec, UsageFailure> {
        let mut load = LoadSpec::new(&offer.name(), Kind::Load);
        let (part, flag) = match offer.load {
            PresetLoad::Users(users) => {
                load.set(SettingKey::Users, "--levels", &users.to_string())?;
                (&plan.closed, "closed")
            }
            PresetLoad::Share { rate_per_s, .. } => {
                load.set(SettingKey::Rate, "--shares", &format!("{rate_per_s}/s"))?;
                load.set(SettingKey::MaxInFlight, "--max-in-flight", &plan.max_in_flight)?;
                (&plan.open, "open")
            }
        };
        match &part.requests {
            Some(requests) => load.set(SettingKey::Requests, "--requests", requests)?,
            None => load.set(SettingKey::Duration, &format!("--{flag}-duration"), &part.duration)?,
        }
        if part.warmup != "0" {
            load.set(SettingKey::Warmup, &format!("--{flag}-warmup"), &part.warmup)?;
        }
        // Its length is what was asked for, also where a limit is near.
        load.set(SettingKey::Extend, "preset", "false")?;
        Ok(load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> PresetPlan {
        let part = PartPlan { requests: None, duration: "2s".to_owned(), warmup: "0".to_owned(), repeats: 2 };
        PresetPlan {
            levels: vec![1, 10],
            closed: part.clone(),
            shares: vec![0.5, 1.1],
            open: part,
            max_in_flight: "20".to_owned(),
        }
    }

    #[test]
    fn all_loads_are_offered_before_any_is_repeated() {
        let names: Vec<String> = PresetPart::ClosedSweep.offers(&plan()).iter().map(PresetOffer::name).collect();
        let expected = ["1_users_run_1", "10_users_run_1", "1_users_run_2", "10_users_run_2"];
        assert_eq!(names, expected.map(|name| format!("closed_sweep_{name}")));
    }

    #[test]
    fn open_loads_are_shares_of_the_best_throughput() {
        let offers = PresetPart::OpenLoads(1234.5678).offers(&plan());
        // 0.5 · 1234.5678 = 617.28 and 1.1 · 1234.5678 = 1358.02
        let rates = [(0.5, 617.3), (1.1, 1358.0)];
        let expected = rates.map(|(share, rate_per_s)| PresetLoad::Share { share, rate_per_s });
        assert_eq!(offers[..2].iter().map(|offer| offer.load).collect::<Vec<_>>(), expected);
        assert_eq!(offers[3].name(), "open_loop_110_percent_run_2");
        let load = PresetPart::OpenLoads(1234.5678).load(&offers[0], &plan()).unwrap();
        let settings: Vec<String> = load.settings().map(|(key, value)| format!("{key} = {value}")).collect();
        assert_eq!(settings, ["rate = 617.3/s", "max_in_flight = 20", "duration = 2s", "extend = false"]);
    }

    #[test]
    fn the_process_of_a_part_reads_which_one_it_is() {
        for part in [PresetPart::ClosedSweep, PresetPart::OpenLoads(0.1), PresetPart::OpenLoads(98765.4321)] {
            assert_eq!(part.to_string().parse(), Ok(part));
        }
        assert!("nan".parse::<PresetPart>().is_err() && "0".parse::<PresetPart>().is_err());
    }
}
