//! A reqwest client for each user, made by the options of the test.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::cookies::CookieJar;
use super::resolver::Resolver;
use crate::http::address::Address;
use crate::http::host_names::HostNames;
use crate::http::options::{ConnectionPolicy, TransportOptions};
use crate::http::unsupported_option::UnsupportedOption;
use crate::measure::Moment;

/// Makes the clients of one worker thread. What they have in common is read once, for the first of them.
#[derive(Debug)]
pub(crate) struct ClientFactory {
    pub options: TransportOptions,
    common: OnceCell<Result<CommonParts, UnsupportedOption>>,
}

/// What all clients of a test have in common.
#[derive(Debug, Clone)]
struct CommonParts {
    proxy: Option<reqwest::Proxy>,
    #[cfg(feature = "tls")]
    tls: rustls::ClientConfig,
}

/// The servers to which a connection is kept, and since when it is idle.
pub(super) type KeptConnections = Vec<(Rc<Address>, Moment)>;

/// The client of one user: it shares no connection, cookie or TLS session with others.
#[derive(Debug)]
pub struct ReqwestClient {
    pub(super) reqwest: reqwest::Client,
    pub(super) kept: Rc<RefCell<KeptConnections>>,
    pub(super) says_close: bool,
    /// Redirects are followed.
    pub(super) follows: bool,
    /// HTTP/2 is spoken, and nothing else.
    pub(super) http2: bool,
    /// Any server has answered: it speaks what is expected.
    pub(super) has_answered: Rc<Cell<bool>>,
}

impl ClientFactory {
    pub(crate) fn new(options: TransportOptions) -> ClientFactory {
        ClientFactory { options, common: OnceCell::new() }
    }

    /// Checks that clients can be made.
    ///
    /// # Errors
    /// An option cannot be used.
    pub(crate) fn check(&self) -> Result<(), UnsupportedOption> {
        self.common().map(|_| ())
    }

    fn common(&self) -> Result<&CommonParts, UnsupportedOption> {
        self.common.get_or_init(|| CommonParts::from(&self.options)).as_ref().map_err(Clone::clone)
    }

    /// A client for one user.
    ///
    /// # Errors
    /// An option cannot be used, or the client cannot be made.
    pub(crate) fn client(
        &self,
        connections: ConnectionPolicy,
        hosts: &Arc<HostNames>,
    ) -> Result<ReqwestClient, String> {
        let common = self.common().map_err(|error| error.to_string())?;
        let opens_each_time = connections == ConnectionPolicy::PerRequest;
        // Everything that changes, repeats or redirects a request by itself is off: the figures would not show it.
        let builder = reqwest::Client::builder()
            .user_agent(concat!("proofload/", env!("CARGO_PKG_VERSION")))
            .pool_max_idle_per_host(usize::from(!opens_each_time))
            .pool_idle_timeout(None)
            .no_proxy()
            .redirect(self.redirects())
            .referer(false)
            .retry(reqwest::retry::never())
            .dns_resolver(Arc::new(Resolver(Arc::clone(hosts))))
            .tcp_nodelay(true);
        let builder = match self.options.cookies {
            true => builder.cookie_provider(Arc::new(CookieJar::default())),
            false => builder,
        };
        let builder = match &common.proxy {
            Some(proxy) => builder.proxy(proxy.clone()),
            None => builder,
        };
        let builder = common.secure(self.in_its_version(builder));
        let reqwest = builder.build().map_err(|error| format!("the client of a user cannot be made: {error}"))?;
        Ok(ReqwestClient {
            reqwest,
            kept: Rc::default(),
            says_close: opens_each_time && !self.options.http2,
            follows: self.options.redirects > 0,
            http2: self.options.http2,
            has_answered: Rc::default(),
        })
    }

    fn redirects(&self) -> reqwest::redirect::Policy {
        match self.options.redirects {
            0 => reqwest::redirect::Policy::none(),
            most => reqwest::redirect::Policy::limited(most as usize),
        }
    }

    /// The version is fixed and never negotiated, so that a report is about one version and not a mixture.
    fn in_its_version(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        #[cfg(feature = "http2")]
        if self.options.http2 {
            return builder.http2_prior_knowledge();
        }
        builder.http1_only()
    }
}

impl CommonParts {
    fn from(options: &TransportOptions) -> Result<CommonParts, UnsupportedOption> {
        Ok(CommonParts {
            proxy: options.proxy.as_deref().map(proxy).transpose()?,
            #[cfg(feature = "tls")]
            tls: super::tls::config(options)?,
        })
    }

    #[cfg(feature = "tls")]
    fn secure(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder.tls_backend_preconfigured(super::tls::for_one_user(&self.tls))
    }

    #[cfg(not(feature = "tls"))]
    fn secure(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        builder
    }
}

/// For every request, whatever its address. The environment variables for proxies are not used.
fn proxy(url: &str) -> Result<reqwest::Proxy, UnsupportedOption> {
    let unusable = |why: &dyn std::fmt::Display| UnsupportedOption::InvalidValue {
        setting: "proxy",
        value: url.to_owned(),
        why: why.to_string(),
    };
    reqwest::Url::parse(url).map_err(|error| unusable(&error))?;
    reqwest::Proxy::all(url).map_err(|error| unusable(&error))
}
