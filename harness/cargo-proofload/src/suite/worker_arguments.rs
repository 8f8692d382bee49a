//! `--workers 4`: several processes offer the load together. Passed on to the library as options of a perf binary.

use clap::Args;

use super::run::CommandSuite;

/// Which processes offer the load.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Workers")]
pub(crate) struct WorkerArguments {
    /// Offer the load from N processes together, here or where --launch starts them; one verdict on all of it
    #[arg(long, value_name = "N")]
    workers: Option<String>,

    // clap would make a line break of the placeholder of their number.
    /// Start them with this, such as "ssh {host} {command}"; `external`: they are started elsewhere
    #[arg(long, value_name = "COMMAND")]
    launch: Option<String>,

    /// The hosts for {host} in --launch
    #[arg(long, value_name = "HOST,...")]
    hosts: Vec<String>,
}

impl WorkerArguments {
    /// Passes them on.
    pub(crate) fn add_to(&self, suite: &mut CommandSuite) {
        let given = [("workers", &self.workers), ("launch", &self.launch)];
        given
            .into_iter()
            .filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?)))
            .for_each(|option| suite.option(option));
        self.hosts.iter().for_each(|hosts| suite.option(format!("--hosts={hosts}")));
    }
}
