//! `--urls FILE`.

use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::command::Place;

#[test]
fn each_iteration_sends_one_of_them_by_weight_and_each_is_an_endpoint() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let place = Place::new();
    place.file("urls.txt", "# the shop\n/a\n8 /b?c=d\n\n1 POST /e\n");
    let ended = place.passes(&server.url, &["-n", "300", "--urls", "urls.txt"]);
    let endpoints = ended.endpoints();
    let count = |name: &str| endpoints.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
    assert_eq!(endpoints.iter().map(|(_, count)| count).sum::<u64>(), 300);
    assert_eq!(endpoints.len(), 3, "{endpoints:?}");
    // 240 of 300 are expected, with a standard deviation of 7.
    assert!((200..280).contains(&count("GET /b")), "{endpoints:?}");
    assert_eq!(count("POST /e"), server.received().iter().filter(|received| received.method == "POST").count() as u64);
    assert_eq!(count("GET /b"), server.received_at("/b?c=d"));
}

#[test]
fn a_list_for_servers_that_are_compared_has_paths_because_each_request_goes_to_all_of_them() {
    let servers = [(); 3].map(|()| ScriptedServer::start(|_| Reply::ok()));
    let place = Place::new();
    let compare = |list: &str| {
        place.file("urls.txt", list);
        let [a, b, _] = servers.each_ref().map(|server| server.url.as_str());
        place.run(env!("CARGO_BIN_EXE_proofload"), &["versus", a, b, "--urls", "urls.txt", "-n", "40", "-c", "2"])
    };
    for (list, line) in [(format!("/a\n{}/b\n", servers[2].url), 2), (format!("{}/b\n/a\n", servers[0].url), 1)] {
        let output = compare(&list);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(&format!("--urls urls.txt, line {line}: this is a whole URL: write paths")), "{text}");
    }
    assert!(servers.iter().all(|server| server.received().is_empty()));
    let output = compare("/a\n/b\n");
    assert_ne!(output.status.code(), Some(2), "{output:?}");
    let sent = servers.each_ref().map(|server| server.received_at("/a") + server.received_at("/b"));
    assert!(sent[0] > 0 && sent[1] > 0 && sent[2] == 0, "{sent:?}");
}

#[test]
fn two_servers_with_one_path_are_two_endpoints() {
    let servers = [(); 2].map(|()| ScriptedServer::start(|_| Reply::ok()));
    let place = Place::new();
    place.file("urls.txt", servers.each_ref().map(|server| format!("{}/a\n", server.url)).concat());
    let mut endpoints = place.passes("", &["-n", "40", "--urls", "urls.txt"]).endpoints();
    endpoints.sort();
    let mut expected =
        servers.map(|server| (format!("GET {}/a", &server.url["http://".len()..]), server.received_at("/a")));
    expected.sort();
    assert_eq!(endpoints, expected);
}
