//! `--serve`: the server is started, measured and stopped, however the run ends.

use std::path::Path;
use std::process::Stdio;

use proofload_testing::process::{is_alive, signal, wait_for, wait_until};

use crate::program::Place;

/// A server that any machine has which builds this crate's tests: Python's, which writes its process number down.
const SERVER: &str = "python3 -c 'import http.server, os, sys; open(\"pid\", \"w\").write(str(os.getpid())); \
                      http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind=\"127.0.0.1\")' {port}";

fn has_python() -> bool {
    std::process::Command::new("python3").arg("--version").output().is_ok()
}

fn pid_in(folder: &Path) -> Option<u32> {
    std::fs::read_to_string(folder.join("pid")).ok()?.parse().ok()
}

#[test]
fn the_server_is_started_measured_and_stopped() {
    if !has_python() {
        eprintln!("skipped: there is no python3");
        return;
    }
    let place = Place::new();
    let ended = place.run(&["closed", "/", "-d", "1s", "-c", "2", "--serve", SERVER, "--ready", "/"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("server `server` ") && ended.out.contains("MiB"), "{}", ended.out);
    let pid = pid_in(place.path()).expect("the server ran in this folder");
    assert!(!is_alive(pid), "the server has ended");
}

#[test]
fn the_server_ends_with_the_command_however_that_ends() {
    if !has_python() {
        eprintln!("skipped: there is no python3");
        return;
    }
    for name in ["INT", "KILL"] {
        let place = Place::new();
        let mut command = place.command(&["closed", "/", "-d", "60s", "-c", "1", "--serve", SERVER, "--ready", "/"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pid = wait_for("the server writes its number down", || pid_in(place.path()));
        assert!(is_alive(pid));
        signal(name, child.id());
        child.wait().unwrap();
        wait_until("the server ends", || !is_alive(pid));
    }
}

#[test]
fn what_cannot_be_started_is_refused_before_the_run() {
    let place = Place::new();
    let refusal = |arguments: &[&str]| {
        let ended = place.run(arguments);
        assert_eq!(ended.code, 2, "{}", ended.out);
        ended.err
    };
    assert!(refusal(&["closed", "/", "--serve", "python3 app.py"]).contains("write {port}"));
    assert!(
        refusal(&["closed", "http://127.0.0.1:1/", "--serve", "x {port}"]).contains("with --serve, the URL is a path")
    );
    assert!(refusal(&["closed", "/", "--serve", "x {port}", "--ready", "up"]).contains("begins with a slash"));
    assert!(refusal(&["versus", "/a", "/b", "--serve", "x {port}"]).contains("versus compares servers that run"));
}

#[test]
fn a_server_that_ends_while_it_is_loaded_says_its_last_words() {
    if !has_python() {
        eprintln!("skipped: there is no python3");
        return;
    }
    let dying = "python3 -c 'import http.server, os, sys, threading; \
                 threading.Timer(0.7, lambda: (print(\"out of memory\", flush=True), os._exit(9))).start(); \
                 http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind=\"127.0.0.1\")' {port}";
    let ended = Place::new().run(&["closed", "/", "-d", "3s", "-c", "1", "--serve", dying]);
    assert_ne!(ended.code, 0, "{}", ended.out);
    assert!(ended.out.contains("out of memory"), "{}", ended.out);
}
