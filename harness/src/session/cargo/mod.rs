//! What cargo knows and a test binary has to find out: the workspace, the target folder. The door to `Cargo.toml`.

mod binary;
mod manifest;
mod workspace;

pub(super) use binary::{target_folder, target_name};
pub(super) use workspace::{package_name, workspace_root};
