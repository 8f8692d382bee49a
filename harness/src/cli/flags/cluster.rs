//! The flags for a load that several processes offer together.

use clap::Args;

/// From one process to many.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Many machines")]
pub(crate) struct ClusterFlags {
    /// Offer each load from N processes together, here or where --launch starts them; one verdict on all of it
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<String>,

    // clap would make a line break of the placeholder of their number.
    /// Start them with this, such as "ssh {host} {command}"; `external`: they are started elsewhere
    #[arg(long, value_name = "COMMAND")]
    pub(crate) launch: Option<String>,

    /// The hosts for {host} in --launch
    #[arg(long, value_name = "HOST,...")]
    pub(crate) hosts: Vec<String>,

    /// Print what starts the run elsewhere: Jobs, a broker and a secret for Kubernetes
    #[arg(long, value_name = "kubernetes")]
    pub(crate) print_manifest: Option<String>,
}
