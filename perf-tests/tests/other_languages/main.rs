//! Servers in other languages, as `docs/other-languages.md` shows them: each is started and loaded if what it needs is installed.
//!
//! Without arguments this binary is a test of the document; started by itself, it is the perf binary with the tests below.

mod fastapi;
mod flask;
mod flask_profile;
mod http_server;
mod node;

use std::process::{Command, ExitCode, Stdio};

use proofload_testing::perf_binary::{self, Workspace};

const DOCUMENT: &str = include_str!("../../../docs/other-languages.md");

/// An example: its test, the files that the document shows, and a command that succeeds if what it needs is there.
struct Example {
    test: &'static str,
    needs: &'static str,
    listings: &'static [(&'static str, &'static str)],
    is_there: &'static [&'static str],
}

const EXAMPLES: [Example; 5] = [
    Example {
        test: "http_server::file",
        needs: "python3",
        listings: &[("http_server.rs", include_str!("http_server.rs"))],
        is_there: &["python3", "-c", "import http.server"],
    },
    Example {
        test: "flask::order",
        needs: "flask",
        listings: &[("flask.rs", include_str!("flask.rs")), ("flask_app.py", include_str!("flask_app.py"))],
        is_there: &["python3", "-c", "import flask"],
    },
    Example {
        test: "flask_profile::ten_users",
        needs: "flask",
        listings: &[
            ("flask_profile.rs", include_str!("flask_profile.rs")),
            ("flask_profile_app.py", include_str!("flask_profile_app.py")),
            ("locustfile.py", include_str!("locustfile.py")),
        ],
        is_there: &["python3", "-c", "import flask"],
    },
    Example {
        test: "fastapi::order",
        needs: "fastapi or uvicorn",
        listings: &[("fastapi.rs", include_str!("fastapi.rs")), ("fastapi_app.py", include_str!("fastapi_app.py"))],
        is_there: &["python3", "-c", "import fastapi, uvicorn"],
    },
    Example {
        test: "node::order",
        needs: "node",
        listings: &[("node.rs", include_str!("node.rs")), ("node_app.js", include_str!("node_app.js"))],
        is_there: &["node", "--version"],
    },
];

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    let skipped = EXAMPLES.iter().filter(|example| !checked(example)).count();
    let passed = EXAMPLES.len() - skipped;
    println!("test result: ok. {passed} passed; 0 failed; {skipped} skipped; servers in other languages");
    // CI installs everything: there, an example that is skipped is a mistake.
    let must_run = std::env::var_os("OTHER_LANGUAGES").is_some_and(|value| value == "all");
    if must_run && skipped > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// False if what the example needs is not installed.
fn checked(example: &Example) -> bool {
    for (file, listing) in example.listings {
        assert!(DOCUMENT.contains(listing), "docs/other-languages.md shows another {file}: copy the file into it");
    }
    if !is_installed(example.is_there) {
        println!("skipped {}: {} is not installed", example.test, example.needs);
        return false;
    }
    let run = Workspace::new().run(&["--exact", example.test]);
    assert_eq!(run.code, Some(0), "{}: {run}", example.test);
    let totals = &run.test(example.test)["totals"]["requests"];
    assert!(totals["ok"].as_u64() > Some(0) && totals["ok"] == totals["intended"], "{}: {run}", example.test);
    println!("{}: {} requests", example.test, totals["ok"]);
    true
}

fn is_installed(command: &[&str]) -> bool {
    let output = Command::new(command[0]).args(&command[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    output.is_ok_and(|status| status.success())
}
