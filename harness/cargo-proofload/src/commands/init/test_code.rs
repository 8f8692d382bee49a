//! The Rust code of a test, and what the project needs for it.

use super::formatted::formatted;
use super::project::RustProject;
use super::recorded::RepeatedSession;
use super::template::filled;

/// Code with `use` lines, fixtures and tests, but no `main`.
#[derive(Debug)]
pub(super) struct TestCode {
    pub(super) text: String,
    /// The name of its file if the project has a performance test already.
    pub(super) module: String,
    /// Features of `proofload`.
    pub(super) features: Vec<&'static str>,
    pub(super) tokio_features: &'static [&'static str],
    /// It writes bodies with `serde_json::json!`.
    pub(super) needs_serde_json: bool,
    /// Variables of the environment that it reads.
    pub(super) variables: Vec<EnvironmentVariable>,
    /// False if someone has to start a server first.
    pub(super) starts_its_server: bool,
}

/// A variable of the environment; if it is secret, a workflow has it from its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EnvironmentVariable {
    pub(super) name: String,
    pub(super) is_secret: bool,
    /// False if it works without, on the machine that the session is from.
    pub(super) is_needed: bool,
}

const HELLO: &str = include_str!("templates/perf.rs.txt");
const AXUM: &str = include_str!("templates/perf_axum.rs.txt");
const FIRST_TEST: &str = include_str!("templates/first_test.rs.txt");
pub(super) const MAIN: &str = "\nfn main() -> std::process::ExitCode {\n    proofload::main()\n}\n";

impl TestCode {
    /// A first test, of a server that the file has itself until its author puts in their own.
    pub(super) fn first(project: &RustProject, test: &str) -> TestCode {
        let (server, tokio_features): (_, &[&str]) =
            if project.has_axum { (AXUM, &["net"]) } else { (HELLO, &["io-util", "net", "rt"]) };
        let server = filled(server, &[("OWN_SERVER\n", &own_server(project)), ("TEST", test)]);
        TestCode {
            text: formatted(&(server + FIRST_TEST), project.folder(), &project.edition),
            module: "first".to_owned(),
            features: Vec::new(),
            tokio_features,
            needs_serde_json: false,
            variables: Vec::new(),
            starts_its_server: true,
        }
    }

    /// A test that repeats a session; `module` is the name of its file beside other tests.
    pub(super) fn repeating(session: &RepeatedSession, module: &str, project: &RustProject, test: &str) -> TestCode {
        let server = |(name, is_needed): (String, bool)| EnvironmentVariable { name, is_secret: false, is_needed };
        let secret = |name: String| EnvironmentVariable { name, is_secret: true, is_needed: true };
        let servers = session.server_variables().into_iter().map(server);
        TestCode {
            text: formatted(&session.code(test), project.folder(), &project.edition),
            module: module.to_owned(),
            features: session.features(),
            tokio_features: &[],
            needs_serde_json: session.needs_serde_json(),
            variables: servers.chain(session.secret_variables().into_iter().map(secret)).collect(),
            starts_its_server: false,
        }
    }
}

/// The comment that says where the person's own server goes.
fn own_server(project: &RustProject) -> String {
    let mut lines = match &project.library {
        Some(library) if project.has_axum => {
            vec![format!("Put your own router here: `axum::serve(listener, {library}::router()).await`.")]
        }
        Some(library) => vec![
            "Put your own server here, whatever serves a listener. With axum:".to_owned(),
            format!("`axum::serve(listener, {library}::router()).await`."),
        ],
        None => vec![
            "Put your own server here, whatever serves a listener. What a test shall use has to be in".to_owned(),
            "the library of this package: move the router from src/main.rs to src/lib.rs first.".to_owned(),
        ],
    };
    lines.iter_mut().for_each(|line| *line = format!("    // {line}\n"));
    lines.concat()
}
