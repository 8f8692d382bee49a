//! The options of a request, as curl, oha and hey spell them.

use std::fmt;

use clap::Args;
use proofload_vocabulary::settings::SettingKey;

use super::data_arguments::DataArguments;
use super::headers::{GivenHeader, HeaderArguments};
use super::settings::{RequestSetting, TransportArguments};
use super::template::TemplateUse;
use crate::failure::UsageFailure;

/// What is sent.
#[derive(Clone, Args)]
#[command(next_help_heading = "Request")]
pub(crate) struct RequestArguments {
    /// Method of the request (default: GET, or POST with a body)
    #[arg(short = 'X', long, alias = "request", value_name = "METHOD")]
    pub(super) method: Option<String>,

    #[command(flatten)]
    pub(super) headers: HeaderArguments,

    #[command(flatten)]
    pub(super) data: DataArguments,

    /// A field of a form: NAME=TEXT, NAME=@FILE or NAME=<FILE, with ;type=… and ;filename=… after it
    #[arg(short = 'F', long = "form", value_name = "FIELD")]
    pub(super) fields: Vec<String>,

    /// A field of a form whose text is taken as it is
    #[arg(long = "form-string", value_name = "NAME=TEXT", hide_short_help = true)]
    pub(super) form_texts: Vec<String>,

    /// Put the data into the query string, and send GET
    #[arg(short = 'G', long)]
    pub(super) get: bool,

    /// Send HEAD: headers come back, and no body
    #[arg(short = 'I', long)]
    pub(super) head: bool,

    /// What counts as a success, such as 200 or 2xx,404 (default: 2xx,3xx)
    #[arg(long, value_name = "STATUS")]
    pub(super) expect: Option<String>,

    /// A request on each line, as [WEIGHT] [METHOD] URL; a path goes to the URL of the command line
    #[arg(long, value_name = "FILE")]
    pub(super) urls: Option<String>,

    /// Rows for {csv:COLUMN} (beside {random}, {random:1..100} and {uuid}); the first line names the columns
    #[arg(long, value_name = "FILE")]
    pub(super) data_csv: Option<String>,

    /// Take rows at random instead of in order
    #[arg(long, requires = "data_csv", hide_short_help = true)]
    pub(super) data_random: bool,

    /// Send what is for HOST1:PORT1 to HOST2:PORT2
    #[arg(long, value_name = "HOST1:PORT1:HOST2:PORT2", hide_short_help = true)]
    pub(super) connect_to: Vec<String>,

    #[command(flatten)]
    pub(super) transport: TransportArguments,

    #[arg(skip)]
    pub(super) templates: TemplateUse,
}

impl RequestArguments {
    /// Every setting that [`RequestArguments::settings`] can give; no other option of a command should.
    #[allow(dead_code, reason = "for commands that make options of the other settings")]
    pub(crate) const SETTING_KEYS: [SettingKey; 9] = TransportArguments::KEYS;

    /// What is a setting of a test, with the option that gave it: for `LoadSpec::set`.
    pub(crate) fn settings(&self) -> Result<Vec<RequestSetting>, UsageFailure> {
        let mut settings = self.transport.settings()?;
        if !self.decodes()? {
            settings.retain(|setting| setting.key != SettingKey::Decompress);
        }
        Ok(settings)
    }

    /// True if bodies are decoded. A request that says itself what to ask for may ask for what cannot be decoded here.
    pub(super) fn decodes(&self) -> Result<bool, UsageFailure> {
        let asks = |(name, _): &GivenHeader| name.eq_ignore_ascii_case("accept-encoding");
        Ok(self.transport.compressed && !self.headers.given()?.iter().any(asks))
    }
}

/// Shows nothing: headers, bodies and passwords may be secret.
impl fmt::Debug for RequestArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestArguments").finish_non_exhaustive()
    }
}
