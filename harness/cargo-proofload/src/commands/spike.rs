//! `proofload spike URL "base = 20/s, peak = 300/s, at = 5s, lasting = 5s"`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// A surge in a base load, and how soon the server recovers from it
#[derive(Debug, Clone, Args)]
pub(crate) struct SpikeArguments {
    /// The URL to send requests to
    url: Option<String>,

    /// The surge, as in "base = 20/s, peak = 300/s, at = 5s, lasting = 5s"
    spike: Option<String>,

    #[command(flatten)]
    load: SettingFlags<Spiked>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct Spiked;

impl LoadCommand for Spiked {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Warmup,
        SettingKey::Think,
        SettingKey::Pace,
        SettingKey::MaxInFlight,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Seed,
    ];
}

impl SpikeArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("spike", Kind::Spike);
        self.load.add_to(&mut load)?;
        // Where the URLs come from a file, the only word is the shape.
        let (url, shape) = match &self.spike {
            Some(shape) => (self.url.as_deref(), Some(shape)),
            None => (None, self.url.as_ref()),
        };
        let missing = || {
            UsageFailure::new(
                "how does the load change? Write it behind the URL, as in \"base = 20/s, peak = 300/s, at = 5s, lasting = 5s\"",
            )
        };
        load.set(SettingKey::Spike, "SPIKE", shape.ok_or_else(missing)?)?;
        self.test.run(load, url)
    }
}
