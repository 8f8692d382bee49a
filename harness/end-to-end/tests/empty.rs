//! A perf binary without tests runs none and succeeds, having written and started nothing.

use std::process::ExitCode;

use proofload_testing::perf_binary::{self, Workspace};

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    let workspace = Workspace::new();
    let run = workspace.run(&[]);
    run.exits_with(0).says("running 0 tests").says("test result: ok. 0 passed; 0 failed; 0 ignored");
    run.says("use my_crate as _;");
    assert!(!workspace.path().join("target").exists() && workspace.page().is_none(), "nothing was written: {run}");
    let list = workspace.run(&["--list"]);
    assert_eq!((list.code, list.stdout.as_str()), (Some(0), ""), "{list}");
    // A selection of our own that matches nothing is a mistake of the caller's.
    workspace.run(&["-m", "load"]).exits_with(4);
    println!("test result: ok. 1 passed; 0 failed; a perf binary without tests succeeds and writes nothing");
    ExitCode::SUCCESS
}
