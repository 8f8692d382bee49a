//! The places in which a fixture may stand, and the names beside it.

#![expect(clippy::ptr_arg, reason = "a parameter's type is its fixture's")]

use proofload::prelude::*;

/// A module and its fixture of one name, re-exported beside each other.
pub(crate) mod fixtures {
    pub(crate) mod agent {
        use proofload::prelude::*;

        /// What the module has besides.
        pub(crate) const GREETING: &str = "hello";

        #[fixture]
        pub(crate) async fn agent() -> String {
            GREETING.to_owned()
        }
    }
    pub(crate) mod globbed {
        #[proofload::fixture]
        pub(crate) async fn by_glob() -> u8 {
            1
        }
    }
    mod hidden {
        #[proofload::fixture(scope = session)]
        pub(crate) async fn hidden() -> u16 {
            2
        }
    }

    pub(crate) use agent::agent;
    pub(crate) use hidden::hidden;
}

use fixtures::globbed::*;
use fixtures::{agent, hidden as renamed};

/// Variables, functions and types of generated code have none of these names.
mod names {
    use proofload::prelude::*;
    use tokio::net::TcpListener;

    fn live() -> u32 {
        run()
    }

    fn run() -> u32 {
        4
    }

    #[fixture(scope = session)]
    pub(super) async fn user() -> u32 {
        live()
    }

    #[fixture(scope = user)]
    pub(super) async fn bound(user: &u32, give: Give<u32>) -> proofload::Result {
        give.to_tests(*user).await;
        Ok(())
    }

    #[fixture]
    pub(super) async fn give(user: &u32, give: Give<u32>) -> proofload::Result {
        give.to_tests(*user).await;
        Ok(())
    }

    #[server]
    pub(super) async fn listener(listener: TcpListener) {
        drop(listener);
        run();
    }
}

use names::{bound, give, listener, user};

#[fixture]
async fn in_this_module(agent: &String, by_glob: &u8, renamed: &u16) -> u64 {
    agent.len() as u64 + u64::from(*by_glob) + u64::from(*renamed)
}

#[perf(kind = "load", users = 1, requests = 1)]
async fn asks(in_this_module: &u64, agent: &String, _by_glob: &u8) -> proofload::Result {
    let (agent, in_this_module) = (agent.as_str(), *in_this_module);
    assert_eq!((agent, in_this_module), (agent::GREETING, 8));
    Ok(())
}

/// The type of the first parameter decides what it is.
#[perf(kind = "load", users = 1, requests = 1)]
async fn seat(client: &mut User, user: &u32, bound: &mut u32) -> proofload::Result {
    assert_eq!((client.number(), *user, *bound), (0, 4, 4));
    Ok(())
}

#[perf(kind = "load", users = 1, requests = 1)]
async fn never_run(_listener: &Server, _give: &u32) -> proofload::Result {
    Ok(())
}
