//! Figures for Prometheus, at an address of their own: [`MetricsSite`].

use std::convert::Infallible;
use std::fmt::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};

use super::access::Refusal;
use super::connections::{each_connection, serve_connection};
use super::feed::LiveFeed;
use super::responses::{protect, refuse, whole};
use super::served::RunSoFar;
use super::viewer::LiveBody;
use crate::measure::Live;
use crate::report::metrics;

/// The media type of the text format.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a scrape reads.
pub(super) struct MetricsSite {
    address: SocketAddr,
    feed: LiveFeed,
    run: RunSoFar,
}

impl MetricsSite {
    pub(super) fn new(address: SocketAddr, feed: &LiveFeed, run: &RunSoFar) -> MetricsSite {
        MetricsSite { address, feed: feed.clone(), run: Arc::clone(run) }
    }

    fn answer(&self, request: &Request<Incoming>) -> Result<Response<LiveBody>, Infallible> {
        let (head, path) = (request, request.uri().path());
        let answer = match *head.method() {
            _ if !self.is_own_host(head.headers().get(HOST).and_then(|host| host.to_str().ok())) => {
                Err(Refusal::forbidden("The `Host` of the request is not the address of these metrics."))
            }
            Method::GET | Method::HEAD if path == "/metrics" => {
                Ok(whole(StatusCode::OK, TEXT_FORMAT, self.text().into()))
            }
            Method::GET | Method::HEAD => {
                Err(Refusal::of(StatusCode::NOT_FOUND, "There is nothing here; the metrics are at `/metrics`."))
            }
            _ => Err(Refusal::of(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.")),
        };
        let mut response = answer.unwrap_or_else(refuse);
        protect(response.headers_mut());
        Ok(response)
    }

    /// A name that an attacker lets point to this machine is refused. An address that is open to others has names of its own.
    fn is_own_host(&self, host: Option<&str>) -> bool {
        let port = self.address.port();
        let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
        !self.address.ip().is_loopback()
            || host.is_some_and(|host| own.iter().any(|own| own == host) || host == self.address.to_string())
    }

    /// The tests that have ended, and the run in progress.
    fn text(&self) -> String {
        let mut text = metrics::text(&(self.run)());
        if let Some((test, live)) = self.feed.running() {
            text.push_str(&of_running_test(&test, &live));
        }
        text
    }
}

/// Counters of a run in progress begin anew with each run, as those of a process that was started again.
fn of_running_test(test: &str, live: &Live) -> String {
    let (ok, failed) = (live.ok(), live.failed());
    // Read last, so that no request has ended that was not sent.
    let sent = live.sent();
    let test = test.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let families = [
        ("requests_sent_total", "counter", "Requests sent in the run in progress, warm-up included.", sent),
        ("requests_ok_total", "counter", "Requests of the run in progress that ended ok.", ok),
        ("requests_failed_total", "counter", "Requests of the run in progress that ended in another way.", failed),
        ("requests_in_flight", "gauge", "Requests sent and not done.", sent.saturating_sub(ok + failed)),
        ("users", "gauge", "Users that have started.", live.users.load(Relaxed)),
    ];
    families.iter().fold(String::new(), |mut text, (name, kind, help, value)| {
        let name = format!("proofload_running_{name}");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name}{{test=\"{test}\"}} {value}");
        text
    })
}

/// Answers scrapes.
pub(super) async fn accept(listener: TcpListener, metrics: Arc<MetricsSite>) {
    each_connection(listener, move |stream, _| {
        let metrics = Arc::clone(&metrics);
        async move {
            let answer = service_fn(move |request| {
                let answer = metrics.answer(&request);
                async move { answer }
            });
            serve_connection(stream, answer).await;
        }
    })
    .await;
}
