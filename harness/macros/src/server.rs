//! `#[server]`: a fixture of scope `session` whose value is a server in a process of its own.
