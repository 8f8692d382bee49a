//! What is sent, ready to be sent.

use std::fmt;
use std::sync::Arc;

use proofload::__command::{Body, Method, User};

use super::address::RequestAddress;
use super::data_file::DataFile;
use super::expected::StatusList;
use super::template::Template;

/// All requests of a test; each iteration sends one of them.
#[derive(Debug, Clone)]
pub(crate) struct RequestPlan {
    /// At least one.
    pub(crate) requests: Vec<PlannedRequest>,
    /// For each request the sum of the weights up to its own; empty if there is one request.
    weights_so_far: Vec<u64>,
    /// What fills columns, if any request has one.
    pub(super) data: Option<DataFile>,
}

impl RequestPlan {
    /// Where it goes, in a few words: the URL, or how many there are.
    pub(crate) fn described(&self) -> String {
        match self.requests.as_slice() {
            [one] => format!("{}{}", one.address.base, one.address.path),
            several => format!("{} requests", several.len()),
        }
    }
}

/// One request.
#[derive(Clone)]
pub(crate) struct PlannedRequest {
    pub(crate) method: Method,
    pub(crate) address: RequestAddress,
    /// Its path and query.
    pub(crate) path: PlannedText,
    /// In the order in which they were given; the type of the body is among them.
    pub(crate) headers: Vec<PlannedHeader>,
    pub(crate) body: Option<PlannedBody>,
    /// 2xx and 3xx if it is missing.
    pub(crate) expected: Option<StatusList>,
    /// What it is counted under, if that is not its method and path.
    pub(super) name: Option<String>,
    /// How often it is sent, compared with the others.
    pub(super) weight: u32,
    /// The body of the response is kept until it is decoded.
    pub(super) keeps_body: bool,
    /// Some part of it is filled for each request.
    pub(super) has_templates: bool,
    /// Some part of it comes from a row.
    pub(super) needs_row: bool,
}

/// A header with its value.
#[derive(Clone)]
pub(crate) struct PlannedHeader {
    pub(crate) name: String,
    pub(crate) value: PlannedText,
}

/// A text that is the same for all requests, or filled for each.
#[derive(Clone)]
pub(crate) enum PlannedText {
    Fixed(String),
    Filled(Template),
}

/// A body that is the same for all requests, or filled for each.
#[derive(Clone)]
pub(crate) enum PlannedBody {
    Fixed(Body),
    Filled(Arc<Template>),
}

impl RequestPlan {
    pub(super) fn new(requests: Vec<PlannedRequest>, data: Option<DataFile>) -> RequestPlan {
        let mut sum = 0;
        let mut so_far = |request: &PlannedRequest| {
            sum += u64::from(request.weight);
            sum
        };
        let weights_so_far = if requests.len() > 1 { requests.iter().map(&mut so_far).collect() } else { Vec::new() };
        RequestPlan { requests, weights_so_far, data }
    }

    /// The request of this iteration, by the user's seeded choice.
    #[inline]
    pub(super) fn choose(&self, user: &mut User) -> &PlannedRequest {
        let Some(total) = self.weights_so_far.last() else { return &self.requests[0] };
        let drawn = user.random_range(0..*total);
        &self.requests[self.weights_so_far.partition_point(|so_far| *so_far <= drawn)]
    }
}

impl PlannedRequest {
    /// What it is counted under.
    #[allow(dead_code, reason = "for code that is generated from a request, and for messages")]
    pub(crate) fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.plain_name())
    }

    /// Method and path, without the query string.
    pub(super) fn plain_name(&self) -> String {
        format!("{} {}", self.method, without_query(&self.address.path))
    }
}

/// `/a?b` is `/a`.
pub(super) fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

/// Headers and bodies may be secret.
impl fmt::Debug for PlannedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PlannedRequest").field(&self.method).field(&self.address).finish()
    }
}

impl From<Template> for PlannedText {
    fn from(template: Template) -> PlannedText {
        match template.fixed_text().map(|text| String::from_utf8(text.to_vec())) {
            Some(Ok(text)) => PlannedText::Fixed(text),
            _ => PlannedText::Filled(template),
        }
    }
}

impl From<Template> for PlannedBody {
    fn from(template: Template) -> PlannedBody {
        match template.fixed_text() {
            Some(bytes) => PlannedBody::Fixed(Body::from(bytes.to_vec())),
            None => PlannedBody::Filled(Arc::new(template)),
        }
    }
}
