//! A perf binary without tests is no error: it runs none and ends well, having started nothing.

fn main() -> std::process::ExitCode {
    proofload::main()
}
