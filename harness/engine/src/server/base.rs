//! Servers of another version of the code: they take the place of this binary's when the arm `before` is set up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::declaration::ServerDecl;
use super::protocol::OfferedServer;
use super::reexec;

/// The perf binary of another version of the code, and where the rest of that version lies.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BaseBinary {
    /// How a person named it: `origin/main (1a2b3c4d5e6f)`.
    pub described: String,
    /// The file.
    pub binary: PathBuf,
    /// Its `#[server]` functions.
    pub servers: Vec<OfferedServer>,
    /// Folders of this version, and where the other version has the same; the first that contains a path counts.
    pub folders: Vec<(PathBuf, PathBuf)>,
    /// `PROOFLOAD_BEFORE_AGENT`: a URL or a program, by the lower-case name of its fixture.
    pub given: BTreeMap<String, String>,
    /// What a reader of each comparison should know.
    pub notes: Vec<String>,
}

/// A base in use by one set of fixtures.
#[derive(Debug)]
pub struct Base {
    binary: BaseBinary,
    /// Why the fixtures cannot be set up of that version, although nothing is broken.
    why_not: RefCell<Option<String>>,
}

/// How a `#[server]` of the other version is started.
pub(super) struct BaseServer {
    pub(super) command: Command,
    pub(super) ready: Option<String>,
    pub(super) start_timeout: Duration,
}

/// A program and its folder in the other version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BaseProgram {
    pub(super) program: String,
    pub(super) arguments: Vec<String>,
    pub(super) folder: Option<PathBuf>,
}

impl Base {
    /// Nothing is started yet.
    pub fn new(binary: BaseBinary) -> Base {
        Base { binary, why_not: RefCell::default() }
    }

    /// Why the fixtures that were set up last cannot be compared, if so. It is forgotten.
    pub fn take_why_not(&self) -> Option<String> {
        self.why_not.take()
    }

    /// Notes why nothing can be compared, and returns it.
    pub fn cannot_be_compared(&self, why: String) -> String {
        self.why_not.borrow_mut().get_or_insert(why).clone()
    }

    /// What a person gave for the servers of the fixture with this name.
    pub fn given(&self, fixture: &str) -> Option<&str> {
        self.binary.given.get(&fixture.to_lowercase()).map(String::as_str)
    }

    /// The URL among them.
    pub fn given_url(&self, fixture: &str) -> Option<&str> {
        self.given(fixture).filter(|given| given.contains("://"))
    }

    /// The same `#[server]` function in the other version; otherwise why it has no such function.
    pub(super) fn server(&self, decl: &ServerDecl) -> Result<BaseServer, String> {
        let path = decl.path();
        let failed = |error: io::Error| error.to_string();
        let Some(offered) = self.binary.servers.iter().find(|server| server.path == path) else {
            return Err(self.cannot_be_compared(format!("the base has no server fixture `{path}`")));
        };
        let mut command = reexec::child_command(Some(&self.binary.binary), &path).map_err(failed)?;
        let own_folder = std::env::current_dir().ok().and_then(|here| self.in_base(&here));
        if let Some(folder) = own_folder {
            // It reads its own files, and not those of this version.
            command.env("CARGO_MANIFEST_DIR", &folder).current_dir(folder);
        }
        Ok(BaseServer {
            command,
            ready: offered.ready.clone(),
            start_timeout: Duration::from_millis(offered.start_timeout_ms),
        })
    }

    /// What `program` is in the other version, if it is started by the fixture called `fixture`; otherwise why it is nothing.
    ///
    /// A program that was given wins. Otherwise each path of the command that lies in this version and exists in the other one is
    /// taken from there: the program, the folder that it starts in, and its arguments. Without any, both would be the same server.
    pub(super) fn program(
        &self,
        fixture: Option<&str>,
        written: BaseProgram,
        here: &Path,
    ) -> Result<BaseProgram, String> {
        if let Some(program) = fixture.and_then(|fixture| self.given(fixture)) {
            return Ok(BaseProgram { program: program.to_owned(), ..written });
        }
        let BaseProgram { program, arguments, folder } = written;
        let started_in = here.join(folder.as_deref().unwrap_or(Path::new("")));
        let there = |path: &str| self.in_base(&started_in.join(path));
        let own_program = if program.contains('/') { there(&program) } else { None };
        if own_program.is_none() && program.contains('/') && self.is_ours(&started_in.join(&program)) {
            let why = format!("the base has no program `{program}`");
            return Err(self.cannot_be_compared(format!("{why}: {}", self.advice(fixture))));
        }
        let own_folder = self.in_base(&started_in);
        let own_arguments: Vec<Option<PathBuf>> = arguments.iter().map(|text| there(text)).collect();
        let differs = own_program.is_some()
            || folder.is_some() && own_folder.is_some()
            || own_arguments.iter().any(Option::is_some);
        if !differs {
            let why = format!("the command `{program}` is the same in the base");
            return Err(self.cannot_be_compared(format!("{why}: {}", self.advice(fixture))));
        }
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let swapped = arguments.into_iter().zip(own_arguments);
        Ok(BaseProgram {
            program: own_program.map_or(program, text),
            arguments: swapped.map(|(written, own)| own.map_or(written, text)).collect(),
            folder: own_folder.or(folder),
        })
    }

    /// What to do about a server that does not differ.
    pub fn advice(&self, fixture: Option<&str>) -> String {
        let name = fixture.unwrap_or("<fixture>").to_uppercase();
        format!("set PROOFLOAD_BEFORE_{name} to the program of the base, or to the URL of a server that runs it")
    }

    fn is_ours(&self, path: &Path) -> bool {
        let path = plain(path);
        self.binary.folders.iter().any(|(ours, _)| path.starts_with(ours))
    }

    /// The same file or folder in the other version, if both have it.
    fn in_base(&self, path: &Path) -> Option<PathBuf> {
        let path = plain(path);
        let (ours, theirs) = self.binary.folders.iter().find(|(ours, _)| path.starts_with(ours))?;
        let there = theirs.join(path.strip_prefix(ours).ok()?);
        (path.exists() && there.exists()).then_some(there)
    }
}

/// Without `.` and `..`; a link is not followed, as the base has its own.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// This version in `now`, the other one in `tree` and `built`, with these files.
    fn base(files: &[&str]) -> (tempfile::TempDir, Base) {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let at = |folder: &str| root.path().join(folder);
        let folders = vec![(at("now/target"), at("built")), (at("now"), at("tree"))];
        let given = [("old".to_owned(), "/opt/agent".to_owned())].into();
        let base = Base::new(BaseBinary { folders, given, ..BaseBinary::default() });
        (root, base)
    }

    fn written(program: &str, arguments: &[&str], folder: Option<&str>) -> BaseProgram {
        BaseProgram {
            program: program.to_owned(),
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            folder: folder.map(PathBuf::from),
        }
    }

    #[test]
    fn a_program_that_cargo_built_is_the_one_in_the_target_folder_of_the_base() {
        let (root, base) = base(&["now/target/debug/agent", "built/debug/agent", "now/perf/x", "tree/perf/x"]);
        let program = root.path().join("now/target/debug/agent").to_string_lossy().into_owned();
        let here = root.path().join("now/perf");
        let there = root.path().join("built/debug/agent");
        for program in [program.as_str(), "../target/debug/agent"] {
            let found = base.program(None, written(program, &["{port}"], None), &here).unwrap();
            assert_eq!((Path::new(&found.program), found.arguments[0].as_str()), (there.as_path(), "{port}"));
            assert_eq!(found.folder, Some(root.path().join("tree/perf")), "it starts beside the base's files");
        }
    }

    #[test]
    fn a_script_or_a_folder_of_the_tree_is_that_of_the_base() {
        let (root, base) = base(&["now/perf/app.py", "tree/perf/app.py", "now/web/x", "tree/web/x"]);
        let here = root.path().join("now/perf");
        let script = base.program(None, written("python3", &["app.py", "{port}"], None), &here).unwrap();
        assert_eq!((script.program.as_str(), script.arguments[1].as_str()), ("python3", "{port}"));
        assert_eq!(Path::new(&script.arguments[0]), root.path().join("tree/perf/app.py"));
        let folder = base.program(None, written("npm", &["start"], Some("../web")), &here).unwrap();
        assert_eq!(folder.folder, Some(root.path().join("tree/web")));
    }

    #[test]
    fn a_command_that_would_be_the_same_server_twice_cannot_be_compared() {
        let (root, base) = base(&["now/perf/x", "tree/perf/x"]);
        let here = root.path().join("now/perf");
        let why = base.program(Some("shop"), written("postgres", &["-p", "{port}"], None), &here).unwrap_err();
        assert!(why.starts_with("the command `postgres` is the same in the base: set PROOFLOAD_BEFORE_SHOP"), "{why}");
        assert_eq!(base.take_why_not(), Some(why));
        let missing = base.program(Some("shop"), written("./run.sh", &[], None), &here).unwrap_err();
        assert!(missing.starts_with("the base has no program `./run.sh`: set PROOFLOAD_BEFORE_SHOP"), "{missing}");
    }

    #[test]
    fn a_program_that_a_person_gave_wins() {
        let (root, base) = base(&["now/perf/run.sh", "tree/perf/run.sh"]);
        let found = base.program(Some("Old"), written("./run.sh", &["a"], None), &root.path().join("now/perf"));
        assert_eq!(found, Ok(written("/opt/agent", &["a"], None)));
    }
}
