fn main() -> std::process::ExitCode {
    proofload::main()
}
