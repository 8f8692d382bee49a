//! A workload's settings for HTTP, as the option types of the transports.

use crate::engine::WorkerShare;
use crate::http::{ConnectionPolicy, HttpResources, TransportOptions};
use crate::workload::{Connections, HttpOptions, Workload};

/// What the users of one worker thread share of HTTP.
pub fn http_resources(workload: &Workload, share: WorkerShare) -> HttpResources {
    let connections = workload.connections.for_worker(share.index, share.workers);
    HttpResources::new(workload.timeout, connection_policy(connections), transport_options(&workload.http))
}

/// What a workload asks of the transports.
pub fn transport_options(options: &HttpOptions) -> TransportOptions {
    TransportOptions {
        http2: options.http2,
        redirects: options.redirects,
        cookies: options.cookies,
        decompresses: options.decompresses,
        proxy: options.proxy.clone(),
        ca: options.ca.clone(),
        trusts_any_certificate: options.trusts_any_certificate,
    }
}

fn connection_policy(connections: Connections) -> ConnectionPolicy {
    match connections {
        Connections::PerUser => ConnectionPolicy::PerUser,
        Connections::PerRequest => ConnectionPolicy::PerRequest,
        Connections::Shared(most) => ConnectionPolicy::Shared(most),
    }
}
