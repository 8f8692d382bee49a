//! Whether load may be offered to a host: to this machine and its private networks always, to any other only if a person has said
//! so with `--i-may-load-this`, which is remembered.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use proofload::__command::is_worker;
use proofload::__command::timestamp::date;

use super::run::home_of_state;
use crate::failure::UsageFailure;

/// What a person has said, now and before.
#[derive(Debug)]
pub(crate) struct Permission {
    is_given: bool,
    /// The hosts that were permitted before, a line each.
    file: PathBuf,
}

impl Permission {
    /// `is_given`: `--i-may-load-this`.
    pub(crate) fn new(is_given: bool) -> Permission {
        // The process that started a worker has asked already, on its own machine.
        Permission { is_given: is_given || is_worker(), file: home_of_state().join("hosts-that-may-be-loaded.txt") }
    }

    /// Refuses a server whose host is neither near nor permitted; `base` is `http://host:port`. A name is looked up.
    pub(crate) fn check(&self, base: &str) -> Result<(), UsageFailure> {
        self.check_with(host_of(base), &addresses_of)
    }

    fn check_with(&self, host: &str, look_up: &dyn Fn(&str) -> Vec<IpAddr>) -> Result<(), UsageFailure> {
        if is_near(host, look_up) || is_remembered(&self.file, host) {
            return Ok(());
        }
        if !self.is_given {
            return Err(UsageFailure::new(format!(
                "`{host}` is neither this machine nor in a private network: load on a server of others is an attack on it. If you \
                 may do this, add --i-may-load-this; the host is then remembered in {}",
                self.file.display()
            )));
        }
        remember(&self.file, host).map_err(|error| {
            UsageFailure::new(format!("--i-may-load-this: cannot write {}: {error}", self.file.display()))
        })
    }
}

/// `[::1]` of `http://[::1]:8000`.
fn host_of(base: &str) -> &str {
    let authority = base.split_once("://").map_or(base, |(_, authority)| authority);
    let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    &authority[..port_at.unwrap_or(authority.len())]
}

/// True if `host` is this machine or in a private network, whichever of its addresses is used. A name without an address is not
/// loaded at all.
fn is_near(host: &str, look_up: &dyn Fn(&str) -> Vec<IpAddr>) -> bool {
    let name = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") || name.ends_with(".local") {
        return true;
    }
    match name.parse::<IpAddr>() {
        Ok(address) => is_near_address(address),
        Err(_) => look_up(&name).into_iter().all(is_near_address),
    }
}

fn is_near_address(address: IpAddr) -> bool {
    let is_private = match address {
        IpAddr::V4(address) => is_private(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => is_private(address),
            None => address.is_loopback() || is_private_v6(address),
        },
    };
    // An address can be bound only if it is one of this machine; nothing is sent.
    is_private || UdpSocket::bind((address, 0)).is_ok()
}

fn is_private(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_private() || address.is_link_local()
}

/// Unique local (fc00::/7) and link-local (fe80::/10).
fn is_private_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
}

fn addresses_of(name: &str) -> Vec<IpAddr> {
    (name, 0).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect()).unwrap_or_default()
}

/// A line is `example.com since 2026-11-26`.
fn is_remembered(file: &Path, host: &str) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().any(|line| line.split_whitespace().next().is_some_and(|known| known.eq_ignore_ascii_case(host)))
}

fn remember(file: &Path, host: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut text = fs::read_to_string(file).unwrap_or_default();
    text.push_str(&format!("{host} since {}\n", date(SystemTime::now())));
    fs::write(file, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(host: &str, addresses: &[&str]) -> bool {
        is_near(host, &|_| addresses.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[test]
    fn the_host_of_a_server_is_known_without_its_port() {
        let bases = ["http://a.example", "https://a.example:8443", "http://[::1]:8000", "http://[::1]"];
        assert_eq!(bases.map(host_of), ["a.example", "a.example", "[::1]", "[::1]"]);
    }

    #[test]
    fn this_machine_and_private_networks_are_near() {
        let hosts =
            ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.1.1", "[::1]", "[fd00::1]", "[fe80::1]"];
        assert!(hosts.into_iter().all(|host| near(host, &[])));
        assert!(
            ["localhost", "api.localhost", "printer.local", "[::ffff:10.0.0.1]"]
                .into_iter()
                .all(|host| near(host, &[]))
        );
        assert!(near("build-7", &["10.0.0.7", "fd00::7"]));
    }

    #[test]
    fn other_addresses_are_not_and_one_of_several_is_enough() {
        // Addresses that are reserved for documentation.
        for host in ["192.0.2.1", "198.51.100.7", "172.32.0.1", "[2001:db8::1]"] {
            assert!(!near(host, &[]), "{host}");
        }
        assert!(!near("example.com", &["192.0.2.1"]));
        assert!(!near("example.com", &["10.0.0.1", "192.0.2.1"]));
        assert!(!near("localhost.example.com", &["192.0.2.1"]));
    }

    #[test]
    fn a_host_elsewhere_is_refused_until_a_person_permits_it_which_is_remembered_for_this_host() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/hosts.txt");
        let elsewhere: &dyn Fn(&str) -> Vec<IpAddr> = &|_| vec!["192.0.2.1".parse().unwrap()];
        let permission = |is_given| Permission { is_given, file: file.clone() };
        let refusal = permission(false).check_with("example.com", elsewhere).unwrap_err().to_string();
        assert!(
            refusal.contains("`example.com` is neither this machine") && refusal.contains("--i-may-load-this"),
            "{refusal}"
        );
        permission(true).check_with("example.com", elsewhere).unwrap();
        permission(false).check_with("EXAMPLE.com", elsewhere).unwrap();
        assert!(permission(false).check_with("example.org", elsewhere).is_err());
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("example.com since 20") && text.lines().count() == 1, "{text}");
    }
}
