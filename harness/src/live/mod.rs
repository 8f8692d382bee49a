//! A page that shows the tests while they run, and figures for Prometheus.
//!
//! A thread of its own serves both. It reads counters and finished slices once a second, so no request waits for it. Without
//! the feature `live` there is neither.

mod actions;
mod plan;
mod served;

#[cfg(feature = "live")]
mod access;
#[cfg(feature = "live")]
mod connections;
#[cfg(feature = "live")]
mod events;
#[cfg(feature = "live")]
mod feed;
#[cfg(feature = "live")]
mod http_socket;
#[cfg(feature = "live")]
mod journal;
#[cfg(feature = "live")]
mod metrics;
#[cfg(feature = "live")]
mod page;
#[cfg(feature = "live")]
mod responses;
#[cfg(feature = "live")]
mod server;
#[cfg(feature = "live")]
mod shown_run;
#[cfg(feature = "live")]
mod site;
#[cfg(feature = "live")]
mod viewer;

#[cfg(not(feature = "live"))]
mod disabled;

pub(crate) use actions::{Driver, PageAction};
#[cfg(not(feature = "live"))]
pub(crate) use disabled::{LiveFeed, LiveServer};
#[cfg(feature = "live")]
pub(crate) use feed::LiveFeed;
pub(crate) use plan::{ListedTest, SessionPlan};
pub(crate) use served::{RunSoFar, ServedSession};
#[cfg(feature = "live")]
pub(crate) use server::LiveServer;
