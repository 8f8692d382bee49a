//! The last step of a test that has ended: it is compared with the run of `--compare`, and `--strict` decides what a doubt does.

mod asked;
mod complete;
mod earlier;
mod requests;
mod stored_pair;
mod two_runs;
mod uncompared;

pub(super) use asked::{AskedComparison, asked};
pub(super) use complete::Comparing;
pub(super) use earlier::{EarlierRun, RunsOf};
pub(super) use stored_pair::{ComparedRuns, compare_stored};
