//! `cargo proofload closed http://127.0.0.1:8000/ -n 5000 -c 200`: the same as `proofload`, for those who look under `cargo`.

fn main() -> std::process::ExitCode {
    cargo_proofload::main()
}
