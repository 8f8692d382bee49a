//! `proofload versus URL_A URL_B …`

use std::process::ExitCode;

use clap::Args;
use proofload::__command::{FixtureDecl, Server};
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::SettingKey;

use super::test_arguments::TestArguments;
use crate::failure::UsageFailure;
use crate::load::{LoadCommand, LoadSpec, SettingFlags};
use crate::suite::{DeclaredTest, server_fixture};

/// Servers, or URLs of one server, under the same load in turn: which is faster, and by how much?
#[derive(Debug, Clone, Args)]
pub(crate) struct VersusArguments {
    /// The URLs to compare; the first is what the others are compared with
    #[arg(required = true, num_args = 2.., value_name = "URL")]
    servers: Vec<String>,

    #[command(flatten)]
    load: SettingFlags<VersusLoad>,

    #[command(flatten)]
    test: TestArguments,
}

/// Its flags.
#[derive(Debug, Clone)]
struct VersusLoad;

impl LoadCommand for VersusLoad {
    const SETTINGS: &'static [SettingKey] = &[
        SettingKey::Users,
        SettingKey::Rate,
        SettingKey::Requests,
        SettingKey::Duration,
        SettingKey::Warmup,
        SettingKey::Think,
        SettingKey::Pace,
        SettingKey::Overflow,
        SettingKey::Arrivals,
        SettingKey::Order,
        SettingKey::Extend,
        SettingKey::MaxTime,
        SettingKey::Seed,
    ];
}

impl VersusArguments {
    pub(crate) fn run(&self) -> Result<ExitCode, UsageFailure> {
        if self.test.starts_server() {
            return Err(UsageFailure::new(
                "versus compares servers that run already; to compare two that a command starts, write a test with versus(…)",
            ));
        }
        if let Some(path) = self.servers.iter().find(|url| url.starts_with('/')) {
            return Err(UsageFailure::new(format!(
                "`{path}` is a path: write the whole URL of each server to compare"
            )));
        }
        self.test.request.check_lists_paths()?;
        let plans = self.servers.iter().map(|url| self.test.plan(Some(url))).collect::<Result<Vec<_>, _>>()?;
        let addresses: Vec<(&str, &str)> = plans
            .iter()
            .map(|plan| (plan.requests[0].address.base.as_str(), plan.requests[0].address.path.as_str()))
            .collect();
        let names = names_of(&addresses)?;
        let mut load = LoadSpec::new("versus", Kind::Load);
        self.load.add_to(&mut load)?;
        self.test.complete(&mut load, &names)?;
        let servers: Vec<_> = names.iter().zip(&addresses).map(|(name, (base, _))| attached(name, base)).collect();
        self.test.run_test(DeclaredTest::of_plans(&load, plans, &servers))
    }
}

fn attached(name: &str, base: &str) -> &'static FixtureDecl {
    let (named, base) = (name.to_owned(), base.to_owned());
    server_fixture(name, move || {
        let server = Server::attach_as(&named, &base);
        Box::pin(async move { Ok(server?) })
    })
}

/// How the servers are called in tables and limits: as short as they differ. `127.0.0.1:8001`, or `127.0.0.1:8000/new` where the hosts
/// are the same.
fn names_of(addresses: &[(&str, &str)]) -> Result<Vec<String>, UsageFailure> {
    let host = |base: &str| base.split("://").nth(1).unwrap_or(base).to_owned();
    let hosts: Vec<String> = addresses.iter().map(|(base, _)| host(base)).collect();
    let paths = addresses.iter().map(|(base, path)| format!("{}{path}", host(base))).collect();
    let wholes = addresses.iter().map(|(base, path)| format!("{base}{path}")).collect();
    let are_distinct = |names: &Vec<String>| names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
    let shortest = [hosts, paths, wholes].into_iter().find(are_distinct);
    shortest.ok_or_else(|| UsageFailure::new("two of the URLs are the same: a comparison needs different ones"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_called_by_what_distinguishes_them() {
        let names = |addresses: &[(&str, &str)]| names_of(addresses).map_err(|error| error.to_string());
        let (a, b) = ("http://127.0.0.1:8001", "http://127.0.0.1:8002");
        assert_eq!(names(&[(a, "/x"), (b, "/x")]).unwrap(), ["127.0.0.1:8001", "127.0.0.1:8002"]);
        assert_eq!(names(&[(a, "/old"), (a, "/new")]).unwrap(), ["127.0.0.1:8001/old", "127.0.0.1:8001/new"]);
        let (plain, tls) = ("http://127.0.0.1:8001", "https://127.0.0.1:8001");
        assert_eq!(names(&[(plain, "/"), (tls, "/")]).unwrap(), ["http://127.0.0.1:8001/", "https://127.0.0.1:8001/"]);
        assert!(names(&[(a, "/"), (a, "/")]).unwrap_err().contains("two of the URLs are the same"));
    }
}
