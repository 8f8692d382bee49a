//! Passwords in URLs.

use std::borrow::Cow;

/// What is shown instead of a user and a password.
const HIDDEN: &str = "***";

/// `text` with the user and the password of each URL in it replaced: `http://***@host`. A user alone may be a token.
pub(super) fn without_passwords(text: &str) -> Cow<'_, str> {
    if !text.contains("://") || !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        safe.push_str(before);
        rest = after;
        if let Some(end) = end_of_user_info(after) {
            safe.push_str(HIDDEN);
            rest = &after[end..];
        }
    }
    safe.push_str(rest);
    Cow::Owned(safe)
}

/// `address` without its user and password; the scheme may be missing.
pub fn without_password(address: &str) -> String {
    match address.contains("://") {
        true => without_passwords(address).into_owned(),
        false => match end_of_user_info(address) {
            Some(end) => format!("{HIDDEN}{}", &address[end..]),
            None => address.to_owned(),
        },
    }
}

/// Where the `@` is that ends the user and the password of a URL, whose text after `://` this is.
fn end_of_user_info(rest: &str) -> Option<usize> {
    let url = &rest[..rest.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c)).unwrap_or(rest.len())];
    let authority = &url[..url.find(['/', '?', '#', '\\']).unwrap_or(url.len())];
    if let Some(end) = authority.rfind('@') {
        return Some(end);
    }
    // A password with a slash that was not escaped: what stands before it is no port.
    let port = authority.rsplit_once(':').map(|(_, port)| port)?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) || authority.ends_with(']');
    if is_port { None } else { url.rfind('@') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_and_a_password_are_hidden_wherever_a_url_stands() {
        for (text, shown) in [
            ("GET http://me:secret@host/x: refused", "GET http://***@host/x: refused"),
            ("`https://ghp_token@host`", "`https://***@host`"),
            ("http://me:p@ss@host:80/", "http://***@host:80/"),
            ("http://me:p/ss@host", "http://***@host"),
            ("a http://u:p@a and postgres://u:p@b", "a http://***@a and postgres://***@b"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
        assert_eq!(without_password("me:secret@host:80"), "***@host:80");
    }

    #[test]
    fn an_at_sign_in_a_path_stays() {
        for text in ["http://host/@user", "http://host:80/a@b", "http://[::1]/a@b", "mail me@host"] {
            assert_eq!(without_passwords(text), text);
        }
        assert_eq!(without_password("host:80/@user"), "host:80/@user");
    }
}
