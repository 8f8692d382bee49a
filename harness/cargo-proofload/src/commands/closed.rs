//! `proofload closed URL -n 5000 -c 200 --repeat 3 --warmup 500`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// Users, each of whom sends its next request when the last one has been answered
#[derive(Debug, Clone, Args)]
pub(crate) struct ClosedArguments {
    /// The URL to send requests to
    url: Option<String>,

    #[command(flatten)]
    load: SettingFlags<Closed>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct Closed;

impl LoadCommand for Closed {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Users,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::Repeat,
        SettingKey::RampUp,
        SettingKey::SpawnRate,
        SettingKey::Think,
        SettingKey::Pace,
        SettingKey::Extend,
        SettingKey::MaxTime,
        SettingKey::Seed,
    ];
}

impl ClosedArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("closed", Kind::Load);
        self.load.add_to(&mut load)?;
        self.test.run(load, self.url.as_deref())
    }
}
