use std::io::Write as _;

use super::super::data_file::RowsOrder;
use super::*;

const NO_DATA: TemplateReader<'static> = TemplateReader { uses: TemplateUse::Filled, data: None };

fn data(text: &str) -> DataFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    DataFile::read(file.path().to_str().unwrap(), RowsOrder::InOrder).unwrap()
}

/// A template as text: what is filled stands between angle brackets.
fn shown(template: &Template) -> String {
    let piece = |piece: &TemplatePiece| match piece {
        TemplatePiece::Text(text) => String::from_utf8(text.clone()).unwrap(),
        TemplatePiece::Filled(Placeholder::Random(range), _) => format!("<{}..{}>", range.start, range.end),
        TemplatePiece::Filled(Placeholder::Uuid, _) => "<uuid>".to_owned(),
        TemplatePiece::Filled(Placeholder::Column(column), encoding) => format!("<{column} {encoding:?}>"),
    };
    template.pieces.iter().map(piece).collect()
}

fn read(text: &str, place: TemplatePlace) -> String {
    shown(&NO_DATA.read(text.as_bytes(), place, "here").unwrap_or_else(|failure| panic!("{text}: {failure}")))
}

fn refusal(text: &str, place: TemplatePlace) -> String {
    NO_DATA.read(text.as_bytes(), place, "URL").unwrap_err().to_string()
}

#[test]
fn templates_are_numbers_and_identifiers() {
    assert_eq!(read("/a/{random}/b", TemplatePlace::Url), "/a/<0..1000000000>/b");
    assert_eq!(read("{random:1..100}{random:1..=100}{random:-5..5}", TemplatePlace::Url), "<1..100><1..101><-5..5>");
    assert_eq!(read("id={uuid}", TemplatePlace::Body), "id=<uuid>");
}

#[test]
fn json_and_other_braces_of_a_body_are_text() {
    for text in [
        r#"{"a": 1}"#,
        r#"{"a":{"b":{}}}"#,
        "query { shop(id: 7) { name } }",
        "{port} {id} { random } {",
        "{{name}}",
        "\u{7b}é}",
    ] {
        assert_eq!(read(text, TemplatePlace::Body), text);
        assert_eq!(read(text, TemplatePlace::Header), text);
    }
    assert_eq!(read(r#"{"a":{"b":{random}}}"#, TemplatePlace::Json), r#"{"a":{"b":<0..1000000000>}}"#);
}

#[test]
fn doubled_braces_are_braces_as_they_are() {
    assert_eq!(read("{{random}} {{csv:x}}", TemplatePlace::Body), "{random} {csv:x}");
    assert_eq!(read("/{{id}}/{{random}}", TemplatePlace::Url), "/{id}/{random}");
}

#[test]
fn in_a_url_braces_that_are_no_template_are_refused_with_those_there_are() {
    for text in ["/a/{id}", "/a/{ramdom}", "/a/{", "/a/{random", "/{{id}"] {
        let refusal = refusal(text, TemplatePlace::Url);
        assert!(refusal.starts_with("URL: `{") && refusal.contains("{random:1..100}"), "{refusal}");
    }
    assert!(refusal("/a/{id}/b", TemplatePlace::Url).starts_with("URL: `{id}` is not a template"));
}

#[test]
fn a_range_without_a_number_in_it_is_refused() {
    for text in ["{random:}", "{random:5}", "{random:5..5}", "{random:9..1}", "{random:a..b}", "{random:0.5..1}"] {
        assert!(refusal(text, TemplatePlace::Body).contains("has no range of whole numbers"), "{text}");
    }
}

#[test]
fn a_column_is_one_of_the_file() {
    let data = data("id,full name\n7,Ann\n");
    let reader = TemplateReader { data: Some(&data), ..NO_DATA };
    let read = |text: &str, place| reader.read(text.as_bytes(), place, "URL");
    assert_eq!(shown(&read("/{csv:full name}", TemplatePlace::Url).unwrap()), "/<1 Percent>");
    let refusal = read("/{csv:idd}", TemplatePlace::Url).unwrap_err().to_string();
    assert!(refusal.contains("has no column `idd`, did you mean `id`? (its columns: id, full name)"), "{refusal}");
}

#[test]
fn a_column_without_a_file_is_refused() {
    let refusal = refusal("/{csv:id}", TemplatePlace::Url);
    assert_eq!(refusal, "URL: `{csv:id}` is a column of a file: name the file with --data-csv FILE");
}

#[test]
fn a_value_is_encoded_for_the_place_where_it_stands() {
    let data = data("a\n1\n");
    let reader = TemplateReader { data: Some(&data), ..NO_DATA };
    let shown = |text: &str, place| shown(&reader.read(text.as_bytes(), place, "here").unwrap());
    assert_eq!(shown("{csv:a}", TemplatePlace::Url), "<0 Percent>");
    assert_eq!(shown("{csv:a}", TemplatePlace::Encoded), "<0 Percent>");
    assert_eq!(shown("{csv:a}", TemplatePlace::Header), "<0 AsItIs>");
    assert_eq!(shown("{csv:a}", TemplatePlace::Body), "<0 AsItIs>");
    let json = shown(r#"{"\"a":"{csv:a}","b":{csv:a}}"#, TemplatePlace::Json);
    assert_eq!(json, r#"{"\"a":"<0 JsonString>","b":<0 AsItIs>}"#);
}

#[test]
fn values_are_encoded_so_that_they_stay_one_value() {
    let value = |value: &str, encoding| {
        let mut out = Vec::new();
        push_value(&mut out, value, encoding);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(value("a b/c?d&e=é~", ValueEncoding::Percent), "a%20b%2Fc%3Fd%26e%3D%C3%A9~");
    assert_eq!(value("O\"Ne\\il\n", ValueEncoding::JsonString), "O\\\"Ne\\\\il\\u000a");
    assert_eq!(value("a \"b\"", ValueEncoding::AsItIs), "a \"b\"");
}

#[test]
fn where_templates_are_text_nothing_is_filled() {
    let reader = TemplateReader { uses: TemplateUse::AsText, ..NO_DATA };
    let template = reader.read(b"/{random}/{id}", TemplatePlace::Url, "URL").unwrap();
    assert_eq!(template.fixed_text(), Some(&b"/{random}/{id}"[..]));
}
