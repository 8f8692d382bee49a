//! The flags for comparisons with other versions, other runs and what was stored.

use clap::Args;

/// Is it slower than before?
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Compare")]
pub(crate) struct CompareFlags {
    /// Compare with the servers of a revision, such as origin/main, or of a test binary built earlier, in alternating slices
    #[arg(long, value_name = "REV|FILE")]
    pub(crate) against: Option<String>,

    /// Arguments for the cargo that builds that revision, such as `--features tls`; the profile is that of this binary
    #[arg(long, value_name = "ARGS", allow_hyphen_values = true)]
    pub(crate) against_args: Option<String>,

    /// Compare with an earlier run: its folder or record, its id, `latest`, `latest~1`; A..B compares two, and runs nothing
    #[arg(long, value_name = "RUN")]
    pub(crate) compare: Option<String>,

    /// Fail if a comparison cannot tell
    #[arg(long)]
    pub(crate) strict: bool,

    /// Accept what this run measured as the baselines, whether or not it differs
    #[arg(long)]
    pub(crate) update_baselines: bool,

    /// Keep what was measured in this folder, or on a branch of its own with `git`, or not at all with `none`
    #[arg(long, value_name = "DIR|git|none")]
    pub(crate) history: Option<String>,

    /// Write the comparisons as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) comparison: Option<String>,

    /// Write the history of each test as Apache Otava reads it
    #[arg(long, value_name = "FILE")]
    pub(crate) otava_csv: Option<String>,
}
