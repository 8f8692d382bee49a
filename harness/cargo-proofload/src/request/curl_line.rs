//! A command line of curl, as people keep them in documentation and browsers copy them.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use proofload::__command::shell_words;

use super::arguments::RequestArguments;
use super::template::TemplateUse;
use crate::failure::UsageFailure;

/// What a command line of curl sends.
#[derive(Debug, Clone)]
pub(crate) struct CurlLine {
    /// At least one.
    pub(crate) urls: Vec<String>,
    pub(crate) arguments: RequestArguments,
}

/// Options without a value that do not change what is sent.
const IGNORED: [&str; 28] = [
    "silent",
    "show-error",
    "verbose",
    "include",
    "show-headers",
    "fail",
    "fail-with-body",
    "fail-early",
    "no-buffer",
    "progress-bar",
    "no-progress-meter",
    "globoff",
    "remote-name",
    "remote-header-name",
    "remote-time",
    "junk-session-cookies",
    "create-dirs",
    "trace-time",
    "styled-output",
    "tcp-nodelay",
    "basic",
    "http1.1",
    "retry-all-errors",
    "retry-connrefused",
    "tlsv1",
    "tlsv1.2",
    "tlsv1.3",
    "disable",
];

/// Options with a value that do not change what is sent.
const IGNORED_WITH_VALUE: [&str; 12] = [
    "output",
    "output-dir",
    "write-out",
    "dump-header",
    "cookie-jar",
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "trace",
    "trace-ascii",
    "stderr",
];

/// What curl calls some of them for short.
const SHORT: [(&str, char); 15] = [
    ("silent", 's'),
    ("show-error", 'S'),
    ("verbose", 'v'),
    ("include", 'i'),
    ("fail", 'f'),
    ("no-buffer", 'N'),
    ("progress-bar", '#'),
    ("globoff", 'g'),
    ("remote-name", 'O'),
    ("remote-header-name", 'J'),
    ("remote-time", 'R'),
    ("junk-session-cookies", 'j'),
    ("output", 'o'),
    ("write-out", 'w'),
    ("dump-header", 'D'),
];

impl RequestArguments {
    /// Reads a command line of curl. `{random}` and its like are text in it, as they are for curl.
    #[allow(dead_code, reason = "for tests that are generated from such a line")]
    pub(crate) fn from_curl(line: &str) -> Result<CurlLine, UsageFailure> {
        let words = shell_words(line.trim().trim_start_matches("$ "))?;
        let program = words.first().map(String::as_str).unwrap_or_default();
        if !matches!(program.rsplit(['/', '\\']).next(), Some("curl" | "curl.exe")) {
            return Err(UsageFailure::new(
                "this is not a command line of curl: it begins with `curl`, then a URL and options",
            ));
        }
        let matches = command().try_get_matches_from(words).map_err(|error| refusal(&error))?;
        let mut arguments = RequestArguments::from_arg_matches(&matches).map_err(|error| refusal(&error))?;
        arguments.templates = TemplateUse::AsText;
        arguments.add_what_curl_alone_has(&matches)?;
        let urls: Vec<String> = ["address", "url"].iter().flat_map(|id| texts(&matches, id)).collect();
        match urls.is_empty() {
            true => Err(UsageFailure::new("this command line of curl has no URL")),
            false => Ok(CurlLine { urls, arguments }),
        }
    }

    fn add_what_curl_alone_has(&mut self, matches: &ArgMatches) -> Result<(), UsageFailure> {
        let text = |id| texts(matches, id).pop();
        // It is the length of the body that was sent then.
        self.headers.headers.retain(|header| !header.to_ascii_lowercase().starts_with("content-length:"));
        let headers = [
            ("referer", text("referer").map(|url| url.trim_end_matches(";auto").to_owned())),
            ("range", text("range").map(|range| format!("bytes={range}"))),
            ("authorization", text("oauth2-bearer").map(|token| format!("Bearer {token}"))),
        ];
        let headers =
            headers.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
        self.headers.headers.extend(headers.map(|(name, value)| format!("{name}: {value}")));
        self.transport.timeout = text("max-time").or(self.transport.timeout.take());
        for resolve in texts(matches, "resolve") {
            self.connect_to.push(connection_of(&resolve)?);
        }
        Ok(())
    }
}

impl CurlLine {
    /// The requests, one for each URL.
    #[allow(dead_code, reason = "for tests that are generated from such a line")]
    pub(crate) fn plans(&self) -> Result<Vec<super::RequestPlan>, UsageFailure> {
        self.urls.iter().map(|url| self.arguments.plan(Some(url))).collect()
    }
}

/// The options of a request with curl's own letters, and what only curl has.
fn command() -> Command {
    let short = |name: &str| SHORT.iter().find(|(long, _)| *long == name).map(|(_, short)| *short);
    let option = |name: &'static str| Arg::new(name).long(name).short(short(name)).allow_hyphen_values(true);
    let ignored = IGNORED.map(|name| option(name).allow_hyphen_values(false).action(ArgAction::Count));
    let with_value = IGNORED_WITH_VALUE.map(|name| option(name).action(ArgAction::Append));
    let own = ["url", "resolve", "oauth2-bearer"].map(|name| option(name).action(ArgAction::Append));
    let lettered = [("max-time", 'm'), ("referer", 'e'), ("range", 'r')];
    let lettered = lettered.map(|(name, short)| option(name).short(short).action(ArgAction::Append));
    RequestArguments::augment_args(Command::new("curl"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .mut_arg("data", |data| data.short('d'))
        .args(ignored)
        .args(with_value)
        .args(own)
        .args(lettered)
        .arg(Arg::new("address").action(ArgAction::Append).num_args(1..))
}

fn texts(matches: &ArgMatches, id: &str) -> Vec<String> {
    matches.get_many::<String>(id).into_iter().flatten().cloned().collect()
}

/// `HOST:PORT:ADDRESS` of `--resolve`, as `--connect-to` has it.
fn connection_of(resolve: &str) -> Result<String, UsageFailure> {
    let parts: Vec<&str> = resolve.trim_start_matches('+').splitn(3, ':').collect();
    let [host, port, address] = parts[..] else {
        return Err(UsageFailure::new(format!("--resolve {resolve}: expected HOST:PORT:ADDRESS")));
    };
    let address = address.split(',').next().unwrap_or(address);
    let is_bare_ipv6 = address.contains(':') && !address.starts_with('[');
    let address = if is_bare_ipv6 { format!("[{address}]") } else { address.to_owned() };
    let host = if host == "*" { "" } else { host };
    Ok(format!("{host}:{port}:{address}:{port}"))
}

/// In a line, as clap explains it in several; without the values of other options, which may be secret.
fn refusal(error: &clap::Error) -> UsageFailure {
    let argument = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => argument.clone(),
        Some(ContextValue::Strings(arguments)) => arguments.join(" and "),
        _ => String::new(),
    };
    UsageFailure::new(match error.kind() {
        ErrorKind::UnknownArgument => {
            format!("curl's option `{argument}` is not known here: leave it out, or write what it does in another way")
        }
        ErrorKind::InvalidValue | ErrorKind::NoEquals | ErrorKind::TooFewValues => {
            format!("curl's option `{argument}` has no value")
        }
        _ => format!("this command line of curl cannot be read: {}", error.kind()),
    })
}

#[cfg(test)]
mod tests;
