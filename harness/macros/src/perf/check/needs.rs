//! `needs = [answers_agree]`: the tests that must pass first, by their paths.

use quote::ToTokens;
use syn::Path;

use crate::mistakes::Mistakes;
use crate::perf::value::Value;

const EXAMPLE: &str = "`needs = [answers_agree]`";

/// The paths; whether they are tests, the compiler and the registry find out.
pub(crate) fn check_needs(value: &Value, mistakes: &mut Mistakes) -> Vec<Path> {
    let Value::Array { values, .. } = value else {
        mistakes.at(value, format!("tests are listed in brackets, as in {EXAMPLE}"));
        return Vec::new();
    };
    if values.is_empty() {
        mistakes.at(value, format!("`needs = []` names no test: name one, as in {EXAMPLE}, or remove it"));
    }
    let mut paths: Vec<Path> = Vec::new();
    for value in values {
        match value {
            Value::Path(path) if paths.iter().any(|earlier| written(earlier) == written(path)) => {
                mistakes.at(path, format!("`{}` is needed twice: keep one of them", written(path)));
            }
            Value::Path(path) => paths.push(path.clone()),
            other => mistakes
                .at(other, format!("a test is given by the path of its function, without quotes, as in {EXAMPLE}")),
        }
    }
    paths
}

/// `checks::answers_agree`
pub(crate) fn written(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
