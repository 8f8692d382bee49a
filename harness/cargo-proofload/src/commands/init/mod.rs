//! `proofload init`: performance tests for a Rust project, as files that its author then edits.
//!
//! A [`RustProject`](project::RustProject) is read, the changes of its files are collected as texts, shown, and written when a
//! person agrees. Nothing that is there already is changed.

mod changes;
mod recorded;
mod project;
mod dependency;
mod manifest;
mod formatted;
mod template;
mod test_code;
mod files;
mod sources;
mod arguments;

pub(crate) use arguments::InitArguments;
