//! Bodies that the server has encoded.

use proofload_testing::http_server::Reply;
use serde_json::Value;

use super::server::TestServer;
use super::test_user::TestUser;

/// `{"ok":true}`, as `gzip -n` writes it.
#[cfg(feature = "decompress")]
const GZIPPED: [u8; 31] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0xcf, 0x56, 0xb2, 0x2a, 0x29, 0x2a,
    0x4d, 0xad, 0x05, 0x00, 0x90, 0x5f, 0xd4, 0xa7, 0x0b, 0x00, 0x00, 0x00,
];

#[tokio::test]
async fn a_body_in_an_encoding_that_was_not_asked_for_is_named_as_the_cause() {
    let reply = Reply::send("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nabcde");
    let server = TestServer::always(reply).await;
    let mut test = TestUser::new();
    let response = test.user.get(&server.base_url, "/").await.unwrap();
    let error = response.json::<Value>().unwrap_err().to_string();
    assert!(error.contains("its 5 bytes are encoded as `gzip`") && error.contains("`decompress = true`"), "{error}");
    assert!(!server.requests()[0].contains("accept-encoding"), "{:?}", server.requests());
    let plain = TestServer::always(Reply::response("200 OK", "abcde")).await;
    let error = test.user.get(&plain.base_url, "/").await.unwrap().json::<Value>().unwrap_err().to_string();
    assert!(error.contains("its 5 bytes start with `abcde`"), "{error}");
}

#[cfg(feature = "decompress")]
mod decompressing {
    use proofload_testing::http_server::{read_head, serve_raw};
    use tokio::io::AsyncWriteExt;

    use super::super::test_user::MS;
    use super::*;
    use crate::http::{ConnectionPolicy, TransportOptions};

    /// Answers with `body`, and does not if nothing in gzip was asked for.
    async fn gzip_server(body: &'static [u8]) -> String {
        serve_raw(move |mut stream| async move {
            read_head(&mut stream).await;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
            std::future::pending::<()>().await;
        })
        .await
    }

    /// The options that choose each transport of this build.
    fn transports() -> Vec<TransportOptions> {
        let decompresses = TransportOptions { decompresses: true, ..TransportOptions::default() };
        let all = [decompresses.clone(), TransportOptions { cookies: true, ..decompresses }];
        all.into_iter().take(if cfg!(feature = "reqwest") { 2 } else { 1 }).collect()
    }

    #[tokio::test]
    async fn a_body_is_decoded_and_both_lengths_are_kept() {
        for options in transports() {
            let url = gzip_server(&GZIPPED).await;
            let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
            let response = test.user.get(&url, "/").await.unwrap();
            assert_eq!(response.json::<Value>().unwrap()["ok"], true);
            assert_eq!((response.body_bytes(), response.bytes().len()), (GZIPPED.len() as u64, 11));
            let total = test.measured().total;
            assert_eq!((total.bytes_received, total.bytes_decoded), (GZIPPED.len() as u64, Some(11)));
        }
    }

    #[tokio::test]
    async fn a_body_that_cannot_be_decoded_is_a_failure_of_the_server() {
        for options in transports() {
            let url = gzip_server(b"{\"ok\":true}").await;
            let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
            test.user.get(&url, "/").await.unwrap_err();
            let cause = test.failure();
            assert!(cause.starts_with("the body is not valid gzip: "), "{cause}");
        }
    }

    #[tokio::test]
    async fn encodings_are_asked_for_unless_the_request_says_which() {
        for options in transports() {
            let server = TestServer::always(Reply::response("200 OK", "")).await;
            let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
            test.user.get(&server.base_url, "/").await.unwrap();
            test.user.get(&server.base_url, "/").header("Accept-Encoding", "identity").await.unwrap();
            let [usual, own] = &server.requests()[..] else { panic!("{:?}", server.requests()) };
            assert!(usual.contains("accept-encoding: gzip, deflate\r\n"), "{usual}");
            assert!(own.contains("accept-encoding: identity\r\n") && own.matches("encoding").count() == 1, "{own}");
            assert_eq!(test.measured().total.bytes_decoded, None);
        }
    }
}
