//! What is built of the parts that an author gives.

use super::*;

fn path_of(path: &str) -> String {
    let mut draft = RequestDraft::new(Rc::default());
    draft.begin(&Method::GET, path);
    assert!(draft.mistakes().is_empty(), "{:?}", draft.mistakes());
    draft.path().to_owned()
}

#[test]
fn a_path_is_sent_as_every_browser_sends_it() {
    assert_eq!(path_of("/workflows/7?limit=20&a=%20[]|"), "/workflows/7?limit=20&a=%20[]|");
    assert_eq!(path_of("/a b/ü?q=x y#part"), "/a%20b/%C3%BC?q=x%20y");
    assert_eq!(path_of("/a/../b/./c"), "/b/c");
    assert_eq!(path_of("/a\r\nhost: b"), "/ahost:%20b");
}

#[test]
fn parameters_are_added_to_those_of_the_path() {
    let mut draft = RequestDraft::new(Rc::default());
    draft.begin(&Method::GET, "/a?x=1");
    draft.query(&[("b c", 2)]);
    draft.query::<&str, u8>(&[]);
    assert_eq!(draft.path(), "/a?x=1&b+c=2");
    draft.begin(&Method::PUT, "/a");
    draft.query(&[("ä", "&")]);
    assert_eq!(draft.path(), "/a?%C3%A4=%26");
}

#[test]
fn nothing_of_a_request_remains_in_the_next() {
    let mut draft = RequestDraft::new(Rc::default());
    draft.begin(&Method::POST, "nowhere");
    draft.header("host", "other");
    draft.header("content-type", "text/x");
    draft.header("content-length", 3);
    draft.body("text/plain", |body| body.extend_from_slice(b"abc"));
    assert_eq!(draft.mistakes().len(), 2, "{:?}", draft.mistakes());
    draft.begin(&Method::GET, "/");
    assert!(draft.headers().is_empty() && draft.body_bytes().is_empty() && draft.content_type().is_none());
    assert!(draft.mistakes().is_empty() && !draft.has_host);
}

#[test]
fn a_request_line_keeps_its_number_whatever_comes_in_between() {
    let mut draft = RequestDraft::new(Rc::default());
    let mut line_of = |method: Method, path: &str, parameter: Option<&str>| {
        draft.begin(&method, path);
        draft.query(&parameter.map_or(vec![], |value| vec![("q", value)]));
        (draft.line().number, draft.path().to_owned(), draft.is_bare())
    };
    let first = line_of(Method::GET, "/a?b=c", None);
    assert_eq!(first, (1, "/a?b=c".to_owned(), true));
    assert_eq!(line_of(Method::GET, "/a?b=c", Some("1")), (1, "/a?b=c&q=1".to_owned(), false));
    assert_eq!(line_of(Method::GET, "/a?b=c", None), first);
    assert_eq!(line_of(Method::HEAD, "/a?b=c", None), (2, first.1.clone(), true));
    assert_eq!(line_of(Method::HEAD, "/a?b", None).0, 3);
    assert_eq!(line_of(Method::HEAD, "/a b", None), (4, "/a%20b".to_owned(), true));
    assert_eq!(line_of(Method::HEAD, "/a%20b", None), (5, "/a%20b".to_owned(), true));
    assert_eq!(line_of(Method::GET, "/a?b=c", None), first);
}

#[test]
fn a_user_with_many_lines_keeps_one_of_those_that_are_not_shared() {
    let mut draft = RequestDraft::new(Rc::default());
    let paths: Vec<_> = (0..1_000).map(|id| format!("/items/{id}")).collect();
    for path in paths.iter().chain(&paths).flat_map(|path| [path.as_str(), "/items/0"]) {
        draft.begin(&Method::GET, path);
        assert_eq!((draft.path(), draft.line().name()), (path, format!("GET {path}").as_str()));
        assert!(draft.is_bare() && draft.mistakes().is_empty());
    }
}

#[test]
fn a_mistake_is_reported_each_time() {
    let mut draft = RequestDraft::new(Rc::default());
    for _ in 0..2 {
        draft.begin(&Method::CONNECT, "/a");
        assert_eq!(draft.mistakes().len(), 1, "{:?}", draft.mistakes());
        draft.begin(&Method::GET, "a");
        assert_eq!(draft.mistakes().len(), 1, "{:?}", draft.mistakes());
    }
}

#[test]
fn each_header_is_given_with_its_name_and_value() {
    let mut draft = RequestDraft::new(Rc::default());
    draft.begin(&Method::GET, "/");
    draft.header("X-Kind", "a: b");
    draft.header("content-type", "text/x");
    let mut seen = Vec::new();
    draft.each_header(|name, value| seen.push(format!("{}={}", name.escape_ascii(), value.escape_ascii())));
    assert_eq!(seen, ["x-kind=a: b", "content-type=text/x"]);
}

#[test]
fn a_shared_body_and_a_form_are_not_copied_for_a_request_and_not_kept_for_the_next() {
    let mut draft = RequestDraft::new(Rc::default());
    let body = Body::from(vec![7; 1_000_000]);
    let form = crate::http::Form::new().file("video", "a.mp4", "video/mp4", vec![7; 1_000_000]);
    for _ in 0..2 {
        draft.begin(&Method::PUT, "/");
        draft.share_body("application/octet-stream", &body);
        assert_eq!(draft.body_bytes().as_ptr(), body.bytes().as_ptr());
        assert!(!draft.is_bare());
        draft.begin(&Method::PUT, "/");
        draft.share_body("multipart/form-data", &form.written().body);
        assert_eq!(draft.body_bytes().as_ptr(), form.written().body.bytes().as_ptr());
        assert_eq!(draft.parts.as_ref().unwrap().body.capacity(), 0);
    }
    draft.begin(&Method::PUT, "/");
    assert!(draft.body_bytes().is_empty() && draft.is_bare());
    draft.share_body("application/octet-stream", &body);
    draft.body("text/plain", |body| body.extend_from_slice(b"abc"));
    assert_eq!(draft.body_bytes(), b"abc", "the last body counts");
}

#[test]
fn a_value_that_no_header_may_have_is_described_and_not_shown() {
    let mut draft = RequestDraft::new(Rc::default());
    draft.begin(&Method::GET, "/");
    draft.header("authorization", "Bearer s3cret\n");
    draft.header("x-key", "s3\u{1}cret");
    assert_eq!(
        draft.mistakes(),
        [
            "the value of the header `authorization` has a line break, which no header may have, at its end: remove it with \
             `.trim()`",
            "the value of the header `x-key` has a control character, which no header may have, after 2 bytes",
        ]
    );
}
