//! reqwest asks the host names of the run for addresses, so that each is looked up once.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::http::host_names::{HostNames, not_in_time};

/// The host names of a run, as reqwest asks for them.
#[derive(Debug)]
pub(super) struct Resolver(pub(super) Arc<HostNames>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.0.lookup(name.as_str());
        Box::pin(async move {
            lookup.ended().await;
            let known = lookup.known().unwrap_or_else(|| Err(not_in_time(lookup.name()).into()));
            let addresses: Vec<_> =
                known.map_err(|why| why.to_string())?.iter().map(|ip| SocketAddr::new(*ip, 0)).collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
