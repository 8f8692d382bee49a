//! The performance tests: `cargo test --test perf`, and `cargo test --test perf -- --help` for more.

mod agent;
mod classifier;
mod minimal;
mod profile;
mod sla;

fn main() -> std::process::ExitCode {
    proofload::main()
}
