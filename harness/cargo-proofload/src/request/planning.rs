//! From the options of a command to the requests that it sends.

use std::collections::HashMap;

use proofload::__command::Method;

use super::address::{AddressWithLogin, RequestAddress, read_path};
use super::arguments::RequestArguments;
use super::connect_to::{ConnectTo, redirect};
use super::data_file::{DataFile, RowsOrder};
use super::expected::StatusList;
use super::form;
use super::headers::{GivenHeader, login_header};
use super::plan::{PlannedBody, PlannedHeader, PlannedRequest, PlannedText, RequestPlan, without_query};
use super::template::{Template, TemplatePlace, TemplateReader};
use super::url_list::{self, ListedUrl};
use crate::failure::UsageFailure;

impl RequestArguments {
    /// The requests of a test of `url`; without one they come from `--urls`.
    pub(crate) fn plan(&self, url: Option<&str>) -> Result<RequestPlan, UsageFailure> {
        let listed = match (&self.urls, url) {
            (Some(file), _) => url_list::read(file)?,
            (None, Some(path)) if path.starts_with('/') => {
                return Err(UsageFailure::new(format!(
                    "`{path}` is a path: write the whole URL, such as http://127.0.0.1:8000{path}, or start the server with --serve"
                )));
            }
            (None, Some(url)) => vec![only(url)],
            (None, None) => return Err(UsageFailure::new("there is no URL: give one, or --urls FILE")),
        };
        let base = match (&self.urls, url) {
            (Some(_), Some(url)) => Some(base_of(url)?),
            _ => None,
        };
        self.plan_of(&listed, |url| match (&base, url.starts_with('/')) {
            (Some(base), true) => Ok(AddressWithLogin {
                address: RequestAddress { path: read_path(url), ..base.address.clone() },
                login: base.login.clone(),
            }),
            (None, true) if self.urls.is_some() => Err(UsageFailure::new(format!(
                "--urls: the path `{url}` has no server: give the URL of the server on the command line too"
            ))),
            _ => AddressWithLogin::read(url),
        })
    }

    /// The requests of a test whose server the command starts: `path` is `/items`, and so are the lines of `--urls`.
    pub(crate) fn plan_at_server(&self, path: Option<&str>) -> Result<RequestPlan, UsageFailure> {
        let listed = match (&self.urls, path) {
            (Some(file), None) => url_list::read(file)?,
            (Some(_), Some(_)) => {
                return Err(UsageFailure::new("with --serve, --urls has the paths: leave the URL out"));
            }
            (None, path) => vec![only(path.unwrap_or("/"))],
        };
        self.plan_of(&listed, |path| match path.starts_with('/') {
            true => Ok(AddressWithLogin {
                address: RequestAddress { base: String::new(), path: read_path(path) },
                login: None,
            }),
            false => Err(UsageFailure::new(format!(
                "`{path}`: with --serve, the URL is a path such as /health, because the server gets a free port"
            ))),
        })
    }

    /// Refuses a file of `--urls` that names servers: for a command that sends each request to several.
    pub(crate) fn check_lists_paths(&self) -> Result<(), UsageFailure> {
        let Some(file) = &self.urls else { return Ok(()) };
        match url_list::read(file)?.iter().find(|target| !target.url.starts_with('/')) {
            // The URL may have a password, so it is not shown.
            Some(target) => Err(UsageFailure::new(format!(
                "--urls {file}, line {}: this is a whole URL: write paths such as /items, as each request goes to all servers",
                target.line
            ))),
            None => Ok(()),
        }
    }

    fn plan_of(
        &self,
        listed: &[ListedUrl],
        address: impl Fn(&str) -> Result<AddressWithLogin, UsageFailure>,
    ) -> Result<RequestPlan, UsageFailure> {
        let data = self.data_file()?;
        let reader = TemplateReader { data: data.as_ref(), uses: self.templates };
        let parts = self.common_parts(&reader)?;
        let mut requests = Vec::new();
        for target in listed {
            let place = if self.urls.is_some() { format!("--urls, line {}", target.line) } else { "URL".to_owned() };
            let named = |failure: UsageFailure| match self.urls.is_some() {
                true => UsageFailure::new(format!("{place}: {failure}")),
                false => failure,
            };
            let target_address = address(&target.url).map_err(named)?;
            requests.push(parts.request(target, target_address, &reader, &place)?);
        }
        name_each(&mut requests);
        match data {
            Some(unused) if !requests.iter().any(|request| request.needs_row) => Err(UsageFailure::new(format!(
                "--data-csv {}: nothing uses it: write {{csv:COLUMN}} into the URL, a header or the body (its columns: {})",
                unused.path(),
                unused.columns().join(", ")
            ))),
            data => Ok(RequestPlan::new(requests, data)),
        }
    }

    fn data_file(&self) -> Result<Option<DataFile>, UsageFailure> {
        let order = if self.data_random { RowsOrder::Random } else { RowsOrder::InOrder };
        self.data_csv.as_deref().map(|path| DataFile::read(path, order)).transpose()
    }

    fn common_parts(&self, reader: &TemplateReader<'_>) -> Result<CommonRequestParts<'_>, UsageFailure> {
        let given = self.headers.given()?;
        let is_json = |(name, value): &GivenHeader| {
            name.eq_ignore_ascii_case("content-type") && value.to_ascii_lowercase().contains("json")
        };
        let form = form::written(&self.fields, &self.form_texts)?;
        let data = self.data.data(reader, given.iter().any(is_json))?;
        let mut parts = CommonRequestParts {
            arguments: self,
            headers: given,
            query: None,
            body: None,
            expected: None,
            keeps_body: self.decodes()?,
            connect_to: Vec::new(),
        };
        match (form, data) {
            (Some(_), Some(_)) => {
                return Err(UsageFailure::new(
                    "--form and --data are two bodies, and a request has one: leave one of them out",
                ));
            }
            (Some(form), None) => {
                let body = match form.has_templates {
                    true => reader.read(&form.body, TemplatePlace::Body, "--form")?,
                    false => Template::fixed(form.body),
                };
                parts.body = Some(body);
                if !has(&parts.headers, "content-type") {
                    parts.headers.push(("content-type".to_owned(), form.content_type));
                }
            }
            (None, Some(data)) if self.get => parts.query = Some(data),
            (None, Some(data)) => {
                parts.body = Some(data);
                add_types_of_data(self.data.has_json(), &mut parts.headers);
            }
            (None, None) => {}
        }
        if self.head && parts.body.is_some() {
            return Err(UsageFailure::new("--head and a body do not go together: leave one of them out"));
        }
        parts.expected = self.expect.as_deref().map(StatusList::read).transpose()?;
        parts.connect_to = self.connect_to.iter().map(|text| ConnectTo::read(text)).collect::<Result<_, _>>()?;
        Ok(parts)
    }
}

/// The headers that curl adds to a body, unless they are given.
fn add_types_of_data(is_json: bool, headers: &mut Vec<GivenHeader>) {
    let json = "application/json";
    let added: &[_] = match is_json {
        true => &[("content-type", json), ("accept", json)],
        false => &[("content-type", "application/x-www-form-urlencoded")],
    };
    for (name, value) in added {
        if !has(headers, name) {
            headers.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
}

fn has(headers: &[GivenHeader], name: &str) -> bool {
    headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}

fn only(url: &str) -> ListedUrl {
    ListedUrl { weight: 1, method: None, url: url.to_owned(), line: 1 }
}

/// The server that the paths of `--urls` belong to.
fn base_of(url: &str) -> Result<AddressWithLogin, UsageFailure> {
    let base = AddressWithLogin::read(url)?;
    match base.address.path.as_str() {
        "/" => Ok(base),
        path => Err(UsageFailure::new(format!(
            "with --urls, the URL of the command line is that of a server alone: write `{path}` into the file"
        ))),
    }
}

/// What all requests of a plan have in common.
struct CommonRequestParts<'a> {
    arguments: &'a RequestArguments,
    /// Those that were given, and those that come with the body.
    headers: Vec<GivenHeader>,
    query: Option<Template>,
    body: Option<Template>,
    expected: Option<StatusList>,
    keeps_body: bool,
    connect_to: Vec<ConnectTo>,
}

impl CommonRequestParts<'_> {
    fn request(
        &self,
        target: &ListedUrl,
        with_login: AddressWithLogin,
        reader: &TemplateReader<'_>,
        place: &str,
    ) -> Result<PlannedRequest, UsageFailure> {
        let AddressWithLogin { mut address, login } = with_login;
        let mut path = reader.read(address.path.as_bytes(), TemplatePlace::Url, place)?;
        if let Some(query) = &self.query {
            path.append(Template::fixed(if address.path.contains('?') { "&" } else { "?" }));
            path.append(query.clone());
        }
        let mut given = self.headers.clone();
        if let Some(login) = login.filter(|_| !has(&given, "authorization")) {
            given.push(login_header(&login)?);
        }
        if let Some(host) = self.redirected(&mut address)?
            && !has(&given, "host")
        {
            given.push(("host".to_owned(), host));
        }
        let mut needs_row = path.needs_row() || self.body.as_ref().is_some_and(Template::needs_row);
        let mut headers = Vec::new();
        for (name, value) in given {
            let value = reader.read(value.as_bytes(), TemplatePlace::Header, &format!("header `{name}`"))?;
            needs_row |= value.needs_row();
            headers.push(PlannedHeader { name, value: PlannedText::from(value) });
        }
        let (path, body) = (PlannedText::from(path), self.body.clone().map(PlannedBody::from));
        let has_templates = matches!(path, PlannedText::Filled(_))
            || matches!(body, Some(PlannedBody::Filled(_)))
            || headers.iter().any(|header| matches!(header.value, PlannedText::Filled(_)));
        Ok(PlannedRequest {
            method: self.method(target)?,
            address,
            path,
            headers,
            body,
            expected: self.expected.clone(),
            name: None,
            weight: target.weight,
            keeps_body: self.keeps_body,
            has_templates,
            needs_row,
        })
    }

    fn method(&self, target: &ListedUrl) -> Result<Method, UsageFailure> {
        let RequestArguments { method, head, .. } = self.arguments;
        match (&target.method, method) {
            (Some(listed), _) => Ok(listed.clone()),
            (None, Some(given)) => Method::from_bytes(given.as_bytes())
                .map_err(|_| UsageFailure::new(format!("--method {given}: this is not a method of HTTP"))),
            (None, None) if *head => Ok(Method::HEAD),
            (None, None) if self.body.is_some() => Ok(Method::POST),
            (None, None) => Ok(Method::GET),
        }
    }

    /// What follows the name of a server, or takes another route, would still go to the server that is named.
    fn redirected(&self, address: &mut RequestAddress) -> Result<Option<String>, UsageFailure> {
        let host = redirect(&self.connect_to, address)?;
        match self.arguments.transport.beyond_plain() {
            Some(flag) if host.is_some() => Err(UsageFailure::new(format!(
                "--connect-to does not work with {flag}, which looks at the address itself: leave one of them out"
            ))),
            _ => Ok(host),
        }
    }
}

/// Each request is an endpoint of its own in the record: what is filled is named by its template, and what would have the same
/// name as another is distinguished from it by its host or its query.
fn name_each(requests: &mut [PlannedRequest]) {
    for request in requests.iter_mut() {
        if matches!(request.path, PlannedText::Filled(_)) {
            request.name = Some(request.plain_name());
        }
    }
    let with_host = |request: &PlannedRequest| {
        format!("{} {}{}", request.method, request.address.host(), without_query(&request.address.path))
    };
    rename(requests, |request| request.address.base.clone(), with_host);
    rename(
        requests,
        |request| request.address.path.clone(),
        |request| {
            let name = request.name();
            let query = request.address.path.split_once('?').map(|(_, query)| format!("?{query}"));
            format!("{name}{}", query.unwrap_or_default())
        },
    );
}

/// Gives those requests another name that have the name of another request, from which they differ by `key`.
fn rename(
    requests: &mut [PlannedRequest],
    key: impl Fn(&PlannedRequest) -> String,
    renamed: impl Fn(&PlannedRequest) -> String,
) {
    let mut keys: HashMap<String, Option<String>> = HashMap::new();
    for request in requests.iter() {
        let of_request = key(request);
        let known = keys.entry(request.name()).or_insert_with(|| Some(of_request.clone()));
        if known.as_ref() != Some(&of_request) {
            *known = None;
        }
    }
    for request in requests.iter_mut() {
        if keys.get(&request.name()) == Some(&None) {
            request.name = Some(renamed(request));
        }
    }
}

#[cfg(test)]
mod tests;
