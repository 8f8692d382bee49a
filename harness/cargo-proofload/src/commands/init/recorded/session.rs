//! A session that may be written down: the requests to repeat, with variables in place of secrets.

use super::secrets::CleanText;

/// What one user does in an iteration.
#[derive(Debug)]
pub(crate) struct RepeatedSession {
    pub(super) source: String,
    /// At least one.
    pub(super) servers: Vec<RecordedServer>,
    pub(super) steps: Vec<RepeatedRequest>,
    /// The fields of all secrets that the steps use, sorted.
    pub(super) secrets: Vec<String>,
    /// For the attribute, as it writes them.
    pub(super) settings: Vec<String>,
    /// Of the library.
    pub(super) features: Vec<&'static str>,
    /// All cookies come from responses of the session, so each user can keep its own.
    pub(super) keeps_cookies: bool,
    /// What the person should know.
    pub(crate) remarks: Vec<String>,
}

/// Where requests went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordedServer {
    /// The name of its fixture.
    pub(super) fixture: String,
    /// `https://shop.example`; `None` if the source names no server.
    pub(super) origin: Option<String>,
    /// It is on this machine, so it may be put under load unasked.
    pub(super) is_local: bool,
}

/// One request of the session.
#[derive(Debug)]
pub(super) struct RepeatedRequest {
    /// Zero unless pauses are kept.
    pub(super) pause_ms: u64,
    pub(super) method: String,
    /// Its index.
    pub(super) server: usize,
    pub(super) path: CleanText,
    /// The parameters of the query that have secrets; the others are in the path.
    pub(super) query: Vec<(String, CleanText)>,
    pub(super) endpoint: Option<String>,
    pub(super) headers: Vec<(String, CleanText)>,
    pub(super) body: Option<RepeatedBody>,
    pub(super) status: Option<u16>,
}

#[derive(Debug)]
pub(super) enum RepeatedBody {
    Text(CleanText),
    /// JSON with secrets in it; without, it is text, byte by byte as it was recorded.
    Json(CleanJson),
    Form(Vec<(CleanText, CleanText)>),
    Multipart(Vec<RepeatedPart>),
}

#[derive(Debug)]
pub(super) struct RepeatedPart {
    pub(super) name: CleanText,
    pub(super) value: CleanText,
    /// Its name and content type.
    pub(super) file: Option<(CleanText, String)>,
}

#[derive(Debug)]
pub(super) enum CleanJson {
    /// A number, a word.
    Plain(String),
    Text(CleanText),
    List(Vec<CleanJson>),
    Object(Vec<(String, CleanJson)>),
}
