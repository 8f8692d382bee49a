//! The parts of requests and responses.

use std::time::Duration;

use serde::Deserialize;

use proofload_testing::http_server::Reply;

use super::server::TestServer;
use super::test_user::TestUser;
use crate::user::Error;

#[tokio::test]
async fn an_answer_is_handed_on_and_counted_as_ok() {
    let text = "HTTP/1.1 200 OK\r\nx-kind: greeting\r\ncontent-length: 5\r\n\r\nhello";
    let server = TestServer::always(Reply::send(text)).await;
    let mut test = TestUser::new();
    let response = test.user.get(&server.base_url, "/greeting?to=all").await.unwrap();
    assert_eq!((response.status(), response.text().unwrap(), response.bytes()), (200, "hello", b"hello".as_slice()));
    assert_eq!((response.header("X-Kind"), response.header("none")), (Some("greeting"), None));
    assert_eq!(response.service_time(), response.response_time());
    let measured = test.measured();
    let endpoint = &measured.endpoints[0];
    assert_eq!((endpoint.name.as_str(), endpoint.requests.ok, endpoint.bytes_received), ("GET /greeting", 1, 5));
}

#[tokio::test]
async fn what_the_request_says_arrives_at_the_server() {
    let server = TestServer::always(Reply::response("201 Created", "")).await;
    let mut user = TestUser::new().user;
    let target = format!("{}/api/", server.base_url);
    let request = user.post(&target, "/things?a=1").query(&[("name", "a b&c")]).bearer("secret").header("x-number", 7);
    request.json(&[1, 2]).await.unwrap();
    let sent = server.requests().remove(0);
    assert!(sent.starts_with("POST /api/things?a=1&name=a+b%26c HTTP/1.1\r\n"), "{sent}");
    for line in ["authorization: Bearer secret", "x-number: 7", "content-type: application/json", "content-length: 5"] {
        assert!(sent.contains(&format!("{line}\r\n")), "no {line:?} in {sent}");
    }
    assert!(sent.ends_with("\r\n\r\n[1,2]"), "{sent}");
}

#[tokio::test]
async fn a_body_has_the_type_that_the_author_names_before_or_after_it() {
    let server = TestServer::always(Reply::response("200 OK", "")).await;
    let mut user = TestUser::new().user;
    let own = ("content-type", "application/merge-patch+json");
    user.patch(&server.base_url, "/").header(own.0, own.1).json(&1).await.unwrap();
    user.patch(&server.base_url, "/").json(&1).header(own.0, own.1).await.unwrap();
    user.put(&server.base_url, "/").form(&[("a", "b c")]).await.unwrap();
    let sent = server.requests();
    for request in &sent[..2] {
        assert_eq!(request.matches("content-type: application/merge-patch+json\r\n").count(), 1, "{request}");
        assert_eq!(request.matches("content-type").count(), 1, "{request}");
    }
    assert!(sent[2].contains("application/x-www-form-urlencoded") && sent[2].ends_with("a=b+c"), "{}", sent[2]);
}

#[tokio::test]
async fn an_expected_status_is_ok_and_an_unexpected_one_is_not() {
    let server = TestServer::always(Reply::response("404 Not Found", "nothing")).await;
    let mut test = TestUser::new();
    assert_eq!(test.user.get(&server.base_url, "/a").expect(404).await.unwrap().text().unwrap(), "nothing");
    test.user.get(&server.base_url, "/a").expect([200, 404]).await.unwrap();
    test.user.get(&server.base_url, "/a").expect(400..500).timeout(Duration::MAX).await.unwrap();
    assert!(test.user.get(&server.base_url, "/a").expect(200..=299).await.unwrap_err().is_counted());
    let error = test.user.get(&server.base_url, "/a").named("an endpoint").await.unwrap_err();
    assert_eq!(error.to_string(), "an endpoint: status 404");
    let total = test.measured().total;
    assert_eq!((total.requests.ok, total.failures["status 404"]), (3, 2));
}

#[tokio::test]
async fn a_redirect_is_ok_and_not_followed() {
    let redirect = Reply::send("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
    let server = TestServer::always(redirect).await;
    assert_eq!(TestUser::new().user.get(&server.base_url, "/").await.unwrap().status(), 302);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_mistake_in_a_request_is_an_error_and_nothing_is_sent() {
    let server = TestServer::always(Reply::response("200 OK", "")).await;
    let (mut test, url) = (TestUser::new(), &server.base_url);
    let unwritable = std::collections::HashMap::from([([1, 2], 3)]);
    let user = &mut test.user;
    let errors = [
        user.get(url, "health").await.unwrap_err(),
        user.get("http://localhost", "http://localhost/health").await.unwrap_err(),
        user.get("localhost:80", "/").await.unwrap_err(),
        user.get("http://local host", "/").await.unwrap_err(),
        user.get("ftp://localhost", "/").await.unwrap_err(),
        user.get(url, "/").header("bad name", "x").header("x-a", "line\nbreak").await.unwrap_err(),
        user.post(url, "/").json(&unwritable).await.unwrap_err(),
        user.get(url, "/").expect([]).timeout(Duration::ZERO).await.unwrap_err(),
    ];
    assert!(!errors.iter().any(Error::is_counted));
    let messages = errors.map(|error| error.to_string()).join("\n");
    insta::assert_snapshot!(messages);
    assert_eq!((test.measured().total.requests.intended, server.requests().len()), (0, 0));
}

#[derive(Debug, Deserialize)]
struct ItemPage {
    #[expect(dead_code, reason = "only its absence matters")]
    items: Vec<u32>,
}

#[tokio::test]
async fn json_that_does_not_fit_says_what_was_expected_and_where() {
    let server = TestServer::always(Reply::response("200 OK", r#"{"detail":"try later"}"#)).await;
    let mut user = TestUser::new().user;
    let response = user.get(&server.base_url, "/pages").await.unwrap();
    let error = response.json::<ItemPage>().unwrap_err();
    let cause = "GET /pages: the body is not the JSON of proofload_engine::user::tests::requests::ItemPage";
    let detail = "missing field `items` at line 1 column 22; its 22 bytes start with `{\"detail\":\"try later\"}`";
    assert_eq!((error.cause(), error.to_string()), (cause.to_owned(), format!("{cause}: {detail}")));
}
