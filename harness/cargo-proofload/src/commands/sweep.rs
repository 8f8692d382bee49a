//! `proofload sweep URL -n 3000 -c 1,2,5,10,20,50,100,200 --repeat 3`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// One run for each number of users, or each rate
#[derive(Debug, Clone, Args)]
pub(crate) struct SweepArguments {
    /// The URL to send requests to
    url: Option<String>,

    /// Numbers of users, rising, such as 1,2,5,10,20
    #[arg(short = 'c', long, value_name = "COUNT,...", help_heading = "Load", conflicts_with = "rate")]
    users: Option<String>,

    /// Rates in place of users, rising, such as 100/s,200/s,400/s
    #[arg(long, value_name = "RATE,...", help_heading = "Load")]
    rate: Option<String>,

    #[command(flatten)]
    load: SettingFlags<Swept>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct Swept;

impl LoadCommand for Swept {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::Repeat,
        SettingKey::Think,
        SettingKey::Pace,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Seed,
    ];
}

impl SweepArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("sweep", Kind::Load);
        match (&self.users, &self.rate) {
            (Some(users), _) => load.set(SettingKey::Sweep, "-c", &format!("users = [{users}]"))?,
            (None, Some(rates)) => load.set(SettingKey::Sweep, "--rate", &format!("rate = [{rates}]"))?,
            (None, None) => return Err(UsageFailure::new("which levels? Give -c 1,2,5,10,20 or --rate 100/s,200/s")),
        }
        self.load.add_to(&mut load)?;
        self.test.run(load, self.url.as_deref())
    }
}
