//! What a run serves while it goes on: [`LiveOptions`].

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::flags::LiveFlags;
use super::origin::GivenText;
use super::usage::UsageMistake;
use super::variables::Variables;
use crate::units::{Quantity, parse_quantity};

/// What to serve while the tests run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LiveOptions {
    /// `--live` or `--ui`: a page, and where.
    pub(crate) page: Option<LivePage>,
    /// `--live-linger 10m`: for how long the page is served after the last test.
    pub(crate) linger: Duration,
    /// `--metrics 127.0.0.1:0`: where Prometheus may read figures.
    pub(crate) metrics: Option<SocketAddr>,
}

/// A page to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LivePage {
    /// Where it is served; port 0 is any free port.
    pub(crate) address: SocketAddr,
    /// `--ui`: no test starts by itself; the page starts and stops them.
    pub(crate) drives: bool,
}

impl LiveOptions {
    /// `--ui`: the page starts the tests.
    pub(crate) fn drives(&self) -> bool {
        self.page.is_some_and(|page| page.drives)
    }

    pub(super) fn read(flags: LiveFlags, variables: &Variables, mistakes: &mut Vec<UsageMistake>) -> LiveOptions {
        let mut reader = LiveReader { variables, mistakes };
        let bind =
            reader.value("live-bind", flags.live_bind, "an address of this machine, such as `127.0.0.1`", |text| {
                text.parse::<IpAddr>().ok()
            });
        let watches = reader.port("live", flags.live);
        let drives = reader.port("ui", flags.ui);
        let address = |port| SocketAddr::new(bind.unwrap_or(Ipv4Addr::LOCALHOST.into()), port);
        let page = drives.or(watches).map(|port| LivePage { address: address(port), drives: drives.is_some() });
        LiveOptions {
            page,
            linger: reader.value("live-linger", flags.live_linger, "a time, such as `10m`", time).unwrap_or_default(),
            metrics: reader.value("metrics", flags.metrics, "an address with a port, such as `127.0.0.1:0`", |text| {
                text.parse().ok()
            }),
        }
    }
}

struct LiveReader<'a> {
    variables: &'a Variables,
    mistakes: &'a mut Vec<UsageMistake>,
}

impl LiveReader<'_> {
    fn value<T>(
        &mut self,
        option: &'static str,
        flag: Option<String>,
        expects: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let GivenText { text, origin } = self.variables.or_flag(option, flag)?;
        let value = parse(&text);
        if value.is_none() {
            self.mistakes.push(UsageMistake::Mismatch { origin, expects, written: text });
        }
        value
    }

    /// The outer `None` if the page is not wanted. A variable may switch it on without a port.
    fn port(&mut self, option: &'static str, flag: Option<String>) -> Option<u16> {
        let expects = "a port from 0 to 65535, such as `8089`";
        let port = self.value(option, flag, expects, |text| match text {
            "1" | "true" => Some(Some(0)),
            "false" => Some(None),
            _ => text.parse().ok().map(Some),
        });
        port.flatten()
    }
}

fn time(text: &str) -> Option<Duration> {
    match parse_quantity(text) {
        Ok(Quantity::Duration(time)) => Some(time),
        _ => None,
    }
}
