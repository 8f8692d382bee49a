//! The live page, from outside: what a browser, a stranger and a slow viewer get, over real sockets.

use std::net::TcpListener;
use std::time::Duration;

use proofload_testing::perf_binary::{Workspace, tests_process};
use proofload_testing::process::{wait_for, wait_until};
use proofload_testing::specification::Specification;
use serde_json::Value;

use super::live_page::{Viewer, Watched, ask};

pub(crate) const SPECIFICATION: Specification = &[
    ("the live page answers its own viewer and refuses everybody else", strangers),
    ("a viewer of the live page sees figures rise, and the end", figures_rise),
    ("a viewer that comes back gets what it missed", reconnect),
    ("a ninth viewer is refused, and gets the place of one that leaves", ninth_viewer),
    ("a viewer that reads nothing delays neither the others nor the end", slow_viewer),
    ("a port that is in use is named, and no test runs", port_in_use),
    ("the page is served for a while after the end if it is asked to, and Ctrl-C ends that", linger),
    ("a run that a browser watched says so and writes no baseline", watched_run),
    ("three viewers cost the thread of the page less than 0.5 % of a core", cost),
    ("with --ui the page starts, changes and stops a test, whose outcome is explored", driven),
    ("metrics are read without a token, and by GET alone", metrics),
];

fn strangers() {
    let run = Watched::start(&["long::minute", "--live=0"]);
    let (cookie, json) = (run.cookie(), "Content-Type: application/json");
    let own = format!("Origin: http://127.0.0.1:{}", run.port);
    let refused = |status: u16, request: &str, headers: &[&str], body: &str| {
        let (answered, text) = run.ask(request, headers, body);
        assert_eq!(answered, status, "{request} {headers:?}: {text}");
        assert!(text.trim_end().ends_with('.'), "a sentence says why: {text}");
        let protections = ["cache-control: no-store", "x-frame-options: DENY", "x-content-type-options: nosniff"];
        protections.iter().for_each(|header| assert!(text.contains(header), "{header} in {text}"));
        assert!(!text.to_lowercase().contains("access-control"), "no CORS header: {text}");
    };
    let (status, page) = run.ask("GET /", &[], "");
    assert!(status == 200 && page.contains("content-security-policy: default-src 'none'; "), "{page}");
    assert!(!page.contains(&run.token), "the page itself has no secret");
    assert_eq!(run.ask("HEAD /", &[&own, "Sec-Fetch-Site: same-origin"], "").0, 200);
    refused(403, "GET /", &["Host: evil.example"], "");
    refused(403, "GET /events", &[&cookie, "Host: evil.example:80"], "");
    refused(403, "GET /events", &[&cookie, "Origin: http://evil.example"], "");
    refused(403, "GET /events", &[&cookie, "Sec-Fetch-Site: cross-site"], "");
    refused(403, "GET /events", &[], "");
    refused(403, "GET /report", &[], "");
    refused(403, "GET /events", &[&format!("Cookie: proofload_{}={}", run.port, run.token)], "");
    refused(403, "POST /session", &[json], "{\"token\":\"00000000000000000000000000000000\"}");
    refused(400, "POST /session", &[json], "token");
    refused(413, "POST /session", &[json], &"x".repeat(100_000));
    refused(405, "DELETE /events", &[&cookie], "");
    refused(405, "OPTIONS /session", &[], "");
    refused(403, "OPTIONS /session", &["Origin: http://evil.example"], "");
    refused(405, "PUT /", &[&cookie, json], "{}");
    let form = ["Content-Type: application/x-www-form-urlencoded", "Origin: http://evil.example", &cookie];
    refused(403, "POST /api/stop", &form, "a=b");
    refused(403, "POST /api/stop", &[&cookie, "Content-Type: text/plain"], "{}");
    refused(403, "POST /api/stop", &[json], "{}");
    refused(403, "POST /api/stop", &[&cookie, json], "{}");
    refused(404, "GET /etc/passwd", &[&cookie], "");
    run.interrupt().exits_with(130);
}

fn figures_rise() {
    let run = Watched::start(&["long::minute", "--duration", "4s", "--live=0"]);
    let events = run.viewer(0).rest();
    let named =
        |wanted: &str| events.iter().filter(|event| event.1 == wanted).map(|event| &event.2).collect::<Vec<_>>();
    assert_eq!(events[0].1, "session");
    assert!(named("session")[0]["tests"].as_array().expect("tests").iter().any(|test| test["runs"] == true));
    assert_eq!(named("test_begins")[0]["test"], "probe::long::minute");
    assert_eq!(named("run_begins")[0]["expected_s"], 4.0);
    let sent: Vec<u64> =
        named("progress").iter().map(|progress| progress["sent"].as_u64().expect("a number")).collect();
    assert!(
        sent.len() >= 4 && sent.windows(2).all(|pair| pair[0] <= pair[1]) && sent.last() > sent.first(),
        "{sent:?}"
    );
    let ended = named("test_ended")[0];
    assert_eq!(ended["outcome"], "passed", "{ended:#}");
    let rows: Vec<&Value> =
        named("slices").into_iter().flat_map(|slices| slices["rows"].as_array().expect("rows")).collect();
    let begins: std::collections::BTreeMap<u64, u64> = rows
        .iter()
        .map(|row| {
            let at_ms = (row[0].as_f64().expect("a time") * 1e3).round() as u64;
            (at_ms, row[1].as_u64().expect("ok") + row[2].as_u64().expect("failed"))
        })
        .collect();
    assert!(begins.len() >= 40, "a chart of four seconds has points: {}", begins.len());
    assert_eq!(
        begins.values().sum::<u64>(),
        ended["requests"].as_u64().expect("requests"),
        "every request is in a slice"
    );
    let end = named("end")[0];
    assert_eq!(events.last().expect("events").1, "end");
    assert!(end["report"].as_str().is_some_and(|place| std::path::Path::new(place).exists()), "{end}");
    run.finish().exits_with(0);
}

fn reconnect() {
    let run = Watched::start(&["long::minute", "--live=0"]);
    let mut viewer = run.viewer(0);
    let (seen, ..) = viewer.wait_for("progress");
    drop(viewer);
    std::thread::sleep(Duration::from_millis(2_500));
    let mut again = run.viewer(seen);
    let (first, name, _) = again.next().expect("what it missed");
    assert_eq!(first, seen + 1, "{name}");
    drop(again);
    run.interrupt().exits_with(130);
}

fn ninth_viewer() {
    let run = Watched::start(&["long::minute", "--live=0"]);
    let cookie = run.cookie();
    let mut viewers: Vec<Viewer> = (0..8).map(|_| run.viewer(0)).collect();
    let Err(answer) = Viewer::open(run.port, &cookie, 0) else { panic!("a ninth viewer got in") };
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    viewers.pop();
    // The page notices when it sends the next second.
    let viewer = wait_for("the place of the viewer that left", || Viewer::open(run.port, &cookie, 0).ok());
    drop((viewer, viewers));
    let run = run.interrupt();
    assert_eq!(run.record()["viewers_peak"], 8, "{run}");
}

fn slow_viewer() {
    let run = Watched::start(&["long::minute", "--duration", "3s", "--live=0"]);
    // Opened and never read.
    let _slow = run.viewer(0);
    let events = run.viewer(0).rest();
    assert_eq!(events.last().expect("events").1, "end", "the other one has all of it");
    let begun = std::time::Instant::now();
    run.finish().exits_with(0);
    assert!(begun.elapsed() < Duration::from_secs(8), "the end waited for a browser");
}

fn port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let workspace = Workspace::new();
    let run = workspace.run(&["good::health", &format!("--live={port}")]);
    run.exits_with(2).says(&format!("port {port} of 127.0.0.1 is in use by another program"));
    assert!(workspace.trace().is_empty(), "no server was started: {run}");
}

fn linger() {
    let run = Watched::start(&["good::health", "--live=0", "--live-linger", "10m"]);
    let mut viewer = run.viewer(0);
    viewer.wait_for("end");
    let (status, _) = run.ask("GET /", &[], "");
    assert_eq!(status, 200, "the page is still there");
    let again = run.viewer(0).rest();
    assert_eq!(again.last().expect("events").1, "end", "who comes late sees all of it");
    run.interrupt().exits_with(0).says("1 passed");
}

fn watched_run() {
    let run = Watched::start(&["long::minute", "--duration", "2s", "--live=0"]);
    drop(run.viewer(0).rest());
    let run = run.finish();
    run.exits_with(0).says("1 browser watched the run");
    assert_eq!(run.record()["viewers_peak"], 1);
    let unwatched = Watched::start(&["good::health", "--live=0"]).finish();
    assert_eq!(unwatched.record()["viewers_peak"], 0);
    assert!(!unwatched.stdout.contains("watched the run"), "{unwatched}");
}

/// CPU time of the thread called `live` of the process that runs the tests.
fn cpu_time(process: u32) -> Option<Duration> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten().map(|entry| entry.path());
    let is_live =
        |path: &std::path::PathBuf| std::fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == "live");
    let times = std::fs::read_to_string(threads.into_iter().find(is_live)?.join("schedstat")).ok()?;
    times.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn cost() {
    let run = Watched::start(&["long::minute", "--duration", "11s", "--live=0"]);
    let viewers: Vec<_> = (0..3)
        .map(|_| {
            let viewer = run.viewer(0);
            std::thread::spawn(move || viewer.rest())
        })
        .collect();
    let tests = wait_for("the process of the tests", || tests_process(run.child.id()));
    wait_until("the thread of the page has done something", || cpu_time(tests).is_some_and(|time| !time.is_zero()));
    let before = cpu_time(tests).expect("a thread");
    std::thread::sleep(Duration::from_secs(10));
    let used = cpu_time(tests).expect("a thread") - before;
    println!("the thread of the page used {used:?} of CPU in 10 s, with three viewers");
    // Some 11 ms in a build without optimisation.
    assert!(used <= Duration::from_millis(50), "{used:?} in 10 s");
    viewers.into_iter().for_each(|viewer| assert!(viewer.join().expect("a viewer").len() > 15));
    run.finish().exits_with(0);
}

fn metrics() {
    let run = Watched::start(&["long::minute", "--live=0", "--metrics=127.0.0.1:0"]);
    run.viewer(0).wait_for("progress");
    let port = run.metrics.expect("an address");
    let (status, text) = ask(port, "GET /metrics", &[], "");
    assert!(status == 200 && text.contains("content-type: text/plain; version=0.0.4"), "{text}");
    assert!(text.contains("proofload_running_requests_sent_total{test=\"probe::long::minute\"} "), "{text}");
    assert_eq!(ask(port, "GET /", &[], "").0, 404);
    assert_eq!(ask(port, "GET /events", &[], "").0, 404);
    assert_eq!(ask(port, "POST /metrics", &[], "").0, 405);
    assert_eq!(ask(port, "GET /metrics", &["Host: rebound.example"], "").0, 403);
    run.interrupt().exits_with(130);
}

fn driven() {
    let run = Watched::start(&["long::minute", "--ui=0"]);
    let (cookie, json) = (run.cookie(), "Content-Type: application/json");
    let act = |action: &str, body: &str| run.ask(&format!("POST /api/{action}"), &[&cookie, json], body);
    let mut viewer = run.viewer(0);
    assert_eq!(viewer.wait_for("controls").2["ready"], true, "no test starts by itself");
    let refused = |action: &str, body: &str, why: &str| {
        let (status, text) = act(action, body);
        assert!(status == 409 && text.contains(why), "{action} {body}: {text}");
    };
    refused("stop", "{}", "no load is being offered");
    refused("start", r#"{"test":"nothing"}"#, "there is no test `nothing`");
    let start = |settings: &str| format!(r#"{{"test":"probe::long::minute","settings":{{{settings}}}}}"#);
    refused("start", &start(r#""users":"many""#), "--users");
    refused("start", &start(r#""output-dir":"/etc""#), "cannot be set from the page");
    assert_eq!(act("start", "[]").0, 400);
    assert_eq!(act("start", &start(r#""users":"3","duration":"50s""#)).0, 200);
    assert_eq!(viewer.wait_for("run_begins").2["duration_s"], 50.0);
    wait_for("three users", || (viewer.wait_for("progress").2["users"] == 3).then_some(()));
    refused("start", &start(""), "another test is running");
    refused("change", r#"{"load":"300/s"}"#, "no number of users");
    assert_eq!(act("change", r#"{"load":"7"}"#).0, 200);
    wait_for("seven users", || (viewer.wait_for("progress").2["users"] == 7).then_some(()));
    assert_eq!(act("stop", "{}").0, 200);
    let ended = viewer.wait_for("test_ended").2;
    assert_eq!(ended["outcome"], "explored", "{ended:#}");
    assert_eq!(ended["thresholds"][0]["holds"], true, "thresholds are judged");
    assert_eq!(viewer.wait_for("controls").2["ready"], true, "it can run again");
    let run = run.interrupt();
    run.exits_with(0).says("1 explored");
    assert_eq!(run.test("probe::long::minute")["outcome"], "explored");
    assert_eq!(run.record()["interrupted"], Value::Null, "Ctrl-C is how such a session ends");
}
