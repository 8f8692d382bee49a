//! A thread that samples what servers use, once a second: the [`ServerSampler`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::process::ProcessStat;
use super::system;
use super::tree::ProcessTree;
use crate::measure::{Live, ServerFigures, ServerSample};
use crate::server::handle::Server;

/// How much later than the measurement the first sample may be.
const BEGIN_POLL: Duration = Duration::from_millis(10);
const SAMPLE_PERIOD: Duration = Duration::from_secs(1);

/// Samples servers on its own thread; dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct ServerSampler {
    /// Dropped to end the thread.
    stop: Sender<()>,
    /// `None` if the system could not start a thread: then there are no figures.
    thread: Option<JoinHandle<Vec<SampledServer>>>,
}

/// A server and its samples.
#[derive(Debug)]
struct SampledServer {
    name: String,
    /// `None` for a server that was attached.
    tree: Option<ProcessTree>,
    samples: Vec<ServerSample>,
}

impl ServerSampler {
    /// Samples `servers` each second, from the moment that `live` says the measurement has begun.
    pub(crate) fn start(servers: &[Server], live: &Arc<Live>) -> ServerSampler {
        let servers = servers.iter().map(|server| SampledServer::new(server.name(), server.pid())).collect();
        ServerSampler::over(servers, live)
    }

    fn over(servers: Vec<SampledServer>, live: &Arc<Live>) -> ServerSampler {
        let (stop, stopped) = channel();
        let live = Arc::clone(live);
        let thread = std::thread::Builder::new().name("figures".to_owned());
        ServerSampler { stop, thread: thread.spawn(move || sample_until(servers, &live, &stopped)).ok() }
    }

    /// Takes a last sample and returns the figures of each server, in the order given.
    pub(crate) fn finish(self, ended_requests: u64) -> Vec<ServerFigures> {
        drop(self.stop);
        let servers = self.thread.and_then(|thread| thread.join().ok()).unwrap_or_default();
        servers.into_iter().map(|server| ServerFigures::of(&server.name, server.samples, ended_requests)).collect()
    }
}

impl SampledServer {
    fn new(name: &str, pid: Option<u32>) -> SampledServer {
        SampledServer { name: name.to_owned(), tree: pid.map(ProcessTree::new), samples: Vec::new() }
    }

    fn sample(&mut self, at_s: f64, processes: &[ProcessStat]) {
        let sample = self.tree.as_mut().and_then(|tree| tree.sample(processes));
        self.samples.extend(sample.map(|sample| ServerSample { at_s, ..sample }));
    }
}

/// Waits for the measurement to begin, then samples each second until the other end of `stopped` is dropped.
fn sample_until(mut servers: Vec<SampledServer>, live: &Live, stopped: &Receiver<()>) -> Vec<SampledServer> {
    while !live.measuring.load(Ordering::Relaxed) {
        if stopped.recv_timeout(BEGIN_POLL) != Err(RecvTimeoutError::Timeout) {
            return servers;
        }
    }
    let (begun, mut due) = (Instant::now(), Duration::ZERO);
    loop {
        sample_all(&mut servers, begun);
        due += SAMPLE_PERIOD;
        if stopped.recv_timeout(due.saturating_sub(begun.elapsed())) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    sample_all(&mut servers, begun);
    servers
}

fn sample_all(servers: &mut [SampledServer], begun: Instant) {
    let at_s = begun.elapsed().as_secs_f64();
    let processes = system::processes();
    servers.iter_mut().for_each(|server| server.sample(at_s, &processes));
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
