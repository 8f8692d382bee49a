//! The other generators, as far as they are installed.

use std::io;
use std::path::Path;

use super::load::{GeneratorCost, GeneratorLoad};
use super::process::{self, GENERATOR_CORE, on_path, pinned};

/// A generator that offers a closed load to an address and prints how many requests it made.
#[derive(Debug)]
pub(crate) struct Rival {
    pub(crate) name: &'static str,
    arguments: fn(&GeneratorLoad, &str) -> Vec<String>,
    requests: fn(&str) -> Option<f64>,
}

/// In the order in which they are tried.
const RIVALS: [Rival; 5] = [
    Rival {
        name: "wrk",
        arguments: |load, url| words(&format!("-t1 -c{} -d{}s {url}/health", load.users, load.duration_s)),
        // `  512345 requests in 5.00s, 24.9MB read`
        requests: |printed| number_before(printed, "requests in"),
    },
    Rival {
        name: "h2load",
        arguments: |load, url| words(&format!("--h1 -t1 -c{} -D{} {url}/health", load.users, load.duration_s)),
        // `requests: 512345 total, 512395 started, 512345 done, 512345 succeeded, 0 failed, …`
        requests: |printed| number_before(printed, "succeeded"),
    },
    Rival {
        name: "oha",
        arguments: |load, url| {
            words(&format!("--no-tui --output-format json -c {} -z {}s {url}/health", load.users, load.duration_s))
        },
        requests: |printed| {
            let report: serde_json::Value = serde_json::from_str(printed).ok()?;
            report.get("statusCodeDistribution")?.get("200")?.as_f64()
        },
    },
    Rival {
        name: "hey",
        arguments: |load, url| words(&format!("-c {} -z {}s {url}/health", load.users, load.duration_s)),
        // `  [200]	512345 responses`
        requests: |printed| number_before(printed, "responses"),
    },
    Rival {
        name: "k6",
        arguments: |load, url| {
            let script = std::env::temp_dir().join("proofload-generator-bench.js");
            let text = format!("import http from 'k6/http';\nexport default () => {{ http.get('{url}/health'); }};\n");
            // If this fails, k6 reports the missing script.
            let _reported_by_k6 = std::fs::write(&script, text);
            words(&format!("run --quiet --vus {} --duration {}s {}", load.users, load.duration_s, script.display()))
        },
        // `http_reqs......................: 51234  10246.5/s`
        requests: |printed| {
            let line = printed.lines().find(|line| line.trim_start().starts_with("http_reqs"))?;
            line.split_once(':')?.1.split_whitespace().next()?.parse().ok()
        },
    },
];

impl Rival {
    /// `None` if it did not end, or printed no number of requests: with a thousand connections some do not.
    pub(crate) fn run(&self, load: &GeneratorLoad, url: &str) -> io::Result<Option<GeneratorCost>> {
        let mut command = pinned(GENERATOR_CORE, Path::new(self.name));
        command.args((self.arguments)(load, url));
        let used = match process::run(command, load.longest_run()) {
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(None),
            run => run?,
        };
        let requests = (self.requests)(&used.printed).filter(|requests| *requests > 0.0);
        let Some(requests) = requests else {
            eprintln!("{} printed no number of requests:\n{}", self.name, used.printed);
            return Ok(None);
        };
        Ok(Some(GeneratorCost::by_count(&used, requests, load)))
    }
}

/// Those that are installed.
pub(crate) fn installed() -> Vec<&'static Rival> {
    RIVALS.iter().filter(|rival| on_path(rival.name)).collect()
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn number_before(printed: &str, words: &str) -> Option<f64> {
    let before = printed.lines().find_map(|line| line.split_once(words).map(|(before, _)| before))?;
    before.split_whitespace().next_back()?.trim_end_matches(',').parse().ok()
}
