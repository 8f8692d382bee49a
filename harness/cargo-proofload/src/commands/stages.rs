//! `proofload stages URL "0/s -> 500/s over 30s, 500/s for 1min"`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// A load that changes: users or a rate, stage by stage
#[derive(Debug, Clone, Args)]
pub(crate) struct StagesArguments {
    /// The URL to send requests to
    url: Option<String>,

    /// The stages, as in "0/s -> 500/s over 30s, peak: 500/s for 1min" or "10 for 20s, 50 for 20s"
    stages: Option<String>,

    #[command(flatten)]
    load: SettingFlags<Staged>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct Staged;

impl LoadCommand for Staged {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Warmup,
        SettingKey::Repeat,
        SettingKey::Think,
        SettingKey::Pace,
        SettingKey::MaxInFlight,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Seed,
    ];
}

impl StagesArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("stages", Kind::Load);
        self.load.add_to(&mut load)?;
        // Where the URLs come from a file, the only word is the shape.
        let (url, shape) = match &self.stages {
            Some(shape) => (self.url.as_deref(), Some(shape)),
            None => (None, self.url.as_ref()),
        };
        let missing = || {
            UsageFailure::new(
                "how does the load change? Write it behind the URL, as in \"0/s -> 500/s over 30s, 500/s for 1min\"",
            )
        };
        load.set(SettingKey::Stages, "STAGES", shape.ok_or_else(missing)?)?;
        self.test.run(load, url)
    }
}
