//! Bodies of responses that are counted and not kept.

use tokio::io::AsyncWriteExt;

use proofload_testing::http_server::{Reply, read_head, serve_raw};

use super::server::TestServer;
use super::test_user::{MS, TestUser};
use crate::http::{ConnectionPolicy, TransportOptions};

const LONG: usize = 100 * 1024 * 1024;

#[tokio::test]
async fn a_body_that_is_discarded_is_counted_to_its_last_byte_and_needs_little_memory() {
    let url = serve_raw(|mut stream| async move {
        read_head(&mut stream).await;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {LONG}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let piece = vec![7; 1024 * 1024];
        for _ in 0..LONG / piece.len() {
            stream.write_all(&piece).await.unwrap();
        }
    })
    .await;
    let mut test = TestUser::new();
    let response = test.user.get(&url, "/").discard_body().await.unwrap();
    assert_eq!((response.bytes(), response.body_bytes()), (b"".as_slice(), LONG as u64));
    assert_eq!(response.header("content-length"), Some(LONG.to_string().as_str()));
    drop(response);
    assert!(test.user.http.response_memory_bytes() < 1024 * 1024);
    assert_eq!(test.measured().total.bytes_received, LONG as u64);
}

#[tokio::test]
async fn however_it_is_framed_a_discarded_body_ends_where_it_should_and_its_connection_is_kept() {
    let chunked =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nx: y\r\n\r\n";
    let reqwest = TransportOptions { cookies: cfg!(feature = "reqwest"), ..TransportOptions::default() };
    for options in [TransportOptions::default(), reqwest] {
        for act in [Reply::response("200 OK", "abcdefgh"), Reply::send(chunked)] {
            let server = TestServer::always(act).await;
            let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options.clone());
            for _ in 0..3 {
                let response = test.user.get(&server.base_url, "/").discard_body().await.unwrap();
                assert_eq!((response.bytes(), response.body_bytes()), (b"".as_slice(), 8));
                let error = response.json::<u8>().unwrap_err().to_string();
                assert!(error.ends_with("it was not kept: remove `.discard_body()`"), "{error}");
            }
            assert_eq!(test.user.get(&server.base_url, "/").await.unwrap().body_bytes(), 8);
            assert_eq!((server.connections(), test.measured().total.bytes_received), (1, 32));
        }
        let server = TestServer::always(Reply::close("HTTP/1.1 200 OK\r\n\r\nall there is")).await;
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        assert_eq!(test.user.get(&server.base_url, "/").discard_body().await.unwrap().body_bytes(), 12);
    }
}

#[tokio::test]
async fn a_discarded_body_that_is_cut_says_how_much_had_come() {
    let act = Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfive!");
    let server = TestServer::always(act).await;
    let mut test = TestUser::new();
    test.user.get(&server.base_url, "/").discard_body().await.unwrap_err();
    assert_eq!(test.failure(), "body cut short: connection closed after 5 of 10 bytes");
}
