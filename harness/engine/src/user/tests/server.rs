//! A scripted server as the tests of a user need it: its replies depend on the number of the request.

use proofload_testing::http_server::{Reply, ScriptedServer};

/// A server on a free loopback port; it ends with the test's runtime.
#[derive(Debug)]
pub(super) struct TestServer {
    pub(super) base_url: String,
    server: ScriptedServer,
}

impl TestServer {
    /// `reply` is given the number of the request, from 0, over all connections.
    pub(super) async fn start(reply: impl Fn(usize) -> Reply + Send + Sync + 'static) -> TestServer {
        let server = ScriptedServer::start_here(move |received| reply(received.number as usize)).await;
        TestServer { base_url: server.url.clone(), server }
    }

    /// Answers every request alike.
    pub(super) async fn always(reply: Reply) -> TestServer {
        TestServer::start(move |_| reply.clone()).await
    }

    pub(super) fn connections(&self) -> usize {
        self.server.connections()
    }

    /// Head and body of every request, as they came.
    pub(super) fn requests(&self) -> Vec<String> {
        self.server.received().into_iter().map(|received| received.text).collect()
    }

    /// Waits until the client has closed a connection.
    pub(super) async fn saw_a_connection_close(&self) {
        while self.server.closed_connections() == 0 {
            tokio::task::yield_now().await;
        }
    }
}
