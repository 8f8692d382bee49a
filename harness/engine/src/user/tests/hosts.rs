//! Servers that are given by name: the lookup, and the addresses that it gives.

use std::net::{IpAddr, Ipv4Addr};

use proofload_testing::http_server::{Reply, refusing_url};

use super::server::TestServer;
use super::test_user::{MS, TestUser, pass_time};
use crate::http::{ConnectionPolicy, HostNames, HttpResources, TransportOptions};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Nothing listens there.
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// The options that choose each transport of this build.
fn transports() -> Vec<TransportOptions> {
    let over_reqwest = TransportOptions { cookies: true, ..TransportOptions::default() };
    let all = [TransportOptions::default(), over_reqwest];
    all.into_iter().take(if cfg!(feature = "reqwest") { 2 } else { 1 }).collect()
}

/// A user to whom the host `shop.example` is known, once the lookup is ended.
fn user(options: TransportOptions) -> (TestUser, impl Fn(&[IpAddr])) {
    let (hosts, end) = HostNames::scripted("shop.example");
    let resources = HttpResources::new(MS(5_000), ConnectionPolicy::PerUser, options).with_hosts(hosts);
    (TestUser::with_resources(MS(5_000), resources), end)
}

fn by_name(base_url: &str) -> String {
    format!("http://shop.example:{}", base_url.rsplit(':').next().unwrap())
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_no_service_time_includes_that() {
    for options in transports() {
        let server = TestServer::always(Reply::response("200 OK", "")).await;
        let (mut test, end) = user(options);
        let url = by_name(&server.base_url);
        let mut other = test.another_user();
        let waits = async {
            pass_time(MS(3_000)).await;
            assert_eq!(server.connections(), 0);
            end(&[HERE]);
        };
        let (one, two, ()) =
            tokio::join!(test.user.get(&url, "/").into_future(), other.get(&url, "/").into_future(), waits);
        for response in [one.unwrap(), two.unwrap()] {
            assert!(response.service_time() < MS(2_000), "{:?}", response.service_time());
            assert!(response.response_time() >= MS(3_000), "{:?}", response.response_time());
        }
        drop(other);
        assert_eq!(test.measured().total.requests.ok, 2);
    }
}

#[tokio::test]
async fn a_lookup_that_does_not_end_is_not_the_servers_failure() {
    for options in transports() {
        let (mut test, _end) = user(options);
        let slot = test.slot.clone();
        let sending = test.user.get("http://shop.example", "/").timeout(MS(60));
        TestUser::watched(&slot, sending.into_future()).await.unwrap_err();
        let measured = test.measured();
        let causes: Vec<_> = measured.generator.own_errors.keys().collect();
        assert_eq!(causes, ["the host `shop.example` was not found: its lookup has not ended"]);
        assert_eq!(measured.total.requests.timed_out, 0);
    }
}

#[tokio::test]
async fn every_address_of_a_name_is_tried() {
    for options in transports() {
        let server = TestServer::always(Reply::response("200 OK", "")).await;
        let (mut test, end) = user(options);
        end(&[ELSEWHERE, HERE]);
        test.user.get(&by_name(&server.base_url), "/").await.unwrap();
    }
}

#[tokio::test]
async fn a_refused_connection_names_the_host_and_every_address() {
    for options in transports() {
        let (mut test, end) = user(options);
        end(&[ELSEWHERE, HERE]);
        let url = by_name(&refusing_url());
        test.user.get(&url, "/").await.unwrap_err();
        let port = url.rsplit(':').next().unwrap();
        let cause = format!("connection refused: host `shop.example`, tried 127.0.0.1:{port} and 127.0.0.2:{port}");
        assert_eq!(test.failure(), cause);
    }
}

#[tokio::test]
async fn a_base_path_comes_before_each_path_and_is_not_part_of_an_endpoints_name() {
    for options in transports() {
        let server = TestServer::always(Reply::response("200 OK", "")).await;
        let mut test = TestUser::with_options(MS(5_000), ConnectionPolicy::PerUser, options);
        let attached = crate::server::Server::attach(&format!("{}/shop/v2/", server.base_url)).unwrap();
        test.user.get(&attached, "/items?page=2").await.unwrap();
        assert!(server.requests()[0].starts_with("GET /shop/v2/items?page=2 HTTP/1.1\r\n"), "{:?}", server.requests());
        assert_eq!(test.measured().endpoints[0].name, "GET /items");
    }
}
