//! The texts in the parentheses after a metric.

/// `"GET /config"`, or `"everyday", "GET /config"` for a class of users.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SubjectLabels {
    /// The first of two.
    pub(super) class: Option<String>,
    pub(super) endpoint: String,
}

impl SubjectLabels {
    /// `None` if these are not one or two quoted texts, none of them empty.
    pub(super) fn read(labels: &str) -> Option<SubjectLabels> {
        match in_two(labels) {
            Some((class, endpoint)) => {
                Some(SubjectLabels { class: Some(unquoted(class)?), endpoint: unquoted(endpoint)? })
            }
            None => Some(SubjectLabels { class: None, endpoint: unquoted(labels)? }),
        }
    }
}

/// Where the first text ends, if another follows.
fn in_two(labels: &str) -> Option<(&str, &str)> {
    let mut quotes = labels.match_indices('"').map(|(at, _)| at).skip(1);
    let (first, rest) = labels.split_at(quotes.find(|at| !labels[..*at].ends_with('\\'))? + 1);
    let second = rest.trim_start().strip_prefix(',')?.trim_start();
    second.starts_with('"').then_some((first, second))
}

fn unquoted(label: &str) -> Option<String> {
    let text = label.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.is_empty())?;
    Some(text.replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threshold::{Subject, Threshold};

    fn read(labels: &str) -> Option<(Option<String>, String)> {
        SubjectLabels::read(labels).map(|SubjectLabels { class, endpoint }| (class, endpoint))
    }

    #[test]
    fn a_text_with_a_comma_is_one_text_and_two_are_a_class_and_its_endpoint() {
        assert_eq!(read(r#""GET /a, b""#), Some((None, "GET /a, b".to_owned())));
        assert_eq!(read(r#""say \"a\", \"b\"""#), Some((None, r#"say "a", "b""#.to_owned())));
        assert_eq!(read(r#""busy" , "GET /a""#), Some((Some("busy".to_owned()), "GET /a".to_owned())));
    }

    #[test]
    fn what_is_empty_or_has_no_quotes_is_refused() {
        for labels in [r#""""#, r#""busy", """#, r#""", "GET /""#, "busy", r#"busy, "GET /""#, r#""busy", GET /"#] {
            assert_eq!(read(labels), None, "{labels}");
        }
    }

    #[test]
    fn a_name_is_that_of_a_class_where_a_test_has_it() {
        let subject = |text: &str| text.parse::<Threshold>().unwrap().subject.among_classes(["busy"].into_iter());
        assert_eq!(subject("p95(\"busy\") < 1s"), Subject::Class("busy".to_owned()));
        assert_eq!(subject("p95(\"idle\") < 1s"), Subject::Endpoint("idle".to_owned()));
        let of_class = subject("p95(\"idle\", \"GET /\") < 1s");
        assert_eq!((of_class.class(), of_class.endpoint()), (Some("idle"), Some("GET /")));
    }

    #[test]
    fn a_class_has_no_stages_of_its_own() {
        let refused = "p95(\"busy\", \"stage peak\") < 1s".parse::<Threshold>().unwrap_err().to_string();
        assert!(refused.contains("`p95(\"stage peak\")`"), "{refused}");
    }
}
