//! Building the perf binary of another version with cargo.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde::Deserialize;
use thiserror::Error;

use crate::session::output::complain;
use crate::text::one_line;

/// How many of the last lines of cargo are part of the error.
const LINES_SHOWN: usize = 25;

/// The same build as this binary's, of the files in another folder.
#[derive(Debug)]
pub(super) struct BaseBuild {
    /// `cargo`, as it has started this binary.
    pub(super) cargo: OsString,
    /// The folder of the package.
    pub(super) package_dir: PathBuf,
    pub(super) package: String,
    /// The test target.
    pub(super) target: String,
    /// As [`profile_arguments`] has them.
    pub(super) profile: Vec<String>,
    pub(super) target_dir: PathBuf,
    /// What a person adds: features.
    pub(super) more: Vec<String>,
}

/// Why there is no binary.
#[derive(Debug, Error)]
pub(super) enum BuildError {
    #[error("cargo cannot be started ({source}): `{command}`; is it installed, and in a folder of PATH?")]
    NoCargo { command: String, source: io::Error },

    #[error(
        "the base has no package `{package}`: {said}; compare with a later revision, or with the path of a perf binary"
    )]
    NoPackage { package: String, said: String },

    #[error(
        "the base has no test target `{target}` in its package `{package}`; compare with a later revision, or with the path of \
         a perf binary"
    )]
    NoTarget { package: String, target: String },

    #[error(
        "the base does not build: `{command}` in {} ended with {status}; its last lines:\n{}\n  if it needs features, give \
         `--against-args \"--features …\"`; a base that builds elsewhere can be given as the path of its perf binary",
        folder.display(),
        indented(lines)
    )]
    Failed { command: String, folder: PathBuf, status: ExitStatus, lines: Vec<String> },

    #[error("`{command}` in {} named no executable of the test target `{target}`", folder.display())]
    NoExecutable { command: String, folder: PathBuf, target: String },
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// What cargo is given for the profile with this name, and for a build of another target.
pub(super) fn profile_arguments(profile: &str, triple: Option<&str>) -> Vec<String> {
    let profile = match profile {
        "test" => Vec::new(),
        "release" => vec!["--release".to_owned()],
        other => vec!["--profile".to_owned(), other.to_owned()],
    };
    let triple = triple.into_iter().flat_map(|triple| ["--target".to_owned(), triple.to_owned()]);
    profile.into_iter().chain(triple).collect()
}

impl BaseBuild {
    fn arguments(&self) -> Vec<String> {
        let fixed = ["test", "--no-run", "--package", &self.package, "--test", &self.target, "--target-dir"];
        let mut arguments: Vec<String> = fixed.iter().map(|&text| text.to_owned()).collect();
        arguments.push(self.target_dir.to_string_lossy().into_owned());
        arguments.extend(self.profile.iter().chain(&self.more).cloned());
        arguments
    }

    /// As a person would type it.
    pub(super) fn shown(&self) -> String {
        format!("cargo {}", self.arguments().join(" "))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        command.args(self.arguments()).arg("--message-format=json-render-diagnostics").current_dir(&self.package_dir);
        // Of the package whose test this is; build scripts that look at them would run each time.
        let of_this_package =
            |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| name.starts_with(prefix));
        for name in std::env::vars_os().map(|(name, _)| name).filter(|name| of_this_package(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Builds it, shows what cargo says, and returns the executable.
    pub(super) fn run(&self) -> Result<PathBuf, BuildError> {
        if !self.package_dir.join("Cargo.toml").is_file() {
            let said = format!("there is no {}", self.package_dir.join("Cargo.toml").display());
            return Err(BuildError::NoPackage { package: self.package.clone(), said });
        }
        let failed = |source| BuildError::NoCargo { command: self.shown(), source };
        let mut child = self.command().spawn().map_err(failed)?;
        let stderr = child.stderr.take();
        let said = std::thread::spawn(move || stderr.map(pass_on).unwrap_or_default());
        let executable = child.stdout.take().and_then(|stdout| executable(stdout, &self.target));
        let status = child.wait().map_err(failed)?;
        let lines = said.join().unwrap_or_default();
        if !status.success() {
            return Err(self.failure(status, lines));
        }
        let no_executable = || BuildError::NoExecutable {
            command: self.shown(),
            folder: self.package_dir.clone(),
            target: self.target.clone(),
        };
        executable.ok_or_else(no_executable)
    }

    fn failure(&self, status: ExitStatus, lines: Vec<String>) -> BuildError {
        let (package, target) = (self.package.clone(), self.target.clone());
        let says = |text: &str| lines.iter().find(|line| line.contains(text));
        if says("no test target named").is_some() {
            return BuildError::NoTarget { package, target };
        }
        if let Some(said) = says("did not match any packages").or_else(|| says("cannot specify features for packages"))
        {
            return BuildError::NoPackage { package, said: said.trim_start_matches("error: ").to_owned() };
        }
        BuildError::Failed { command: self.shown(), folder: self.package_dir.clone(), status, lines }
    }
}

/// Shows each line at once; a build may take minutes. Returns the last ones.
fn pass_on(stderr: impl Read) -> Vec<String> {
    let mut last = VecDeque::new();
    for line in lines(stderr) {
        let line = one_line(&line).into_owned();
        complain(&line);
        last.push_back(line);
        if last.len() > LINES_SHOWN {
            last.pop_front();
        }
    }
    last.into()
}

fn lines(output: impl Read) -> impl Iterator<Item = String> {
    let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
    lines.map(|line| String::from_utf8_lossy(&line).into_owned())
}

/// One message of cargo, as far as it is of use here.
#[derive(Debug, Deserialize)]
struct CargoMessage {
    #[serde(default)]
    executable: Option<PathBuf>,
    #[serde(default)]
    target: Option<CargoTarget>,
}

#[derive(Debug, Deserialize)]
struct CargoTarget {
    name: String,
    kind: Vec<String>,
}

/// The executable of the test target, among cargo's messages. Reads them all.
fn executable(stdout: impl Read, target: &str) -> Option<PathBuf> {
    let messages = lines(stdout).filter_map(|line| serde_json::from_str::<CargoMessage>(&line).ok());
    let of_target = messages.filter_map(|message| {
        let of = message.target?;
        let is_wanted = of.name == target && of.kind.iter().any(|kind| kind == "test");
        message.executable.filter(|_| is_wanted)
    });
    of_target.last()
}

/// Where the same package lies in another tree: `tree` has what `top` has.
pub(super) fn same_in(tree: &Path, top: &Path, folder: &Path) -> PathBuf {
    let plain = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (top, folder) = (plain(top), plain(folder));
    folder.strip_prefix(&top).map_or_else(|_| tree.to_owned(), |within| tree.join(within))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_has_the_profile_and_the_target_of_this_binary() {
        assert!(profile_arguments("test", None).is_empty());
        assert_eq!(
            profile_arguments("release", Some("x86_64-unknown-linux-musl")).join(" "),
            "--release --target x86_64-unknown-linux-musl"
        );
        assert_eq!(profile_arguments("ci", None), ["--profile", "ci"]);
    }

    #[test]
    fn the_executable_is_that_of_the_test_target_and_not_of_a_library_or_program_of_its_name() {
        let message = |kind: &str, name: &str, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"kind":["{kind}"],"name":"{name}","test":true}},"executable":{executable}}}"#
            )
        };
        let said = [
            message("lib", "perf", "null"),
            message("bin", "perf", r#""/t/debug/perf""#),
            message("test", "other", r#""/t/debug/deps/other-1""#),
            message("test", "perf", r#""/t/debug/deps/perf-1""#),
            "no JSON".to_owned(),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        assert_eq!(executable(said.join("\n").as_bytes(), "perf"), Some("/t/debug/deps/perf-1".into()));
        assert_eq!(executable("".as_bytes(), "perf"), None);
    }
}
