//! A user's own client, made as the options of the test say.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use crate::http::address::Address;
use crate::http::supported_options::UnsupportedOption;
use crate::settings::SettingKey;
use crate::workload::{Connections, HttpOptions};

/// Makes the clients of one worker thread; what they have in common is read once, when the first is asked for.
#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) options: HttpOptions,
    tools: OnceCell<Result<Tools, UnsupportedOption>>,
}

#[derive(Debug, Clone)]
struct Tools {
    proxy: Option<reqwest::Proxy>,
    #[cfg(feature = "tls")]
    tls: rustls::ClientConfig,
}

/// The servers whose connection is kept, and since when it is idle.
pub(super) type Kept = Vec<(Rc<Address>, Duration)>;

/// What carries the requests of one user: no connection, cookie or TLS session of it is another's.
#[derive(Debug)]
pub(crate) struct Client {
    pub(super) reqwest: reqwest::Client,
    pub(super) kept: Rc<RefCell<Kept>>,
    pub(super) says_close: bool,
}

impl Workshop {
    pub(crate) fn new(options: HttpOptions) -> Workshop {
        Workshop { options, tools: OnceCell::new() }
    }

    /// Whether clients can be made.
    ///
    /// # Errors
    /// An option cannot be used.
    pub(crate) fn check(&self) -> Result<(), UnsupportedOption> {
        self.tools().map(|_| ())
    }

    fn tools(&self) -> Result<&Tools, UnsupportedOption> {
        self.tools.get_or_init(|| Tools::from(&self.options)).as_ref().map_err(Clone::clone)
    }

    /// A client for one user.
    ///
    /// # Errors
    /// An option cannot be used, or the client cannot be made.
    pub(crate) fn client(&self, connections: Connections) -> Result<Client, String> {
        let tools = self.tools().map_err(|error| error.to_string())?;
        let opens_each_time = connections == Connections::PerRequest;
        // Everything that would change, repeat or divert a request by itself is off: it would be measured unseen.
        let builder = reqwest::Client::builder()
            .user_agent(concat!("proofload/", env!("CARGO_PKG_VERSION")))
            .pool_max_idle_per_host(usize::from(!opens_each_time))
            .pool_idle_timeout(None)
            .no_proxy()
            .redirect(self.redirects())
            .referer(false)
            .retry(reqwest::retry::never())
            .cookie_store(self.options.cookies)
            .tcp_nodelay(true);
        let builder = match &tools.proxy {
            Some(proxy) => builder.proxy(proxy.clone()),
            None => builder,
        };
        let builder = tools.secure(self.in_its_version(builder));
        let reqwest = builder.build().map_err(|error| format!("the client of a user cannot be made: {error}"))?;
        Ok(Client { reqwest, kept: Rc::default(), says_close: opens_each_time && !self.options.http2 })
    }

    fn redirects(&self) -> reqwest::redirect::Policy {
        match self.options.redirects {
            0 => reqwest::redirect::Policy::none(),
            most => reqwest::redirect::Policy::limited(most as usize),
        }
    }

    /// The version is asked for and never agreed upon, so that a report tells one and not a mixture.
    fn in_its_version(&self, builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        #[cfg(feature = "http2")]
        if self.options.http2 {
            return builder.http2_prior_knowledge();
        }
        builder.http1_only()
    }
}

impl Tools {
    fn from(options: &HttpOptions) -> Result<Tools, UnsupportedOption> {
        Ok(Tools {
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

/// For every request, wherever it goes: what the environment says about proxies is not asked.
fn proxy(url: &str) -> Result<reqwest::Proxy, UnsupportedOption> {
    let unusable = |why: &dyn std::fmt::Display| UnsupportedOption::Unusable {
        key: SettingKey::Proxy,
        value: url.to_owned(),
        why: why.to_string(),
    };
    url::Url::parse(url).map_err(|error| unusable(&error))?;
    reqwest::Proxy::all(url).map_err(|error| unusable(&error))
}
