//! Selection by name, as every Rust test binary has it.

use crate::kind::Kind;
use crate::registry::TestDecl;

/// The positional filters and `--skip`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// A test runs if one of these matches, or if the list is empty.
    pub(crate) filters: Vec<String>,
    /// A test does not run if one of these matches.
    pub(crate) skip: Vec<String>,
    /// A text matches the whole of `name`, `[kind] name` or the path of the test's function, instead of a part of `[kind] name`.
    pub(crate) exact: bool,
}

impl Names {
    /// True if a test of this kind and name is among those asked for.
    pub(crate) fn select(&self, kind: Kind, name: &str) -> bool {
        let matches = |text: &String| match self.exact {
            true => is_line_or_name(text, kind, name),
            false => listed(kind, name).contains(text.as_str()),
        };
        (self.filters.is_empty() || self.filters.iter().any(matches)) && !self.skip.iter().any(matches)
    }

    /// These with the names of all cases of a function in the place of its path, which is what an editor runs: `--exact
    /// agent::mixed`. A text that is the name of a test is that test alone, as a runner that starts one test asks for it.
    pub(crate) fn of_functions(&self, tests: &[(&TestDecl, &str)]) -> Names {
        let named = |text: &String| {
            let own = vec![text.clone()];
            let is_a_test = |(decl, name): &(&TestDecl, &str)| is_line_or_name(text, decl.kind, name);
            if !self.exact || tests.iter().any(is_a_test) {
                return own;
            }
            let path = without_raw(text);
            let of_function =
                tests.iter().filter(|(decl, _)| is_line_or_name(&path, decl.kind, &without_raw(&decl.path())));
            let names: Vec<String> = of_function.map(|(_, name)| (*name).to_owned()).collect();
            if names.is_empty() { own } else { names }
        };
        let all = |texts: &[String]| texts.iter().flat_map(named).collect();
        Names { filters: all(&self.filters), skip: all(&self.skip), exact: self.exact }
    }
}

fn is_line_or_name(text: &str, kind: Kind, name: &str) -> bool {
    text == name || *text == listed(kind, name)
}

/// As `--list` shows it.
fn listed(kind: Kind, name: &str) -> String {
    format!("[{kind}] {name}")
}

/// `agent::r#type` is `agent::type`.
fn without_raw(path: &str) -> String {
    path.replace("::r#", "::").trim_start_matches("r#").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(filters: &[&str], skip: &[&str], exact: bool) -> Names {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Names { filters: own(filters), skip: own(skip), exact }
    }

    #[test]
    fn any_of_several_filters_selects_and_any_skip_deselects() {
        let names = names(&["health", "config"], &["stress"], false);
        assert!(names.select(Kind::Load, "agent::health"));
        assert!(names.select(Kind::Load, "agent::config"));
        assert!(!names.select(Kind::Load, "agent::mixed"));
        assert!(!names.select(Kind::Stress, "agent::health"));
    }

    #[test]
    fn without_a_filter_every_name_is_selected() {
        assert!(Names::default().select(Kind::Load, "agent::health"));
    }

    #[test]
    fn an_exact_filter_is_the_name_or_the_line_of_the_list() {
        let listed = names(&["[load] agent::health"], &[], true);
        assert!(listed.select(Kind::Load, "agent::health"));
        assert!(!listed.select(Kind::Stress, "agent::health"));
        assert!(names(&["agent::health"], &[], true).select(Kind::Stress, "agent::health"));
        assert!(!names(&["agent::heal"], &[], true).select(Kind::Load, "agent::health"));
    }
}
