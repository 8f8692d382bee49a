//! Classes of users: what each did is what the server saw of it.

use std::collections::BTreeSet;
use std::path::Path;

use proofload_testing::http_server::{Received, Reply, ScriptedServer};
use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification = &[
    ("users are of each class exactly by weight, and each class has the counts that the server has", by_weight),
    ("arrivals are of each class exactly by weight", arrivals),
    ("a class that fails fails the test, although the total holds", one_fails),
    ("a class without a user has no data, which never passes", empty),
    ("of repeated runs, the classes of the one that is judged are shown", repeated),
    ("a limit on a class must hold at each level of a sweep", swept),
];

fn reply(received: &Received) -> Reply {
    match received.path.split('/').nth(1) {
        Some("missing") => Reply::response("404 No", ""),
        Some("refused") => Reply::response("503 No", ""),
        _ => Reply::ok(),
    }
}

/// The record of a test, and what the server received.
fn run(test: &str) -> (FinishedRun, Value, Vec<Received>) {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(reply);
    let mut command = workspace.command(&[test]);
    command.env("PROOFLOAD_TARGET_STEADY", &server.url);
    let file = workspace.path().join("all.csv");
    command.arg("--requests-csv").arg(&file);
    let run = workspace.finish(command);
    let record = run.test(&format!("probe::{test}"));
    check_lines(&file, &record);
    (run, record, server.received())
}

/// The line of each request has the class of its user.
fn check_lines(file: &Path, test: &Value) {
    let mut reader = csv::Reader::from_path(file).expect("the file of the requests");
    assert_eq!(reader.headers().expect("a first line").iter().next_back(), Some("class"));
    let lines: Vec<csv::StringRecord> = reader.records().map(|line| line.expect("a whole line")).collect();
    assert_eq!(lines.len() as u64, intended(test));
    for class in test["classes"].as_array().expect("classes") {
        let of_class = lines.iter().filter(|line| line.iter().next_back() == class["name"].as_str()).count() as u64;
        assert_eq!(of_class, intended(class), "{}", class["name"]);
    }
}

fn class<'r>(test: &'r Value, name: &str) -> &'r Value {
    let classes = test["classes"].as_array().expect("classes");
    classes.iter().find(|class| class["name"] == name).unwrap_or_else(|| panic!("no class {name}: {test:#}"))
}

fn intended(figures: &Value) -> u64 {
    figures["totals"]["requests"]["intended"].as_u64().expect("a count")
}

fn endpoint(class: &Value, name: &str) -> u64 {
    let endpoints = class["endpoints"].as_array().expect("endpoints");
    let found = endpoints.iter().find(|endpoint| endpoint["name"] == name);
    found.map_or(0, |endpoint| endpoint["requests"]["intended"].as_u64().expect("a count"))
}

fn received(log: &[Received], start: &str) -> u64 {
    log.iter().filter(|received| received.path.starts_with(start)).count() as u64
}

fn by_weight() {
    let (run, test, log) = run("classes::people");
    run.exits_with(0);
    for (name, weight, users, path) in
        [("everyday", 7, 70, "/everyday/"), ("busy", 2, 20, "/busy/"), ("erroneous", 1, 10, "/missing/")]
    {
        let class = class(&test, name);
        assert_eq!((&class["weight"], &class["users"]), (&weight.into(), &users.into()));
        let who: BTreeSet<&str> = log.iter().filter_map(|received| received.path.strip_prefix(path)).collect();
        assert_eq!(who.len(), users, "{name}: {who:?}");
        assert_eq!(endpoint(class, &format!("GET {path}{{user}}")), received(&log, path), "{name}");
        assert_eq!(class["totals"]["requests"]["ok"], class["totals"]["requests"]["intended"]);
    }
    let busy = class(&test, "busy");
    assert_eq!(endpoint(busy, "GET /shared"), received(&log, "/shared"));
    assert_eq!(endpoint(class(&test, "everyday"), "GET /shared"), 0);
    let of_classes: u64 = test["classes"].as_array().expect("classes").iter().map(intended).sum();
    assert_eq!((of_classes, intended(&test)), (log.len() as u64, log.len() as u64));
    let about: Vec<(&Value, &Value)> = test["thresholds"]
        .as_array()
        .expect("thresholds")
        .iter()
        .map(|one| (&one["class"], &one["endpoint"]))
        .collect();
    let text = |text: &str| Value::from(text);
    let expected = [
        (text("everyday"), Value::Null),
        (text("busy"), text("GET /busy/{user}")),
        (text("busy"), Value::Null),
        (text("erroneous"), text("iteration")),
        (Value::Null, Value::Null),
    ];
    assert_eq!(about, expected.iter().map(|(class, endpoint)| (class, endpoint)).collect::<Vec<_>>());
}

fn arrivals() {
    let (run, test, log) = run("classes::arrivals");
    run.exits_with(0);
    for (name, arrivals, path) in
        [("everyday", 70, "/everyday/"), ("busy", 20, "/busy/"), ("erroneous", 10, "/missing/")]
    {
        assert_eq!(received(&log, path), arrivals, "{name}");
        let class = class(&test, name);
        assert!(endpoint(class, &format!("GET {path}{{user}}")) == arrivals, "{name}: {class:#}");
        assert_eq!((&class["users"], &class["generator"]["planned"]), (&Value::Null, &arrivals.into()));
    }
}

fn one_fails() {
    let (run, test, log) = run("classes::one_fails");
    run.exits_with(101).says("`success_rate(\"refused\") >= 99%` was breached: 0 %");
    assert_eq!(intended(class(&test, "refused")), received(&log, "/refused"));
}

fn empty() {
    let (run, test, _log) = run("classes::empty");
    run.exits_with(101).says("class `busy`: ");
    assert_eq!(test["outcome"], "failed");
}

fn repeated() {
    let (workspace, server) = (Workspace::new(), ScriptedServer::start(reply));
    let mut command = workspace.command(&["classes::repeated"]);
    command.env("PROOFLOAD_TARGET_STEADY", &server.url);
    let test = workspace.finish(command).exits_with(0).test("probe::classes::repeated");
    let log = server.received();
    assert_eq!(intended(&test), 60);
    // A busy user whose first request was the last of the number sends its second one all the same.
    let beyond = log.len().checked_sub(3 * 60).expect("every request of three runs");
    assert!(beyond <= 3 * 3, "{beyond} requests beyond three runs of three busy users");
    assert_eq!(test["classes"].as_array().expect("classes").iter().map(intended).sum::<u64>(), 60);
    assert_eq!((&class(&test, "everyday")["users"], &class(&test, "busy")["users"]), (&7.into(), &3.into()));
}

fn swept() {
    let (workspace, server) = (Workspace::new(), ScriptedServer::start(reply));
    let mut command = workspace.command(&["classes::swept"]);
    command.env("PROOFLOAD_TARGET_STEADY", &server.url);
    let run = workspace.finish(command);
    run.exits_with(101).says("at 5 users: class `refused`: `success_rate` has no data");
    let test = run.test("probe::classes::swept");
    assert_eq!((intended(class(&test, "everyday")), intended(class(&test, "refused"))), (40, 0));
    // At ten users one of them is of that class.
    assert!(received(&server.received(), "/refused") > 0);
}
