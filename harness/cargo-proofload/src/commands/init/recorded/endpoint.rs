//! The name that a request is counted under: its path with `{id}` in place of what differs from one request to the next.

use super::secret_shapes::{follows_a_secret_name, is_identifier, looks_secret};

/// A segment of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathSegment {
    /// `items`
    Text(String),
    /// `17`, as it was recorded.
    Id(String),
    /// What must not be written down.
    Secret(String),
}

/// The segments of `/items/17`, without their slashes. `;jsessionid=…` is left out: cookies replace it.
pub(super) fn segments(path: &str) -> Vec<PathSegment> {
    let parts: Vec<&str> =
        path.trim_start_matches('/').split('/').map(|part| part.split(';').next().unwrap_or(part)).collect();
    let before = |at: usize| at.checked_sub(1).map_or("", |at| parts[at]);
    parts.iter().enumerate().map(|(at, part)| segment(before(at), part)).collect()
}

fn segment(before: &str, part: &str) -> PathSegment {
    let stem = part.split('.').next().unwrap_or(part);
    match part {
        _ if looks_secret(part) || follows_a_secret_name(before, part) => PathSegment::Secret(part.to_owned()),
        _ if is_identifier(stem) => PathSegment::Id(part.to_owned()),
        _ => PathSegment::Text(part.to_owned()),
    }
}

/// `GET /items/{id}`, or `None` if the path has nothing that differs.
pub(super) fn endpoint(method: &str, segments: &[PathSegment]) -> Option<String> {
    let is_plain = segments.iter().all(|segment| matches!(segment, PathSegment::Text(_)));
    let shown = segments.iter().map(|segment| match segment {
        PathSegment::Text(text) => format!("/{text}"),
        PathSegment::Id(text) => match text.split_once('.') {
            Some((_, extension)) => format!("/{{id}}.{extension}"),
            None => "/{id}".to_owned(),
        },
        PathSegment::Secret(_) => "/{secret}".to_owned(),
    });
    (!is_plain).then(|| format!("{method} {}", shown.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> Option<String> {
        endpoint("GET", &segments(path))
    }

    #[test]
    fn numbers_and_hashes_are_ids() {
        for (path, name) in [
            ("/items/17", "GET /items/{id}"),
            ("/users/7/orders/6f9619ff-8b86-d011-b42d-00cf4fc964ff", "GET /users/{id}/orders/{id}"),
            ("/commits/deadbee0/files", "GET /commits/{id}/files"),
            ("/items/17.json", "GET /items/{id}.json"),
            ("/reset/a1b2c3d4e5", "GET /reset/{secret}"),
        ] {
            assert_eq!(named(path).as_deref(), Some(name), "{path}");
        }
    }

    #[test]
    fn words_are_not_ids() {
        for path in [
            "/",
            "/items",
            "/api/v2/items",
            "/facade",
            "/how-to-test",
            "/cart;jsessionid=0A1B2C3D4E5F0A1B2C3D4E5F0A1B2C3D",
        ] {
            assert_eq!(named(path), None, "{path}");
        }
    }
}
