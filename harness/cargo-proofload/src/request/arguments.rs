//! The options of a request, as curl, oha and hey spell them.

use clap::Args;
use proofload::__command::Method;
use proofload_vocabulary::settings::SettingKey;

use super::address::RequestAddress;
use super::plan::{PlannedRequest, RequestPlan};
use super::settings::{RequestSetting, TransportArguments};
use crate::failure::UsageFailure;

/// What is sent.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct RequestArguments {
    /// Method of the request (default: GET)
    #[arg(short = 'X', long, alias = "request", value_name = "METHOD")]
    method: Option<String>,

    /// A header, such as "accept: application/json"; may be given several times
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,

    #[command(flatten)]
    transport: TransportArguments,
}

impl RequestArguments {
    /// Every setting that [`RequestArguments::settings`] can give; no other option of a command should.
    #[allow(dead_code, reason = "for commands that make options of the other settings")]
    pub(crate) const SETTING_KEYS: [SettingKey; 9] = TransportArguments::KEYS;

    /// The requests of a test of `url`; without a URL, they come from a file.
    pub(crate) fn plan(&self, url: Option<&str>) -> Result<RequestPlan, UsageFailure> {
        let method = self.method.as_deref().unwrap_or("GET");
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| UsageFailure::new(format!("--method: `{method}` is not a method of HTTP")))?;
        let headers = self.headers.iter().map(|text| header(text)).collect::<Result<_, _>>()?;
        Ok(RequestPlan {
            requests: vec![PlannedRequest { method, address: RequestAddress::read(url.unwrap_or_default())?, headers }],
        })
    }

    /// What is a setting of a test, with the option that gave it: for `LoadSpec::set`.
    pub(crate) fn settings(&self) -> Result<Vec<RequestSetting>, UsageFailure> {
        self.transport.settings()
    }
}

fn header(text: &str) -> Result<(String, String), UsageFailure> {
    let Some((name, value)) = text.split_once(':') else {
        return Err(UsageFailure::new(format!(
            "-H `{text}`: a header has a name and a value, as in \"accept: text/plain\""
        )));
    };
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
