//! What a test compares: the fixtures by their names, and the figures that thresholds compare.

use proc_macro2::Ident;
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::threshold::{ReferenceFigure, Subject};
use syn::Error;

use super::threshold::CheckedThreshold;
use crate::inject::Compared;
use crate::mistakes::Mistakes;
use crate::perf::value::Value;
use crate::perf::versus::{EXAMPLE, VersusItem};

/// What a test compares, as far as its attribute could be read.
#[derive(Clone, Copy)]
pub(crate) enum ServersInTurn<'a> {
    Nothing,
    Servers(&'a Compared),
    /// There is a `versus` with a mistake, or an item that may be one.
    Unknown,
}

impl ServersInTurn<'_> {
    /// How many take turns; 1 if that is not known.
    pub(super) fn servers(self) -> usize {
        match self {
            ServersInTurn::Servers(compared) => compared.arms.len(),
            ServersInTurn::Nothing | ServersInTurn::Unknown => 1,
        }
    }
}

/// The fixtures by their names, unless something is wrong with them.
pub(crate) fn check_versus(item: &VersusItem, mistakes: &mut Mistakes) -> Option<Compared> {
    let mut arms: Vec<Ident> = Vec::new();
    for value in &item.values {
        match name_of(value) {
            Ok(name) if arms.contains(&name) => {
                mistakes.at(&name, format!("`{name}` is compared with itself: name each fixture once"));
            }
            Ok(name) => arms.push(name),
            Err(mistake) => mistakes.add(mistake),
        }
    }
    if item.values.len() < 2 {
        mistakes.at(&item.list, format!("a comparison needs two fixtures or more, as in {EXAMPLE}"));
    }
    let is_whole = arms.len() >= 2 && arms.len() == item.values.len();
    is_whole.then(|| Compared { parameter: item.parameter.clone(), arms })
}

fn name_of(value: &Value) -> Result<Ident, Error> {
    match value {
        Value::Path(path) => path.get_ident().cloned().ok_or_else(|| {
            let written = value.written().replace(" :: ", "::");
            let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            Error::new_spanned(
                path,
                format!("a fixture is given by its name: write `use {written};` and `{name}` here"),
            )
        }),
        other => Err(Error::new_spanned(other, format!("a fixture is given by its name, as in {EXAMPLE}"))),
    }
}

/// Why the figure that a threshold is compared with is not one of this test, if so.
pub(crate) fn unknown_reference(checked: &CheckedThreshold, compared: ServersInTurn<'_>) -> Option<String> {
    let reference = checked.threshold.compared_with()?;
    match (reference, compared) {
        (_, ServersInTurn::Unknown) | (ReferenceFigure::Baseline, ServersInTurn::Nothing) => None,
        (ReferenceFigure::Baseline, ServersInTurn::Servers(_)) => Some(
            "a baseline has the figures of one server, and this test compares several: compare with one of them, as in `of \"before\"`"
                .to_owned(),
        ),
        (ReferenceFigure::Arm(name), ServersInTurn::Nothing) if name == "baseline" => {
            Some("a baseline is written without quotes: `of baseline`".to_owned())
        }
        (ReferenceFigure::Arm(name), ServersInTurn::Nothing) => Some(format!(
            "this test has one server, and no `{name}` to compare it with: add `versus(…)`, as in {EXAMPLE}, or write `of baseline`"
        )),
        (ReferenceFigure::Arm(name), ServersInTurn::Servers(compared)) => {
            let names = compared.names();
            if !names.contains(name) {
                let near = did_you_mean(name, names.iter().map(String::as_str));
                return Some(format!("this test compares no `{name}`{near} (compared: {})", names.join(", ")));
            }
            is_about(&checked.threshold.subject, name).then(|| format!("`{name}` is compared with itself: name another server behind `of`"))
        }
    }
}

/// `p95("threaded")`, `p95("threaded: GET /config")`
fn is_about(subject: &Subject, arm: &str) -> bool {
    let Subject::Endpoint(label) = subject else { return false };
    label.strip_prefix(arm).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use crate::perf::perf;

    /// What the compiler is asked to report for an attribute over `async fn(user, server)`.
    fn mistakes(attribute: &str) -> Vec<String> {
        let function = quote!(
            async fn example(user: &mut User, server: &Server, _after: &Server) -> proofload::Result {
                Ok(())
            }
        );
        let code = perf(format!("kind = \"load\", {attribute}").parse().unwrap(), &function).to_string();
        let found = code.split("compile_error").skip(1);
        let text = |rest: &str| rest.split_once('"')?.1.rsplit_once("\" }").map(|(text, _)| text.replace("\\\"", "\""));
        found.filter_map(text).collect()
    }

    #[test]
    fn a_figure_is_compared_with_an_arm_of_the_test() {
        let with = |threshold: &str| mistakes(&format!("versus(server = [before, after]), {threshold}"));
        for threshold in [
            "p95 <= 50% of \"before\"",
            "p95(\"after: GET /\") < 90% of \"before\"",
            "p95(\"GET /\") < 90% of \"after\"",
        ] {
            assert!(with(threshold).is_empty(), "{threshold}: {:?}", with(threshold));
        }
        assert_eq!(
            with("p95 <= 50% of \"befor\""),
            ["this test compares no `befor`, did you mean `before`? (compared: before, after)"]
        );
        for threshold in ["p95(\"after\") <= 90% of \"after\"", "p95(\"after: GET /\") <= 90% of \"after\""] {
            assert_eq!(with(threshold), ["`after` is compared with itself: name another server behind `of`"]);
        }
        assert!(with("p95 <= 110% of baseline")[0].starts_with("a baseline has the figures of one server"));
    }

    #[test]
    fn without_arms_there_is_nothing_to_name() {
        assert!(mistakes("p95 < 1s, p95 <= 110% of baseline").is_empty(), "two questions");
        assert!(mistakes("p95 <= 90% of baseline, p95 < 110% of baseline")[0].starts_with("`p95` is bounded twice"));
        assert!(mistakes("p95 <= 50% of \"before\"")[0].starts_with("this test has one server, and no `before`"));
        assert_eq!(mistakes("p95 <= 5% of \"baseline\""), ["a baseline is written without quotes: `of baseline`"]);
        let unread = mistakes("p95 <= 50% of \"before\", order = interleaved, verus(server = [before, after])");
        assert_eq!(unread, ["unknown item `verus(…)`, did you mean `versus`?"], "it may be what was meant");
    }

    #[test]
    fn a_parameter_of_the_test_is_compared() {
        assert!(mistakes("versus(after = [before, after])").is_empty(), "`_after` is called so too");
        assert_eq!(mistakes("versus(sever = [a, b])"), ["this test has no parameter `sever`, did you mean `server`?"]);
        assert!(mistakes("versus(database = [a, b])")[0].ends_with("add `database: &Server` to its parameters"));
        assert!(mistakes("versus(user = [a, b])")[0].starts_with("`user` is the virtual user"));
    }

    #[test]
    fn what_is_not_one_steady_load_contradicts() {
        for setting in
            ["stages(1 -> 5 over 1s)", "sweep(users = [1, 2])", "repeat = 3", "ramp_up = 5s", "spawn_rate = 5/s"]
        {
            let found = mistakes(&format!("versus(server = [a, b]), {setting}"));
            assert!(
                found.len() == 1 && found[0].starts_with("servers are compared under one steady load"),
                "{found:?}"
            );
            assert!(mistakes(setting).is_empty(), "{setting}");
        }
        assert!(mistakes("versus(server = [a, b]), repeat = 1, ramp_up = 0s, order = interleaved").is_empty());
        assert!(mistakes("versus(server = [a, b, c]), users = 20, requests = 59")[0].contains("shared by 3 servers"));
        assert!(mistakes("versus(server = [a, b, c]), users = 20, requests = 60").is_empty());
    }
}
