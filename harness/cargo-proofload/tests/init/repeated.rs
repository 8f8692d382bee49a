//! Tests that repeat what was recorded, copied or described.

use std::path::{Path, PathBuf};
use std::process::Command;

use insta::assert_snapshot;
use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::project::{TemporaryProject, is_asked_for};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/init/data").join(name)
}

/// The test that is made in an empty project, without its `main`.
fn made_from(arguments: &[&str]) -> String {
    let project = TemporaryProject::binary();
    let ended = project.init(&[&["--yes"], arguments].concat());
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let text = project.read("tests/perf.rs");
    is_as_rustfmt_has_it(&project);
    text.split("\nfn main()").next().unwrap_or_default().to_owned()
}

fn is_as_rustfmt_has_it(project: &TemporaryProject) {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--check", "--edition", "2024", "tests/perf.rs"]).current_dir(project.path());
    let output = rustfmt.output().expect("rustfmt starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_recording_of_chromium() {
    let har = data("chromium.har");
    assert_snapshot!("chromium", made_from(&["--from-har", har.to_str().unwrap()]));
}

#[test]
fn a_recording_of_firefox_with_another_origin_and_static_files() {
    let har = data("firefox.har");
    let origin = "https://api.shop.example";
    let code = made_from(&["--from-har", har.to_str().unwrap(), "--origin", origin, "--with-static", "--keep-pauses"]);
    assert_snapshot!("firefox", code);
}

#[test]
fn awkward_lines_of_curl() {
    let lines = [
        r#"curl 'http://127.0.0.1:8080/items/17?q=a%20b' -H 'accept: application/json' -H 'sec-fetch-mode: cors' -b 'sid=9xKq2LmVb7Rt4Yp' --compressed"#,
        r#"curl -X PUT http://127.0.0.1:8080/notes --data-raw $'it\'s {"quoted"}\n' -H "content-type: text/plain" -L"#,
        r#"curl http://127.0.0.1:8080/login -d user=ann -d password=hunter2X --data-urlencode 'note=a b&c'"#,
        r#"curl -u ann:tr0ub4dor http://127.0.0.1:8080/photos -F title=front -F 'kind=a;type=text/plain'"#,
        r#"curl --json '{"pin_code": "12", "api_key": "k-9aB3xY7qLm2pRt5vWz"}' http://127.0.0.1:8080/keys -m 5"#,
    ];
    let arguments: Vec<&str> = lines.iter().flat_map(|line| ["--from-curl", line]).collect();
    let code = made_from(&arguments);
    for secret in ["9xKq2LmVb7Rt4Yp", "hunter2X", "tr0ub4dor", "YW5uOnRyMHViNGRvcg", "k-9aB3xY7qLm2pRt5vWz"] {
        assert!(!code.contains(secret), "{secret} is in\n{code}");
    }
    assert_snapshot!("curl", code);
}

#[test]
fn the_operations_of_an_openapi_file() {
    let file = data("shop.yaml");
    assert_snapshot!("openapi_reads", made_from(&["--from-openapi", file.to_str().unwrap()]));
    assert_snapshot!("openapi_writes", made_from(&["--from-openapi", file.to_str().unwrap(), "--with-writes"]));
}

#[test]
fn what_was_left_out_is_said() {
    let project = TemporaryProject::binary();
    let (har, file) = (data("chromium.har"), data("shop.yaml"));
    let ended = project.init(&["--dry-run", "--from-har", har.to_str().unwrap()]);
    let remarks = |text: &str| text.lines().take_while(|line| line.starts_with("* ")).collect::<Vec<_>>().join("\n");
    assert_snapshot!("remarks_of_har", remarks(&ended.stdout));
    let ended = project.init(&["--dry-run", "--from-openapi", file.to_str().unwrap()]);
    assert_snapshot!("remarks_of_openapi", remarks(&ended.stdout));
}

/// What the recorded server answered.
fn as_recorded(path: &str, method: &str) -> Reply {
    match (method, path.split('?').next().unwrap_or(path)) {
        ("GET", "/") => Reply::send("HTTP/1.1 200 OK\r\nset-cookie: sid=fresh1; Path=/\r\ncontent-length: 2\r\n\r\n{}"),
        ("POST", "/login") => Reply::response("303 See Other", ""),
        ("PUT", _) => Reply::send("HTTP/1.1 204 No Content\r\n\r\n"),
        ("DELETE", _) => Reply::response("404 Not Found", ""),
        _ => Reply::ok(),
    }
}

/// A project with a test of each source, in which a warning is an error.
fn project_of_all_sources() -> TemporaryProject {
    let project = TemporaryProject::binary();
    let (chromium, firefox, shop) = (data("chromium.har"), data("firefox.har"), data("shop.yaml"));
    let line = "curl -u ann:tr0ub4dor http://127.0.0.1:8080/photos -F title=front -L";
    for source in [
        ["--from-har", chromium.to_str().expect("a path in UTF-8")],
        ["--from-har", firefox.to_str().expect("a path in UTF-8")],
        ["--from-openapi", shop.to_str().expect("a path in UTF-8")],
        ["--from-curl", line],
    ] {
        let ended = project.init(&[&["--yes"][..], &source].concat());
        assert_eq!(ended.code, Some(0), "{ended:#?}");
    }
    let modules = ["firefox", "shop", "from_curl"].map(|name| format!("#[path = \"perf/{name}.rs\"]\nmod {name};\n"));
    let main =
        project.read("tests/perf.rs").replace("use proofload::prelude", "#![deny(warnings)]\n\nuse proofload::prelude");
    project.write("tests/perf.rs", &format!("{main}{}", modules.concat()));
    project
}

#[test]
fn the_code_compiles_without_a_warning_and_repeats_the_session() {
    if !is_asked_for() {
        return;
    }
    let project = project_of_all_sources();
    let server = ScriptedServer::start(|received| as_recorded(&received.path, &received.method));
    let token = "a-token-of-the-environment";
    let variables = [
        ("PROOFLOAD_TARGET_APP", server.url.as_str()),
        ("APP_ACCESS_TOKEN", token),
        ("APP_CSRF", "a csrf"),
        ("APP_PASSWORD", "a \"password\" & more"),
        ("APP_X_API_KEY", "a key"),
    ];
    let ended = project.test_perf(&["--exact", "session", "--users", "1", "--duration", "300ms"], &variables);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    repeats_the_session(&server, token);
}

fn repeats_the_session(server: &ScriptedServer, token: &str) {
    let received = server.received();
    let asked: Vec<String> =
        received.iter().take(7).map(|received| format!("{} {}", received.method, received.path)).collect();
    assert_eq!(
        asked,
        [
            "GET /",
            "POST /login",
            "POST /api/session",
            "GET /api/items?page=2&limit=20",
            "GET /api/items/17",
            &format!("PUT /api/items/6f9619ff-8b86-d011-b42d-00cf4fc964ff/rating?access_token={token}"),
            "DELETE /api/session",
        ]
    );
    assert!(
        received[1].text.contains("\r\n\r\nuser=ann&password=a+%22password%22+%26+more&_csrf=a+csrf"),
        "{}",
        received[1].text
    );
    assert!(received[2].text.contains(r#""password":"a \"password\" & more""#), "{}", received[2].text);
    assert!(received[3].text.contains(&format!("authorization: Bearer {token}\r\n")), "{}", received[3].text);
    assert!(received[3].text.contains("cookie: sid=fresh1\r\n"), "{}", received[3].text);
}

#[test]
fn the_workflow_has_the_variables_that_the_test_reads() {
    let project = TemporaryProject::binary();
    let lines = ["curl http://127.0.0.1:8080/", "curl https://api.test.example/"];
    let ended = project.init(&["--yes", "--from-curl", lines[0], "--from-curl", lines[1]]);
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    let variable = "PROOFLOAD_TARGET_AT_API_TEST_EXAMPLE";
    assert!(project.read("tests/perf.rs").contains(variable));
    let workflow = project.read(".github/workflows/perf.yml");
    assert!(workflow.contains(&format!("          {variable}: ${{{{ vars.{variable} }}}}\n")), "{workflow}");
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let code = made_from(&["--from-har", data("chromium.har").to_str().unwrap()]);
    assert!(code.contains("set the variable {name} to the value of your session"), "{code}");
}
