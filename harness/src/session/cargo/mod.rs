//! What cargo knows and a test binary has to find out: the workspace, the target folder. The door to `Cargo.toml`.

mod binary;
mod manifest;
mod profile;
mod workspace;

pub(super) use binary::{target_folder, target_name};
pub(super) use profile::{profile_name, profile_table};
pub(super) use workspace::{package_name, workspace_root};
