//! The values that a test records are those that the server answered: image by image, they agree with the server's own log.

use std::collections::BTreeMap;

use fixtures::classifier::AnswerLog;
use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification =
    &[("values that a test records are those that the server answered, image by image", recorded_values)];

/// The width of a bucket of values: a percentile is at most by this share less than it is.
const BUCKET: f64 = 1.0 / 1_024.0;

/// What the record says of a value.
struct Recorded<'a>(&'a Value);

impl Recorded<'_> {
    fn number(&self, field: &str) -> f64 {
        self.0[field].as_f64().unwrap_or_else(|| panic!("no {field} in {}", self.0))
    }

    /// Fails unless this is what the server answered.
    fn agrees_with(&self, answered: &mut [f64]) {
        let name = &self.0["name"];
        answered.sort_by(f64::total_cmp);
        assert_eq!(self.0["samples"], answered.len(), "{name}");
        let exact = [("min", answered[0]), ("max", answered[answered.len() - 1])];
        for (field, truth) in exact {
            assert_eq!(self.number(field).to_bits(), truth.to_bits(), "{field} of {name}: {truth}");
        }
        // Sums of the same numbers in another order.
        let sum = answered.iter().sum::<f64>();
        assert!((self.number("sum") - sum).abs() < 1e-9 * sum, "{name}: {} and {sum}", self.0);
        let median = answered[answered.len().div_ceil(2) - 1];
        let recorded = self.number("p50");
        assert!(recorded <= median && recorded >= median * (1.0 - BUCKET), "{name}: {recorded} and {median}");
    }
}

fn recorded_values() {
    let workspace = Workspace::new();
    let log = workspace.path().join("answers");
    let arguments = ["--exact", "probe::classifier::confidence", "--progress", "never"];
    let mut command = workspace.command(&arguments);
    command.env("CLASSIFIER_ANSWERS", &log);
    let run = workspace.finish(command);
    let test = run.test("probe::classifier::confidence");
    assert_eq!(test["outcome"], "passed", "{}", run.printed());
    let answers = std::fs::read_to_string(&log).expect("the server wrote its log");
    let answers = AnswerLog::read(&answers).expect("a log of answers");
    assert_eq!(test["totals"]["requests"]["ok"], answers.len());

    let mut by_name: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for answer in &answers {
        by_name.entry("confidence").or_default().push(answer.confidence);
        by_name.entry(&answer.file_name).or_default().push(answer.confidence);
    }
    let recorded = test["values"].as_array().expect("values");
    // All images, and all together.
    assert_eq!((recorded.len(), by_name.len()), (25, 25), "{recorded:#?}");
    for value in recorded {
        let name = value["name"].as_str().expect("a name");
        let answered = by_name.get_mut(name).unwrap_or_else(|| panic!("`{name}` was never answered"));
        Recorded(value).agrees_with(answered);
    }
}
