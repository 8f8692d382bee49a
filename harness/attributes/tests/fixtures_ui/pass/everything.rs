//! Fixtures of every scope and form, and tests that ask for them.

use std::sync::Mutex;

use proofload::prelude::*;

/// What the fixtures and tests of this file have done, in order.
pub(crate) static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(line: impl Into<String>) {
    LINES.lock().unwrap().push(line.into());
}

pub(crate) mod elsewhere {
    use proofload::prelude::*;
    use tokio::net::TcpListener;

    /// A server that is never started here.
    #[server(ready = "/health", start_timeout = 1500ms, threads = 2)]
    pub async fn agent(listener: TcpListener) -> std::io::Result<()> {
        loop {
            listener.accept().await?;
        }
    }

    #[server]
    pub async fn silent(_listener: TcpListener) {}

    #[derive(Debug)]
    pub(crate) struct Site {
        pub url: String,
    }

    /// Answers every request
    /// with 200.
    ///
    /// Not a server of the harness: it lives in this process.
    #[fixture(scope = session)]
    pub async fn site() -> std::io::Result<Site> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        std::thread::spawn(move || super::answer(&listener));
        super::note("+ site");
        Ok(Site { url })
    }

    pub(crate) mod by_glob {
        /// Has the name of a local variable of many tests.
        #[proofload::fixture]
        pub async fn number() -> u64 {
            7
        }
    }
}

use elsewhere::by_glob::*;
use elsewhere::{Site, site};

#[derive(Debug)]
pub(crate) struct Catalogue {
    articles: Vec<&'static str>,
}

#[fixture(scope = "module")]
async fn catalogue(site: &Site, give: Give<Catalogue>) -> proofload::Result {
    assert!(site.url.starts_with("http://"));
    let mut catalogue = give.to_tests(Catalogue { articles: vec!["pen"] }).await;
    catalogue.articles.clear();
    note("- catalogue");
    Ok(())
}

/// Held by one user, so it need not be `Send`.
pub(crate) struct Basket {
    articles: std::rc::Rc<std::cell::RefCell<Vec<&'static str>>>,
}

/// A log-in.
#[fixture(scope = user)]
async fn token(user: &mut User, site: &Site) -> proofload::Result<String> {
    user.post(site.url.as_str(), "/login").await?;
    Ok(format!("token {}", user.number()))
}

#[fixture(scope = user)]
async fn basket(number: &u64, give: Give<Basket>) -> proofload::Result {
    let basket = give.to_tests(Basket { articles: Default::default() }).await;
    note(format!("- basket of {} in {number}", basket.articles.borrow().len()));
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 6)]
async fn everything(
    basket: &mut Basket,
    user: &mut User,
    site: &Site,
    catalogue: &Catalogue,
    token: &mut String,
    _number: &u64,
) -> proofload::Result {
    assert_eq!(*token, format!("token {}", user.number()));
    basket.articles.borrow_mut().extend(&catalogue.articles);
    user.get(site.url.as_str(), "/").await?;
    Ok(())
}

/// Without a user, and with a variable that is called like the fixture.
#[perf(kind = "load", users = 1, requests = 1)]
async fn without_a_user(number: &u64) -> Result<(), std::num::ParseIntError> {
    let number = *number;
    assert_eq!(number, 7);
    "seven".parse::<u64>().map(drop)
}

#[perf(kind = "load", users = 1, requests = 1)]
async fn unexpected(user: &mut User, site: &Site) -> proofload::Result {
    user.get(site.url.as_str(), "/").expect(404).await?;
    Ok(())
}

#[fixture(scope = user)]
async fn refused(_number: &u64) -> Result<u8, std::num::ParseIntError> {
    "refused".parse()
}

#[perf(kind = "load", users = 1, requests = 1)]
async fn over_refused(_basket: &mut Basket, refused: &mut u8) -> proofload::Result {
    unreachable!("{refused}")
}

fn answer(listener: &std::net::TcpListener) {
    for stream in listener.incoming().map_while(Result::ok) {
        std::thread::spawn(move || answer_all(stream));
    }
}

fn answer_all(mut stream: std::net::TcpStream) -> std::io::Result<()> {
    use std::io::{BufRead, BufReader, Write};
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while let Some(line) = lines.next().transpose()? {
        if line.is_empty() {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
        }
    }
    Ok(())
}
