use std::sync::Arc;

use tokio::net::TcpListener;

use super::*;
use crate::fixture::SharedValue;
use crate::user::Result;
use crate::{fixture as fixture_attribute, server};

#[server]
async fn shop(_listener: TcpListener) {}

#[fixture_attribute(scope = session)]
async fn by_hand() -> Result<Server> {
    Ok(Server::attach("http://localhost:8080")?)
}

#[fixture_attribute]
async fn catalogue(_by_hand: &Server) -> u8 {
    1
}

#[fixture_attribute(scope = user)]
async fn basket(_shop: &Server) -> u8 {
    1
}

fn bound_at(bind: &str) -> ServerPlaces {
    ServerPlaces { bind: Some(bind.parse().unwrap()), ..ServerPlaces::default() }
}

fn target(url: &str) -> ServerPlaces {
    ServerPlaces { targets: [("shop".to_owned(), url.to_owned())].into(), ..ServerPlaces::default() }
}

fn before(needs: &[&'static FixtureDecl], places: &ServerPlaces) -> Vec<String> {
    loopback_servers_of(needs, places).iter().map(|server| server.out_of_reach_of("east")).collect()
}

#[test]
fn a_declared_server_is_known_to_be_out_of_reach_before_anything_starts() {
    let text = "the worker on east cannot reach the server `shop`, which listens on 127.0.0.1 of this machine: set PROOFLOAD_BIND \
                to an address of this machine that the worker reaches, or start the server yourself and name it with \
                PROOFLOAD_TARGET_SHOP";
    for needs in [shop().decl(), basket().decl()] {
        assert_eq!(before(&[needs], &ServerPlaces::default()), [text]);
    }
}

#[test]
fn one_that_listens_elsewhere_is_within_reach_and_another_address_of_the_loopback_is_not() {
    assert_eq!(before(&[shop().decl()], &bound_at("192.168.1.10")), [""; 0]);
    for bind in ["127.0.0.2", "::1"] {
        let text = before(&[shop().decl()], &bound_at(bind)).concat();
        assert!(text.contains(&format!("which listens on {bind} of this machine")), "{text}");
    }
}

#[test]
fn a_target_is_out_of_reach_if_it_names_this_machine_for_itself() {
    for url in [
        "http://127.0.0.1:80",
        "http://[::1]:80/api",
        "http://LOCALHOST",
        "http://a.localhost:1",
        "http://[::ffff:127.0.0.1]",
    ] {
        let text = before(&[shop().decl()], &target(url)).concat();
        assert!(text.contains("which PROOFLOAD_TARGET_SHOP says is at "), "{url}: {text}");
    }
    for url in
        ["http://192.168.1.10:80", "http://shop.example/api", "http://[2001:db8::1]:80", "http://localhost.example"]
    {
        assert_eq!(before(&[shop().decl()], &target(url)), [""; 0], "{url}");
    }
}

#[test]
fn a_server_that_no_user_is_sent_to_may_be_out_of_reach() {
    assert_eq!(before(&[catalogue().decl()], &ServerPlaces::default()), [""; 0]);
}

#[test]
fn what_a_fixture_attaches_to_is_known_when_it_is_set_up() {
    let decl = by_hand().decl();
    assert_eq!(before(&[decl], &ServerPlaces::default()), [""; 0]);
    let found = |url: &str| {
        let mut bound = BoundFixtures::default();
        bound.insert(decl, Arc::new(Server::attach(url).unwrap()) as SharedValue, 1);
        loopback_servers(&[decl], &bound, &ServerPlaces::default())
    };
    assert_eq!(found("http://192.168.1.10:8080"), []);
    let [server] = &found("http://localhost:8080")[..] else { panic!("one server is out of reach") };
    assert_eq!(
        server.out_of_reach_of("east"),
        "the worker on east cannot reach the server `by_hand`, which the fixture attaches at http://localhost:8080: on each machine \
         that is the machine itself; attach it at an address that the worker reaches, or name one with PROOFLOAD_TARGET_BY_HAND"
    );
}

#[test]
fn a_command_is_handed_the_address_that_is_set() {
    let place = LoopbackPlace::Listens { at: Ipv4Addr::LOCALHOST.into(), is_command: true };
    let text = LoopbackServer { fixture: "api", place }.out_of_reach_of("east");
    assert!(
        text.contains("that the worker reaches, which is `{bind}` in the arguments of its command, or start"),
        "{text}"
    );
}

#[test]
fn an_address_that_a_command_names_is_known_to_be_out_of_reach_before_anything_starts() {
    let named = |urls: &'static [&'static str]| {
        let servers = move || urls.iter().map(|url| Server::attach(url).unwrap()).collect::<Vec<Server>>();
        let travel = Travel::MadeByEach(Box::leak(Box::new(move || Arc::new(servers()) as SharedValue)));
        let FixtureDecl { module_path, file, built, set_up_timeout, scope, instances, .. } = *by_hand().decl();
        let addresses: &'static FixtureDecl = Box::leak(Box::new(FixtureDecl {
            name: "addresses",
            module_path,
            file,
            line: 0,
            built,
            scope,
            set_up_timeout,
            doc: "",
            needs: &[],
            value_type: TypeId::of::<Vec<Server>>,
            value_type_name: std::any::type_name::<Vec<Server>>,
            instances,
            travel,
        }));
        before(&[addresses], &ServerPlaces::default())
    };
    assert_eq!(named(&["http://192.168.1.10:8000", "http://shop.example"]), [""; 0]);
    let text = named(&["http://shop.example", "http://127.0.0.1:8000"]);
    let [text] = &text[..] else { panic!("one is out of reach: {text:?}") };
    assert!(text.starts_with("the worker on east cannot reach http://127.0.0.1:8000, which on each machine"), "{text}");
}
