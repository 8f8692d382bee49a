//! The performance tests of this workspace live in `tests/perf/`.
