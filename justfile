# The commands of this project; `just` lists them.

_default:
    @just --list

# Everything a change must pass, as CI runs it
check:
    .ci/run

# Format the code
format:
    cargo fmt --all

# The performance tests that run by default; arguments go to the harness: just perf -m slow
perf *ARGS:
    cargo test --test perf -- {{ ARGS }}

# The stress tests
stress *ARGS:
    cargo test --test perf -- --include-ignored --kind stress {{ ARGS }}

# The performance tests one process each
nextest *ARGS:
    cargo nextest run --package perf-tests --test perf {{ ARGS }}

# Rewrite the schema, the snapshots and the compiler messages that tests compare with; review the diff
bless:
    PROOFLOAD_BLESS=1 INSTA_UPDATE=always TRYBUILD=overwrite cargo test --package proofload --package proofload-attributes --package proofload-end-to-end --package proofload-macros --package proofload-vocabulary --package proofload-book

# Licences, banned crates, sources
deny:
    cargo deny check bans licenses sources

# The HTML report in Chromium; records can be named: just browser RUN.json
browser *RECORDS:
    scripts/browser-tests {{ RECORDS }}

# The documentation as a book, in target/book
book:
    scripts/book
