//! `{csv:column}` from `--data-csv`.

use std::collections::BTreeSet;

use proofload_testing::http_server::{Reply, ScriptedServer};

use crate::command::Place;
use crate::seen::seen;

const PEOPLE: &str = "id,name\n1,Ann B\n2,\"O\"\"Neill, é\"\n3,c/d?e\n";

#[test]
fn rows_come_in_order_and_from_the_first_again_and_all_columns_of_a_request_are_of_one_row() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let place = Place::new();
    place.file("people.csv", PEOPLE);
    let url = format!("{}/people/{{csv:id}}/{{csv:name}}", server.url);
    let options = [
        "-n",
        "4",
        "--data-csv",
        "people.csv",
        "-H",
        "x-name: {csv:name}",
        "--json",
        r#"{"id":{csv:id},"name":"{csv:name}"}"#,
    ];
    let ended = place.passes(&url, &options);
    let requests = seen(&server);
    let paths: Vec<&str> = requests.iter().map(|request| request.path()).collect();
    let expected = ["/people/1/Ann%20B", "/people/2/O%22Neill%2C%20%C3%A9", "/people/3/c%2Fd%3Fe", "/people/1/Ann%20B"];
    assert_eq!(paths, expected);
    assert_eq!(requests[1].header("x-name"), "O\"Neill, é");
    assert_eq!(requests[1].body, r#"{"id":2,"name":"O\"Neill, é"}"#);
    assert_eq!(ended.endpoints(), [("POST /people/{csv:id}/{csv:name}".to_owned(), 4)]);
}

#[test]
fn a_form_has_its_values_encoded() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let place = Place::new();
    place.file("people.csv", PEOPLE);
    let options = ["-n", "3", "--data-csv", "people.csv", "--data-urlencode", "q={csv:name} x"];
    place.passes(&server.url, &options);
    let bodies: Vec<String> = seen(&server).into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, ["q=Ann%20B+x", "q=O%22Neill%2C%20%C3%A9+x", "q=c%2Fd%3Fe+x"]);
}

#[test]
fn random_rows_are_any_rows() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let place = Place::new();
    place.file("people.csv", PEOPLE);
    place.passes(&format!("{}/{{csv:id}}", server.url), &["-n", "40", "--data-csv", "people.csv", "--data-random"]);
    let paths: Vec<String> = seen(&server).into_iter().map(|request| request.path().to_owned()).collect();
    assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(paths.chunks_exact(3).any(|three| three != ["/1", "/2", "/3"]), "not in order: {paths:?}");
}

#[test]
fn users_share_the_rows() {
    let server = ScriptedServer::start(|_| Reply::ok());
    let place = Place::new();
    let rows: Vec<String> = (0..100).map(|id| id.to_string()).collect();
    place.file("ids.csv", format!("id\n{}\n", rows.join("\n")));
    let output = place.run(
        env!("CARGO_BIN_EXE_proofload"),
        &["closed", &format!("{}/{{csv:id}}", server.url), "-c", "10", "-n", "100", "--data-csv", "ids.csv"],
    );
    assert!(output.status.success(), "{output:?}");
    let paths: BTreeSet<String> = seen(&server).into_iter().map(|request| request.path().to_owned()).collect();
    assert_eq!(paths.len(), 100, "each row was sent once");
}
