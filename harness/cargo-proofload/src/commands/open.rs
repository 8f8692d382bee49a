//! `proofload open URL --rate 3000/s -d 15s -c 800 --repeat 3 --warmup 5s`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// Requests on a schedule, whether or not the earlier ones have been answered
#[derive(Debug, Clone, Args)]
pub(crate) struct OpenArguments {
    /// The URL to send requests to
    url: Option<String>,

    #[command(flatten)]
    load: SettingFlags<Open>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct Open;

impl LoadCommand for Open {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Rate,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::Repeat,
        SettingKey::MaxInFlight,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Extend,
        SettingKey::MaxTime,
        SettingKey::Seed,
    ];
}

impl OpenArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("open", Kind::Load);
        self.load.add_to(&mut load)?;
        if !load.has(SettingKey::Rate) {
            return Err(UsageFailure::new("how many requests per second? Give --rate, such as --rate 100/s"));
        }
        self.test.run(load, self.url.as_deref())
    }
}
