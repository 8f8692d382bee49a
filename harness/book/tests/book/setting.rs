//! What the listings take for granted: servers, fixtures and values that a page mentions without showing them.

pub use std::io;

pub use fixtures::agent::WorkflowPage;
pub use fixtures::{agent, classifier};
pub use proofload::Rows;
pub use proofload::prelude::*;
pub use tokio::net::TcpListener;

pub const ORDER: &str = "an order";
pub const PHOTO: &[u8] = b"a photo";

macro_rules! servers {
    ($($name:ident),+) => {
        $(
            #[server]
            pub async fn $name(listener: TcpListener) -> io::Result<()> {
                serve(listener).await
            }
        )+
    };
}

servers![shop, before, after, sequential, threaded, parallel];

pub async fn serve(listener: TcpListener) -> io::Result<()> {
    axum::serve(listener, my_shop::router()).await
}

/// The service of the reader.
pub mod my_shop {
    pub fn router() -> axum::Router {
        axum::Router::new().fallback(|| async { "ok" })
    }
}

pub struct OwnWorkflows {
    pub owner: String,
}

impl OwnWorkflows {
    pub async fn delete_all(&self, _agent_url: &str) -> io::Result<()> {
        Ok(())
    }
}

#[derive(serde::Deserialize)]
pub struct Answer {
    pub confidence: f64,
}

pub fn photo() -> Form {
    Form::new().file("photo", "front.png", "image/png", PHOTO)
}

pub async fn busy(user: &mut User, classifier: &Server) -> proofload::Result {
    user.get(classifier, "/api/v1/health").await?;
    Ok(())
}

pub async fn erroneous(user: &mut User, classifier: &Server) -> proofload::Result {
    busy(user, classifier).await
}
