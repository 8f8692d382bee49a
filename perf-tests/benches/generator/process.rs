//! A process, and what it used: processor time, and memory at its highest.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use proofload_testing::perf_binary::tests_process;

/// The core of every generator, and that of the server.
pub(crate) const GENERATOR_CORE: usize = 0;
pub(crate) const SERVER_CORE: usize = 1;

/// How often a process is asked for its memory.
const LOOK: Duration = Duration::from_millis(50);

/// What a process printed, and the resources that it used.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) printed: String,
    pub(crate) cpu_s: f64,
    pub(crate) resident_bytes: Option<u64>,
}

/// A command that runs on one core, where the system can do that.
pub(crate) fn pinned(core: usize, program: &Path) -> Command {
    if !can_pin() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

/// True where processes can be bound to cores, and there are two of them.
pub(crate) fn can_pin() -> bool {
    let has_taskset = on_path("taskset");
    has_taskset && std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
}

/// True if the program is on the `PATH`.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Runs a command to its end, which it must reach within `limit`.
///
/// # Errors
/// It cannot be started, or does not end: then it is killed, and the error is `TimedOut`.
pub(crate) fn run(mut command: Command, limit: Duration) -> io::Result<Used> {
    let before_s = children_cpu_s()?;
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let reading = std::thread::spawn(move || {
        let mut printed = String::new();
        // Their output is short, so one stream after the other does not block them.
        out.map(|mut out| out.read_to_string(&mut printed)).transpose()?;
        err.map(|mut err| err.read_to_string(&mut printed)).transpose()?;
        Ok::<_, io::Error>(printed)
    });
    let resident_bytes = watch(&mut child, limit)?;
    let printed = reading.join().map_err(|_| io::Error::other("reading the output panicked"))??;
    Ok(Used { printed, cpu_s: children_cpu_s()? - before_s, resident_bytes })
}

/// Waits for the end; the highest resident memory that was seen.
fn watch(child: &mut Child, limit: Duration) -> io::Result<Option<u64>> {
    let (begun, mut highest) = (Instant::now(), None);
    while child.try_wait()?.is_none() {
        if begun.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        // Proofload's own process only watches over the one that offers the load.
        let pid = tests_process(child.id()).unwrap_or(child.id());
        let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let kib =
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        highest = highest.max(kib.map(|kib| kib * 1024));
        std::thread::sleep(LOOK);
    }
    Ok(highest)
}

/// Processor time of all children that have ended, user and system, in steps of 10 ms.
fn children_cpu_s() -> io::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok());
    // Fields 16 and 17 of proc(5), of which the first two are cut off here.
    let (user, system) = ticks(13).zip(ticks(14)).ok_or_else(|| io::Error::other("/proc/self/stat cannot be read"))?;
    Ok((user + system) / 100.0)
}
