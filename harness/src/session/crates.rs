//! Which crates take part in a run, and what they were built with.

use std::path::{Path, PathBuf};

use super::cargo::{declared_level, path_dependencies, profile_name, profile_table, workspace_root};
use super::plan::PlannedTest;
use crate::built;
use crate::fixture::{CrateBuild, FixtureDecl};
use crate::outcome::BuiltCrate;

/// What offers the load: its build script has seen the level. How the rest of the harness was built changes no figure.
const HARNESS: CrateBuild = CrateBuild { package: built::PACKAGE, opt_level: Some(built::OPT_LEVEL) };

/// Which crates take part in a perf binary's run of `tests`, or in a command's.
pub(super) fn of_suite<'a>(
    tests: impl Iterator<Item = &'a PlannedTest>,
    manifest_dir: &Path,
    is_of_command: bool,
) -> Vec<BuiltCrate> {
    if is_of_command { of_command(tests) } else { of(tests, manifest_dir) }
}

/// The crates of the author's in which `tests` and their fixtures are declared, those that they are built from by path, and the
/// harness; each once.
fn of<'a>(tests: impl Iterator<Item = &'a PlannedTest>, manifest_dir: &Path) -> Vec<BuiltCrate> {
    let (mut builds, mut packages) = (vec![HARNESS], Vec::<PathBuf>::new());
    for planned in tests {
        add_test(planned, &mut builds);
        packages.push(planned.decl.manifest_dir.into());
    }
    keep_each_once(&mut builds);
    packages.dedup();
    let root = workspace_root(manifest_dir);
    let profile = profile_name(&std::env::current_exe().unwrap_or_default());
    let named = |package: &str, opt_level: Option<String>| BuiltCrate {
        name: package.to_owned(),
        opt_level,
        set_in: profile_table(&root, &profile, package),
    };
    let mut crates: Vec<BuiltCrate> =
        builds.iter().map(|build| named(build.package, build.opt_level.map(str::to_owned))).collect();
    if is_as_declared(&builds[1..], &root, &profile) {
        let declared = packages.iter().flat_map(|package| path_dependencies(package, &profile));
        for level in declared {
            if !crates.iter().any(|of| of.name == level.package) {
                crates.push(named(&level.package, Some(level.opt_level)));
            }
        }
    }
    crates
}

/// The same for the tests of a command. Its manifests are not on this machine; those of the folder where it runs are another
/// project's.
fn of_command<'a>(tests: impl Iterator<Item = &'a PlannedTest>) -> Vec<BuiltCrate> {
    let mut builds = vec![HARNESS];
    tests.for_each(|planned| add_test(planned, &mut builds));
    keep_each_once(&mut builds);
    let built = |build: &CrateBuild| BuiltCrate {
        name: build.package.to_owned(),
        opt_level: build.opt_level.map(str::to_owned),
        set_in: String::new(),
    };
    builds.iter().map(built).collect()
}

fn add_test(planned: &PlannedTest, builds: &mut Vec<CrateBuild>) {
    builds.push(planned.decl.built);
    planned.test.needs.iter().for_each(|need| add_fixture(need, builds));
}

fn keep_each_once(builds: &mut Vec<CrateBuild>) {
    let mut seen = Vec::new();
    builds.retain(|build| {
        !seen.contains(build) && {
            seen.push(*build);
            true
        }
    });
}

/// True if the manifests say of the crates with an attribute what the compiler was started with; variables, flags and
/// configuration files may have changed it, and then the manifests say nothing of other crates either.
fn is_as_declared(builds: &[CrateBuild], root: &Path, profile: &str) -> bool {
    builds.iter().all(|build| build.opt_level == Some(&declared_level(root, profile, build.package, true)))
}

fn add_fixture(fixture: &FixtureDecl, builds: &mut Vec<CrateBuild>) {
    builds.push(fixture.built);
    fixture.needs.iter().for_each(|need| add_fixture(need, builds));
}
