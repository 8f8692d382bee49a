//! No secret of a source may be in the code that is made from it.

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::{HarSelection, read_curl, read_har};

/// What machines and people use as secrets.
const SECRETS: [&str; 12] = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "sk-proj-abc123DEF456ghi789",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "V1StGXR8Z5jdHi6BmyT90",
    "s:Jq3xF8Lk0.Zt5kQ2pLw9Hn4",
    "xoxb-123456789012-abcdefABCDEF",
    "AIzaSyA-1234567890abcdefGHIJKLMNOPQRSTU",
    "Tr0ub4dor&3 \"quoted\"",
    "correct horse {battery} staple",
];

/// A session of one request, changed by `change`.
fn code_of(change: impl Fn(&mut Value)) -> String {
    let mut entry = json!({
        "startedDateTime": "2026-11-26T10:00:00.000Z", "time": 1,
        "request": {"method": "POST", "url": "http://127.0.0.1:8080/items", "headers": [], "queryString": []},
        "response": {"status": 200, "headers": [], "cookies": [], "content": {"mimeType": "application/json"}},
    });
    change(&mut entry);
    let second = json!({
        "startedDateTime": "2026-11-26T10:00:01.000Z", "time": 1,
        "request": {"method": "GET", "url": "http://127.0.0.1:8080/items", "headers": []},
        "response": {"status": 200, "content": {"mimeType": "application/json"}},
    });
    let har = json!({"log": {"entries": [entry, second]}}).to_string();
    read_har("shop.har", &har, &HarSelection::default()).unwrap().clean().unwrap().code("perf")
}

fn header(name: &str, value: &str) -> impl Fn(&mut Value) {
    let header = json!([{"name": name, "value": value}]);
    move |entry| entry["request"]["headers"] = header.clone()
}

fn body(kind: &str, text: &str) -> impl Fn(&mut Value) {
    let post_data = json!({"mimeType": kind, "text": text});
    move |entry| entry["request"]["postData"] = post_data.clone()
}

fn url(url: &str) -> impl Fn(&mut Value) {
    let url = json!(url);
    move |entry| entry["request"]["url"] = url.clone()
}

/// The code of sessions that have the secret in each place where one may be.
fn in_all_places(secret: &str) -> Vec<(&'static str, String)> {
    let encoded: String = byte_serialize(secret.as_bytes()).collect();
    let in_json =
        |text: &str| json!({"user": {"name": "ann", "password": text}, "list": [{"apiKey": text}]}).to_string();
    let form = format!("user=ann&password={encoded}&note=x");
    let multipart = format!("--X\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{secret}\r\n--X--\r\n");
    vec![
        ("authorization", code_of(header("Authorization", secret))),
        ("bearer", code_of(header("authorization", &format!("Bearer {secret}")))),
        ("cookie", code_of(header("Cookie", &format!("sid={secret}; lang=en")))),
        ("api key", code_of(header("X-Api-Key", secret))),
        ("csrf", code_of(header("x-csrf-token", secret))),
        ("query", code_of(url(&format!("http://127.0.0.1:8080/items?page=2&access_token={encoded}#x")))),
        ("path", code_of(url(&format!("http://127.0.0.1:8080/reset-password/{encoded}")))),
        ("login", code_of(url(&format!("http://ann:{encoded}@127.0.0.1:8080/items")))),
        ("form", code_of(body("application/x-www-form-urlencoded", &form))),
        ("json", code_of(body("application/json", &in_json(secret)))),
        ("json without a type", code_of(body("", &in_json(secret)))),
        ("json key", code_of(body("application/json", &json!({"tokens": {secret: 1}}).to_string()))),
        ("json in json", code_of(body("application/json", &json!({"event": in_json(secret)}).to_string()))),
        ("multipart", code_of(body("multipart/form-data; boundary=X", &multipart))),
        ("xml", code_of(body("text/xml", &format!("<login><password>{secret}</password></login>")))),
        ("lines", code_of(body("text/plain", &format!("user=ann\npassword={secret}\n")))),
    ]
}

#[test]
fn no_secret_of_a_recording_is_in_its_code() {
    for secret in SECRETS {
        let encoded: String = byte_serialize(secret.as_bytes()).collect();
        let escaped = json!(secret).to_string();
        for (place, code) in in_all_places(secret) {
            for form in [secret, encoded.as_str(), escaped.trim_matches('"'), &encoded.replace('+', "%20")] {
                assert!(!code.contains(form), "{place}: {form} is in\n{code}");
            }
            assert!(code.contains("Secrets"), "{place} of {secret} is no variable in\n{code}");
        }
    }
}

#[test]
fn a_secret_that_an_answer_brought_is_one_wherever_it_is_sent_back() {
    let token = "plain-but-Given-1";
    let code = code_of(|entry| {
        entry["response"]["content"]["text"] = json!(json!({"refresh_token": token}).to_string());
        entry["request"]["url"] = json!(format!("http://127.0.0.1:8080/items/{token}?from={token}"));
        entry["request"]["postData"] = json!({"mimeType": "text/plain", "text": format!("say {token}")});
    });
    assert!(!code.contains(token), "{code}");
}

/// What an answer brings in these tests, and no one would take for a secret elsewhere.
const GIVEN: &str = "plain-but-Given-1";

/// The code of a request that is changed, and whose answer brings a secret.
fn code_with_answer(change: impl Fn(&mut Value)) -> String {
    code_of(|entry| {
        entry["response"]["content"]["text"] = json!(json!({"refresh_token": GIVEN}).to_string());
        change(entry);
    })
}

#[test]
fn a_secret_in_the_place_of_a_name_is_a_variable() {
    let form = "application/x-www-form-urlencoded";
    for secret in [SECRETS[0], GIVEN] {
        let multipart =
            format!("--X\r\nContent-Disposition: form-data; name=\"{secret}\"; filename=\"{GIVEN}\"\r\n\r\na\r\n--X--");
        for (place, code) in [
            ("query", code_with_answer(url(&format!("http://127.0.0.1:8080/a?b=1&{secret}&c=2")))),
            ("form", code_with_answer(body(form, &format!("a=1&{secret}=")))),
            ("text", code_with_answer(body(form, secret))),
            ("text of two", code_with_answer(body(form, &format!("a&b={secret}")))),
            ("json", code_with_answer(body("application/json", &json!({secret: 1}).to_string()))),
            ("multipart", code_with_answer(body("multipart/form-data; boundary=X", &multipart))),
        ] {
            assert!(!code.contains(secret) && !code.contains(GIVEN), "{place}: {secret} is in\n{code}");
            assert!(code.contains("secrets."), "{place} of {secret} is no variable in\n{code}");
        }
    }
    let code = code_with_answer(body(form, &format!("{GIVEN}=yes")));
    assert!(code.contains(".form(&[(secrets.refresh_token.as_str(), \"yes\")])"), "{code}");
}

#[test]
fn encoded_text_under_the_type_of_a_form_is_a_variable_if_it_has_a_secret() {
    let code = code_of(body("application/x-www-form-urlencoded", "go&to=https%3A%2F%2Fann%3Ahunter2%40shop.example"));
    assert!(code.contains(".text(&secrets.body)") && !code.contains("hunter2"), "{code}");
}

#[test]
fn the_name_of_an_endpoint_has_no_secret_that_an_answer_brought() {
    let code = code_with_answer(url(&format!("http://127.0.0.1:8080/users/17/list/{GIVEN}")));
    assert!(code.contains(".named(\"POST /users/{id}/list/{secret}\")") && !code.contains(GIVEN), "{code}");
}

#[test]
fn each_server_has_a_fixture_of_its_own() {
    let long = "a-host-with-a-name-of-more-than-forty-letters.example";
    let (long, longer) = (format!("http://{long}"), format!("http://b-{long}"));
    let hosts = ["http://app", "https://api.x", "http://api.x", "http://a-b.c", "http://a.b.c", &long, &longer];
    let session = read_curl(&hosts.map(|host| format!("curl {host}/"))).unwrap().clean().unwrap();
    let variables: Vec<String> = session.server_variables().into_iter().map(|(name, _)| name).collect();
    let names = ["APP", "AT_API_X", "AT_API_X_2", "AT_A_B_C", "AT_A_B_C_2", "AT_VALUE", "AT_VALUE_2"];
    assert_eq!(variables, names.map(|name| format!("PROOFLOAD_TARGET_{name}")));
}

#[test]
fn what_is_not_secret_stays_readable() {
    let code = code_of(|entry| {
        entry["request"]["url"] = json!("http://127.0.0.1:8080/users/17/orders?page=2&sort=name%20up");
        entry["request"]["headers"] = json!([{"name": "accept", "value": "application/json"}, {"name": "Sec-Fetch-Mode", "value": "cors"},
            {"name": "user-agent", "value": "Mozilla/5.0"}, {"name": ":authority", "value": "x"}]);
        entry["request"]["postData"] = json!({"mimeType": "application/json", "text": "{\"n\": 1.50}"});
    });
    let wanted = "    user.post(app, \"/users/17/orders?page=2&sort=name%20up\")\n        .named(\"POST /users/{id}/orders\")\n        \
                  .header(\"accept\", \"application/json\")\n        .header(\"content-type\", \"application/json\")\n        \
                  .text(r#\"{\"n\": 1.50}\"#)\n        .expect(200)\n        .await?;\n";
    assert!(code.contains(wanted), "{code}");
    assert!(!code.contains("Secrets"), "{code}");
}

#[test]
fn pauses_are_those_between_the_end_of_a_request_and_the_next() {
    let entry = |second: &str, time: u32| {
        json!({
            "startedDateTime": format!("2026-11-26T10:00:{second}Z"), "time": time,
            "request": {"method": "GET", "url": "http://127.0.0.1/", "headers": []},
            "response": {"status": 200, "content": {}},
        })
    };
    // Ends: 0.5 s, 0.3 s, 2.1 s. The second began while the first was under way.
    let har =
        json!({"log": {"entries": [entry("00.000", 500), entry("00.100", 200), entry("02.000", 100)]}}).to_string();
    let with = HarSelection { keeps_pauses: true, ..HarSelection::default() };
    let pauses = |selection| {
        let code = read_har("a.har", &har, selection).unwrap().clean().unwrap().code("perf");
        code.lines().filter(|line| line.contains("think")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(pauses(&with), ["    user.think(Duration::from_millis(1500)).await;"]);
    assert!(pauses(&HarSelection::default()).is_empty());
}

#[test]
fn a_file_that_is_not_a_recording_is_refused() {
    let refusal = |text: &str| read_har("a.har", text, &HarSelection::default()).unwrap_err().to_string();
    assert!(refusal("<html>").starts_with("a.har is not a HAR file: "));
    assert_eq!(refusal("{}"), "a.har is not a HAR file: it has no list `log.entries`");
    let empty = read_har("a.har", r#"{"log":{"entries":[]}}"#, &HarSelection::default()).unwrap();
    assert_eq!(empty.clean().unwrap_err().to_string(), "a.har has no request that can be repeated");
}
