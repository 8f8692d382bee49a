//! A run beside the servers of another version: both take turns, a regression is measured twice, and what cannot be compared says why.

use std::fs;

use proofload_testing::http_server::{Reply, ScriptedServer};
use proofload_testing::perf_binary::FinishedRun;
use proofload_testing::specification::Specification;

use crate::against::{Shop, script_at};
use crate::probe::DELAY;

pub(crate) const SPECIFICATION: Specification = &[
    ("a version that is slower fails its test, measured twice with servers started anew", slower),
    ("a test whose server the base does not have runs, and says that it is not compared", without_server),
    ("a server of the base that dies while it is measured is an error that names it", dies),
    ("a server of the base that does not start is an error that names it, and the output is kept", does_not_start),
    ("a server that runs already is compared with the one that is named for the base", attached),
];

/// A shop without a repository: its base is this script, with `$perf` for this binary.
fn shop_with_base(script: &str) -> Shop {
    let shop = Shop::without_repository();
    script_at(&shop.path("target/base"), &format!("perf='{}'\n{script}", shop.perf.display()));
    shop
}

fn run(shop: &Shop, test: &str, environment: &[(&str, &str)]) -> FinishedRun {
    let base = shop.path("target/base");
    let mut command = shop.command(&[test, "--exact", "--include-ignored", "--against", &base.to_string_lossy()]);
    command.envs(environment.iter().copied());
    shop.workspace.finish(command)
}

fn servers_started(shop: &Shop) -> usize {
    shop.workspace.trace().iter().filter(|line| line.starts_with("paced ")).count()
}

fn slower() {
    let shop = shop_with_base(&format!("{DELAY}=3 exec \"$perf\" \"$@\""));
    let run = run(&shop, "[load] probe::versions::steadily", &[(DELAY, "30")]);
    run.exits_with(101).says("`mean` is worse than that of `before`").says("regressed").says("before is ");
    let test = run.test("probe::versions::steadily");
    let comparison = &test["comparisons"][0];
    assert_eq!((&comparison["verdict"], &comparison["confirmed"]), (&"regressed".into(), &true.into()), "{run}");
    let names: Vec<_> =
        test["arms"].as_array().expect("arms").iter().map(|arm| (&arm["name"], &arm["servers"][0]["name"])).collect();
    assert_eq!(names, [(&"before".into(), &"paced (before)".into()), (&"now".into(), &"paced".into())]);
    assert_eq!(servers_started(&shop), 4, "both, twice");
    let folder = shop.path("target/proofload/latest/servers");
    assert!(folder.join("paced.log").exists() && folder.join("before/paced.log").exists());
    assert!(shop.workspace.page().is_none() && !shop.path("target/proofload/history").exists());
}

fn without_server() {
    let shop = shop_with_base(r#"[ "$2" = offered-servers ] && echo '{"protocol":1,"servers":[]}'"#);
    let run = run(&shop, "[load] probe::versions::briefly", &[]);
    run.exits_with(0).says("the base has no server fixture `end_to_end::probe::versions::paced`");
    let test = run.test("probe::versions::briefly");
    assert_eq!((&test["outcome"], &test["comparisons"][0]["verdict"]), (&"passed".into(), &"not_comparable".into()));
    assert_eq!(servers_started(&shop), 1);
}

fn dies() {
    let shop = shop_with_base("[ \"$2\" = serve ] && { (sleep 3; kill -9 $$) & }\nexec \"$perf\" \"$@\"");
    let run = run(&shop, "[load] probe::versions::steadily", &[]);
    run.exits_with(102).says("`before`: the server `paced (before)` died during the test: signal 9");
    assert_eq!(run.test("probe::versions::steadily")["outcome"], "errored");
}

fn does_not_start() {
    let shop = shop_with_base("[ \"$2\" = serve ] && { echo 'no database' >&2; exit 3; }\nexec \"$perf\" \"$@\"");
    let run = run(&shop, "[load] probe::versions::briefly", &[]);
    run.exits_with(102)
        .says("`before`: the set-up of fixture `paced` failed")
        .says("server `paced (before)` ended with");
    run.says("no database");
    let log = shop.path("target/proofload/latest/servers/before/paced.log");
    assert!(fs::read_to_string(&log).is_ok_and(|text| text.contains("no database")), "{}", log.display());
}

fn attached() {
    let shop = shop_with_base("exec \"$perf\" \"$@\"");
    let (old, new) = (ScriptedServer::start(|_| Reply::ok()), ScriptedServer::start(|_| Reply::ok()));
    let target = ("PROOFLOAD_TARGET_PACED", new.url.as_str());
    let alone = run(&shop, "[load] probe::versions::briefly", &[target]);
    alone.exits_with(0).says("is the same for both: set PROOFLOAD_BEFORE_PACED to");
    let both = run(&shop, "[load] probe::versions::briefly", &[target, ("PROOFLOAD_BEFORE_PACED", old.url.as_str())]);
    both.exits_with(0).says("before → now");
    assert!(old.received_at("/") >= 20 && new.received_at("/") >= 60, "{both}");
    assert_eq!(servers_started(&shop), 0);
}
