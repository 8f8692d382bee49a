//! Data for users from files of the package: `Rows::csv` and `Rows::json`.

use std::collections::BTreeMap;
use std::fs;

use proofload_testing::http_server::{Received, Reply, ScriptedServer};
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("each row of a CSV file is used once, and the run ends with the last", each_once),
    ("after the last row of a JSON file comes the first again", again),
    ("a file that is missing, or has a wrong line, is an error that names it, and no request is sent", mistakes),
];

const ROWS: u32 = 20;

fn server() -> ScriptedServer {
    ScriptedServer::start(|_: &Received| Reply::response("200 OK", "ok"))
}

fn with_file(name: &str, text: &str) -> Workspace {
    let workspace = Workspace::new();
    fs::create_dir_all(workspace.path().join("data")).expect("a folder");
    fs::write(workspace.path().join("data").join(name), text).expect("a file");
    workspace
}

fn run(server: &ScriptedServer, workspace: &Workspace, test: &str) -> FinishedRun {
    let mut command = workspace.command(&["--exact", &format!("[load] probe::rows::{test}")]);
    command.env("PROOFLOAD_TARGET_STEADY", &server.url);
    workspace.finish(command)
}

/// How often the server was asked for each path.
fn asked(server: &ScriptedServer) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    for request in server.received() {
        *asked.entry(request.path).or_default() += 1;
    }
    asked
}

fn path(row: u32) -> String {
    format!("/accounts/user-{row}/{}", row * 3)
}

fn each_once() {
    let lines: String = (0..ROWS).map(|row| format!("{},\"user-{row}\"\n", row * 3)).collect();
    let (server, workspace) = (server(), with_file("accounts.csv", &format!("items,name\n{lines}")));
    let run = run(&server, &workspace, "each_once");
    let test = run.exits_with(0).test("probe::rows::each_once");
    assert_eq!(asked(&server), (0..ROWS).map(|row| (path(row), 1)).collect());
    assert_eq!(test["totals"]["requests"]["ok"], ROWS);
    assert_eq!(test["totals"]["requests"]["intended"], ROWS);
}

fn again() {
    let lines: String = (0..ROWS).map(|row| format!("{{\"name\":\"user-{row}\",\"items\":{}}}\n", row * 3)).collect();
    let (server, workspace) = (server(), with_file("accounts.jsonl", &lines));
    run(&server, &workspace, "again").exits_with(0);
    // 50 requests are two rounds of 20 and the first ten rows once more.
    assert_eq!(asked(&server), (0..ROWS).map(|row| (path(row), if row < 10 { 3 } else { 2 })).collect());
}

fn mistakes() {
    let server = server();
    let missing = run(&server, &Workspace::new(), "each_once");
    missing.exits_with(102).says("data/accounts.csv");
    let workspace = with_file("accounts.csv", "items,name\n3,user-1\nmany,user-2\n");
    let wrong = run(&server, &workspace, "each_once");
    wrong.exits_with(102).says("data/accounts.csv").says("line 3");
    assert_eq!(server.received().len(), 0);
}
