//! What servers use of their machine, looked at each second while the load runs.
//!
//! The one look at all processes serves every server. Reading is `proc`'s, who belongs to whom is `tree`'s.

mod proc;
mod tree;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use self::proc::Process;
use self::tree::Tree;
use super::Server;
use crate::measure::{Live, ServerFigures, ServerSample};

/// How long the first look may come after the measurement began.
const POLL: Duration = Duration::from_millis(10);
const PERIOD: Duration = Duration::from_secs(1);

/// Looks at servers on a thread of its own; dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct Sampler {
    over: Sender<()>,
    /// Absent if the system gave no thread: then there are no figures.
    thread: Option<JoinHandle<Vec<Watched>>>,
}

/// A server and what was seen of it.
#[derive(Debug)]
struct Watched {
    name: String,
    /// `None` for a server that is not ours.
    tree: Option<Tree>,
    samples: Vec<ServerSample>,
}

impl Sampler {
    /// Looks at `servers` each second from the moment that `live` says the measurement has begun.
    pub(crate) fn start(servers: &[Server], live: &Arc<Live>) -> Sampler {
        Sampler::over(servers.iter().map(|server| Watched::new(server.name(), server.pid())).collect(), live)
    }

    fn over(watched: Vec<Watched>, live: &Arc<Live>) -> Sampler {
        let (over, is_over) = channel();
        let live = Arc::clone(live);
        let thread = std::thread::Builder::new().name("figures".to_owned());
        Sampler { over, thread: thread.spawn(move || watch(watched, &live, &is_over)).ok() }
    }

    /// Looks once more and returns the figures of each server, in the order given.
    pub(crate) fn finish(self, ended_requests: u64) -> Vec<ServerFigures> {
        drop(self.over);
        let watched = self.thread.and_then(|thread| thread.join().ok()).unwrap_or_default();
        watched.into_iter().map(|server| ServerFigures::of(&server.name, server.samples, ended_requests)).collect()
    }
}

impl Watched {
    fn new(name: &str, pid: Option<u32>) -> Watched {
        Watched { name: name.to_owned(), tree: pid.map(Tree::new), samples: Vec::new() }
    }

    fn look(&mut self, at_s: f64, processes: &[Process]) {
        let seen = self.tree.as_mut().and_then(|tree| tree.look(processes));
        self.samples.extend(seen.map(|used| ServerSample { at_s, ..used }));
    }
}

/// Waits for the measurement to begin, then looks each second until the other end of `is_over` is dropped.
fn watch(mut servers: Vec<Watched>, live: &Live, is_over: &Receiver<()>) -> Vec<Watched> {
    while !live.measuring.load(Ordering::Relaxed) {
        if is_over.recv_timeout(POLL) != Err(RecvTimeoutError::Timeout) {
            return servers;
        }
    }
    let (begun, mut due) = (Instant::now(), Duration::ZERO);
    loop {
        let at_s = begun.elapsed().as_secs_f64();
        let processes = proc::processes();
        servers.iter_mut().for_each(|server| server.look(at_s, &processes));
        due += PERIOD;
        if is_over.recv_timeout(due.saturating_sub(begun.elapsed())) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    let (at_s, processes) = (begun.elapsed().as_secs_f64(), proc::processes());
    servers.iter_mut().for_each(|server| server.look(at_s, &processes));
    servers
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use super::*;

    /// A program in a process group of its own, as servers are.
    struct Program(Child);

    impl Program {
        fn shell(script: &str) -> Program {
            Program(Command::new("sh").args(["-c", script]).process_group(0).spawn().expect("a shell"))
        }
    }

    impl Drop for Program {
        fn drop(&mut self) {
            super::super::process::kill_group(self.0.id());
            self.0.wait().ok();
        }
    }

    fn figures_while(pid: Option<u32>, span: Duration) -> ServerFigures {
        let live = Arc::<Live>::default();
        let sampler = Sampler::over(vec![Watched::new("api", pid)], &live);
        live.measuring.store(true, Ordering::Relaxed);
        std::thread::sleep(span);
        sampler.finish(100).remove(0)
    }

    #[test]
    fn the_cpu_of_children_that_come_and_go_counts() {
        // The shell itself waits; each child burns some and is gone long before the next look.
        let busy = Program::shell("while true; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done");
        let figures = figures_while(Some(busy.0.id()), Duration::from_millis(1_500));
        // It would use a whole core of an idle machine; a tenth shows that children count on a busy one.
        assert!(figures.cpu_share.unwrap() > 0.1, "{figures:?}");
        assert_eq!(figures.cpu_per_request_s, figures.cpu_s.map(|cpu_s| cpu_s / 100.0));
        assert!(figures.samples.len() >= 3 && figures.samples[0].cpu_s == Some(0.0), "{figures:?}");
    }

    #[test]
    fn a_program_at_rest_uses_memory_threads_and_descriptors_but_no_cpu() {
        let resting = Program::shell("sleep 60 & wait");
        let figures = figures_while(Some(resting.0.id()), Duration::from_millis(300));
        assert!(figures.cpu_share.unwrap() < 0.5, "{figures:?}");
        // The shell and its child, which share the pages of one program at most.
        assert!(figures.rss_max_bytes.unwrap() > 100_000 && figures.threads_max >= Some(2), "{figures:?}");
        assert!(figures.anonymous_max_bytes.unwrap() < figures.rss_max_bytes.unwrap(), "{figures:?}");
        assert!(figures.descriptors_max >= Some(3), "{figures:?}");
    }

    #[test]
    fn a_server_that_is_not_ours_has_no_figures() {
        let figures = figures_while(None, Duration::from_millis(50));
        assert_eq!(figures, ServerFigures { name: "api".to_owned(), ..ServerFigures::default() });
    }

    #[test]
    fn nothing_is_looked_at_before_the_measurement_begins() {
        let resting = Program::shell("sleep 60");
        let watched = vec![Watched::new("api", Some(resting.0.id()))];
        let sampler = Sampler::over(watched, &Arc::default());
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(sampler.finish(0)[0].samples, []);
    }
}
