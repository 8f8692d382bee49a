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
