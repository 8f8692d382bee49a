//! A server that speaks HTTP/1.1 and HTTP/2, with TLS and without.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server on a free loopback port, which ends with this value.
pub(crate) struct Served {
    pub(crate) base_url: String,
    seen: Arc<ServerState>,
    certificate: Option<tempfile::NamedTempFile>,
    _runtime: Runtime,
}

#[derive(Default)]
struct ServerState {
    connections: AtomicUsize,
    only_http1: std::sync::atomic::AtomicBool,
}

impl Served {
    pub(crate) fn plain() -> Served {
        Served::start(None)
    }

    /// With a certificate that it has signed itself.
    pub(crate) fn over_tls() -> Served {
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), cert.pem()).expect("it can be written");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows them")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("the key is that of the certificate");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Served::start(Some((config, file)))
    }

    /// The same without HTTP/2.
    pub(crate) fn in_http1(kind: fn() -> Served) -> Served {
        let server = kind();
        server.seen.only_http1.store(true, Ordering::SeqCst);
        server
    }

    fn start(tls: Option<(ServerConfig, tempfile::NamedTempFile)>) -> Served {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let seen = Arc::new(ServerState::default());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (config, certificate) = tls.unzip();
        runtime.spawn(accept(listener, config.map(Arc::new), Arc::clone(&seen)));
        Served { base_url: format!("{scheme}://{address}"), seen, certificate, _runtime: runtime }
    }

    /// Connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Where its certificate is, if it has one.
    pub(crate) fn certificate_file(&self) -> Option<String> {
        self.certificate.as_ref().map(|file| file.path().display().to_string())
    }
}

async fn accept(listener: TcpListener, config: Option<Arc<ServerConfig>>, seen: Arc<ServerState>) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let only_http1 = seen.only_http1.load(Ordering::SeqCst);
        let mut config = config.clone();
        if let Some(config) = config.as_mut().filter(|_| only_http1) {
            Arc::make_mut(config).alpn_protocols = vec![b"http/1.1".to_vec()];
        }
        tokio::spawn(async move {
            match config.map(TlsAcceptor::from) {
                None => serve(stream, only_http1).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, only_http1).await;
                    }
                }
            }
        });
    }
}

/// A client that disconnects in the middle is not an error of the server.
async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, only_http1: bool) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    if only_http1 {
        builder = builder.http1_only();
    }
    builder.serve_connection(TokioIo::new(stream), service_fn(answer)).await.ok();
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
    let (status, headers, body) = match parts.as_slice() {
        ["version"] => (200, vec![], format!("{:?}", request.version())),
        ["cookie"] => {
            let given = ("set-cookie", format!("user={}; path=/", header("x-user")));
            (200, vec![given], header("cookie"))
        }
        ["hop", "1"] => (302, vec![("location", "/version".to_owned())], "moved".to_owned()),
        ["hop", left] => {
            let next = left.parse::<u32>().expect("a number") - 1;
            (302, vec![("location", format!("/hop/{next}"))], "moved".to_owned())
        }
        ["paths", ..] => {
            let given = |path: &&str| ("set-cookie", format!("id={path}; path={path}"));
            (200, ["/paths", "/", "/paths/a"].iter().map(given).collect(), header("cookie"))
        }
        ["nowhere"] => (302, vec![("location", "http://[".to_owned())], String::new()),
        ["status", status] => (status.parse().expect("a status"), vec![], format!("status {status}")),
        ["form"] => {
            let content_type = header("content-type");
            let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            (200, vec![], fields(&content_type, &body))
        }
        ["never"] => std::future::pending().await,
        _ => (404, vec![], String::new()),
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    Ok(response.body(Full::from(body)).expect("a whole answer"))
}

/// `name: 5 bytes; file (a.png, image/png): 4 bytes`
fn fields(content_type: &str, body: &[u8]) -> String {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap_or("none");
    let text: String = body.iter().map(|byte| char::from(*byte)).collect();
    let separator = format!("--{boundary}");
    let parts = text.split(&separator).filter_map(|part| part.strip_prefix("\r\n"));
    let described = parts.filter_map(|part| part.split_once("\r\n\r\n")).map(|(head, content)| {
        let of = |label: &str| Some(head.split_once(label)?.1.split('"').next()?.to_owned());
        let kind = head.split_once("content-type: ").map(|(_, kind)| kind.to_owned());
        let file = of("filename=\"").zip(kind).map(|(name, kind)| format!(" ({name}, {kind})"));
        let bytes = content.strip_suffix("\r\n").unwrap_or(content).chars().count();
        format!("{}{}: {bytes} bytes", of("; name=\"").unwrap_or_default(), file.unwrap_or_default())
    });
    described.collect::<Vec<_>>().join("; ")
}
