//! What goes over the other transport, each against a real server: TLS with a self-signed certificate, HTTP/2 with and
//! without it, redirects, cookies, a proxy, forms with files. `cargo test -p proofload-end-to-end --features tls,http2 --test other_transports`

mod load;
mod proxy;
mod raw_http2;
mod server;

use std::collections::BTreeMap;
use std::time::Duration;

use proofload::__internals::http::Form;
use proofload::__internals::workload::{Connections, HttpOptions};
use proofload::Server;

use self::load::{Asked, ask, ask_over};
use self::proxy::Proxy;
use self::raw_http2::{Deed, RawHttp2};
use self::server::Served;

fn failures(causes: &[(&str, u64)]) -> BTreeMap<String, u64> {
    causes.iter().map(|(cause, count)| ((*cause).to_owned(), *count)).collect()
}

/// Trusts the certificate of `server` alone.
fn trusting(server: &Served) -> HttpOptions {
    HttpOptions { ca: server.certificate_file(), ..HttpOptions::default() }
}

#[test]
fn https_works_with_the_certificate_that_is_trusted() {
    let server = Served::over_tls();
    let Asked { measured, answers, .. } =
        ask(&trusting(&server), 3, async |user| user.get(&server.base_url, "/version").await);
    assert_eq!(answers, ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1"]);
    assert_eq!((measured.total.requests.ok, measured.total.bytes_received), (3, 3 * "HTTP/1.1".len() as u64));
    assert_eq!(measured.generator.transports, ["http/1.1 (reqwest)"]);
    assert_eq!((server.connections(), measured.generator.resent), (1, 0));
}

#[test]
fn an_attached_server_may_be_reached_over_tls_and_have_a_base_path() {
    let server = Served::over_tls();
    let attached = Server::attach(&format!("{}/status/", server.base_url)).expect("it is an address");
    let asked = ask(&trusting(&server), 2, async |user| user.get(&attached, "/203").await);
    assert_eq!((asked.answers[0].as_str(), asked.measured.total.requests.ok), ("status 203", 2));
    assert_eq!(asked.measured.endpoints[0].name, "GET /203");
}

#[test]
fn an_untrusted_certificate_is_a_failure_counted_under_that_cause() {
    let (server, stranger) = (Served::over_tls(), Served::over_tls());
    for options in [HttpOptions::default(), trusting(&stranger)] {
        let asked = ask(&options, 2, async |user| user.get(&server.base_url, "/version").await);
        let causes: Vec<_> = asked.measured.total.failures.into_iter().collect();
        let [(cause, 2)] = causes.as_slice() else { panic!("{causes:?}") };
        assert!(cause.starts_with("TLS: invalid peer certificate: "), "{cause}");
        assert_eq!((asked.measured.total.requests.failed, asked.measured.total.bytes_sent), (2, 0));
    }
}

#[test]
fn verification_can_be_switched_off() {
    let server = Served::over_tls();
    let options = HttpOptions { trusts_any_certificate: true, ..HttpOptions::default() };
    let asked = ask(&options, 1, async |user| user.get(&server.base_url, "/version").await);
    assert_eq!(asked.answers, ["HTTP/1.1"]);
}

#[test]
fn http2_is_spoken_over_tls_and_over_plain_tcp() {
    for server in [Served::over_tls(), Served::plain()] {
        let options = HttpOptions { http2: true, ..trusting(&server) };
        let asked = ask(&options, 3, async |user| {
            user.post(&server.base_url, "/version").header("x-kind", "test").text("a body").await
        });
        assert_eq!(asked.answers, ["HTTP/2.0", "HTTP/2.0", "HTTP/2.0"]);
        assert_eq!(asked.measured.generator.transports, ["http/2 (reqwest)"]);
        assert_eq!((asked.measured.total.bytes_sent, server.connections()), (3 * 6, 1));
    }
}

/// HTTP/2 is used or the request fails; it never silently becomes HTTP/1.1.
#[test]
fn a_server_without_http2_fails_every_request_for_it() {
    for server in [Served::in_http1(Served::over_tls), Served::in_http1(Served::plain)] {
        let options = HttpOptions { http2: true, ..trusting(&server) };
        let asked = ask(&options, 2, async |user| user.get(&server.base_url, "/version").await);
        assert_eq!(asked.measured.total.requests.failed, 2, "{:?}", asked.measured.total.failures);
        assert_eq!(asked.answers, [""; 0]);
    }
}

/// The only cause of the failures of `asked`.
fn cause_of(asked: &Asked) -> &str {
    let causes: Vec<&String> = asked.measured.total.failures.keys().collect();
    let [cause] = causes.as_slice() else { panic!("{causes:?}") };
    cause
}

#[test]
fn a_server_that_speaks_another_protocol_than_expected_is_recognised() {
    let url = |server: &Served, scheme: &str| server.base_url.replace("https", "http").replace("http", scheme);
    let asking = |options: &HttpOptions, url: String| ask(options, 1, async |user| user.get(&url, "/version").await);
    let (plain, tls) = (Served::in_http1(Served::plain), Served::in_http1(Served::over_tls));
    let (cookies, http2) =
        (HttpOptions { cookies: true, ..trusting(&tls) }, HttpOptions { http2: true, ..trusting(&tls) });
    for (what, asked, words) in [
        ("https on a plain port", asking(&trusting(&tls), url(&plain, "https")), "plain `http://`"),
        ("http2 on a plain port", asking(&http2, url(&plain, "http")), "does the server speak HTTP/2 at this port"),
        ("http2 over TLS without it", asking(&http2, url(&tls, "https")), "remove `http2 = true`"),
        ("plain on a TLS port", asking(&HttpOptions::default(), url(&tls, "http")), "`https://`"),
        ("plain over reqwest on a TLS port", asking(&cookies, url(&tls, "http")), "`https://`"),
    ] {
        assert!(cause_of(&asked).contains(words), "{what}: {}", cause_of(&asked));
    }
}

#[test]
fn a_request_that_http2_says_was_not_processed_is_sent_again_whatever_its_method() {
    let options = HttpOptions { http2: true, ..HttpOptions::default() };
    for deeds in [&[Deed::GoAway, Deed::Answer], &[Deed::Refuse, Deed::Answer]] {
        let server = RawHttp2::start(deeds);
        let asked = ask(&options, 1, async |user| user.post(&server.base_url, "/order").text("one").await);
        let measured = &asked.measured;
        assert_eq!(
            (measured.total.requests.ok, measured.generator.resent, server.requests()),
            (1, 1, 2),
            "{:?}",
            measured.total.failures
        );
    }
}

#[test]
fn a_request_that_http2_never_processes_is_a_failure_that_says_so() {
    let options = HttpOptions { http2: true, ..HttpOptions::default() };
    for (deeds, name) in [(&[Deed::GoAway], "GOAWAY"), (&[Deed::Refuse], "REFUSED_STREAM")] {
        let server = RawHttp2::start(deeds);
        let asked = ask(&options, 1, async |user| user.post(&server.base_url, "/order").text("one").await);
        assert!(cause_of(&asked).contains(name) && cause_of(&asked).contains("not process"), "{}", cause_of(&asked));
    }
}

#[test]
fn a_redirect_without_a_place_to_go_is_a_failure_unless_its_status_is_expected() {
    let server = Served::plain();
    let options = HttpOptions { redirects: 2, ..HttpOptions::default() };
    for (path, cause) in [
        ("/status/307", "status 307 without a `location`, so the redirect could not be followed"),
        (
            "/nowhere",
            "status 302 with a `location` that is not an address: \"http://[\", so the redirect could not be followed",
        ),
    ] {
        let asked = ask(&options, 1, async |user| user.get(&server.base_url, path).await);
        assert_eq!(cause_of(&asked), cause);
        let expected = ask(&options, 1, async |user| user.get(&server.base_url, path).expect(300..400).await);
        assert_eq!(expected.measured.total.requests.ok, 1, "{:?}", expected.measured.total.failures);
        let not_followed = ask(&HttpOptions::default(), 1, async |user| user.get(&server.base_url, path).await);
        assert_eq!(not_followed.measured.total.requests.ok, 1, "a redirect is a response like any other");
    }
}

#[test]
fn cookies_of_one_name_are_sent_with_the_longest_path_first() {
    let server = Served::plain();
    let options = HttpOptions { cookies: true, ..HttpOptions::default() };
    for _ in 0..5 {
        let asked = ask_over(Connections::PerUser, &options, (1, 2), async |user| {
            user.get(&server.base_url, "/paths/a/b").await
        });
        assert_eq!(asked.answers, ["", "id=/paths/a; id=/paths; id=/"], "{:?}", asked.measured.total.failures);
    }
}

#[test]
fn each_user_keeps_its_own_cookies() {
    let server = Served::plain();
    let options = HttpOptions { cookies: true, ..HttpOptions::default() };
    let of_two = ask_over(Connections::PerUser, &options, (2, 40), async |user| {
        let number = user.number();
        let answer = user.get(&server.base_url, "/cookie").header("x-user", number).await?;
        let own = format!("user={number}");
        user.check("its own cookie or none yet", [own.as_bytes(), b""].contains(&answer.bytes()))?;
        Ok(answer)
    });
    assert_eq!((of_two.measured.total.requests.ok, of_two.errors), (40, vec![]));
    assert!(of_two.answers.iter().filter(|cookie| cookie.is_empty()).count() <= 2, "{:?}", of_two.answers);
    let without =
        ask(&HttpOptions::default(), 2, async |user| user.get(&server.base_url, "/cookie").header("x-user", "2").await);
    assert_eq!(
        (without.answers, without.measured.generator.transports),
        (vec![String::new(); 2], vec!["http/1.1 (own)".to_owned()])
    );
}

#[test]
fn redirects_are_followed_so_far_and_no_further() {
    let server = Served::plain();
    let follow = |redirects, path: &'static str| {
        let options = HttpOptions { redirects, ..HttpOptions::default() };
        ask(&options, 1, async |user| user.get(&server.base_url, path).await)
    };
    let followed = follow(2, "/hop/2");
    assert_eq!(
        (followed.answers, followed.measured.endpoints[0].name.as_str()),
        (vec!["HTTP/1.1".to_owned()], "GET /hop/2")
    );
    assert_eq!(follow(2, "/hop/3").measured.total.failures, failures(&[("too many redirects", 1)]));
    let not_followed = follow(0, "/hop/1");
    assert_eq!((not_followed.answers, not_followed.measured.total.requests.ok), (vec!["moved".to_owned()], 1));
}

#[test]
fn a_proxy_carries_plain_requests_and_tunnels_the_others() {
    for server in [Served::plain(), Served::over_tls()] {
        let proxy = Proxy::start();
        let options = HttpOptions { proxy: Some(proxy.url.clone()), ..trusting(&server) };
        let asked = ask(&options, 2, async |user| user.get(&server.base_url, "/version").await);
        assert_eq!(asked.answers, ["HTTP/1.1", "HTTP/1.1"], "{:?}", asked.measured.total.failures);
        let authority = server.base_url.split_once("://").expect("a scheme").1;
        let first_line = match server.base_url.starts_with("https") {
            true => format!("CONNECT {authority} HTTP/1.1"),
            false => format!("GET http://{authority}/version HTTP/1.1"),
        };
        assert_eq!(proxy.seen(), [first_line]);
    }
}

#[test]
fn a_proxy_that_does_not_listen_is_a_refused_connection() {
    let server = Served::plain();
    let unused = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let options = HttpOptions { proxy: Some(format!("http://{unused}")), ..HttpOptions::default() };
    let asked = ask(&options, 1, async |user| user.get(&server.base_url, "/version").await);
    assert_eq!(asked.measured.total.failures, failures(&[("connection refused", 1)]));
    assert_eq!(server.connections(), 0);
}

#[test]
fn forms_with_files_arrive_over_every_transport() {
    let form =
        Form::new().text("title", "front").file("photo", "a.bin", "application/octet-stream", [0, 159, 146, 150]);
    let (plain, tls) = (Served::plain(), Served::over_tls());
    let mut bytes_sent = Vec::new();
    for (server, options) in [
        (&plain, HttpOptions::default()),
        (&tls, trusting(&tls)),
        (&tls, HttpOptions { http2: true, ..trusting(&tls) }),
    ] {
        let asked = ask(&options, 1, async |user| user.post(&server.base_url, "/form").multipart(&form).await);
        assert_eq!(asked.answers, ["title: 5 bytes; photo (a.bin, application/octet-stream): 4 bytes"]);
        bytes_sent.push(asked.measured.total.bytes_sent);
    }
    assert!(bytes_sent.windows(2).all(|pair| pair[0] == pair[1]), "{bytes_sent:?}");
}

#[test]
fn a_connection_for_each_request_is_one_over_every_version() {
    let (plain, tls) = (Served::plain(), Served::over_tls());
    let cookies = HttpOptions { cookies: true, ..HttpOptions::default() };
    for (server, options) in
        [(&plain, cookies), (&tls, trusting(&tls)), (&tls, HttpOptions { http2: true, ..trusting(&tls) })]
    {
        let before = server.connections();
        let asked = ask_over(Connections::PerRequest, &options, (1, 5), async |user| {
            user.get(&server.base_url, "/version").await
        });
        assert_eq!((asked.measured.total.requests.ok, server.connections() - before), (5, 5), "{options:?}");
    }
}

#[test]
fn a_plain_server_and_one_with_tls_each_have_their_transport() {
    let (plain, tls) = (Served::plain(), Served::over_tls());
    let asked = ask(&trusting(&tls), 2, async |user| {
        user.get(&plain.base_url, "/version").await?;
        user.get(&tls.base_url, "/version").await
    });
    assert_eq!(asked.measured.generator.transports, ["http/1.1 (own)", "http/1.1 (reqwest)"]);
}

#[test]
fn shared_connections_over_tls_are_refused_and_not_ignored() {
    let server = Served::over_tls();
    let asked = ask_over(Connections::Shared(2), &trusting(&server), (1, 1), async |user| {
        user.get(&server.base_url, "/version").await
    });
    assert_eq!(asked.answers, [""; 0]);
    let errors = asked.errors.join("\n");
    assert!(
        errors
            .contains("GET /version was not sent: `connections = shared(2)` works with plain `http://` addresses only"),
        "{errors}"
    );
}

#[test]
fn a_server_that_takes_too_long_is_timed_out_over_every_version() {
    let server = Served::over_tls();
    for http2 in [false, true] {
        let options = HttpOptions { http2, ..trusting(&server) };
        let asked = ask(&options, 1, async |user| {
            user.get(&server.base_url, "/never").timeout(Duration::from_millis(200)).await
        });
        assert_eq!((asked.measured.total.requests.timed_out, asked.measured.total.requests.failed), (1, 0));
    }
}

#[test]
fn statuses_and_checks_count_as_they_do_over_the_own_transport() {
    let server = Served::over_tls();
    for options in [trusting(&server), HttpOptions { http2: true, ..trusting(&server) }] {
        let asked = ask(&options, 1, async |user| {
            drop(user.get(&server.base_url, "/status/503").await);
            user.get(&server.base_url, "/status/404").expect(404).await
        });
        assert_eq!(asked.measured.total.failures, failures(&[("status 503", 1)]));
        assert_eq!(asked.answers, ["status 404"]);
    }
}
