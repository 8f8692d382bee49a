//! The name that a request is counted under: its path with `{id}` in place of what differs from one request to the next.

use super::secret_shapes::{follows_a_secret_name, is_identifier, is_secret, looks_secret};

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
    let parts: Vec<String> = path.trim_start_matches('/').split('/').map(without_session).collect();
    let before = |at: usize| at.checked_sub(1).map_or("", |at| without_parameters(&parts[at]));
    parts.iter().enumerate().map(|(at, part)| segment(before(at), part)).collect()
}

/// Other parameters, such as that of `map;v=2`, are part of what is asked for.
fn without_session(part: &str) -> String {
    let is_session = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or(parameter).to_lowercase();
        name == "sid" || name.contains("sessionid") || name.contains("sessid")
    };
    let kept = part.split(';').enumerate().filter(|(at, text)| *at == 0 || !is_session(text));
    kept.map(|(_, text)| text).collect::<Vec<_>>().join(";")
}

fn without_parameters(part: &str) -> &str {
    part.split(';').next().unwrap_or(part)
}

fn segment(before: &str, part: &str) -> PathSegment {
    let plain = without_parameters(part);
    let stem = plain.split('.').next().unwrap_or(plain);
    let mut parameters = part.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let has_secret = parameters.any(|(name, value)| is_secret(name, value));
    match part {
        _ if has_secret || looks_secret(part) || follows_a_secret_name(before, plain) => {
            PathSegment::Secret(part.to_owned())
        }
        _ if is_identifier(stem) => PathSegment::Id(part.to_owned()),
        _ => PathSegment::Text(part.to_owned()),
    }
}

/// `GET /items/{id}`, or `None` if the path has nothing that differs.
pub(super) fn endpoint(method: &str, segments: &[PathSegment]) -> Option<String> {
    let is_plain = segments.iter().all(|segment| matches!(segment, PathSegment::Text(_)));
    let shown = segments.iter().map(|segment| match segment {
        PathSegment::Text(text) => format!("/{text}"),
        PathSegment::Id(text) => match without_parameters(text).split_once('.') {
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
            ("/items/17.json;v=1.5/tags", "GET /items/{id}.json/tags"),
            ("/reset/a1b2c3d4e5", "GET /reset/{secret}"),
        ] {
            assert_eq!(named(path).as_deref(), Some(name), "{path}");
        }
    }

    #[test]
    fn of_the_parameters_of_a_path_only_session_ids_are_left_out() {
        let text = |text: &str| PathSegment::Text(text.to_owned());
        assert_eq!(segments("/map;v=2;JSESSIONID=0A1B/tiles;PHPSESSID=1"), [text("map;v=2"), text("tiles")]);
        let secret = PathSegment::Secret("map;password=abc".to_owned());
        assert_eq!(segments("/map;password=abc/tiles"), [secret, text("tiles")]);
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
