//! Requests under so many names that the names hold identifiers.

use std::collections::BTreeMap;

use super::figure;
use crate::measure::{Measured, Summary};
use crate::text::{OTHER, shape_of_name};

/// More names than anyone writes by hand.
const MANY_NAMES: usize = 50;

/// The warning that the requests have too many names, with the name to give them.
pub(super) fn warning(measured: &Measured) -> Option<String> {
    let (others, named): (Vec<&Summary>, Vec<&Summary>) =
        measured.endpoints.iter().partition(|endpoint| endpoint.name == OTHER);
    // Several processes may have room for the same few names only.
    if named.len() <= MANY_NAMES && others.is_empty() {
        return None;
    }
    let others: u64 = others.iter().map(|other| other.requests.intended).sum();
    let rest = match others {
        0 => String::new(),
        _ => format!(", and {} more requests under further names are counted as `{OTHER}`", figure::count(others)),
    };
    Some(format!("the requests have {} names{rest}: {}", figure::count(named.len() as u64), advice(&named)))
}

/// The warning that more values are recorded than there is room for.
pub(super) fn warning_of_values(measured: &Measured) -> Option<String> {
    let (others, named): (Vec<_>, Vec<_>) = measured.values.iter().partition(|value| value.name == OTHER);
    let samples: u64 = others.iter().map(|other| other.samples).sum();
    (samples > 0).then(|| {
        let (names, samples) = (figure::count(named.len() as u64), figure::count(samples));
        format!(
            "values are recorded under more than {names} names: {samples} samples under further names are together in `{OTHER}`; \
             use one name for those that differ in an identifier"
        )
    })
}

/// What to write, so that requests that differ in an identifier have one name.
fn advice(named: &[&Summary]) -> String {
    let (common, example) = match common_name(named) {
        Some(common) => (common, ""),
        None => ("GET /items/{id}".to_owned(), ", for example"),
    };
    let is_path = common.split_once(' ').is_some_and(|(_, path)| path.starts_with('/'));
    match is_path {
        true => format!(
            "count those whose path contains an identifier under one name{example}, with `.named(\"{common}\")`"
        ),
        false => format!(
            "use one name for those that differ in an identifier, such as \"{common}\" in `.named(…)` or `user.measure(…)`"
        ),
    }
}

/// The name that most of the names would have without their identifiers; `None` if they have nothing in common.
fn common_name(named: &[&Summary]) -> Option<String> {
    let shapes: Vec<String> = named.iter().map(|endpoint| shape_of_name(&endpoint.name)).collect();
    let by_shape = most_frequent(shapes.iter().cloned());
    // Identifiers may be words, such as the names of users.
    let by_part = most_frequent(shapes.iter().flat_map(|shape| without_each_part(shape)));
    // Of equals the last is taken.
    let best = by_part.into_iter().chain(by_shape).max_by_key(|(_, number)| *number);
    best.filter(|(_, number)| *number > named.len() / 10).map(|(shape, _)| shape)
}

/// `GET /users/ann/orders` as `GET /{id}/ann/orders`, `GET /users/{id}/orders` and `GET /users/ann/{id}`.
fn without_each_part(shape: &str) -> Vec<String> {
    let parts: Vec<&str> = shape.split('/').collect();
    let without = |index: usize| {
        let (before, after) = (&parts[..index], &parts[index + 1..]);
        before.iter().chain(&["{id}"]).chain(after).copied().collect::<Vec<_>>().join("/")
    };
    (1..parts.len()).map(without).collect()
}

fn most_frequent(shapes: impl Iterator<Item = String>) -> Option<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    shapes.for_each(|shape| *counts.entry(shape).or_default() += 1);
    counts.into_iter().max_by(|(a, in_a), (b, in_b)| in_a.cmp(in_b).then(a.len().cmp(&b.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Counts;

    fn measured(names: impl Iterator<Item = String>) -> Measured {
        let requests = Counts { intended: 12_345, ok: 12_345, ..Counts::default() };
        let endpoints = names.map(|name| Summary { name, requests, ..Summary::default() });
        Measured { endpoints: endpoints.collect(), ..Measured::default() }
    }

    #[test]
    fn identifiers_in_paths_are_a_warning_with_the_name_to_give() {
        let ids = (0..60).map(|id| format!("GET /v1/items/{id}")).chain(["GET /health".to_owned()]);
        let text = warning(&measured(ids.chain([OTHER.to_owned()]))).expect("61 names are many");
        assert!(text.contains("61 names, and 12,345 more requests"), "{text}");
        assert!(text.ends_with("`.named(\"GET /v1/items/{id}\")`"), "{text}");
    }

    #[test]
    fn identifiers_that_are_words_are_found_too() {
        let users =
            (0..60).map(|n| format!("GET /users/{}/orders", "abcdefghij".repeat(4).split_off(n % 30) + &"x".repeat(n)));
        let text = warning(&measured(users)).expect("60 names are many");
        assert!(text.ends_with("`.named(\"GET /users/{id}/orders\")`"), "{text}");
    }

    #[test]
    fn names_of_other_operations_are_given_to_measure() {
        let text = warning(&measured((0..60).map(|id| format!("index {id}")))).expect("60 names are many");
        assert!(text.contains("such as \"index {id}\" in `.named(…)` or `user.measure(…)`"), "{text}");
    }

    #[test]
    fn names_with_nothing_in_common_get_an_example() {
        let text = warning(&measured((1..60).map(|n| "word".repeat(n)))).expect("59 names are many");
        assert!(text.contains("for example, with `.named(\"GET /items/{id}\")`"), "{text}");
    }

    #[test]
    fn a_few_names_beside_further_ones_that_were_counted_together_are_a_warning() {
        let text = warning(&measured([OTHER.to_owned()].into_iter())).expect("nothing else is known");
        assert!(text.starts_with("the requests have 0 names, and 12,345 more requests under further names"), "{text}");
    }

    #[test]
    fn a_few_names_are_no_warning() {
        assert_eq!(warning(&measured((0..50).map(|id| format!("GET /{id}")))), None);
    }
}
