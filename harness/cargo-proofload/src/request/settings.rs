//! The options that are settings of a test: how requests travel.

use clap::Args;
use proofload_vocabulary::settings::SettingKey;

use super::files::existing;
use crate::failure::UsageFailure;

/// How requests travel.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct TransportArguments {
    /// How long a request may take, such as 2s; a plain number is seconds (default: 10s)
    #[arg(long, value_name = "TIME")]
    pub(super) timeout: Option<String>,

    /// A connection for each request instead of one for each user
    #[arg(long)]
    disable_keepalive: bool,

    /// How users share connections: per_user, per_request or shared(8)
    #[arg(long, value_name = "POLICY", conflicts_with = "disable_keepalive", hide_short_help = true)]
    connections: Option<String>,

    /// HTTP/2 and nothing else, also over plain TCP
    #[arg(long, alias = "http2-prior-knowledge")]
    http2: bool,

    /// Follow redirects
    #[arg(short = 'L', long)]
    location: bool,

    /// With --location: at most this many redirects (default: 50)
    #[arg(long, value_name = "COUNT", requires = "location", hide_short_help = true)]
    max_redirs: Option<u64>,

    /// Each user sends back the cookies that it receives
    #[arg(long, hide_short_help = true)]
    keep_cookies: bool,

    /// Ask for compressed responses, and decode them outside the measured time
    #[arg(long)]
    pub(super) compressed: bool,

    /// Send every request through this proxy, such as http://127.0.0.1:3128
    #[arg(short = 'x', long, value_name = "URL")]
    proxy: Option<String>,

    /// For https: accept any certificate
    #[arg(short = 'k', long)]
    insecure: bool,

    /// For https: trust only the certificates in this PEM file
    #[arg(long, value_name = "FILE")]
    cacert: Option<String>,
}

/// A setting that an option of a request gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestSetting {
    pub(crate) key: SettingKey,
    /// As the person wrote it, for messages: `--timeout`.
    pub(crate) flag: &'static str,
    /// As an attribute would write it.
    pub(crate) value: String,
}

/// As many as curl follows.
const USUAL_REDIRECTS: u64 = 50;

impl TransportArguments {
    /// Every setting that these options can give; no other option should.
    pub(crate) const KEYS: [SettingKey; 9] = [
        SettingKey::Timeout,
        SettingKey::Connections,
        SettingKey::Http2,
        SettingKey::Redirects,
        SettingKey::Cookies,
        SettingKey::Decompress,
        SettingKey::Proxy,
        SettingKey::VerifyTls,
        SettingKey::Ca,
    ];

    /// The first option with which a request may go elsewhere than to its address, or looks at its name.
    pub(super) fn beyond_plain(&self) -> Option<&'static str> {
        let given = [
            (self.http2, "--http2"),
            (self.location, "--location"),
            (self.keep_cookies, "--keep-cookies"),
            (self.proxy.is_some(), "--proxy"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, flag)| flag)
    }

    /// The settings that were given.
    pub(super) fn settings(&self) -> Result<Vec<RequestSetting>, UsageFailure> {
        let mut given = Vec::new();
        let mut give = |key, flag, value: String| given.push(RequestSetting { key, flag, value });
        if let Some(timeout) = &self.timeout {
            give(SettingKey::Timeout, "--timeout", with_unit(timeout));
        }
        if self.disable_keepalive {
            give(SettingKey::Connections, "--disable-keepalive", "per_request".to_owned());
        }
        if let Some(connections) = &self.connections {
            give(SettingKey::Connections, "--connections", connections.clone());
        }
        if self.location {
            give(SettingKey::Redirects, "--location", self.max_redirs.unwrap_or(USUAL_REDIRECTS).to_string());
        }
        let on = [
            (self.http2, SettingKey::Http2, "--http2", "true"),
            (self.keep_cookies, SettingKey::Cookies, "--keep-cookies", "true"),
            (self.compressed, SettingKey::Decompress, "--compressed", "true"),
            (self.insecure, SettingKey::VerifyTls, "--insecure", "false"),
        ];
        for (_, key, flag, value) in on.into_iter().filter(|(is_on, ..)| *is_on) {
            give(key, flag, value.to_owned());
        }
        if let Some(proxy) = &self.proxy {
            give(SettingKey::Proxy, "--proxy", proxy_address(proxy)?);
        }
        if let Some(file) = &self.cacert {
            give(SettingKey::Ca, "--cacert", existing("--cacert", file)?.to_string_lossy().into_owned());
        }
        Ok(given)
    }
}

/// curl and hey take seconds without a unit.
fn with_unit(time: &str) -> String {
    let is_number = time.ends_with(|c: char| c.is_ascii_digit());
    if is_number { format!("{time}s") } else { time.to_owned() }
}

/// As curl reads it: without a scheme, it is `http`. The text may hold a password, so no message shows it.
fn proxy_address(text: &str) -> Result<String, UsageFailure> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    if url::Url::parse(&whole).is_ok_and(|url| url.scheme() == "http") {
        return Ok(whole);
    }
    Err(UsageFailure::new("--proxy: this is not the address of an HTTP proxy; write it as http://127.0.0.1:3128"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use proofload_vocabulary::settings::parse_value;

    use super::*;

    #[derive(Parser)]
    struct TransportLine {
        #[command(flatten)]
        transport: TransportArguments,
    }

    fn settings(line: &str) -> Vec<(SettingKey, String)> {
        let given = TransportLine::try_parse_from(std::iter::once("proofload").chain(line.split_whitespace())).unwrap();
        let settings = given.transport.settings().unwrap();
        settings.into_iter().map(|setting| (setting.key, setting.value)).collect()
    }

    fn refusal(line: &str) -> String {
        let given = TransportLine::try_parse_from(std::iter::once("proofload").chain(line.split_whitespace())).unwrap();
        given.transport.settings().unwrap_err().to_string()
    }

    #[test]
    fn without_options_there_are_no_settings() {
        assert_eq!(settings(""), []);
    }

    #[test]
    fn each_option_is_the_setting_that_an_attribute_would_have() {
        let all = [
            ("--timeout 2s", SettingKey::Timeout, "2s"),
            ("--timeout 20", SettingKey::Timeout, "20s"),
            ("--disable-keepalive", SettingKey::Connections, "per_request"),
            ("--connections shared(8)", SettingKey::Connections, "shared(8)"),
            ("--http2", SettingKey::Http2, "true"),
            ("-L", SettingKey::Redirects, "50"),
            ("--location --max-redirs 3", SettingKey::Redirects, "3"),
            ("--keep-cookies", SettingKey::Cookies, "true"),
            ("--compressed", SettingKey::Decompress, "true"),
            ("-k", SettingKey::VerifyTls, "false"),
            ("-x 127.0.0.1:3128", SettingKey::Proxy, "http://127.0.0.1:3128"),
        ];
        for (line, key, value) in all {
            assert_eq!(settings(line), [(key, value.to_owned())], "{line}");
            parse_value(key, value).unwrap();
            assert!(TransportArguments::KEYS.contains(&key));
        }
    }

    #[test]
    fn a_certificate_is_found_from_the_current_folder_and_must_be_there() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        assert_eq!(settings(&format!("--cacert {path}")), [(SettingKey::Ca, path.to_owned())]);
        let refusal = refusal("--cacert no/such/file.pem");
        assert!(refusal.starts_with("--cacert: cannot read the file `no/such/file.pem`: "), "{refusal}");
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_without_its_password() {
        let refusal = refusal("-x socks5://me:secret@127.0.0.1:1080");
        assert!(refusal.contains("http://127.0.0.1:3128") && !refusal.contains("secret"), "{refusal}");
    }
}
