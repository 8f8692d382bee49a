//! What this crate was built with. On its optimisation, every figure depends; that of `proofload` itself changes none.

/// Its name, as in profiles of Cargo.toml.
pub const PACKAGE: &str = env!("CARGO_PKG_NAME");

/// As in Cargo.toml: `0` to `3`, `s` or `z`.
pub const OPT_LEVEL: &str = env!("HARNESS_BUILD_OPT_LEVEL");

/// What `rustc -V` answers, if it could be asked.
pub const RUSTC: Option<&str> = option_env!("HARNESS_BUILD_RUSTC");
