//! The causes of failures, as every report shows them.

use crate::measure::{Measured, Summary};
use crate::text::{OTHER, one_line, shape};

/// More endpoints are not listed beside a cause.
const ENDPOINTS_SHOWN: usize = 3;

/// One cause of failures, or several that are counted together.
pub(super) struct Cause<'m> {
    pub(super) count: u64,
    /// As it is counted.
    pub(super) cause: &'m str,
}

/// The causes of a summary, the most frequent first and the rest last.
pub(super) fn causes(summary: &Summary) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> =
        summary.failures.iter().map(|(cause, count)| Cause { cause, count: *count }).collect();
    let order = |cause: &Cause<'_>| (cause.cause == OTHER, std::cmp::Reverse(cause.count));
    causes.sort_by(|a, b| order(a).cmp(&order(b)).then(a.cause.cmp(b.cause)));
    causes
}

impl Cause<'_> {
    /// The cause with an example of what is counted under it: `order … not found, for example: order 17 not found`.
    pub(super) fn label(&self, summary: &Summary) -> String {
        let name = match self.cause {
            OTHER if summary.other_causes > 0 => format!("… and {} others", summary.other_causes),
            cause => one_line(cause).into_owned(),
        };
        match summary.failure_examples.get(self.cause).and_then(|examples| examples.first()) {
            Some(example) => format!("{name}, for example: {}", one_line(example)),
            None => name,
        }
    }

    /// The cause and where it occurred: `GET /a: status 404` and nothing, or the cause and its endpoints, the most frequent
    /// first.
    pub(super) fn with_endpoints(&self, measured: &Measured) -> (String, String) {
        let label = self.label(&measured.total);
        let mut affected: Vec<_> =
            measured.endpoints.iter().map(|endpoint| (self.count_at(endpoint), one_line(&endpoint.name))).collect();
        affected.retain(|(count, _)| *count > 0);
        if let ([(_, only)], false) = (affected.as_slice(), self.cause == OTHER) {
            let is_named = label.strip_prefix(&**only).is_some_and(|rest| rest.starts_with(':'));
            return (if is_named { label } else { format!("{only}: {label}") }, String::new());
        }
        affected.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let shown = affected.iter().take(ENDPOINTS_SHOWN).map(|(_, name)| &**name);
        let mut names = shown.collect::<Vec<_>>().join(", ");
        if affected.len() > ENDPOINTS_SHOWN {
            names.push_str(&format!(" and {} more", affected.len() - ENDPOINTS_SHOWN));
        }
        (label, names)
    }

    /// How many requests of this endpoint failed by it: the endpoint may count apart what the total counts together.
    pub(super) fn count_at(&self, endpoint: &Summary) -> u64 {
        let is_meant = |cause: &str| cause == self.cause || (cause != OTHER && shape(cause) == self.cause);
        endpoint.failures.iter().filter(|(cause, _)| is_meant(cause)).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(failures: &[(&str, u64)]) -> Summary {
        let failures = failures.iter().map(|(cause, count)| ((*cause).to_owned(), *count)).collect();
        Summary { failures, ..Summary::default() }
    }

    #[test]
    fn causes_that_are_counted_together_have_an_example_and_the_rest_comes_last() {
        let mut total = summary(&[("(other)", 900), ("order … not found", 50), ("status 503", 60)]);
        total.other_causes = 12;
        total.failure_examples = [("order … not found".to_owned(), vec!["order 17 not found".to_owned()])].into();
        let labels: Vec<String> = causes(&total).iter().map(|cause| cause.label(&total)).collect();
        assert_eq!(labels, ["status 503", "order … not found, for example: order 17 not found", "… and 12 others"]);
    }

    #[test]
    fn an_endpoint_with_few_texts_is_found_by_their_shape() {
        let cause = Cause { count: 50, cause: "order … not found" };
        let endpoint = summary(&[("order 1 not found", 2), ("order 2 not found", 3), ("status 503", 9)]);
        assert_eq!(cause.count_at(&endpoint), 5);
    }
}
