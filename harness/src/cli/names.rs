//! Selection by name, as every Rust test binary has it.

use crate::kind::Kind;

/// The positional filters and `--skip`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// A test runs if one of these matches, or if the list is empty.
    pub(crate) filters: Vec<String>,
    /// A test does not run if one of these matches.
    pub(crate) skip: Vec<String>,
    /// A text matches the whole of `name` or `[kind] name`, instead of a part of `[kind] name`.
    pub(crate) exact: bool,
}

impl Names {
    /// True if a test of this kind and name is among those asked for.
    pub(crate) fn select(&self, kind: Kind, name: &str) -> bool {
        let listed = format!("[{kind}] {name}");
        let matches = |text: &String| match self.exact {
            true => text == name || *text == listed,
            false => listed.contains(text.as_str()),
        };
        (self.filters.is_empty() || self.filters.iter().any(matches)) && !self.skip.iter().any(matches)
    }
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
