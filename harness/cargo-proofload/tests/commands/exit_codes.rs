//! 0, 101, 102 and 2, of each command.

use proofload_testing::http_server::refusing_url;

use crate::program::{Place, server};

/// Each command with a short load on `url`.
fn commands(url: &str) -> Vec<Vec<String>> {
    let lines = [
        format!("closed {url} -n 60 -c 3"),
        format!("open {url} --rate 100/s -n 60"),
        format!("stages {url} 3:for:300ms"),
        format!("spike {url} base=1,peak=3,at=200ms,lasting=200ms,recover_within=300ms"),
        format!("sweep {url} -n 60 -c 1,2"),
        format!("versus {url} {url}?again -n 60 -c 2"),
        format!("capacity {url} --start 20/s --settle 100ms --probe 500ms --validate 500ms --budget 3s"),
    ];
    let words = |line: String| line.split(' ').map(|word| word.replace(':', " ")).collect::<Vec<_>>();
    let mut all: Vec<Vec<String>> = lines.into_iter().map(words).collect();
    // A URL has colons of its own.
    for words in &mut all {
        for word in words.iter_mut().filter(|word| word.starts_with("http ")) {
            *word = word.replace(' ', ":");
        }
    }
    all
}

/// Runs each command but the search, which has an answer of its own, with `more`.
fn codes(url: &str, more: &[&str]) -> Vec<(String, i32, String)> {
    let place = Place::new();
    let all = commands(url).into_iter().filter(|words| words[0] != "capacity");
    all.map(|words| {
        let arguments: Vec<&str> = words.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let ended = place.run(&arguments);
        (words[0].clone(), ended.code, format!("{}{}", ended.out, ended.err))
    })
    .collect()
}

#[test]
fn a_run_without_requirements_ends_with_0_where_something_succeeded() {
    for (command, code, text) in codes(&format!("{}/", server().url), &[]) {
        assert_eq!(code, 0, "{command}: {text}");
        assert!(text.contains("no --require was given, so nothing was judged"), "{command}: {text}");
    }
}

#[test]
fn a_run_of_nothing_but_failures_does_not_pass() {
    for (command, code, text) in codes(&refusing_url(), &[]) {
        assert_eq!(code, 101, "{command}: {text}");
        assert!(text.contains("no request succeeded") && text.contains("connection refused"), "{command}: {text}");
    }
}

#[test]
fn a_breached_requirement_ends_with_101() {
    for (command, code, text) in codes(&format!("{}/slow", server().url), &["--require", "max < 1ms"]) {
        assert_eq!(code, 101, "{command}: {text}");
        assert!(text.contains("FAILED: ") && text.contains("`max < 1ms` was breached"), "{command}: {text}");
    }
}

#[test]
fn a_requirement_that_holds_ends_with_0() {
    for (command, code, text) in codes(&format!("{}/", server().url), &["--require", "max < 60s"]) {
        // A busy machine cannot send on time, which proves nothing of the server.
        let is_late = code == 102 && text.contains("INVALID: ") && text.contains("the generator ");
        let holds = code == 0 && text.contains("passed: the requirement holds");
        assert!(holds || is_late, "{command}: {code}: {text}");
    }
}

#[test]
fn a_run_that_proves_nothing_ends_with_102() {
    let place = Place::new();
    // The server does not start.
    for words in commands("/").into_iter().filter(|words| words[0] != "versus") {
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.extend(["--serve", "sh -c 'echo no database; exit 3' {port}"]);
        let ended = place.run(&arguments);
        assert_eq!(ended.code, 102, "{words:?}: {}{}", ended.out, ended.err);
        assert!(ended.out.contains("no database"), "{words:?}: {}", ended.out);
    }
}

#[test]
fn a_soak_that_is_too_short_for_its_question_is_invalid() {
    let ended = Place::new().run(&["soak", &server().url, "-d", "1s", "-c", "2"]);
    assert_eq!(ended.code, 102, "{}", ended.out);
    assert!(ended.out.contains("INVALID: whether response time drifts is unknown"), "{}", ended.out);
}

#[test]
fn a_search_answers_what_the_server_takes() {
    let place = Place::new();
    let url = server().url;
    let search = commands(&url).into_iter().find(|words| words[0] == "capacity").unwrap();
    let search: Vec<&str> = search.iter().map(String::as_str).collect();
    // Nothing is so fast, whatever the rate.
    let ended = place.run(&[&search[..], &["--require", "max < 1us"]].concat());
    // 102 where this machine was busy.
    assert!(matches!(ended.code, 101 | 102), "{}", ended.out);
    assert!(ended.out.contains("capacity: not converged, below "), "{}", ended.out);
}

#[test]
fn wrong_usage_ends_with_2_before_anything_is_sent() {
    let place = Place::new();
    let server = server();
    let url = format!("{}/", server.url);
    for words in commands(&url) {
        let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        for (wrong, says) in [
            (["--require", "p95 > 1s"], "--require"),
            (["--warmup", "soon"], "--warmup soon"),
            (["--seed", "x"], "--seed x"),
            (["--usres", "3"], "--usres"),
        ] {
            // What a search warms up with is how long it settles.
            if wrong[0] == "--warmup" && words[0] == "capacity" {
                continue;
            }
            let ended = place.run(&[&arguments[..], &wrong].concat());
            assert_eq!(ended.code, 2, "{words:?} {wrong:?}: {}{}", ended.out, ended.err);
            assert!(ended.err.starts_with("error: ") && ended.err.contains(says), "{words:?}: {}", ended.err);
            assert_eq!(ended.out, "");
        }
    }
    assert_eq!(server.received().len(), 0);
}
