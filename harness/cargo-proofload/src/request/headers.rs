//! The headers of a request, from `-H`, `-u`, `-A` and `-b`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::files::text;
use super::template::has_template;
use crate::failure::UsageFailure;

/// The options that are headers.
#[derive(Clone, Args)]
#[command(next_help_heading = "Request")]
pub(super) struct HeaderArguments {
    /// A header, such as "accept: text/html"; @FILE has one on each line
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(super) headers: Vec<String>,

    /// Log in with HTTP Basic
    #[arg(short = 'u', long, value_name = "USER:PASSWORD")]
    pub(super) user: Option<String>,

    /// The header user-agent (default: proofload/VERSION)
    #[arg(short = 'A', long, value_name = "NAME")]
    pub(super) user_agent: Option<String>,

    /// The header cookie
    #[arg(short = 'b', long = "cookie", value_name = "NAME=VALUE")]
    pub(super) cookies: Vec<String>,
}

/// A header, its name as it was given.
pub(super) type GivenHeader = (String, String);

impl HeaderArguments {
    /// All headers, in the order in which they were given.
    pub(super) fn given(&self) -> Result<Vec<GivenHeader>, UsageFailure> {
        let mut given = Vec::new();
        for header in &self.headers {
            match header.strip_prefix('@') {
                Some(file) => {
                    for line in text("--header", file)?.lines().filter(|line| !line.trim().is_empty()) {
                        given.extend(read_header(line)?);
                    }
                }
                None => given.extend(read_header(header)?),
            }
        }
        let has = |given: &[GivenHeader], name: &str| given.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some(login) = self.user.as_deref().filter(|_| !has(&given, "authorization")) {
            given.push(login_header(login)?);
        }
        if let Some(agent) = self.user_agent.as_deref().filter(|_| !has(&given, "user-agent")) {
            given.push(("user-agent".to_owned(), agent.to_owned()));
        }
        if !self.cookies.is_empty() {
            given.push(("cookie".to_owned(), self.cookie()?));
        }
        Ok(given)
    }

    fn cookie(&self) -> Result<String, UsageFailure> {
        if let Some(file) = self.cookies.iter().find(|cookie| !cookie.contains('=')) {
            return Err(UsageFailure::new(format!(
                "--cookie {file}: files of cookies are not read; write NAME=VALUE, or --keep-cookies to send back what the server sets"
            )));
        }
        Ok(self.cookies.join("; "))
    }
}

/// `name: value`; `name;` is a header without a value, and `name:` takes one away that curl would send.
fn read_header(text: &str) -> Result<Option<GivenHeader>, UsageFailure> {
    let text = text.trim();
    let Some((name, value)) = text.split_once(':') else {
        return match text.strip_suffix(';') {
            Some(name) => checked(name, "").map(Some),
            // Its text may be a secret.
            None => Err(UsageFailure::new(
                "--header: a header has a name and a value with a colon between them, as in \"accept: text/plain\"",
            )),
        };
    };
    let (name, value) = checked(name.trim(), value.trim())?;
    match value.is_empty() {
        false => Ok(Some((name, value))),
        true if ["host", "user-agent"].contains(&name.to_ascii_lowercase().as_str()) => {
            Err(UsageFailure::new(format!("--header \"{name}:\": `{name}` cannot be left out; write a value after it")))
        }
        // Others are not sent unless they are asked for.
        true => Ok(None),
    }
}

fn checked(name: &str, value: &str) -> Result<GivenHeader, UsageFailure> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(UsageFailure::new(format!(
            "--header: `{name}` is not the name of a header: use letters, digits and `-`"
        )));
    }
    if value.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
        return Err(UsageFailure::new(format!(
            "--header: the value of `{name}` has a line break or another control character, which no header may have"
        )));
    }
    if ["content-length", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str()) {
        return Err(UsageFailure::new(format!("--header: `{name}` is set from the body: leave it out")));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// The header of a `USER:PASSWORD`, which no message shows.
pub(super) fn login_header(login: &str) -> Result<GivenHeader, UsageFailure> {
    if !login.contains(':') {
        return Err(UsageFailure::new("--user: there is no password: write USER:PASSWORD, or USER: for an empty one"));
    }
    if has_template(login.as_bytes()) {
        return Err(UsageFailure::new(
            "--user: a template cannot be part of USER:PASSWORD, because both are encoded; put the encoded text into the data file and write -H \"authorization: Basic {csv:column}\"",
        ));
    }
    Ok(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(login))))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct HeaderLine {
        #[command(flatten)]
        headers: HeaderArguments,
    }

    fn read(line: &[&str]) -> Result<Vec<GivenHeader>, UsageFailure> {
        HeaderLine::try_parse_from([&["proofload"], line].concat()).unwrap().headers.given()
    }

    fn headers(line: &[&str]) -> Vec<String> {
        let given = read(line).unwrap();
        given.into_iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    #[test]
    fn headers_are_read_as_curl_reads_them() {
        assert_eq!(headers(&["-H", "Accept:text/plain", "-HX-A: b: c"]), ["Accept: text/plain", "X-A: b: c"]);
        assert_eq!(headers(&["-H", "X-Empty;"]), ["X-Empty: "]);
        assert_eq!(headers(&["-H", "Expect:"]), [""; 0], "curl would send it, and here it is not sent anyway");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "A: 1\n\nB: 2\r\n").unwrap();
        assert_eq!(headers(&["-H", &format!("@{}", file.path().display())]), ["A: 1", "B: 2"]);
    }

    #[test]
    fn options_of_their_own_are_headers() {
        // printf 'me:se:cret' | base64
        assert_eq!(headers(&["-u", "me:se:cret"]), ["authorization: Basic bWU6c2U6Y3JldA=="]);
        assert_eq!(
            headers(&["-A", "me/1", "-b", "a=1", "-b", "b=2; c=3"]),
            ["user-agent: me/1", "cookie: a=1; b=2; c=3"]
        );
        let both = headers(&["-u", "me:x", "-H", "Authorization: Bearer y"]);
        assert_eq!(both, ["Authorization: Bearer y"], "what is written out comes first");
    }

    #[test]
    fn a_mistake_is_refused_and_no_secret_is_shown() {
        for (line, says) in [
            (["-H", "secret"], "a name and a value"),
            (["-H", "a b: secret"], "`a b` is not the name"),
            (["-H", "a: sec\nret"], "`a` has a line break"),
            (["-H", "Content-Length: 5"], "is set from the body"),
            (["-H", "Host:"], "cannot be left out"),
            (["-u", "secret"], "no password"),
            (["-u", "secret:{csv:password}"], "a template cannot"),
            (["-b", "jar.txt"], "files of cookies are not read"),
        ] {
            let refusal = read(&line).unwrap_err().to_string();
            assert!(refusal.contains(says) && !refusal.contains("secret"), "{line:?}: {refusal}");
        }
    }
}
