//! The perf binary under test: servers that behave and servers that do not, and tests that ask them.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use proofload::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Leaves a line in the trace file, so that the specification sees what happened in which order.
fn trace(line: &str) {
    let Some(path) = std::env::var_os("TRACE") else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("the trace opens");
    writeln!(file, "{line}").expect("the trace is written");
}

/// How a server of the probe answers a request for `path`.
#[derive(Clone, Copy)]
enum Answer {
    Ok,
    Status(u16),
    Silence,
    CutBody,
    Rubbish,
    Exit(i32),
}

fn answer_for(path: &str) -> Answer {
    match path {
        "/busy" => Answer::Status(503),
        "/missing" => Answer::Status(404),
        "/silence" => Answer::Silence,
        "/cut" => Answer::CutBody,
        "/rubbish" => Answer::Rubbish,
        "/exit" => Answer::Exit(3),
        _ => Answer::Ok,
    }
}

/// A server just large enough to be asked, with keep-alive.
async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // A client that goes away is no news.
            let _client_gone = converse(stream).await;
        });
    }
}

async fn converse(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    loop {
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).await? == 0 {
                return Ok(());
            }
            head.push(byte[0]);
        }
        let path = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or("/").to_owned();
        head.clear();
        match answer_for(&path) {
            Answer::Ok => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await?,
            Answer::Status(code) => {
                let text = format!("HTTP/1.1 {code} No\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(text.as_bytes()).await?;
            }
            Answer::Silence => std::future::pending().await,
            Answer::CutBody => return stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nshort").await,
            Answer::Rubbish => return stream.write_all(b"what do you want\r\n\r\n").await,
            Answer::Exit(code) => {
                eprintln!("last words of a server that was told to exit");
                std::process::exit(code);
            }
        }
    }
}

/// Behaves.
#[server(ready = "/health")]
pub(crate) async fn steady(listener: TcpListener) -> std::io::Result<()> {
    trace(&format!("steady {}", std::process::id()));
    serve(listener).await
}

/// Dies when asked for `/exit`.
#[server(ready = "/health")]
pub(crate) async fn mortal(listener: TcpListener) -> std::io::Result<()> {
    trace(&format!("mortal {}", std::process::id()));
    serve(listener).await
}

/// Fails before it is ready.
#[server(ready = "/health")]
pub(crate) async fn stillborn(_listener: TcpListener) -> std::io::Result<()> {
    eprintln!("reading the configuration");
    Err(std::io::Error::other("no database at /nowhere"))
}

/// Panics before it is ready.
#[server(ready = "/health")]
pub(crate) async fn panicky(_listener: TcpListener) -> std::io::Result<()> {
    panic!("the server's own panic")
}

/// Listens and never says that it is ready.
#[server(ready = "/missing", start_timeout = 300ms)]
pub(crate) async fn unready(listener: TcpListener) -> std::io::Result<()> {
    serve(listener).await
}

/// A session fixture with tear-down.
#[fixture(scope = session)]
async fn catalogue(steady: &Server, give: Give<String>) -> proofload::Result {
    trace("catalogue set up");
    let url = give.to_tests(steady.url().to_owned()).await;
    trace(&format!("catalogue torn down {}", !url.is_empty()));
    Ok(())
}

/// A test fixture that depends on a session fixture.
#[fixture(scope = test)]
#[expect(clippy::ptr_arg, reason = "the parameter's type is the fixture's")]
async fn basket(catalogue: &String, give: Give<usize>) -> proofload::Result {
    trace("basket set up");
    give.to_tests(catalogue.len()).await;
    trace("basket torn down");
    Ok(())
}

/// A fixture that cannot be set up.
#[fixture(scope = session)]
async fn broken() -> proofload::Result<u32> {
    trace("broken tried");
    Ok("not a number".parse::<u32>()?)
}

static LOG_INS: AtomicU64 = AtomicU64::new(0);

/// Logs each virtual user in.
#[fixture(scope = user)]
async fn token(user: &mut User, steady: &Server) -> proofload::Result<String> {
    user.get(steady, "/log-in").await?;
    Ok(format!("token {}", LOG_INS.fetch_add(1, Ordering::Relaxed)))
}

pub(crate) mod good {
    use super::*;

    #[perf(kind = "load", users = 5, requests = 200, warmup = 20, p95 < 5s, max("GET /health") < 9s)]
    async fn health(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 3, requests = 30, markers = [smoke])]
    async fn with_fixtures(user: &mut User, steady: &Server, basket: &usize, token: &mut String) -> proofload::Result {
        user.check("the basket is as long as the address", *basket == steady.url().len()).ok();
        token.push('!');
        user.get(steady, "/a").named("A").bearer(token).await?;
        user.get(steady, "/missing").expect(404).await?;
        Ok(())
    }

    #[perf(kind = "benchmark", requests = 300, warmup = 10, mean < 1s)]
    async fn quick(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }

    #[perf(kind = "stress", case(users = 2, requests = 20), case(users = 4, requests = 40, success_rate > 95%))]
    async fn pushed(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }
}

pub(crate) mod bad {
    use super::*;

    #[perf(kind = "load", users = 2, requests = 100, max < 1us)]
    async fn too_slow(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 100)]
    async fn busy(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/busy").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 100, p95("GET /helth") < 1s)]
    async fn no_data(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 20)]
    async fn sends_nothing(_user: &mut User) -> proofload::Result {
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 100)]
    async fn check(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        user.check("a full page", false)?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 100)]
    async fn own_error(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        let _number: u32 = "twelve".parse()?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 10, p99 < 5s)]
    async fn few_samples(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 100)]
    async fn panics(user: &mut User, steady: &Server, basket: &usize) -> proofload::Result {
        user.get(steady, "/health").await?;
        assert_eq!(*basket, 0, "a panic in the test");
        Ok(())
    }
}

pub(crate) mod faults {
    use super::*;

    #[perf(kind = "load", users = 4, requests = 1000)]
    async fn dies(user: &mut User, mortal: &Server) -> proofload::Result {
        let path = if user.number() == 3 { "/exit" } else { "/health" };
        user.get(mortal, path).await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 50)]
    async fn revives(user: &mut User, mortal: &Server) -> proofload::Result {
        user.get(mortal, "/health").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 50)]
    async fn stillborn_server(user: &mut User, stillborn: &Server) -> proofload::Result {
        user.get(stillborn, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 50)]
    async fn panicky_server(user: &mut User, panicky: &Server) -> proofload::Result {
        user.get(panicky, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 50)]
    async fn unready_server(user: &mut User, unready: &Server) -> proofload::Result {
        user.get(unready, "/").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 50)]
    async fn broken_fixture(user: &mut User, steady: &Server, broken: &u32) -> proofload::Result {
        user.get(steady, "/").query(&[("n", broken.to_string())]).await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 50)]
    async fn broken_fixture_again(user: &mut User, steady: &Server, broken: &u32) -> proofload::Result {
        user.get(steady, "/").query(&[("n", broken.to_string())]).await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 4, timeout = 100ms)]
    async fn silence(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/silence").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 1_000_000, timeout = 100ms)]
    async fn endless_silence(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/silence").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 20)]
    async fn cut_bodies(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/cut").await?;
        Ok(())
    }

    #[perf(kind = "load", users = 2, requests = 20)]
    async fn rubbish(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/rubbish").await?;
        Ok(())
    }
}

pub(crate) mod long {
    use super::*;

    #[perf(kind = "load", users = 2, duration = 60s)]
    async fn minute(user: &mut User, steady: &Server, basket: &usize) -> proofload::Result {
        user.get(steady, "/health").await?;
        user.think(Duration::from_millis(1 + *basket as u64 % 5)).await;
        Ok(())
    }

    #[perf(kind = "load", users = 400, duration = 60s)]
    async fn crowd(user: &mut User, steady: &Server) -> proofload::Result {
        user.get(steady, "/health").await?;
        user.think(Duration::from_millis(50)).await;
        Ok(())
    }
}
