//! Values of fixtures that workers are handed.

use proofload_testing::http_server::{Reply, ScriptedServer};
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("workers are handed what the test and its user fixtures take, which is set up and torn down once", handed_over),
    ("a fixture that workers cannot be handed is refused with its name before anything is set up", refused),
];

fn run(workspace: &Workspace, server: &ScriptedServer, test: &str) -> FinishedRun {
    let name = format!("[load] probe::travelling::{test}");
    let mut command = workspace.command(&["--ignored", "--exact", &name, "--workers", "2"]);
    command.env("PROOFLOAD_TARGET_STEADY", &server.url);
    workspace.finish(command)
}

fn server() -> ScriptedServer {
    ScriptedServer::start(|_| Reply::response("200 OK", ""))
}

fn handed_over() {
    let (workspace, server) = (Workspace::new(), server());
    let test = run(&workspace, &server, "handed_over").exits_with(0).test("probe::travelling::handed_over");
    assert_eq!(test["totals"]["requests"]["ok"], 20);
    let asked = |path: &str| server.received().iter().filter(|request| request.path == path).count();
    assert_eq!((asked("/log-in"), asked("/pen/of/0") + asked("/pen/of/1")), (2, 20));
    assert_eq!(workspace.trace(), ["shelf set up", "shelf of pen torn down"]);
}

fn refused() {
    let (workspace, server) = (Workspace::new(), server());
    let refused = run(&workspace, &server, "held_here");
    refused.exits_with(2).says("error: probe::travelling::held_here: fixture `handle` gives a `");
    refused.says("::Handle`, which cannot be handed to workers: derive `Serialize` and `Deserialize`");
    assert!(workspace.trace().is_empty() && server.received().is_empty(), "nothing was set up");
}
