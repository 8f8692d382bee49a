//! Servers that a worker on another machine cannot reach: a [`LoopbackServer`].

use std::any::TypeId;
use std::net::{IpAddr, Ipv4Addr};

use super::server_fixtures::{ServerPlaces, gives_server};
use crate::fixture::{BoundFixtures, FixtureDecl, Travel, for_users};
use crate::server::{Server, ServerDecl};

/// A server that users are sent to, at an address that on each machine means that machine itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopbackServer {
    /// The fixture that gives it.
    pub fixture: &'static str,
    place: LoopbackPlace,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum LoopbackPlace {
    /// A `#[server]`, or a command.
    Listens { at: IpAddr, is_command: bool },
    /// `PROOFLOAD_TARGET_…`
    Target(String),
    /// The URL that a fixture has attached it by.
    Attached(String),
    /// The URL that a command sends requests to.
    Named(String),
}

/// Those of a test with these `needs`, as far as is known before anything is set up.
pub fn loopback_servers_of(needs: &[&'static FixtureDecl], places: &ServerPlaces) -> Vec<LoopbackServer> {
    let place = |decl: &'static FixtureDecl| match places.target(decl) {
        Some(url) => {
            Server::attach(url).is_ok_and(|server| is_loopback(&server)).then(|| LoopbackPlace::Target(url.clone()))
        }
        None => {
            let at = places.bind.unwrap_or(Ipv4Addr::LOCALHOST.into());
            let is_known = ServerDecl::exists(decl.module_path, decl.name) && at.is_loopback();
            is_known.then_some(LoopbackPlace::Listens { at, is_command: false })
        }
    };
    let (servers, others): (Vec<_>, Vec<_>) = for_users(needs).into_iter().partition(|decl| gives_server(decl));
    let known = servers.into_iter().filter_map(|decl| Some(LoopbackServer { fixture: decl.name, place: place(decl)? }));
    known.chain(others.into_iter().flat_map(named_by_command)).collect()
}

/// The servers that the requests of a command name. It is not started with them, and each process knows them by itself.
fn named_by_command(decl: &'static FixtureDecl) -> Vec<LoopbackServer> {
    let Travel::MadeByEach(make) = decl.travel else { return Vec::new() };
    if (decl.value_type)() != TypeId::of::<Vec<Server>>() {
        return Vec::new();
    }
    let servers = make().downcast::<Vec<Server>>().unwrap_or_default();
    let out_of_reach = servers.iter().filter(|server| is_loopback(server));
    let named = |server: &Server| LoopbackPlace::Named(server.url().to_owned());
    out_of_reach.map(|server| LoopbackServer { fixture: decl.name, place: named(server) }).collect()
}

/// Those among the `fixtures` of a test with these `needs`, which are set up.
pub fn loopback_servers(
    needs: &[&'static FixtureDecl],
    fixtures: &BoundFixtures,
    places: &ServerPlaces,
) -> Vec<LoopbackServer> {
    let found = |decl: &'static FixtureDecl| {
        let server = fixtures.get::<Server>(decl).filter(|server| is_loopback(server))?;
        let url = server.url().to_owned();
        let place = match ip_of(&server) {
            _ if places.target(decl).is_some() => LoopbackPlace::Target(url),
            Some(at) if server.pid().is_some() => {
                LoopbackPlace::Listens { at, is_command: !ServerDecl::exists(decl.module_path, decl.name) }
            }
            _ => LoopbackPlace::Attached(url),
        };
        Some(LoopbackServer { fixture: decl.name, place })
    };
    for_users(needs).into_iter().filter_map(found).collect()
}

impl LoopbackServer {
    /// Why a worker on the machine called `host` cannot reach it, and what to do.
    pub fn out_of_reach_of(&self, host: &str) -> String {
        let fixture = self.fixture;
        let variable = format!("PROOFLOAD_TARGET_{}", fixture.to_uppercase());
        let (where_it_is, remedy) = match &self.place {
            LoopbackPlace::Listens { at, is_command } => {
                let placeholder = if *is_command { ", which is `{bind}` in the arguments of its command" } else { "" };
                let bind =
                    format!("set PROOFLOAD_BIND to an address of this machine that the worker reaches{placeholder}");
                let remedy = format!("{bind}, or start the server yourself and name it with {variable}");
                (format!("which listens on {at} of this machine"), remedy)
            }
            LoopbackPlace::Target(url) => (
                format!("which {variable} says is at {url}"),
                "on each machine that is the machine itself; give an address that the worker reaches".to_owned(),
            ),
            LoopbackPlace::Attached(url) => (
                format!("which the fixture attaches at {url}"),
                format!(
                    "on each machine that is the machine itself; attach it at an address that the worker reaches, or name one with \
                     {variable}"
                ),
            ),
            LoopbackPlace::Named(url) => {
                return format!(
                    "the worker on {host} cannot reach {url}, which on each machine is the machine itself: give an address that the \
                     worker reaches, or let this machine start the server with --serve, and set PROOFLOAD_BIND to an address of it \
                     that the worker reaches"
                );
            }
        };
        format!("the worker on {host} cannot reach the server `{fixture}`, {where_it_is}: {remedy}")
    }
}

/// True if `server` is at an address that on each machine means that machine itself.
fn is_loopback(server: &Server) -> bool {
    match ip_of(server) {
        Some(ip) => ip.is_loopback(),
        None => {
            let name = host_of(server).to_ascii_lowercase();
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

fn ip_of(server: &Server) -> Option<IpAddr> {
    host_of(server).parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// Without the port, and without brackets.
fn host_of(server: &Server) -> &str {
    let address = server.address();
    match address.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(host, _)| host),
        None => address.split_once(':').map_or(address, |(host, _)| host),
    }
}

#[cfg(test)]
mod tests;
