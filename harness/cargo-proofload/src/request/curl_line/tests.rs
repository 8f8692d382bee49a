use super::super::plan::{PlannedBody, PlannedText};
use super::*;

fn read(line: &str) -> CurlLine {
    RequestArguments::from_curl(line).unwrap_or_else(|failure| panic!("{line}: {failure}"))
}

fn refused(line: &str) -> String {
    RequestArguments::from_curl(line).unwrap_err().to_string()
}

fn text(text: &PlannedText) -> &str {
    match text {
        PlannedText::Fixed(text) => text,
        PlannedText::Filled(_) => panic!("nothing is filled in a line of curl"),
    }
}

/// `POST http://host /a`, then a line for each header, then the body.
fn sent(line: &str) -> Vec<String> {
    let plans = read(line).plans().unwrap_or_else(|failure| panic!("{line}: {failure}"));
    let request = &plans[0].requests[0];
    let mut sent = vec![format!("{} {} {}", request.method, request.address.base, text(&request.path))];
    sent.extend(request.headers.iter().map(|header| format!("{}: {}", header.name, text(&header.value))));
    match &request.body {
        None => {}
        Some(PlannedBody::Fixed(body)) => sent.push(String::from_utf8(body.bytes().to_vec()).unwrap()),
        Some(PlannedBody::Filled(_)) => panic!("nothing is filled in a line of curl"),
    }
    sent
}

const FORM_TYPE: &str = "content-type: application/x-www-form-urlencoded";

#[test]
fn letters_stand_for_what_they_stand_for_in_curl() {
    assert_eq!(sent("curl -d a=b -d 'c=d e' http://host/a"), ["POST http://host /a", FORM_TYPE, "a=b&c=d e"]);
    assert_eq!(sent("curl -XPUT -Hx:y host -da"), ["PUT http://host /", "x: y", FORM_TYPE, "a"]);
    assert_eq!(sent("curl --request=DELETE --header='x: y' host"), ["DELETE http://host /", "x: y"]);
    assert_eq!(sent("curl -sSLd a host"), ["POST http://host /", FORM_TYPE, "a"]);
    assert_eq!(sent("curl -G -d q=1 --data-urlencode 'r=a b' host"), ["GET http://host /?q=1&r=a+b"]);
    assert_eq!(sent("curl -I https://host"), ["HEAD https://host /"]);
    assert_eq!(sent("$ /usr/bin/curl --url http://host/x"), ["GET http://host /x"]);
}

#[test]
fn a_line_as_chromium_copies_it() {
    let line = r#"curl 'http://127.0.0.1:8000/api/items?page=2' \
  -H 'Accept: application/json' \
  -H 'Content-Type: application/json' \
  -b 'session=abc; theme=dark' \
  -H 'Content-Length: 25' \
  --data-raw $'{"name":"O\'Neill","a":1}\n' \
  --compressed --insecure"#;
    let expected = [
        "POST http://127.0.0.1:8000 /api/items?page=2",
        "Accept: application/json",
        "Content-Type: application/json",
        "cookie: session=abc; theme=dark",
        "{\"name\":\"O'Neill\",\"a\":1}\n",
    ];
    assert_eq!(sent(line), expected);
    let settings = read(line).arguments.settings().unwrap();
    let settings: Vec<_> = settings.iter().map(|setting| (setting.flag, setting.value.as_str())).collect();
    assert_eq!(settings, [("--compressed", "true"), ("--insecure", "false")]);
}

#[test]
fn what_only_curl_has_becomes_what_it_sends() {
    let line = "curl -e http://from/ -r 0-9 --oauth2-bearer tok -u me:x -A agent/1 host";
    let expected = [
        "GET http://host /",
        "referer: http://from/",
        "range: bytes=0-9",
        "authorization: Bearer tok",
        "user-agent: agent/1",
    ];
    assert_eq!(sent(line), expected);
    assert_eq!(
        sent("curl --resolve shop.example:80:127.0.0.1 http://shop.example/a")[..2],
        ["GET http://127.0.0.1:80 /a", "host: shop.example"]
    );
    let timeout = &read("curl -m 2.5 host").arguments.settings().unwrap()[0];
    assert_eq!((timeout.key, timeout.value.as_str()), (proofload_vocabulary::settings::SettingKey::Timeout, "2.5s"));
}

#[test]
fn a_form_is_read_too() {
    let sent = sent("curl -F 'a=b' -F \"order={\\\"id\\\":7};type=application/json\" http://host/");
    assert_eq!(sent[0], "POST http://host /");
    assert!(sent[1].starts_with("content-type: multipart/form-data; boundary="), "{sent:?}");
    assert!(sent[2].contains("name=\"order\"\r\ncontent-type: application/json\r\n\r\n{\"id\":7}\r\n"), "{sent:?}");
}

#[test]
fn options_that_change_nothing_are_ignored() {
    let line = "curl -s -S -v -i -f -g -N -# -o out.txt -w '%{http_code}' -D - --retry 3 --connect-timeout 5 --fail-with-body http://host/a";
    assert_eq!(sent(line), ["GET http://host /a"]);
    assert!(read(line).arguments.settings().unwrap().is_empty());
}

#[test]
fn several_urls_are_several_requests() {
    assert_eq!(read("curl http://a/ http://b/ --url http://c/").urls, ["http://a/", "http://b/", "http://c/"]);
}

#[test]
fn braces_are_text_in_a_line_of_curl() {
    assert_eq!(sent("curl -g 'http://host/{random}' -d '{csv:x}'")[..1], ["POST http://host /{random}"]);
}

#[test]
fn what_cannot_be_repeated_is_refused_by_its_name_and_without_secrets() {
    for (line, says) in [
        ("curl --digest -u me:secret host", "`--digest`"),
        ("curl -u me:secret --next host", "`--next`"),
        ("curl -T file -u me:secret host", "`-T`"),
        ("curl -H 'a: secret'", "has no URL"),
        ("wget http://host/", "not a command line of curl"),
        ("curl http://host/ -u me:secret -o", "`--output <output>` has no value"),
        ("curl \"http://host/$ID\" -u me:secret", "`$ID` is for a shell"),
        ("curl http://host/?a=1&b=2", "`&` is for a shell"),
    ] {
        let refused = refused(line);
        assert!(refused.contains(says) && !refused.contains("secret"), "{line}: {refused}");
    }
}
