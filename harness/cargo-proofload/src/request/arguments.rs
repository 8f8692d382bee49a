//! The options of a request, as curl, oha and hey spell them.

use clap::Args;
use proofload::__command::Method;

use super::address::RequestAddress;
use super::plan::{PlannedRequest, RequestPlan};
use crate::failure::UsageFailure;

/// What is sent.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct RequestArguments {
    /// Method of the request (default: GET)
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<String>,

    /// A header, such as "accept: application/json"; may be given several times
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
}

impl RequestArguments {
    /// The requests of a test of `url`.
    pub(crate) fn plan(&self, url: &str) -> Result<RequestPlan, UsageFailure> {
        let method = self.method.as_deref().unwrap_or("GET");
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| UsageFailure::new(format!("--method: `{method}` is not a method of HTTP")))?;
        let headers = self.headers.iter().map(|text| header(text)).collect::<Result<_, _>>()?;
        Ok(RequestPlan { requests: vec![PlannedRequest { method, address: RequestAddress::read(url)?, headers }] })
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
