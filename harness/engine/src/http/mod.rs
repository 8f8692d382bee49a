//! HTTP for load: requests, responses, connections, and two transports that carry them.
//!
//! The main type is [`HttpSession`], the HTTP of one user. It returns bytes and timestamps; it knows no user, no workload and
//! no accounting, and its options are its own types. `http1` is our own transport for plain HTTP/1.1; `via_reqwest` carries
//! what that does not support. What the sessions of one worker thread share is their [`HttpResources`].

mod address;
mod authority;
mod body;
mod complete_response;
mod deadlines;
mod decoding;
mod draft;
mod form;
mod host_names;
mod http1;
mod known_server;
mod options;
mod own_address;
mod peers;
mod request_line;
mod request_lines;
mod resend;
mod resources;
mod session;
mod supported_options;
mod target;
mod traffic;
mod transport_error;
mod unsupported_option;
mod url_encoding;
mod user_servers;
mod via_reqwest;

pub use self::body::Body;
pub use self::form::Form;
pub use self::host_names::{HostNames, LookupReport};
#[cfg(fuzzing)]
#[doc(hidden)]
pub use self::http1::{ReadResponse, prove};
pub use self::options::{ConnectionPolicy, TransportOptions};
pub use self::resources::HttpResources;
pub use self::supported_options::check_options;
pub use self::target::Target;
pub use self::unsupported_option::UnsupportedOption;
#[cfg(feature = "tls")]
pub use self::via_reqwest::share_cryptography;

pub use self::authority::Authority;
pub use self::complete_response::CompleteResponse;
pub use self::decoding::codings;
pub use self::http1::SharedResponse;
pub use self::session::{HttpSession, RequestLimits};
pub use self::traffic::Traffic;
pub use self::transport_error::TransportError;
pub use self::url_encoding::push_pair;
pub use self::user_servers::ServerIndex;

pub use ::http::Method;
