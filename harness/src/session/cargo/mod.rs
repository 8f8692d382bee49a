//! What cargo knows and a test binary has to find out: the workspace, the target folder. The door to `Cargo.toml`.

mod binary;
mod levels;
mod manifest;
mod profile;
mod workspace;

pub(super) use binary::{target_folder, target_name};
pub(super) use levels::{declared_level, path_dependencies};
pub(super) use profile::{profile_name, profile_table, target_triple};
pub(super) use workspace::{package_name, workspace_root};
