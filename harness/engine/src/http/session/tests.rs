//! Requests that reqwest carries, and those after them.

use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::task::Waker;

use ::http::Method;
use proofload_testing::http_server::{Reply, ScriptedServer};

use super::*;
use crate::http::host_names::HostNames;
use crate::http::options::{ConnectionPolicy, TransportOptions};

const TIMEOUT: Duration = Duration::from_secs(20);

fn session(options: TransportOptions, hosts: Arc<HostNames>) -> HttpSession {
    let resources = HttpResources::new(TIMEOUT, ConnectionPolicy::PerUser, options).with_hosts(hosts);
    HttpSession::new(Rc::new(resources), Clock::start())
}

/// Begins to send a request with five bytes.
fn post(http: &mut HttpSession, base_url: &str) {
    let server = http.server(base_url).unwrap();
    http.draft.begin(&Method::POST, "/");
    http.draft.body("text/plain", |body| body.extend_from_slice(b"five!"));
    http.prepare(server).unwrap();
    let limits = RequestLimits { timeout: TIMEOUT, body_bytes: 1_000, discards_body: false };
    let now = http.clock.moment();
    http.send(server, limits, now);
}

async fn outcome(http: &mut HttpSession) -> Result<CompleteResponse, TransportError> {
    let outcome = poll_fn(|context| http.poll(context));
    tokio::time::timeout(TIMEOUT / 2, outcome).await.expect("the response arrives")
}

fn is_pending(http: &mut HttpSession) -> bool {
    http.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn after_a_forgotten_request_over_tls_the_next_one_gets_its_own_response() {
    let plain = ScriptedServer::start(|_| Reply::response("200 OK", "plain"));
    // The system accepts connections for it, and nothing answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut http = session(TransportOptions::default(), Arc::default());
    post(&mut http, &format!("https://{}", silent.local_addr().unwrap()));
    assert!(is_pending(&mut http));
    // As after `mem::forget`: the request has not been given up.
    post(&mut http, &plain.url);
    assert_eq!(outcome(&mut http).await.unwrap().response.body(), b"plain");
}

#[tokio::test]
async fn nothing_is_sent_before_the_address_is_known() {
    let server = ScriptedServer::start(|_| Reply::response("200 OK", ""));
    let (hosts, end) = HostNames::scripted("shop.example");
    let mut http = session(TransportOptions { cookies: true, ..TransportOptions::default() }, hosts);
    post(&mut http, &server.url.replace("127.0.0.1", "shop.example"));
    assert!(is_pending(&mut http));
    assert_eq!(http.traffic().sent_bytes.get(), 0);
    end(&[IpAddr::V4(Ipv4Addr::LOCALHOST)]);
    assert_eq!(outcome(&mut http).await.unwrap().response.status(), 200);
    assert_eq!(http.traffic().sent_bytes.get(), 5);
}

#[cfg(feature = "http2")]
mod http2 {
    use std::convert::Infallible;

    use bytes::Bytes;
    use http_body_util::Empty;
    use hyper::service::service_fn;
    use hyper_util::rt::{TokioExecutor, TokioIo};

    use super::*;

    /// The address of a server that answers one connection over HTTP/2, with so many headers and a few more.
    async fn server(headers: usize) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = move |_| async move {
            let response = (0..headers).fold(::http::Response::builder(), |response, _| response.header("x", "1"));
            Ok::<_, Infallible>(response.body(Empty::<Bytes>::new()).unwrap())
        };
        tokio::spawn(async move {
            let stream = TokioIo::new(listener.accept().await.unwrap().0);
            let serving = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            drop(serving.serve_connection(stream, service_fn(answer)).await);
        });
        url
    }

    #[tokio::test]
    async fn a_response_with_too_many_headers_is_refused_as_over_http1() {
        let mut http = session(TransportOptions { http2: true, ..TransportOptions::default() }, Arc::default());
        // The server adds some of its own.
        post(&mut http, &server(90).await);
        assert!(outcome(&mut http).await.unwrap().response.headers().count() >= 90);
        post(&mut http, &server(101).await);
        let cause = "the head of the response has more than 100 headers".to_owned();
        assert_eq!(outcome(&mut http).await.err(), Some(TransportError::Failed(cause)));
    }
}
