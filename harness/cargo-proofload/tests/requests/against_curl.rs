//! The same options, given to curl and to the command, send the same request.

use std::process::Command;

use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::command::Place;
use crate::seen::{SeenRequest, seen};

fn has_curl() -> bool {
    let found = Command::new("curl").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: curl is not installed");
    }
    found
}

/// What the server received from `curl URL OPTIONS`, then from the command.
#[track_caller]
fn assert_same(place: &Place, path: &str, options: &[&str]) {
    let server = ScriptedServer::start(|_| Reply::ok());
    let url = format!("{}{path}", server.url);
    let curl = place.run("curl", &[&["--silent", "--max-time", "20", &url], options].concat());
    // With -I, curl waits for no body, although this server sends one.
    assert!(curl.status.success() || options.contains(&"-I"), "{options:?}: {curl:?}");
    place.passes(&url, &options.iter().map(of_commands).collect::<Vec<_>>());
    let [of_curl, ours]: [SeenRequest; 2] = seen(&server)
        .into_iter()
        .map(SeenRequest::comparable)
        .collect::<Vec<_>>()
        .try_into()
        .expect("one request each");
    assert_eq!(ours, of_curl, "{options:?}");
}

/// The letter is the duration of a load in the commands.
fn of_commands<'o>(option: &&'o str) -> &'o str {
    if *option == "-d" { "--data" } else { option }
}

#[test]
fn methods_and_headers() {
    if !has_curl() {
        return;
    }
    let place = Place::new();
    for options in [
        &[][..],
        &["-X", "DELETE"],
        &["--request", "OPTIONS"],
        &["-I"],
        &["-H", "Accept: application/json", "-H", "X-A:  b ", "-H", "X-A: c"],
        &["-H", "X-Empty;", "-H", "Expect:"],
        &["-H", "Host: shop.example"],
        &["-A", "me/1"],
        &["-u", "me:se:cret"],
        &["-b", "a=1", "-b", "b=2; c=3"],
        &["--compressed", "-H", "Accept-Encoding: br"],
    ] {
        assert_same(&place, "/a?b=c", options);
    }
}

#[test]
fn bodies() {
    if !has_curl() {
        return;
    }
    let place = Place::new();
    place.file("lines.txt", "a=1\r\nb=2\n");
    for options in [
        &["-d", "a=b"][..],
        &["-d", ""],
        &["-d", "a=b", "--data-raw", "@c", "--data-urlencode", "d=e f&g~*é", "--data-binary", "h"],
        &["-d", "@lines.txt"],
        &["--data-binary", "@lines.txt"],
        &["--data-urlencode", "=a=b", "--data-urlencode", "c d", "--data-urlencode", "n@lines.txt"],
        &["--json", r#"{"a": {"b": 1}}"#],
        // A second piece that reads as JSON: alone, --json prints the record.
        &["--json", "[1,", "--json", "[2]]", "-X", "PUT"],
        &["--json", "null"],
        &["--json", "1", "-H", "Content-Type: application/x+json"],
        &["-d", "{}", "-H", "content-type: application/json"],
        &["-G", "-d", "a=b", "--data-urlencode", "c=d e"],
        &["-X", "GET", "-d", "a=b"],
    ] {
        assert_same(&place, "/a", options);
    }
    assert_same(&place, "/a?x=y", &["-G", "-d", "a=b"]);
}

#[test]
fn forms() {
    if !has_curl() {
        return;
    }
    let place = Place::new();
    place.file("front.png", "not really an image");
    place.file("note.txt", "a note\n");
    for options in [
        &["-F", "a=b", "-F", "c=\"d;e \\\"f\\\"\""][..],
        &["-F", "order={\"id\":7};type=application/json"],
        &["-F", "photo=@front.png", "-F", "note=@note.txt;filename=n.md;type=text/markdown"],
        &["-F", "note=<note.txt"],
        &["--form-string", "a=@b;c"],
        &["-F", "a=b", "-X", "PUT"],
    ] {
        assert_same(&place, "/a", options);
    }
}

#[test]
fn another_server_that_is_reached_under_the_first_ones_name() {
    if !has_curl() {
        return;
    }
    let place = Place::new();
    let server = ScriptedServer::start(|_| Reply::ok());
    let port = server.url.rsplit(':').next().expect("it has a port");
    let connect_to = format!("shop.example:81:127.0.0.1:{port}");
    let options = ["http://shop.example:81/a", "--connect-to", &connect_to];
    assert!(place.run("curl", &[&["--silent"], &options[..]].concat()).status.success());
    place.passes(options[0], &options[1..]);
    let [of_curl, ours]: [SeenRequest; 2] = seen(&server)
        .into_iter()
        .map(SeenRequest::comparable)
        .collect::<Vec<_>>()
        .try_into()
        .expect("one request each");
    assert_eq!(ours, of_curl);
    assert_eq!(ours.header("host"), "shop.example:81");
}
