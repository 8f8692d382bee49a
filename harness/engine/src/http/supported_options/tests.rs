//! Which transport is chosen, and what is refused.

use super::*;

const WITHOUT_ANY: TransportFeatures =
    TransportFeatures { reqwest: false, tls: false, http2: false, decompress: false };

fn transport(
    address: &str,
    connections: ConnectionPolicy,
    options: &TransportOptions,
) -> Result<TransportKind, UnsupportedOption> {
    transport_for(&Address::read(address).unwrap(), connections, options)
}

#[test]
fn a_plain_address_without_options_uses_the_own_transport() {
    let ca = Some("ca.pem".to_owned());
    let options = TransportOptions { ca, trusts_any_certificate: true, ..TransportOptions::default() };
    for options in [TransportOptions::default(), options] {
        assert_eq!(transport("http://a:1", ConnectionPolicy::Shared(2), &options), Ok(TransportKind::Own));
    }
}

fn beyond_plain() -> [(TransportOptions, &'static str); 3] {
    let cookies = TransportOptions { cookies: true, ..TransportOptions::default() };
    let redirects = TransportOptions { redirects: 1, ..TransportOptions::default() };
    let proxy = TransportOptions { proxy: Some("http://127.0.0.1:1".to_owned()), ..TransportOptions::default() };
    [(cookies, "`cookies = true`"), (redirects, "`redirects = 1`"), (proxy, "`proxy`")]
}

#[test]
#[cfg(feature = "reqwest")]
fn what_the_own_transport_does_not_support_uses_reqwest() {
    for (options, _) in beyond_plain() {
        assert_eq!(check_options(&options), Ok(()));
        let transport = transport("http://a:1", ConnectionPolicy::PerUser, &options);
        assert_eq!(transport, Ok(TransportKind::Reqwest), "{options:?}");
    }
}

#[test]
fn what_needs_reqwest_is_refused_with_the_feature_that_provides_it() {
    for (options, asked) in beyond_plain() {
        let error = UnsupportedOption::MissingFeature { asked: asked.to_owned(), feature: "reqwest" };
        assert_eq!(WITHOUT_ANY.check_options(&options), Err(error.clone()));
        let address = Address::read("http://a:1").unwrap();
        let transport = WITHOUT_ANY.transport_for(&address, ConnectionPolicy::PerUser, &options);
        assert_eq!(transport, Err(error.clone()));
        assert_eq!(
            error.to_string(),
            format!(
                "{asked} needs the feature `reqwest`, which this build leaves out: write \
                 `proofload = {{ version = \"{}\", features = [\"reqwest\"] }}` in Cargo.toml",
                env!("CARGO_PKG_VERSION")
            )
        );
    }
}

#[test]
fn tls_without_its_feature_is_refused_with_the_line_for_cargo_toml() {
    let address = Address::read("https://a").unwrap();
    let transport = WITHOUT_ANY.transport_for(&address, ConnectionPolicy::PerUser, &TransportOptions::default());
    let error = transport.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the target \"https://a\" needs the feature `tls`, which this build leaves out: write \
             `proofload = {{ version = \"{}\", features = [\"tls\"] }}` in Cargo.toml",
            env!("CARGO_PKG_VERSION")
        )
    );
    let any_certificate = TransportOptions { trusts_any_certificate: true, ..TransportOptions::default() };
    let error = WITHOUT_ANY.check_options(&any_certificate).unwrap_err().to_string();
    assert!(error.starts_with("`verify_tls = false` needs the feature `tls`"), "{error}");
    let ca = TransportOptions { ca: Some("a".to_owned()), ..TransportOptions::default() };
    let error = WITHOUT_ANY.check_options(&ca).unwrap_err().to_string();
    assert!(error.starts_with("`ca` needs the feature `tls`"), "{error}");
}

#[test]
fn http2_and_compressed_bodies_without_their_features_are_refused() {
    let http2 = TransportOptions { http2: true, ..TransportOptions::default() };
    let error = WITHOUT_ANY.check_options(&http2).unwrap_err().to_string();
    assert!(error.starts_with("`http2 = true` needs the feature `http2`"), "{error}");
    let decompresses = TransportOptions { decompresses: true, ..TransportOptions::default() };
    let error = WITHOUT_ANY.check_options(&decompresses).unwrap_err().to_string();
    assert!(error.starts_with("`decompress = true` needs the feature `decompress`"), "{error}");
}

#[test]
#[cfg(feature = "tls")]
fn shared_connections_to_an_https_address_are_refused() {
    let error = transport("https://a", ConnectionPolicy::Shared(4), &TransportOptions::default()).unwrap_err();
    let start =
        "`connections = shared(4)` works with plain `http://` addresses only; https://a is not a plain HTTP address";
    assert!(error.to_string().starts_with(start), "{error}");
}

#[test]
#[cfg(feature = "reqwest")]
fn http2_through_a_proxy_is_refused_for_plain_addresses() {
    let proxy = Some("http://127.0.0.1:1".to_owned());
    let options = TransportOptions { http2: true, proxy, ..TransportOptions::default() };
    let error = transport("http://a", ConnectionPolicy::PerUser, &options).unwrap_err();
    assert_eq!(error, UnsupportedOption::Http2ThroughProxy { address: "http://a".to_owned() });
}

#[test]
#[cfg(feature = "reqwest")]
fn an_invalid_proxy_address_is_refused() {
    let proxy = Some("http://in valid".to_owned());
    let error = check_options(&TransportOptions { proxy, ..TransportOptions::default() }).unwrap_err().to_string();
    assert!(error.starts_with("`proxy = \"http://in valid\"`: "), "{error}");
}

#[test]
#[cfg(feature = "tls")]
fn a_file_without_certificates_is_refused() {
    let ca = |path: &str| {
        let options = TransportOptions { ca: Some(path.to_owned()), ..TransportOptions::default() };
        check_options(&options).unwrap_err().to_string()
    };
    let error = ca("nowhere.pem");
    assert!(error.starts_with("`ca = \"nowhere.pem\"`: the file cannot be read: "), "{error}");
    assert_eq!(ca("Cargo.toml"), "`ca = \"Cargo.toml\"`: the file has no certificate in PEM format");
}

#[test]
fn bodies_are_decoded_only_in_a_build_that_can() {
    let checked = check_options(&TransportOptions { decompresses: true, ..TransportOptions::default() });
    assert_eq!(checked.is_ok(), cfg!(feature = "decompress"));
    if let Err(error) = checked {
        assert!(error.to_string().contains("`decompress = true` needs the feature `decompress`"), "{error}");
    }
}
