//! The cookies of one user.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cookie_store::{Cookie, CookieStore};
use reqwest::Url;
use reqwest::header::HeaderValue;

/// The cookies of one user. They are sent in the order of RFC 6265: longer paths first, and of one length those that were
/// set earlier. So a request is always the same, and the most specific of several cookies of one name comes first.
#[derive(Debug, Default)]
pub(super) struct CookieJar(Mutex<JarState>);

#[derive(Debug, Default)]
struct JarState {
    store: CookieStore,
    /// In which order the cookies were set for the first time.
    numbers: HashMap<CookieKey, u64>,
    next_number: u64,
}

/// A cookie is replaced by another of the same domain, path and name.
type CookieKey = (String, String, String);

fn key(cookie: &Cookie<'static>) -> CookieKey {
    (String::from(&cookie.domain), String::from(&cookie.path), cookie.name().to_owned())
}

impl CookieJar {
    fn state(&self) -> MutexGuard<'_, JarState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl JarState {
    fn set(&mut self, header: &str, url: &Url) {
        // A cookie that is not valid for this address is not kept, as by a browser.
        if self.store.parse(header, url).is_err() {
            return;
        }
        let (mut next, numbers) = (self.next_number, &mut self.numbers);
        let kept: HashMap<CookieKey, u64> = self
            .store
            .iter_unexpired()
            .map(|cookie| {
                let key = key(cookie);
                let number = numbers.get(&key).copied().unwrap_or_else(|| {
                    next += 1;
                    next
                });
                (key, number)
            })
            .collect();
        (self.numbers, self.next_number) = (kept, next);
    }

    fn line(&self, url: &Url) -> String {
        let mut cookies = self.store.matches(url);
        cookies.sort_by_cached_key(|cookie| {
            let number = self.numbers.get(&key(cookie)).copied();
            (std::cmp::Reverse(String::from(&cookie.path).len()), number)
        });
        let pairs = cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value()));
        pairs.collect::<Vec<_>>().join("; ")
    }
}

impl reqwest::cookie::CookieStore for CookieJar {
    fn set_cookies(&self, headers: &mut dyn Iterator<Item = &HeaderValue>, url: &Url) {
        let mut state = self.state();
        headers.filter_map(|header| header.to_str().ok()).for_each(|header| state.set(header, url));
    }

    fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        let line = self.state().line(url);
        if line.is_empty() { None } else { HeaderValue::from_str(&line).ok() }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::cookie::CookieStore as _;

    use super::*;

    fn set(jar: &CookieJar, headers: &[&str], url: &str) {
        let values: Vec<_> = headers.iter().map(|header| HeaderValue::from_str(header).unwrap()).collect();
        jar.set_cookies(&mut values.iter(), &url.parse().unwrap());
    }

    fn sent(jar: &CookieJar, url: &str) -> String {
        let line = jar.cookies(&url.parse().unwrap());
        line.map_or_else(String::new, |line| line.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_longest_path_comes_first_and_then_the_cookie_that_was_set_first() {
        // Their order in a hash map differs from jar to jar.
        for _ in 0..20 {
            let jar = CookieJar::default();
            let paths =
                ["id=root; path=/", "id=a; path=/a", "id=ab; path=/a/b", "z=1; path=/", "y=2; path=/", "b=3; path=/"];
            set(&jar, &paths, "http://shop.example/a/b/c");
            assert_eq!(sent(&jar, "http://shop.example/a/b/c"), "id=ab; id=a; id=root; z=1; y=2; b=3");
            set(&jar, &["z=new; path=/"], "http://shop.example/");
            assert_eq!(sent(&jar, "http://shop.example/"), "id=root; z=new; y=2; b=3", "another value, the same place");
            set(&jar, &["z=; path=/; max-age=0"], "http://shop.example/");
            set(&jar, &["z=again; path=/"], "http://shop.example/");
            assert_eq!(sent(&jar, "http://shop.example/"), "id=root; y=2; b=3; z=again");
            assert_eq!(sent(&jar, "http://other.example/"), "");
        }
    }
}
