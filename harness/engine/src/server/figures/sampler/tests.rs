use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use super::*;

/// A program in its own process group, like a server.
struct Program(Child);

impl Program {
    fn shell(script: &str) -> Program {
        Program(Command::new("sh").args(["-c", script]).process_group(0).spawn().expect("a shell"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        crate::server::child_process::kill_group(self.0.id());
        self.0.wait().ok();
    }
}

fn figures_while(pid: Option<u32>, span: Duration) -> ServerFigures {
    let live = Arc::<Live>::default();
    let sampler = ServerSampler::over(vec![SampledServer::new("api", pid)], &live);
    live.measuring.store(true, Ordering::Relaxed);
    std::thread::sleep(span);
    sampler.finish(100).servers.remove(0)
}

#[test]
fn the_cpu_of_children_that_start_and_end_between_samples_counts() {
    // The shell itself waits; each child uses some CPU and is gone long before the next sample.
    let busy = Program::shell("while true; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done");
    let figures = figures_while(Some(busy.0.id()), Duration::from_millis(1_500));
    // On an idle machine it uses a whole core; on one that is busy several times over, a small share shows that children count.
    assert!(figures.cpu_share.unwrap() > 0.04, "{figures:?}");
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
fn an_attached_server_has_no_figures() {
    let figures = figures_while(None, Duration::from_millis(50));
    assert_eq!(figures, ServerFigures { name: "api".to_owned(), ..ServerFigures::default() });
}

#[test]
fn nothing_is_sampled_before_the_measurement_begins() {
    let resting = Program::shell("sleep 60");
    let servers = vec![SampledServer::new("api", Some(resting.0.id()))];
    let sampler = ServerSampler::over(servers, &Arc::default());
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(sampler.finish(0).servers[0].samples, []);
}

#[test]
fn a_long_run_keeps_one_sample_of_each_second() {
    let samples = |at_s: &[f64]| {
        let generator = at_s.iter().map(|at_s| GeneratorSample { at_s: *at_s, ..GeneratorSample::default() }).collect();
        let mut samples = Samples { generator, ..Samples::default() };
        samples.keep_seconds();
        samples.generator.iter().map(|sample| sample.at_s).collect::<Vec<f64>>()
    };
    assert_eq!(samples(&[0.0, 0.25, 0.5, 0.76, 1.0, 1.26, 2.01, 2.3]), [0.0, 1.0, 2.01]);
}

#[test]
fn the_generator_is_sampled_a_few_times_each_second() {
    let live = Arc::<Live>::default();
    let sampler = ServerSampler::over(Vec::new(), &live);
    live.measuring.store(true, Ordering::Relaxed);
    std::thread::sleep(Duration::from_millis(600));
    let SampledFigures { generator, begun, .. } = sampler.finish(0);
    assert!(generator.len() >= 3 && begun.is_some(), "{generator:?}");
    assert!(generator.windows(2).all(|pair| pair[0].cpu_s <= pair[1].cpu_s), "{generator:?}");
    assert!(generator.iter().all(|sample| sample.rss_bytes > Some(1_000_000)), "{generator:?}");
}
