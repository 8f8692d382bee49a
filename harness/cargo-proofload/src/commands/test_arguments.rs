//! What every command has that offers load: the requests, the limits, the server, what is shown and written.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use proofload::__command::FixtureDecl;

use crate::failure::UsageFailure;
use crate::load::LoadSpec;
use crate::request::{RequestArguments, RequestPlan};
use crate::suite::{CommandSuite, DeclaredTest, OutputArguments, Permission, ServeArguments, WorkerArguments};

/// The options of a test of one URL.
#[derive(Debug, Clone, Args)]
pub(crate) struct TestArguments {
    /// Limit that decides the exit code, as in "p95 < 800ms"; may be repeated
    #[arg(long, value_name = "THRESHOLD", help_heading = "Run")]
    require: Vec<String>,

    /// Take options from this TOML or JSON file, under those given here
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    config: Option<PathBuf>,

    /// Allow a host outside of private networks, and remember it
    #[arg(long, help_heading = "Run")]
    i_may_load_this: bool,

    #[command(flatten)]
    serve: ServeArguments,

    #[command(flatten)]
    pub(crate) request: RequestArguments,

    #[command(flatten)]
    pub(crate) output: OutputArguments,

    #[command(flatten)]
    pub(crate) workers: WorkerArguments,
}

impl TestArguments {
    /// Runs one test that offers `load` to `url`.
    pub(crate) fn run(&self, mut load: LoadSpec, url: Option<&str>) -> Result<ExitCode, UsageFailure> {
        self.complete(&mut load, &[])?;
        let plan = self.plan(url)?;
        let servers: Vec<_> = self.serve.fixture()?.into_iter().collect();
        self.run_test(DeclaredTest::new(&load, plan, &servers))
    }

    /// Adds the limits, and the settings that the options of the request stand for. `servers` are those that are compared.
    pub(crate) fn complete(&self, load: &mut LoadSpec, servers: &[String]) -> Result<(), UsageFailure> {
        self.complete_settings(load)?;
        self.complete_limits(load, servers)
    }

    /// Adds the settings that the options of the request stand for.
    pub(crate) fn complete_settings(&self, load: &mut LoadSpec) -> Result<(), UsageFailure> {
        let settings = self.request.settings()?;
        settings.into_iter().try_for_each(|setting| load.set(setting.key, setting.flag, &setting.value))
    }

    /// Adds the limits. `servers` are those that are compared.
    pub(crate) fn complete_limits(&self, load: &mut LoadSpec, servers: &[String]) -> Result<(), UsageFailure> {
        self.require.iter().try_for_each(|text| load.require(text, servers))
    }

    /// True if a person gave limits.
    pub(crate) fn has_limits(&self) -> bool {
        !self.require.is_empty()
    }

    /// What starts the server; `None` if it already runs.
    pub(crate) fn server(&self) -> Result<Option<&'static FixtureDecl>, UsageFailure> {
        self.serve.fixture()
    }

    /// What is sent to `url`, which may be loaded.
    pub(crate) fn plan(&self, url: Option<&str>) -> Result<RequestPlan, UsageFailure> {
        if self.serve.is_given() {
            return self.request.plan_at_server(url);
        }
        let plan = self.request.plan(url)?;
        let permission = Permission::new(self.i_may_load_this);
        plan.requests.iter().try_for_each(|request| permission.check(&request.address.base))?;
        Ok(plan)
    }

    /// True if the command starts the server.
    pub(crate) fn starts_server(&self) -> bool {
        self.serve.is_given()
    }

    pub(crate) fn run_test(&self, test: DeclaredTest) -> Result<ExitCode, UsageFailure> {
        let mut suite = CommandSuite::of(vec![test]);
        self.output.add_to(&mut suite);
        self.workers.add_to(&mut suite);
        Ok(suite.run())
    }
}
