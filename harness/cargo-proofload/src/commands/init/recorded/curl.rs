//! Requests of a command line of curl.

use proofload_vocabulary::settings::SettingKey;
use url::Url;

use super::har::with_login;
use super::raw_session::{RawBody, RawRequest, RawSession};
use crate::failure::UsageFailure;
use crate::request::{PlannedBody, PlannedRequest, PlannedText, RequestArguments};

/// The requests of these lines, in their order.
pub(crate) fn read_curl(lines: &[String]) -> Result<RawSession, UsageFailure> {
    let mut session = RawSession { source: "a command line of curl".to_owned(), ..RawSession::default() };
    for line in lines {
        let line = RequestArguments::from_curl(line)
            .map_err(|failure| UsageFailure::new(format!("--from-curl: {failure}")))?;
        for setting in line.arguments.settings()? {
            session.add_setting(setting.key, setting.flag, &setting.value);
        }
        for plan in line.plans()? {
            for planned in &plan.requests {
                session.requests.push(request(planned)?);
            }
        }
    }
    Ok(session)
}

impl RawSession {
    fn add_setting(&mut self, key: SettingKey, flag: &str, value: &str) {
        match key {
            // The browser asked for it, and the bytes on the way are those of the server's choice.
            SettingKey::Decompress => return,
            SettingKey::Timeout
            | SettingKey::Connections
            | SettingKey::Redirects
            | SettingKey::VerifyTls
            | SettingKey::Http2 => {}
            _ => {
                self.remarks
                    .push(format!("{flag} was left out: write `{} = …` into the attribute by hand", key.name()));
                return;
            }
        }
        let named = format!("{} = ", key.name());
        let setting = format!("{named}{value}");
        match self.settings.iter().find(|known| known.starts_with(&named)) {
            Some(known) if *known == setting => {}
            Some(known) => self.remarks.push(format!(
                "`{setting}` was left out: a line before has `{known}`, and a test has it once for all its requests"
            )),
            None => {
                if key == SettingKey::Http2 {
                    self.features.push("http2");
                }
                self.settings.push(setting);
            }
        }
    }
}

fn request(planned: &PlannedRequest) -> Result<RawRequest, UsageFailure> {
    let PlannedText::Fixed(path) = &planned.path else {
        return Err(UsageFailure::new("--from-curl: the query is not text; write its bytes as %…"));
    };
    // The path has no fragment any more, so a `#` comes from the data of `-G`.
    let address = format!("{}{}", planned.address.base, path.replace('#', "%23"));
    let url = Url::parse(&address).map_err(|error| UsageFailure::new(format!("--from-curl: `{address}`: {error}")))?;
    let mut request = RawRequest::new(planned.method.as_str(), url);
    let headers = planned.headers.iter().map(|header| (header.name.clone(), text(&header.value)));
    request.headers = headers.collect();
    request.other_host = other_host(&request);
    let content_type = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.map(|(_, value)| value.clone());
    if let Some(PlannedBody::Fixed(body)) = &planned.body {
        let body = std::str::from_utf8(body.bytes()).map_err(|_| {
            UsageFailure::new("--from-curl: the body is not text; send it in a test of your own with `.bytes(…)`")
        })?;
        request.body = Some(RawBody::read(content_type.as_deref(), body));
    }
    Ok(with_login(request))
}

/// With the scheme of the address, so that `shop.test:80` is `shop.test`.
fn other_host(request: &RawRequest) -> Option<String> {
    let (_, host) = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"))?;
    let named = Url::parse(&format!("{}://{host}", request.url.scheme()));
    let is_that_of_the_address = named.is_ok_and(|named| named.origin() == request.url.origin());
    (!is_that_of_the_address).then(|| host.clone())
}

/// Lines of curl have no templates.
fn text(planned: &PlannedText) -> String {
    match planned {
        PlannedText::Fixed(text) => text.clone(),
        PlannedText::Filled(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(lines: &[&str]) -> String {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        read_curl(&lines).unwrap().clean().unwrap().code("perf")
    }

    #[test]
    fn data_that_is_sent_with_get_stands_in_the_query() {
        let code = code(&["curl -G http://127.0.0.1/search?page=2 -d q=1 --data-urlencode 'name=a b' -d color=#fff"]);
        assert!(code.contains(r#""/search?page=2&q=1&name=a+b&color=%23fff""#), "{code}");
    }

    #[test]
    fn a_setting_that_lines_have_differently_is_that_of_the_first_and_the_others_are_said() {
        let lines = ["-m 2 -L --http2", "-m 5 -L --http2", "-L --max-redirs 3"];
        let session = read_curl(&lines.map(|options| format!("curl {options} http://127.0.0.1/"))).unwrap();
        assert_eq!(session.settings, ["timeout = 2s", "redirects = 50", "http2 = true"]);
        assert_eq!(session.features, ["http2"]);
        let said = |setting: &str, known: &str| {
            format!(
                "`{setting}` was left out: a line before has `{known}`, and a test has it once for all its requests"
            )
        };
        assert_eq!(session.remarks, [said("timeout = 5s", "timeout = 2s"), said("redirects = 3", "redirects = 50")]);
    }

    #[test]
    fn data_without_fields_is_sent_as_it_is() {
        let code = code(&["curl http://127.0.0.1/ -d 'hello world'"]);
        let wanted = "        .header(\"content-type\", \"application/x-www-form-urlencoded\")\n        .text(\"hello world\")\n";
        assert!(code.contains(wanted), "{code}");
    }

    #[test]
    fn a_virtual_host_that_is_not_the_address_stays() {
        for (line, host) in [
            ("curl http://127.0.0.1:8080/ -H 'Host: shop.test'", Some("shop.test")),
            ("curl http://shop.test:8080/ --resolve shop.test:8080:127.0.0.1", Some("shop.test:8080")),
            ("curl http://127.0.0.1:8080/ -H 'Host: 127.0.0.1:8080'", None),
            ("curl http://127.0.0.1/ -H 'Host: 127.0.0.1:80'", None),
        ] {
            let code = code(&[line]);
            let header = host.map(|host| format!(r#".header("host", "{host}")"#));
            assert!(header.as_ref().is_none_or(|header| code.contains(header)), "{line}: {code}");
            assert_eq!(code.contains("\"host\""), header.is_some(), "{line}: {code}");
        }
    }
}
