//! `proofload closed http://127.0.0.1:8000/ -n 5000 -c 200`

fn main() -> std::process::ExitCode {
    cargo_proofload::main()
}
