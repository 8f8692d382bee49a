//! `proofload soak URL -c 50 -d 30min`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// A long run of a steady load: does the server leak or become slower?
#[derive(Debug, Clone, Args)]
pub(crate) struct SoakArguments {
    /// The URL to send requests to
    url: Option<String>,

    #[command(flatten)]
    load: SettingFlags<Soaked>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct Soaked;

impl LoadCommand for Soaked {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Users,
        SettingKey::Rate,
        SettingKey::Stages,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::RampUp,
        SettingKey::SpawnRate,
        SettingKey::Think,
        SettingKey::Pace,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Seed,
    ];
}

impl SoakArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("soak", Kind::Soak);
        self.load.add_to(&mut load)?;
        self.test.run(load, self.url.as_deref())
    }
}
