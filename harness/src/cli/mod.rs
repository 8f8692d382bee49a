//! The command line, the environment and `proofload.toml`, turned into values.
