//! What a person logs in with is sent, and is in no text and no file.

use std::path::Path;

use proofload_testing::http_server::{Reply, ScriptedServer, refusing_url};

use crate::command::Place;
use crate::seen::seen_once;

/// printf 'me:open-sesame' | base64
const ENCODED: &str = "bWU6b3Blbi1zZXNhbWU=";

fn files_below(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() && !path.is_symlink() {
            true => files_below(&path, into),
            false => into.push((
                path.display().to_string(),
                String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into_owned(),
            )),
        }
    }
}

#[track_caller]
fn assert_not_shown(place: &Place, text: &str) {
    let mut all = vec![("the output".to_owned(), text.to_owned())];
    files_below(place.path(), &mut all);
    for (name, text) in all {
        assert!(!text.contains("open-sesame") && !text.contains(ENCODED), "{name}: {text}");
    }
}

#[test]
fn a_password_is_sent_and_never_shown() {
    for login in ["-u", "in the URL"] {
        let server = ScriptedServer::start(|_| Reply::response("500 No", ""));
        let place = Place::new();
        let ended = match login {
            "-u" => place.closed(&server.url, &["-u", "me:open-sesame"]),
            _ => place.closed(&server.url.replace("://", "://me:open-sesame@"), &[]),
        };
        assert_eq!(seen_once(&server).header("authorization"), format!("Basic {ENCODED}"));
        assert_eq!(ended.code, 101, "each request has failed: {}", ended.text);
        assert_not_shown(&place, &ended.text);
    }
}

#[test]
fn nor_is_it_shown_when_something_is_wrong() {
    let place = Place::new();
    for (url, options) in [
        (refusing_url(), &["-u", "me:open-sesame"][..]),
        ("http://me:open-sesame@127.0.0.1:x/".to_owned(), &[]),
        ("ftp://me:open-sesame@127.0.0.1/".to_owned(), &[]),
        (refusing_url(), &["-u", "me:open-sesame", "--expect", "ok"]),
        (refusing_url(), &["-x", "http://me:open-sesame@127.0.0.1:1"]),
        (refusing_url(), &["-x", "https://me:open-sesame@127.0.0.1:1"]),
    ] {
        let ended = place.closed(&url, options);
        assert_ne!(ended.code, 0, "{}", ended.text);
        assert_not_shown(&place, &ended.text);
    }
}
