//! Proofload itself, as a person runs it.

use std::io;
use std::path::Path;

use proofload_testing::perf_binary::{RECORD, Workspace};
use serde_json::Value;

use super::load::{GeneratorCost, GeneratorLoad};
use super::process::{self, GENERATOR_CORE, pinned};

/// How often a load is offered while its measurement is invalid.
const TRIES: usize = 3;

/// Runs one load of the probe in `program`, which is a build of this bench, against `url`; `None` if every measurement was invalid because the generator's core was busy.
pub(crate) fn run(program: &Path, load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
    for _ in 0..TRIES {
        let measured = run_once(program, load, url)?;
        if measured.is_some() {
            return Ok(measured);
        }
    }
    Ok(None)
}

/// `None` if it was measured twice: the process has then used the time of both measurements, and reported one.
fn run_once(program: &Path, load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
    let workspace = Workspace::new();
    let mut command = pinned(GENERATOR_CORE, program);
    workspace.prepare(&mut command);
    command.args(["--exact", load.test, "--progress", "never", "--no-baselines"]);
    match load.rate_per_s {
        Some(rate) => {
            command.args(["--rate", &format!("{rate}/s")]).env("PROOFLOAD_MAX_IN_FLIGHT", load.users.to_string())
        }
        None => command.args(["--users", &load.users.to_string()]),
    };
    command.args(["--duration", &format!("{}s", load.duration_s)]);
    command.env("PROOFLOAD_TARGET_HELLO", url);
    let requests = workspace.path().join("requests.csv");
    if load.requests_csv {
        command.arg("--requests-csv").arg(&requests);
    }
    let used = process::run(command, load.longest_run())?;
    let record = std::fs::read_to_string(workspace.path().join(RECORD))
        .map_err(|error| io::Error::other(format!("no record: {error}\n{}", used.printed)))?;
    let record: Value = serde_json::from_str(&record)?;
    let test = &record["tests"][0];
    let warnings = test["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if test["outcome"] == "invalid" || warnings.into_iter().any(|warning| warning.starts_with("measured twice")) {
        return Ok(None);
    }
    let number = |path: &str| test.pointer(path).and_then(Value::as_f64);
    if load.requests_csv {
        check_lines(&requests, number("/totals/requests/intended"))?;
    }
    let requests = number("/totals/requests/ok").filter(|ok| *ok > 0.0);
    let requests = requests.ok_or_else(|| io::Error::other(format!("nothing was answered\n{}", used.printed)))?;
    Ok(Some(GeneratorCost {
        cpu_us: used.cpu_s / requests * 1e6,
        requests_per_s: number("/totals/throughput_per_s"),
        lag_p99_us: number("/generator/pacer_lag/p99_s").map(|lag_s| lag_s * 1e6),
        resident_bytes: used.resident_bytes,
        beside_the_load_s: number("/elapsed_s").unwrap_or_default() - f64::from(load.duration_s),
    }))
}

/// A line for each request that was intended, and one with the names of the columns.
fn check_lines(file: &Path, intended: Option<f64>) -> io::Result<()> {
    let lines = std::fs::read(file)?.iter().filter(|byte| **byte == b'\n').count();
    match intended {
        Some(intended) if lines as f64 == intended + 1.0 => Ok(()),
        _ => Err(io::Error::other(format!("{lines} lines for {intended:?} requests"))),
    }
}
