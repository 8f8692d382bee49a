//! The command line of `proofload preset`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use proofload_vocabulary::kind::Kind;

use super::super::test_arguments::TestArguments;
use super::batch;
use super::part::PresetPart;
use super::part_process::end_with_the_starter;
use super::plan::{PartPlan, PresetPlan, levels, repeats, shares};
use super::profile::PresetProfile;
use crate::failure::UsageFailure;
use crate::load::LoadSpec;
use crate::suite::{CommandSuite, DeclaredTest};

/// A closed sweep, then open loads at shares of the best throughput that it found
#[derive(Debug, Clone, Args)]
pub(crate) struct PresetArguments {
    /// The URL to send requests to
    url: Option<String>,

    /// smoke (30 s), standard (minutes) or stress
    #[arg(
        long,
        value_name = "PROFILE",
        value_enum,
        hide_possible_values = true,
        default_value = "smoke",
        help_heading = "Load"
    )]
    profile: PresetProfile,

    /// Users of each level of the sweep, rising [smoke: 1,2,5,10,20]
    #[arg(long, value_name = "COUNT,...", help_heading = "Load")]
    levels: Option<String>,

    /// End each level after this many requests
    #[arg(short = 'n', long, value_name = "COUNT", help_heading = "Load", conflicts_with = "closed_duration")]
    requests: Option<String>,

    /// How long each level is measured [smoke: 2s]
    #[arg(long, value_name = "TIME", help_heading = "Load")]
    closed_duration: Option<String>,

    /// Requests or time before each level [smoke: 500ms]
    #[arg(long, value_name = "COUNT|TIME", help_heading = "Load")]
    closed_warmup: Option<String>,

    /// How often the sweep is repeated; medians count [smoke: 1]
    #[arg(long, value_name = "COUNT", help_heading = "Load")]
    closed_repeat: Option<String>,

    /// Open loads, of the best throughput [smoke: 50%,90%,110%]
    #[arg(long, value_name = "SHARE,...", help_heading = "Load")]
    shares: Option<String>,

    /// How long each open load is measured [smoke: 4s]
    #[arg(long, value_name = "TIME", help_heading = "Load")]
    open_duration: Option<String>,

    /// Requests or time before each open load [smoke: 1s]
    #[arg(long, value_name = "COUNT|TIME", help_heading = "Load")]
    open_warmup: Option<String>,

    /// How often they are repeated; medians count [smoke: 1]
    #[arg(long, value_name = "COUNT", help_heading = "Load")]
    open_repeat: Option<String>,

    /// Most requests in flight at once in an open load [smoke: 200]
    #[arg(short = 'c', long, value_name = "COUNT", help_heading = "Load")]
    max_in_flight: Option<String>,

    /// Where preset_PROFILE_TIME.csv is written [default: here]
    #[arg(long, value_name = "DIR", help_heading = "Load")]
    csv_folder: Option<PathBuf>,

    /// This process is a part of a batch.
    #[arg(long, hide = true)]
    part: Option<PresetPart>,

    /// Where it keeps its run.
    #[arg(long, hide = true, requires = "part")]
    part_folder: Option<PathBuf>,

    #[command(flatten)]
    test: TestArguments,
}

impl PresetArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        let plan = self.plan()?;
        if let (Some(part), Some(folder)) = (self.part, &self.part_folder) {
            end_with_the_starter();
            let mut suite = CommandSuite::of(self.tests(part, &plan)?);
            self.test.output.add_progress_to(&mut suite);
            self.test.workers.add_to(&mut suite);
            suite.keep_in(folder);
            return Ok(suite.run());
        }
        if self.test.output.writes_requests() {
            return Err(UsageFailure::new(
                "--requests-csv: a preset is two runs, which would write the same file; give it to `closed` or `open`",
            ));
        }
        if self.test.has_limits() && !plan.judges_any() {
            return Err(UsageFailure::new(
                "--require: a limit is judged at loads up to 100 % of the best throughput, and --shares has none; add one, such as 90%",
            ));
        }
        // Mistakes in either part are found before any load is offered.
        for part in [PresetPart::ClosedSweep, PresetPart::OpenLoads(1.0)] {
            self.tests(part, &plan)?;
        }
        Ok(batch::run(&batch::BatchRequest {
            plan,
            profile: self.profile,
            url: self.test.plan(self.url.as_deref())?.described(),
            csv_folder: self.csv_folder.clone().unwrap_or_default(),
            is_judged: self.test.has_limits(),
            output: &self.test.output,
        }))
    }

    /// The profile's numbers, and what was given in place of them.
    fn plan(&self) -> Result<PresetPlan, UsageFailure> {
        let numbers = self.profile.numbers();
        let given = |text: &Option<String>, built_in: &str| text.clone().unwrap_or_else(|| built_in.to_owned());
        Ok(PresetPlan {
            levels: levels(&given(&self.levels, numbers.levels))?,
            closed: PartPlan {
                requests: self.requests.clone(),
                duration: given(&self.closed_duration, numbers.closed_duration),
                warmup: given(&self.closed_warmup, numbers.closed_warmup),
                repeats: repeats("--closed-repeat", &given(&self.closed_repeat, numbers.closed_repeat))?,
            },
            shares: shares(&given(&self.shares, numbers.shares))?,
            open: PartPlan {
                requests: None,
                duration: given(&self.open_duration, numbers.open_duration),
                warmup: given(&self.open_warmup, numbers.open_warmup),
                repeats: repeats("--open-repeat", &given(&self.open_repeat, numbers.open_repeat))?,
            },
            max_in_flight: given(&self.max_in_flight, numbers.max_in_flight),
        })
    }

    /// The tests of a part: the same in each process that reads this command line.
    fn tests(&self, part: PresetPart, plan: &PresetPlan) -> Result<Vec<DeclaredTest>, UsageFailure> {
        let requests = self.test.plan(self.url.as_deref())?;
        let servers: Vec<_> = self.test.server()?.into_iter().collect();
        let tests = part.offers(plan).into_iter().map(|offer| {
            let mut load = part.load(&offer, plan)?;
            self.test.complete_settings(&mut load)?;
            if offer.is_judged() {
                self.test.complete_limits(&mut load, &[])?;
            } else {
                self.test.complete_limits(&mut LoadSpec::new("checked", Kind::Load), &[])?;
            }
            Ok(DeclaredTest::new(&load, requests.clone(), &servers))
        });
        tests.collect()
    }
}
