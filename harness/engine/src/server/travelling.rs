//! A server for users in another process: its name and its URL, as if it were attached there.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::handle::Server;

/// What the users of a server need to know. Its process and its output stay where it was started.
#[derive(Serialize, Deserialize)]
struct NamedUrl {
    name: String,
    url: String,
}

impl Serialize for Server {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        NamedUrl { name: self.name().to_owned(), url: self.url().to_owned() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Server {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Server, D::Error> {
        let NamedUrl { name, url } = NamedUrl::deserialize(deserializer)?;
        Server::attach_as(&name, &url).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_keeps_its_name_its_url_and_its_address() {
        for url in ["http://127.0.0.1:8080", "http://[::1]:81", "http://shop.example/api/v1"] {
            let server = Server::attach_as("shop (before)", url).unwrap();
            let there: Server = serde_json::from_str(&serde_json::to_string(&server).unwrap()).unwrap();
            assert_eq!((there.name(), there.url(), there.address()), ("shop (before)", url, server.address()));
            assert_eq!((there.pid(), there.output(), there.died()), (None, None, None));
        }
    }

    #[test]
    fn what_is_no_url_is_refused() {
        let refused = serde_json::from_str::<Server>(r#"{"name":"shop","url":"ftp://shop"}"#).unwrap_err();
        assert!(refused.to_string().contains("the scheme must be http or https"), "{refused}");
    }
}
