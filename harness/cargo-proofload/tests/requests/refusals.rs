//! What is refused before anything is sent.

use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::command::Place;

#[test]
fn a_mistake_is_refused_with_what_to_do_before_anything_is_sent() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let place = Place::new();
    place.file("people.csv", "id,name\n1,Ann\n");
    place.file("empty.csv", "id,name\n");
    place.file("uneven.csv", "id,name\n1\n");
    place.file("urls.txt", "/a\nget /b\n");
    let at = |path: &str| format!("{}{path}", server.url);
    for (url, options, says) in [
        (
            at("/{csv:nam}"),
            &["--data-csv", "people.csv"][..],
            "no column `nam`, did you mean `name`? (its columns: id, name)",
        ),
        (at("/{csv:id}"), &["--data-csv", "nowhere.csv"], "cannot read the file `nowhere.csv`"),
        (at("/{csv:id}"), &["--data-csv", "empty.csv"], "has no rows"),
        (at("/{csv:id}"), &["--data-csv", "uneven.csv"], "row 1 (line 2): it has 1 cells, and the head has 2"),
        (at("/{csv:id}"), &[], "name the file with --data-csv FILE"),
        (at("/{id}"), &[], "`{id}` is not a template"),
        (at("/"), &["--data-file", "nowhere.json"], "--data-file: cannot read the file `nowhere.json`"),
        (at("/"), &["-F", "a=@nowhere.png"], "--form: cannot read the file `nowhere.png`"),
        (at("/"), &["--cacert", "nowhere.pem"], "--cacert: cannot read the file `nowhere.pem`"),
        (at("/"), &["--urls", "urls.txt"], "--urls urls.txt, line 2: `get` is not a method of HTTP"),
        (at("/"), &["--expect", "ok"], "`ok` is not a status of HTTP"),
        (at("/"), &["--timeout", "0s"], "--timeout 0s"),
        (at("/"), &["-H", "no colon"], "a name and a value with a colon between them"),
        (at("/"), &["-x", "socks5://127.0.0.1:1"], "write it as http://127.0.0.1:3128"),
        ("ftp://host/".to_owned(), &[], "its scheme is `ftp`"),
    ] {
        let text = place.refused(&url, options);
        assert!(text.contains(says), "{options:?}: {text}");
    }
    assert_eq!(server.received(), []);
}
