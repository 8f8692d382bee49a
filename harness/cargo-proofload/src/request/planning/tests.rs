use std::io::Write as _;

use clap::Parser;
use tempfile::NamedTempFile;

use super::*;

#[derive(Parser)]
struct PlannedLine {
    url: Option<String>,
    #[command(flatten)]
    request: RequestArguments,
}

fn file(text: &str) -> (NamedTempFile, String) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    (file, path)
}

fn try_plan(line: &[&str]) -> Result<RequestPlan, UsageFailure> {
    let line = PlannedLine::try_parse_from([&["proofload"], line].concat()).unwrap_or_else(|error| panic!("{error}"));
    line.request.plan(line.url.as_deref())
}

fn plan(line: &[&str]) -> RequestPlan {
    try_plan(line).unwrap_or_else(|failure| panic!("{line:?}: {failure}"))
}

fn refusal(line: &[&str]) -> String {
    try_plan(line).map(|_| ()).unwrap_err().to_string()
}

fn text_of(text: &PlannedText) -> String {
    match text {
        PlannedText::Fixed(text) => text.clone(),
        PlannedText::Filled(_) => "(filled)".to_owned(),
    }
}

/// `POST /a` with its headers and its body, a line each.
fn sent(line: &[&str]) -> String {
    let plan = plan(&[&["http://host/a"], line].concat());
    let [request] = plan.requests.as_slice() else { panic!("{line:?} is one request") };
    let head = format!("{} {}", request.method, text_of(&request.path));
    let header = |header: &PlannedHeader| format!("{}: {}", header.name, text_of(&header.value));
    let body = match &request.body {
        None => Vec::new(),
        Some(PlannedBody::Fixed(body)) => vec![String::from_utf8(body.bytes().to_vec()).unwrap()],
        Some(PlannedBody::Filled(_)) => vec!["(filled)".to_owned()],
    };
    [vec![head], request.headers.iter().map(header).collect(), body].concat().join("\n")
}

fn names(text: &str) -> Vec<String> {
    let (_file, path) = file(text);
    plan(&["--urls", &path]).requests.iter().map(PlannedRequest::name).collect()
}

const FORM_TYPE: &str = "content-type: application/x-www-form-urlencoded";

#[test]
fn the_method_is_that_of_curl_unless_it_is_given() {
    assert_eq!(sent(&[]), "GET /a");
    assert_eq!(sent(&["-I"]), "HEAD /a");
    assert_eq!(sent(&["--data", "b"]), format!("POST /a\n{FORM_TYPE}\nb"));
    assert_eq!(sent(&["--data", ""]), format!("POST /a\n{FORM_TYPE}\n"));
    assert_eq!(sent(&["-X", "PUT", "--data", "b"]), format!("PUT /a\n{FORM_TYPE}\nb"));
    assert_eq!(sent(&["--request", "OPTIONS"]), "OPTIONS /a");
    assert!(refusal(&["http://host/", "-X", "a b"]).contains("not a method of HTTP"));
}

#[test]
fn data_is_joined_in_the_order_in_which_it_was_given() {
    let line = ["--data-raw", "@a", "--data", "b=1", "--data-urlencode", "c=d e&f", "--data-binary", "g"];
    assert_eq!(sent(&line), format!("POST /a\n{FORM_TYPE}\n@a&b=1&c=d+e%26f&g"));
    assert_eq!(
        sent(&["--json", "{\"a\":", "--json", "1}"]),
        "POST /a\ncontent-type: application/json\naccept: application/json\n{\"a\":1}"
    );
}

#[test]
fn a_body_from_a_file_is_as_it_is_or_on_one_line() {
    let (_file, path) = file("a\r\nb\n");
    let at = format!("@{path}");
    assert_eq!(sent(&["--data", &at]), format!("POST /a\n{FORM_TYPE}\nab"));
    for line in [["--data-binary", &at], ["--data-file", &at], ["--data-file", &path]] {
        assert_eq!(sent(&line), format!("POST /a\n{FORM_TYPE}\na\r\nb\n"), "{line:?}");
    }
    assert_eq!(sent(&["--data-urlencode", &format!("n{at}")]), format!("POST /a\n{FORM_TYPE}\nn=a%0D%0Ab%0A"));
    for flag in ["--data", "--data-binary", "--json", "--data-urlencode"] {
        let refusal = refusal(&["http://host/", flag, "@no/such"]);
        assert!(refusal.starts_with(&format!("{flag}: cannot read the file `no/such`: ")), "{refusal}");
    }
    assert!(refusal(&["http://host/", "--data", "@-"]).contains("standard input is not read"));
}

#[test]
fn a_header_that_is_given_takes_the_place_of_the_usual_one() {
    assert_eq!(sent(&["--data", "b", "-H", "Content-Type: text/x"]), "POST /a\nContent-Type: text/x\nb");
    let json = sent(&["--json", "1", "-H", "ACCEPT: */*"]);
    assert_eq!(json, "POST /a\nACCEPT: */*\ncontent-type: application/json\n1");
}

#[test]
fn with_get_the_data_is_the_query_string() {
    assert_eq!(sent(&["-G", "--data", "b=1", "--data-urlencode", "c=d e"]), "GET /a?b=1&c=d+e");
    let (_file, path) = file("/a?x=y\n");
    let listed = plan(&["http://host", "--urls", &path, "-G", "--data", "b=1"]);
    assert_eq!(text_of(&listed.requests[0].path), "/a?x=y&b=1");
}

#[test]
fn two_bodies_are_refused() {
    assert!(refusal(&["http://host/", "-F", "a=b", "--data", "c"]).contains("a request has one"));
    assert!(refusal(&["http://host/", "-I", "--data", "c"]).contains("--head and a body"));
}

#[test]
fn a_login_of_the_url_is_a_header_and_no_part_of_the_address() {
    let plan = plan(&["http://me:secret@host/a"]);
    let request = &plan.requests[0];
    assert_eq!((request.address.base.as_str(), request.headers[0].name.as_str()), ("http://host", "authorization"));
    assert!(!format!("{plan:?}").contains("secret") && !format!("{plan:?}").contains("bWU6"));
}

#[test]
fn another_server_gets_what_names_the_first() {
    let line = ["http://shop.example/a", "--connect-to", "shop.example:80:127.0.0.1:8080"];
    let plan = plan(&line);
    let request = &plan.requests[0];
    assert_eq!(request.address.base, "http://127.0.0.1:8080");
    assert_eq!(
        (request.headers[0].name.as_str(), text_of(&request.headers[0].value)),
        ("host", "shop.example".to_owned())
    );
    for flag in [&["--http2"][..], &["--location"], &["--proxy", "http://127.0.0.1:1"]] {
        assert!(refusal(&[&line, flag].concat()).contains(&format!("does not work with {}", flag[0])));
    }
}

#[test]
fn each_url_of_a_file_is_an_endpoint_of_its_own() {
    assert_eq!(names("http://a/x\nPOST http://a/x\nhttp://a/y?q=1\n"), ["GET /x", "POST /x", "GET /y"]);
    assert_eq!(names("http://a/x\nhttp://b:81/x\nhttp://a/y"), ["GET a/x", "GET b:81/x", "GET /y"]);
    assert_eq!(names("http://a/x?q=1\nhttp://a/x?q=2\n"), ["GET /x?q=1", "GET /x?q=2"]);
    assert_eq!(names("http://a/x?q=1\nhttp://b/x?q=1\nhttp://b/x"), ["GET a/x", "GET b/x?q=1", "GET b/x"]);
    assert_eq!(names("http://a/x\n2 http://a/x\n"), ["GET /x", "GET /x"], "the same request twice is one endpoint");
    assert_eq!(names("http://a/{random}?q={uuid}\n"), ["GET /{random}"], "the name is the template");
}

#[test]
fn a_path_of_a_file_goes_to_the_server_of_the_command_line() {
    let (_file, path) = file("/a\nhttp://other/b\n");
    let plan = plan(&["http://me:x@host:81", "--urls", &path]);
    let bases: Vec<_> = plan.requests.iter().map(|request| request.address.base.as_str()).collect();
    assert_eq!(bases, ["http://host:81", "http://other"]);
    let logins: Vec<_> = plan.requests.iter().map(|request| request.headers.len()).collect();
    assert_eq!(logins, [1, 0], "a login is for its own server");
    assert!(refusal(&["--urls", &path]).contains("the path `/a` has no server"));
    assert!(refusal(&["http://host/x", "--urls", &path]).contains("write `/x` into the file"));
}

#[test]
fn a_mistake_in_a_file_of_urls_is_refused_by_its_line() {
    let (_file, path) = file("/a\n\n/{id}\n");
    assert!(refusal(&["http://host", "--urls", &path]).starts_with("--urls, line 3: `{id}` is not a template"));
    let (_file, path) = file("http://host/a\nftp://host/\n");
    assert!(refusal(&["--urls", &path]).starts_with("--urls, line 2: `ftp://host/` is not the URL of a server"));
}

#[test]
fn requests_of_a_server_that_is_started_are_paths() {
    let arguments = |line: &[&str]| PlannedLine::try_parse_from([&["proofload"], line].concat()).unwrap().request;
    let plan = arguments(&[]).plan_at_server(Some("/a b")).unwrap();
    assert_eq!((plan.requests[0].address.base.as_str(), text_of(&plan.requests[0].path)), ("", "/a%20b".to_owned()));
    let refusal = arguments(&[]).plan_at_server(Some("http://host/")).unwrap_err().to_string();
    assert!(refusal.contains("with --serve, the URL is a path such as /health"), "{refusal}");
    let (_file, path) = file("/a\n/b\n");
    let listed = arguments(&["--urls", &path]).plan_at_server(None).unwrap();
    assert_eq!(listed.requests.iter().map(PlannedRequest::name).collect::<Vec<_>>(), ["GET /a", "GET /b"]);
}

#[test]
fn a_path_without_a_server_is_refused_with_both_ways_out() {
    let refusal = refusal(&["/a"]);
    assert!(refusal.contains("http://127.0.0.1:8000/a") && refusal.contains("--serve"), "{refusal}");
}

#[test]
fn data_that_nothing_uses_is_refused() {
    let (_file, path) = file("id,name\n1,a\n");
    let unused = refusal(&["http://host/", "--data-csv", &path]);
    assert!(unused.contains("nothing uses it") && unused.contains("(its columns: id, name)"), "{unused}");
    for line in
        [&["http://host/{csv:id}"][..], &["http://host/", "-H", "a: {csv:id}"], &["http://host/", "--json", "{csv:id}"]]
    {
        assert!(plan(&[line, &["--data-csv", &path]].concat()).requests[0].needs_row, "{line:?}");
    }
    assert!(
        refusal(&["http://host/{csv:id}", "--data-csv", "no/such.csv"]).contains("cannot read the file `no/such.csv`")
    );
}

#[test]
fn without_a_url_there_is_nothing_to_send() {
    assert_eq!(refusal(&[]), "there is no URL: give one, or --urls FILE");
}
