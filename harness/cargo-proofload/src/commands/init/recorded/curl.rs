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
        let setting = match key {
            // The browser asked for it, and the bytes on the way are those of the server's choice.
            SettingKey::Decompress => return,
            SettingKey::Timeout
            | SettingKey::Connections
            | SettingKey::Redirects
            | SettingKey::VerifyTls
            | SettingKey::Http2 => {
                format!("{} = {value}", key.name())
            }
            _ => {
                self.remarks
                    .push(format!("{flag} was left out: write `{} = …` into the attribute by hand", key.name()));
                return;
            }
        };
        if key == SettingKey::Http2 {
            self.features.push("http2");
        }
        if !self.settings.contains(&setting) {
            self.settings.push(setting);
        }
    }
}

fn request(planned: &PlannedRequest) -> Result<RawRequest, UsageFailure> {
    let address = format!("{}{}", planned.address.base, planned.address.path);
    let url = Url::parse(&address).map_err(|error| UsageFailure::new(format!("--from-curl: `{address}`: {error}")))?;
    let mut request = RawRequest::new(planned.method.as_str(), url);
    let headers = planned.headers.iter().map(|header| (header.name.clone(), text(&header.value)));
    request.headers = headers.collect();
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

/// Lines of curl have no templates.
fn text(planned: &PlannedText) -> String {
    match planned {
        PlannedText::Fixed(text) => text.clone(),
        PlannedText::Filled(_) => String::new(),
    }
}
