//! What starts a run on Kubernetes: [`kubernetes`]. Text from a template; nothing is read or started.

use super::broker::LARGEST_MESSAGE;
use super::launch::without_launch;
use crate::server::worker_arguments;
use crate::text::Secret;

const TEMPLATE: &str = include_str!("manifest/kubernetes.yaml");

/// No registry has an image of this name, and Kubernetes says so.
const NO_IMAGE: &str = "YOUR-IMAGE-WITH-THE-TEST-BINARY";

/// Names in Kubernetes have at most 63 characters, the longest ending is `-coordinator`, and its pods get six more.
const LONGEST_NAME: usize = 40;

/// What the manifest is of.
#[derive(Debug, Clone)]
pub(crate) struct ManifestRun<'a> {
    /// The name of the run.
    pub(crate) run_id: &'a str,
    /// `PROOFLOAD_IMAGE`, if it is set.
    pub(crate) image: Option<&'a str>,
    pub(crate) workers: usize,
    /// Those of the person, without the program.
    pub(crate) arguments: &'a [String],
    /// Of the broker.
    pub(crate) token: &'a Secret,
}

/// Objects for `kubectl apply`: a secret, a broker, the workers as an Indexed Job, and the coordinator as a Job.
pub(crate) fn kubernetes(run: &ManifestRun<'_>) -> String {
    let id = label(run.run_id);
    let arguments = without_launch(run.arguments);
    let for_worker = [&worker_arguments(&id)[..], &arguments].concat();
    let filled = [
        ("NAME", format!("proofload-{id}")),
        ("WORKERS", run.workers.to_string()),
        ("TOKEN", run.token.reveal().to_owned()),
        ("LARGEST", LARGEST_MESSAGE.to_string()),
        ("WORKER_ARGUMENTS", list(&for_worker)),
        ("COORDINATOR_ARGUMENTS", list(&for_coordinator(arguments, run.workers))),
        ("IMAGE", one_quoted(run.image.unwrap_or(NO_IMAGE))),
        ("RUN", id),
    ];
    let value_of = |name: &str| filled.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str());
    // Between two `@` is the name of a value, so what a person gives is not searched for any.
    let parts = TEMPLATE.split('@').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { value_of(part).unwrap_or(part) }).collect()
}

/// The coordinator waits for workers that the Job starts, and has a folder for what it writes.
fn for_coordinator(mut arguments: Vec<String>, workers: usize) -> Vec<String> {
    let has = |arguments: &[String], option: &str| {
        let mut options = arguments.iter().take_while(|word| *word != "--");
        options.any(|word| word == option || word.split_once('=').is_some_and(|(name, _)| name == option))
    };
    let mut added = vec![format!("--workers={workers}"), "--launch=external".to_owned()];
    if !has(&arguments, "--output-dir") {
        added.push("--output-dir=/results".to_owned());
    }
    if !has(&arguments, "--no-baselines") {
        added.push("--no-baselines".to_owned());
    }
    added.append(&mut arguments);
    added
}

/// A name of the run that may be part of a name and the value of a label.
fn label(run_id: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = run_id.chars().take(LONGEST_NAME).map(letter).collect();
    text.trim_matches('-').to_owned()
}

/// `["a", "b"]`: JSON is YAML. Kubernetes puts variables in the place of `$(NAME)`, and a `$` in that of `$$`.
fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.replace("$(", "$$(")).collect();
    serde_json::to_string(&words).unwrap_or_default()
}

/// Between quotes that the template has.
fn one_quoted(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests;
