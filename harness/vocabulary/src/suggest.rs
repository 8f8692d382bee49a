//! "Did you mean": the nearest known word to one that is not known.

use strsim::osa_distance;

/// The candidate nearest to `word`, if it is near enough to be a typing error.
///
/// Near enough is one edit for every three letters, rounded up; a swap of neighbours is one edit.
///
/// ```
/// use proofload_vocabulary::suggest::nearest;
/// assert_eq!(nearest("user", ["users", "requests"]), Some("users"));
/// assert_eq!(nearest("banana", ["users", "requests"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let reach = word.chars().count().div_ceil(3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (osa_distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= reach)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `, did you mean "users"?`, or nothing when no candidate is near.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!(", did you mean `{candidate}`?"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_is_one_edit() {
        assert_eq!(osa_distance("form", "from"), 1);
        assert_eq!(osa_distance("", "abc"), 3);
        assert_eq!(osa_distance("kitten", "sitting"), 3);
        assert_eq!(nearest("max", ["mxa"]), Some("mxa"));
    }

    #[test]
    fn the_nearest_of_several_wins_and_nothing_is_suggested_from_afar() {
        assert_eq!(nearest("sucess_rate", ["error_rate", "success_rate"]), Some("success_rate"));
        assert_eq!(nearest("x", ["mean", "max"]), None);
    }
}
