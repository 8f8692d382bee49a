//! `proofload capacity URL --require "p95 < 50ms"`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};

/// A search for the highest rate at which the limits hold
#[derive(Debug, Clone, Args)]
pub(crate) struct CapacityArguments {
    /// The URL to send requests to
    url: Option<String>,

    #[command(flatten)]
    search: SearchFlags,

    #[command(flatten)]
    load: SettingFlags<Searched>,

    #[command(flatten)]
    test: TestArguments,
}

/// How to search: what the attribute writes as `capacity(start = 50/s, budget = 120s)`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Search")]
struct SearchFlags {
    /// Where the search starts [default: 50/s]
    #[arg(long, value_name = "RATE")]
    start: Option<String>,

    /// How long a rate settles before a probe [default: 1.25s]
    #[arg(long, value_name = "TIME")]
    settle: Option<String>,

    /// How long a probe measures [default: 5s]
    #[arg(long, value_name = "TIME")]
    probe: Option<String>,

    /// How long the result is validated [default: 15s]
    #[arg(long, value_name = "TIME")]
    validate: Option<String>,

    /// How long the whole search may take [default: 120s]
    #[arg(long, value_name = "TIME")]
    budget: Option<String>,

    /// How exact the answer is [default: 5%]
    #[arg(long, value_name = "SHARE")]
    precision: Option<String>,
}

impl SearchFlags {
    /// As the attribute writes it; `None` if nothing was given.
    fn text(&self) -> Option<String> {
        let fields = [
            ("start", &self.start),
            ("settle", &self.settle),
            ("probe", &self.probe),
            ("validate", &self.validate),
            ("budget", &self.budget),
            ("precision", &self.precision),
        ];
        let given = fields.iter().filter_map(|(name, value)| Some(format!("{name} = {}", value.as_ref()?)));
        let given: Vec<String> = given.collect();
        (!given.is_empty()).then(|| given.join(", "))
    }
}

/// Its flags.
#[derive(Debug, Clone)]
struct Searched;

impl LoadCommand for Searched {
    const SETTINGS: &'static [SettingKey] =
        &[SettingKey::MaxInFlight, SettingKey::Overflow, SettingKey::Arrivals, SettingKey::Seed];
}

impl CapacityArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("capacity", Kind::Capacity);
        self.load.add_to(&mut load)?;
        if let Some(search) = self.search.text() {
            load.set(SettingKey::Capacity, "the search", &search)?;
        }
        self.test.run(load, self.url.as_deref())
    }
}
