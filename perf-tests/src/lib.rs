//! What the benches share. The tests themselves are in `tests/`.

mod bench_server;

pub use bench_server::{BenchServer, end_with_bench};
