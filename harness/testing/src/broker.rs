//! The broker of loads that several processes offer: where `nats-server` is not installed, their tests are skipped.

/// True where `nats-server` is installed; says so where it is not. Debian has daemons where the `PATH` of a person does not look.
#[must_use]
pub fn is_installed() -> bool {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    let found = std::env::split_paths(&path).any(|folder| folder.join("nats-server").is_file());
    if !found {
        eprintln!("skipped: nats-server is not installed");
    }
    found
}
