//! A thread that samples what servers and the generator use: the [`ServerSampler`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::process::ProcessStat;
use super::system;
use super::tree::ProcessTree;
use crate::clock::process_cpu;
use crate::measure::{GeneratorSample, Live, ServerFigures, ServerSample};
use crate::server::handle::Server;

/// How much later than the measurement the first sample may be.
const BEGIN_POLL: Duration = Duration::from_millis(10);
const SAMPLE_PERIOD: Duration = Duration::from_secs(1);
/// A run this short is sampled more often, so that its charts have points.
const SHORT_RUN: Duration = Duration::from_secs(15);
const SHORT_PERIOD: Duration = Duration::from_millis(250);

/// Samples servers on its own thread; dropping it ends the thread.
#[derive(Debug)]
pub struct ServerSampler {
    /// Dropped to end the thread.
    stop: Sender<()>,
    /// `None` if the system could not start a thread: then there are no figures.
    thread: Option<JoinHandle<Samples>>,
}

/// What was sampled in a run.
#[derive(Debug, Default)]
pub struct SampledFigures {
    /// Of each server, in the order given.
    pub servers: Vec<ServerFigures>,
    /// Of this process.
    pub generator: Vec<GeneratorSample>,
    /// When the measurement began, to within [`BEGIN_POLL`]; `None` if it never did.
    pub begun: Option<Instant>,
}

/// The samples of a run so far.
#[derive(Debug, Default)]
struct Samples {
    servers: Vec<SampledServer>,
    generator: Vec<GeneratorSample>,
    begun: Option<Instant>,
    /// CPU time of this process when the measurement began.
    cpu_before: Option<Duration>,
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
    /// Samples `servers` and this process each second, and more often in a short run, from the moment that `live` says the measurement has begun.
    pub fn start(servers: &[Server], live: &Arc<Live>) -> ServerSampler {
        let servers = servers.iter().map(|server| SampledServer::new(server.name(), server.pid())).collect();
        ServerSampler::over(servers, live)
    }

    fn over(servers: Vec<SampledServer>, live: &Arc<Live>) -> ServerSampler {
        let (stop, stopped) = channel();
        let live = Arc::clone(live);
        let thread = std::thread::Builder::new().name("figures".to_owned());
        ServerSampler { stop, thread: thread.spawn(move || sample_until(servers, &live, &stopped)).ok() }
    }

    /// Takes a last sample and returns the figures of each server and of the generator.
    pub fn finish(self, ended_requests: u64) -> SampledFigures {
        drop(self.stop);
        let Samples { servers, generator, begun, .. } =
            self.thread.and_then(|thread| thread.join().ok()).unwrap_or_default();
        let of_server = |server: SampledServer| ServerFigures::of(&server.name, server.samples, ended_requests);
        SampledFigures { servers: servers.into_iter().map(of_server).collect(), generator, begun }
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

/// Waits for the measurement to begin, then samples until the other end of `stopped` is dropped.
fn sample_until(servers: Vec<SampledServer>, live: &Live, stopped: &Receiver<()>) -> Samples {
    let mut samples = Samples { servers, ..Samples::default() };
    while !live.measuring.load(Ordering::Relaxed) {
        if stopped.recv_timeout(BEGIN_POLL) != Err(RecvTimeoutError::Timeout) {
            return samples;
        }
    }
    let begun = Instant::now();
    (samples.begun, samples.cpu_before) = (Some(begun), process_cpu());
    let mut due = Duration::ZERO;
    loop {
        samples.take(begun.elapsed());
        due += if due < SHORT_RUN { SHORT_PERIOD } else { SAMPLE_PERIOD };
        if stopped.recv_timeout(due.saturating_sub(begun.elapsed())) != Err(RecvTimeoutError::Timeout) {
            break;
        }
        if due == SHORT_RUN {
            samples.keep_seconds();
        }
    }
    samples.take(begun.elapsed());
    samples
}

impl Samples {
    fn take(&mut self, at: Duration) {
        let at_s = at.as_secs_f64();
        // To read all processes takes a millisecond, which the load would miss: not for servers that were attached.
        let has_processes = self.servers.iter().any(|server| server.tree.is_some());
        let processes = if has_processes { system::processes() } else { Vec::new() };
        self.servers.iter_mut().for_each(|server| server.sample(at_s, &processes));
        let cpu = self.cpu_before.zip(process_cpu()).map(|(before, now)| now.saturating_sub(before));
        let rss_bytes = system::memory(std::process::id()).map(|memory| memory.rss_bytes);
        self.generator.push(GeneratorSample { at_s, cpu_s: cpu.map(|cpu| cpu.as_secs_f64()), rss_bytes });
    }

    /// Keeps one sample of each second: what is computed from the samples of a long run has one each second.
    fn keep_seconds(&mut self) {
        fn thin_out<T>(samples: &mut Vec<T>, at_s: impl Fn(&T) -> f64) {
            let mut last = None;
            samples.retain(|sample| last.replace(at_s(sample) as u64) != Some(at_s(sample) as u64));
        }
        self.servers.iter_mut().for_each(|server| thin_out(&mut server.samples, |sample| sample.at_s));
        thin_out(&mut self.generator, |sample| sample.at_s);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
