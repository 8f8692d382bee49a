//! What may be a secret, by its name or by its looks. In doubt it is one: a variable too many is a nuisance, a secret in a
//! repository is not.

/// Parts of names, in lower case and without `-`, `_` and `.`, that only secrets have.
const PARTS: [&str; 33] = [
    "passw",
    "passphrase",
    "passcode",
    "pwd",
    "kennwort",
    "motdepasse",
    "contrase",
    "senha",
    "secret",
    "token",
    "apikey",
    "authorization",
    "authentication",
    "authkey",
    "authcode",
    "oauth",
    "csrf",
    "xsrf",
    "session",
    "sessid",
    "cookie",
    "credential",
    "jwt",
    "bearer",
    "signature",
    "assertion",
    "accesskey",
    "privatekey",
    "hmac",
    "onetime",
    "totp",
    "cardnumber",
    "securitycode",
];

/// Whole names that are those of secrets.
const NAMES: [&str; 20] = [
    "auth",
    "xauth",
    "key",
    "pin",
    "otp",
    "mfa",
    "sid",
    "connectsid",
    "sig",
    "nonce",
    "salt",
    "pass",
    "cvv",
    "cvc",
    "ssn",
    "iban",
    "ticket",
    "code",
    "state",
    "codeverifier",
];

/// Names whose short values are harmless: `code=DE`, `key=color`.
const ONLY_IF_LONG: [&str; 4] = ["code", "key", "state", "ticket"];

/// What keys of well-known services begin with.
const PREFIXES: [&str; 33] = [
    "sk-",
    "sk_",
    "pk_live",
    "rk_live",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxs-",
    "xapp-",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "SG.",
    "npm_",
    "dop_v1_",
    "shpat_",
    "hf_",
    "pypi-",
    "whsec_",
    "-----BEGIN",
    "Bearer ",
    "Basic ",
    "AGE-SECRET-KEY-",
    "eyJ",
    "hvs.",
];

/// Segments of a path after which a secret comes: `/reset-password/…`.
const BEFORE: [&str; 16] = [
    "reset",
    "invite",
    "invitation",
    "verify",
    "verification",
    "confirm",
    "confirmation",
    "activate",
    "activation",
    "magic",
    "share",
    "unsubscribe",
    "token",
    "key",
    "password",
    "secret",
];

/// True if a value of this name is a secret.
pub(super) fn is_secret(name: &str, value: &str) -> bool {
    names_a_secret(name, value) || looks_secret(value)
}

fn names_a_secret(name: &str, value: &str) -> bool {
    let name: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_long = value.len() >= 8;
    PARTS.iter().any(|part| name.contains(part))
        || (NAMES.contains(&name.as_str()) && (is_long || !ONLY_IF_LONG.contains(&name.as_str())))
}

/// True if the text between these names has to be one, such as that of an XML body.
pub(super) fn mentions_a_secret(text: &str) -> bool {
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || "-_".contains(letter)));
    let is_value = |letter: char| letter.is_whitespace() || "\"'<>&;,(){}[]".contains(letter);
    words.filter(|word| !word.is_empty()).any(|word| names_a_secret(word, "")) || text.split(is_value).any(looks_secret)
}

/// True if a secret comes after this segment of a path.
pub(super) fn follows_a_secret_name(before: &str, segment: &str) -> bool {
    let before = before.to_lowercase();
    let is_named = before.split(['-', '_']).any(|word| BEFORE.contains(&word));
    is_named && segment.len() >= 8 && segment.bytes().any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// True if a text looks like a key, a token or a password that a machine made.
pub(super) fn looks_secret(text: &str) -> bool {
    let text = text.trim();
    let is_known = text.len() >= 12 && PREFIXES.iter().any(|prefix| text.starts_with(prefix));
    is_known || has_password(text) || (!is_identifier(text) && is_random(text))
}

/// `https://user:password@host/`
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.contains('@')
}

/// A long run of letters and digits, as no word and no slug has one.
fn is_random(text: &str) -> bool {
    let runs = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "+/=".contains(letter)));
    let has = |run: &str, class: fn(&u8) -> bool| run.bytes().any(|byte| class(&byte));
    let mut is_mixed = runs.map(|run| {
        let (digit, lower, upper) =
            (has(run, u8::is_ascii_digit), has(run, u8::is_ascii_lowercase), has(run, u8::is_ascii_uppercase));
        // A path has slashes too, and is no run.
        let is_path = run.matches('/').count() > 1 && run.len() / (run.matches('/').count() + 1) < 12;
        let alphanumeric = run.bytes().filter(u8::is_ascii_alphanumeric).count();
        !is_path
            && ((alphanumeric >= 20 && digit && (lower || upper)) || (alphanumeric >= 12 && digit && lower && upper))
    });
    is_mixed.any(|mixed| mixed)
}

/// True for what names a thing and opens no door: a number, a UUID, a ULID, a short hash.
pub(super) fn is_identifier(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_hash = (8..=24).contains(&text.len()) && has_digit && is_hex(text);
    let groups: Vec<&str> = text.split('-').collect();
    let is_uuid =
        groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| is_hex(group));
    let is_upper = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let is_ulid = text.len() == 26 && text.starts_with('0') && text.bytes().all(is_upper);
    is_number || is_hash || is_uuid || is_ulid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "password",
            "Passwort",
            "user[password]",
            "pwd",
            "access_token",
            "X-Api-Key",
            "api-key",
            "csrfmiddlewaretoken",
            "_xsrf",
            "client_secret",
            "Authorization",
            "PHPSESSID",
            "connect.sid",
            "otp",
            "x-amz-signature",
        ] {
            assert!(is_secret(name, "abc"), "{name}");
        }
        for (name, value) in [
            ("user", "ann"),
            ("author", "ann"),
            ("keyword", "shoes"),
            ("code", "DE"),
            ("page", "2"),
            ("email", "a@b.example"),
            ("key", "color"),
        ] {
            assert!(!is_secret(name, value), "{name}");
        }
        assert!(is_secret("code", "SplxlOBeZQQYbYS6WxSbIA"));
    }

    #[test]
    fn secrets_are_known_by_their_looks() {
        for value in [
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "sk-proj-abc123DEF456ghi789",
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "V1StGXR8Z5jdHi6BmyT90",
            "https://ann:hunter2@shop.example/",
            "-----BEGIN PRIVATE KEY-----",
            "Bearer abcdefgh",
        ] {
            assert!(looks_secret(value), "{value}");
        }
        for value in [
            "17",
            "123456789012345678901234",
            "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
            "507f1f77bcf86cd799439011",
            "deadbeef01",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "how-to-write-performance-tests-in-2026",
            "application/json; charset=utf-8",
            "2026-11-26T10:00:00.000Z",
            "XMLHttpRequest",
            "/a/b1/c2/d3/e4/f5/g6/h7/i8",
            "a sentence of 20 Words and more",
        ] {
            assert!(!looks_secret(value), "{value}");
        }
    }

    #[test]
    fn what_comes_after_some_words_in_a_path_is_a_secret() {
        assert!(follows_a_secret_name("reset-password", "a1b2c3d4"));
        assert!(!follows_a_secret_name("items", "a1b2c3d4") && !follows_a_secret_name("share", "settings"));
    }

    #[test]
    fn a_body_of_no_known_form_is_searched() {
        assert!(
            mentions_a_secret("<login><password>x</password></login>") && mentions_a_secret("a ghp_16C7e42F292c6912 b")
        );
        assert!(!mentions_a_secret("<order><item>7</item></order>"));
    }
}
