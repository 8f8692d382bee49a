//! Which crates take part in a run, and what they were built with.

use std::path::Path;

use super::cargo::{profile_name, profile_table, workspace_root};
use super::plan::PlannedTest;
use crate::fixture::{CrateBuild, FixtureDecl};
use crate::outcome::BuiltCrate;

/// The harness itself: its build script has seen the level.
const HARNESS: CrateBuild =
    CrateBuild { package: env!("CARGO_PKG_NAME"), opt_level: Some(env!("HARNESS_BUILD_OPT_LEVEL")) };

/// The crates of the author's in which `tests` and their fixtures are declared, and the harness; each once.
pub(super) fn of<'a>(tests: impl Iterator<Item = &'a PlannedTest>, manifest_dir: &Path) -> Vec<BuiltCrate> {
    let mut builds = vec![HARNESS];
    for planned in tests {
        builds.push(planned.built);
        planned.test.needs.iter().for_each(|need| add_fixture(need, &mut builds));
    }
    let mut seen = Vec::new();
    builds.retain(|build| {
        !seen.contains(build) && {
            seen.push(*build);
            true
        }
    });
    let root = workspace_root(manifest_dir);
    let profile = profile_name(&std::env::current_exe().unwrap_or_default());
    let named = |build: &CrateBuild| BuiltCrate {
        name: build.package.to_owned(),
        opt_level: build.opt_level.map(str::to_owned),
        set_in: profile_table(&root, &profile, build.package),
    };
    builds.iter().map(named).collect()
}

fn add_fixture(fixture: &FixtureDecl, builds: &mut Vec<CrateBuild>) {
    builds.push(fixture.built);
    fixture.needs.iter().for_each(|need| add_fixture(need, builds));
}
