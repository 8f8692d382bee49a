//! From what a person gave with `--against` to a binary whose servers can be started.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::build::{BaseBuild, profile_arguments, same_in};
use super::checked_out::{AgainstFolder, FolderLock};
use super::git::{BaseCommit, Repository};
use crate::cli::{GivenText, Options};
use crate::fixture;
use crate::runner;
use crate::server::{BaseBinary, OfferedServers, ask};
use crate::session::exit::{NOT_STARTED, Problem};
use crate::session::input::Input;
use crate::session::output::complain;
use crate::session::{cargo, typed_in};
use crate::suggest::did_you_mean;

/// The version of the code that this run is compared with.
#[derive(Debug)]
pub(crate) struct PreparedBase {
    pub(crate) binary: BaseBinary,
    /// No other run checks out another version while this one runs.
    _lock: Option<FolderLock>,
}

/// The binary of the base, and where the rest of that version lies.
struct BuiltBase {
    binary: PathBuf,
    described: String,
    folders: Vec<(PathBuf, PathBuf)>,
    notes: Vec<String>,
    lock: Option<FolderLock>,
}

/// A server of the base for a fixture that does not exist, or that the base starts itself, would silently not be used.
pub(crate) fn check_given(options: &Options) -> Result<(), Problem> {
    let variable = |name: &str| format!("PROOFLOAD_BEFORE_{}", name.to_uppercase());
    if options.compare.against.is_some() && options.live.drives() {
        return Err(Problem::usage(
            "--against compares tests that keep to their load, and --ui lets a person drive it",
        ));
    }
    for (name, given) in &options.compare.before {
        if options.compare.against.is_none() {
            return Err(Problem::usage(format!(
                "{} is `{given}`, and nothing is compared with it: add --against with a revision or a perf binary",
                variable(name)
            )));
        }
        let Some(decl) = fixture::all().into_iter().find(|decl| decl.name.to_lowercase() == *name) else {
            let known = runner::server_fixture_names();
            let suggestion = did_you_mean(name, known.iter().map(String::as_str));
            return Err(Problem::usage(format!("{}: there is no fixture `{name}`{suggestion}", variable(name))));
        };
        // The start of a `#[server]` has a limit of its own.
        if decl.set_up_timeout.is_none() && !given.contains("://") {
            return Err(Problem::usage(format!(
                "{}: `{name}` is a `#[server]`, which the perf binary of the base starts; give a URL, or leave it out",
                variable(name)
            )));
        }
    }
    Ok(())
}

/// Builds the version that `--against` names, or finds its binary; `None` without the option. Before any test runs, and before the
/// machine is locked.
pub(crate) fn prepare(input: &Input) -> Result<Option<PreparedBase>, Problem> {
    let Some(given) = &input.options.compare.against else { return Ok(None) };
    let typed_in = typed_in::folder(&input.folders);
    let file = typed_in.join(&given.text);
    let built = match file.is_file() {
        true => earlier(&file),
        false => revision(input, given)?,
    };
    let unusable = |error| Problem { text: format!("{}: {error}", given.origin), exit_code: NOT_STARTED };
    let OfferedServers { opt_level, servers, .. } = ask(&built.binary).map_err(unusable)?;
    let mut notes = built.notes;
    let own_level = crate::built::OPT_LEVEL;
    if opt_level != own_level {
        notes.push(format!("before was built with opt-level {opt_level}, and now with {own_level}"));
    }
    complain(&format!("comparing with {}", built.described));
    notes.iter().for_each(|note| complain(&format!("note: {note}")));
    let given = in_full(&input.options.compare.before, &typed_in);
    let BuiltBase { binary, described, folders, lock, .. } = built;
    Ok(Some(PreparedBase { binary: BaseBinary { described, binary, servers, folders, given, notes }, _lock: lock }))
}

/// Programs with the folder in which they were typed.
fn in_full(given: &BTreeMap<String, String>, typed_in: &Path) -> BTreeMap<String, String> {
    let full = |value: &String| match value.contains('/') && !value.contains("://") {
        true => typed_in.join(value).to_string_lossy().into_owned(),
        false => value.clone(),
    };
    given.iter().map(|(name, value)| (name.clone(), full(value))).collect()
}

/// A binary that was built earlier; what cargo has built beside it belongs to it.
fn earlier(file: &Path) -> BuiltBase {
    let own = std::env::current_exe().ok().and_then(|own| cargo::target_folder(&own));
    let folders = own.zip(cargo::target_folder(file)).filter(|(own, theirs)| own != theirs).into_iter().collect();
    let described = file.display().to_string();
    BuiltBase { binary: file.to_owned(), described, folders, notes: Vec::new(), lock: None }
}

fn revision(input: &Input, given: &GivenText) -> Result<BuiltBase, Problem> {
    let wrong = |error| Problem::usage(format!("{}: {error}", given.origin));
    let repository = Repository::of(&input.manifest_dir).map_err(wrong)?;
    let commit = repository.commit(&given.text).map_err(wrong)?;
    let own = std::env::current_exe().unwrap_or_default();
    let own_target = cargo::target_folder(&own).unwrap_or_else(|| input.folders.workspace.join("target"));
    let folder = AgainstFolder::within(&own_target);
    let lock = folder.lock(input.options.no_wait)?;
    repository
        .check_out(&commit, &folder.tree())
        .map_err(|error| Problem { text: format!("{}: {error}", given.origin), exit_code: NOT_STARTED })?;
    let build = build_of(input, &own, &repository, &folder)?;
    complain(&format!("building {} to compare with: {}", commit.described(), build.shown()));
    let binary =
        build.run().map_err(|error| Problem { text: format!("{}: {error}", given.origin), exit_code: NOT_STARTED })?;
    Ok(BuiltBase {
        binary,
        described: commit.described(),
        folders: vec![(own_target, folder.target()), (repository.top.clone(), folder.tree())],
        notes: notes(&repository, &commit),
        lock: Some(lock),
    })
}

fn build_of(input: &Input, own: &Path, repository: &Repository, folder: &AgainstFolder) -> Result<BaseBuild, Problem> {
    let package = cargo::package_name(&input.manifest_dir);
    let (Some(package), Some(target)) = (package, cargo::target_name(own)) else {
        let manifest = input.manifest_dir.join("Cargo.toml");
        return Err(Problem::usage(format!("--against: {} names no package to build", manifest.display())));
    };
    let more = input.options.compare.against_args.as_ref().map(|given| given.text.as_str()).unwrap_or_default();
    let own_place = same_in(&folder.tree(), &repository.top, &input.manifest_dir);
    // It may have been moved since; then cargo finds it by its name.
    let package_dir = match own_place.join("Cargo.toml").is_file() {
        true => own_place,
        false => same_in(&folder.tree(), &repository.top, &input.folders.workspace),
    };
    Ok(BaseBuild {
        cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        package_dir,
        package,
        target,
        profile: profile_arguments(&cargo::profile_name(own), cargo::target_triple(own).as_deref()),
        target_dir: folder.target(),
        more: more.split_whitespace().map(str::to_owned).collect(),
    })
}

fn notes(repository: &Repository, commit: &BaseCommit) -> Vec<String> {
    let is_dirty = repository.is_dirty();
    let mut notes = Vec::new();
    if is_dirty {
        notes.push("this tree has changes that are not committed; they are part of `now`".to_owned());
    }
    if repository.is_here(commit) && !is_dirty {
        notes.push(format!("{} is what is checked out here: both are the same code", commit.described()));
    }
    notes
}
