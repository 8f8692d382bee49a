//! Which two levels of a staged load are compared: the first and the highest.

/// The places of the first steady stage with a load, and of the first of the steady stages with the highest one; `None` if no steady
/// stage is above the first. `levels` are those of each stage at its start and at its end.
pub fn first_and_full_load(levels: impl IntoIterator<Item = (f64, f64)>) -> Option<(usize, usize)> {
    let steady = |(place, (from, to)): (usize, (f64, f64))| (from == to && from > 0.0).then_some((place, to));
    let mut steady = levels.into_iter().enumerate().filter_map(steady);
    let first = steady.next()?;
    let full = steady.fold(first, |highest, stage| if stage.1 > highest.1 { stage } else { highest });
    (full.1 > first.1).then_some((first.0, full.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_steady_level_is_compared_with_the_first_of_the_highest() {
        assert_eq!(first_and_full_load([(2.0, 2.0), (2.0, 10.0), (10.0, 10.0)]), Some((0, 2)));
        assert_eq!(first_and_full_load([(0.0, 5.0), (5.0, 5.0), (9.0, 9.0), (7.0, 7.0), (9.0, 9.0)]), Some((1, 2)));
        assert_eq!(first_and_full_load([(0.0, 0.0), (5.0, 5.0), (6.0, 6.0)]), Some((1, 2)), "a pause is no level");
    }

    #[test]
    fn without_a_steady_stage_above_the_first_nothing_is_compared() {
        for levels in [
            vec![],
            vec![(0.0, 10.0), (10.0, 10.0)],
            vec![(10.0, 10.0), (2.0, 2.0)],
            vec![(2.0, 2.0), (2.0, 10.0)],
            vec![(2.0, 2.0), (2.0, 2.0)],
        ] {
            assert_eq!(first_and_full_load(levels.clone()), None, "{levels:?}");
        }
    }
}
