//! `proofload closed URL -n 5000 -c 200`

use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use crate::failure::UsageFailure;
use crate::load::LoadSpec;
use crate::request::RequestArguments;
use crate::suite::{CommandSuite, DeclaredTest, home_of_runs};

/// A number of users, each of whom sends its next request when the last one has been answered.
#[derive(Debug, Clone, Args)]
pub(crate) struct ClosedArguments {
    /// The URL to send requests to
    #[arg(required_unless_present = "urls")]
    url: Option<String>,

    /// Number of users
    #[arg(short = 'c', long, value_name = "USERS", default_value = "10")]
    users: String,

    /// End after this many requests
    #[arg(short = 'n', long, value_name = "REQUESTS")]
    requests: Option<String>,

    /// Limits that decide the exit code, such as "p95 < 800ms"; may be given several times
    #[arg(long, value_name = "THRESHOLD")]
    require: Vec<String>,

    #[command(flatten)]
    request: RequestArguments,
}

impl ClosedArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let mut load = LoadSpec::new("closed", Kind::Load);
        load.set(SettingKey::Users, "-c", &self.users)?;
        if let Some(requests) = &self.requests {
            load.set(SettingKey::Requests, "-n", requests)?;
        }
        for threshold in &self.require {
            load.require(threshold)?;
        }
        for setting in self.request.settings()? {
            load.set(setting.key, setting.flag, &setting.value)?;
        }
        let requests = self.request.plan(self.url.as_deref())?;
        Ok(CommandSuite::of(vec![DeclaredTest::new(&load, requests, &[])]).run(&home_of_runs()))
    }
}
