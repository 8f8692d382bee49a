//! The thread that serves the page, and the handle on it: a [`LiveServer`].

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::service::service_fn;
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

use super::access::Access;
use super::connections::{each_connection, serve_connection};
use super::feed::LiveFeed;
use super::metrics;
use super::served::ServedSession;
use super::site::Site;
use crate::outcome::RunReport;
use crate::thread_priority::yield_to_the_load;

/// How often the run in progress is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long the last event may take to be sent. The run waits no longer for any browser.
const FAREWELL: Duration = Duration::from_millis(300);

/// The thread that serves.
pub(crate) struct LiveServer {
    feed: LiveFeed,
    link: Option<String>,
    metrics: Option<SocketAddr>,
    end: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl LiveServer {
    /// Begins to serve.
    ///
    /// # Errors
    /// An address is in use, or does not belong to this machine; the text says which, and what to do.
    pub(crate) fn start(served: ServedSession, feed: &LiveFeed) -> Result<LiveServer, String> {
        let flag = if served.driver.is_some() { "--ui" } else { "--live" };
        let page = served.page.map(|address| listen(address, flag)).transpose()?;
        let metrics = served.metrics.map(|address| listen(address, "--metrics")).transpose()?;
        let metrics_at = metrics.as_ref().map(|(_, address)| *address);
        let access = page.as_ref().map(|(_, address)| Access::new(*address)).transpose();
        let access = access.map_err(|error| format!("there are no random numbers for the page's link: {error}"))?;
        let link = access.as_ref().map(Access::link);
        let (end, ended) = oneshot::channel();
        let (feed, shown) = (feed.clone(), feed.clone());
        let ServedSession { run, driver, .. } = served;
        let scraped = metrics.map(|(listener, address)| (listener, metrics::MetricsSite::new(address, &shown, &run)));
        let page = page
            .zip(access)
            .map(|((listener, _), access)| (listener, Site { access, feed: shown.clone(), run, driver }));
        let not_started = |error: io::Error| format!("the thread of the live page cannot be started: {error}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(not_started)?;
        let work = move || {
            yield_to_the_load();
            runtime.block_on(serve(page, scraped, shown, ended));
        };
        let thread = std::thread::Builder::new().name("live".to_owned()).spawn(work).map_err(not_started)?;
        Ok(LiveServer { feed, link, metrics: metrics_at, end, thread })
    }

    /// What a person opens: `http://127.0.0.1:8089/#token=…`.
    pub(crate) fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// Where Prometheus reads figures.
    pub(crate) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Sends the last event; `report` is where the report or the record of the run is.
    pub(crate) fn announce_end(&self, run: &RunReport, report: Option<&Path>) {
        self.feed.end(run, report);
    }

    /// Ends, whatever any browser does.
    pub(crate) fn end(self) {
        // Fails only if the thread has panicked, and then it has printed why.
        self.end.send(()).ok();
        self.thread.join().ok();
    }
}

fn listen(address: SocketAddr, flag: &str) -> Result<(StdListener, SocketAddr), String> {
    let listener = StdListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    });
    listener.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{flag}: port {} of {} is in use by another program; choose another one, or none for any free port",
            address.port(),
            address.ip()
        ),
        io::ErrorKind::AddrNotAvailable => {
            format!("{flag}: {} is not an address of this machine; give one that is, such as 127.0.0.1", address.ip())
        }
        _ => format!("{flag}: {address} cannot be listened at: {error}"),
    })
}

/// Serves until the session has ended and the viewers have the last event, or do not take it.
async fn serve(
    page: Option<(StdListener, Site)>,
    metrics: Option<(StdListener, metrics::MetricsSite)>,
    feed: LiveFeed,
    ended: oneshot::Receiver<()>,
) {
    if let Some((listener, site)) = page {
        tokio::spawn(accept(listener, Arc::new(site)));
    }
    if let Some((listener, metrics)) = metrics {
        tokio::spawn(metrics::accept(listener, Arc::new(metrics)));
    }
    let mut ticks = tokio::time::interval(LOOK_AGAIN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let look = async {
        loop {
            ticks.tick().await;
            feed.look();
        }
    };
    tokio::select! {
        () = look => {}
        _ = ended => {}
    }
    let all_have_it = async {
        while feed.viewers() > 0 {
            tokio::time::sleep(FAREWELL / 30).await;
        }
    };
    // A viewer that does not take it shows that the connection was lost.
    tokio::time::timeout(FAREWELL, all_have_it).await.ok();
}

async fn accept(listener: StdListener, site: Arc<Site>) {
    each_connection(listener, move |stream, reached_at| {
        let site = Arc::clone(&site);
        async move {
            let answer = service_fn(move |request| {
                let site = Arc::clone(&site);
                async move { site.answer(request, reached_at).await }
            });
            serve_connection(stream, answer).await;
        }
    })
    .await;
}

#[cfg(test)]
mod tests;
