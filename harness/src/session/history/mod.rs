//! Where the files of history are: a folder, or a branch of its own in the repository.

mod branch;
mod entry;
mod files;
mod git;
mod reading;
mod store;

pub(super) use reading::{ReadHistory, Wanted, read};
pub(super) use store::HistoryStore;
