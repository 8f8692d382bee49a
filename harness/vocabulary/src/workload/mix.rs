//! Classes of users with weights: [`Mix`].

use std::collections::HashSet;
use std::sync::Arc;

/// The greatest weight of a class: beyond it, the order of a whole period would be long and no share finer than anyone can see.
pub const GREATEST_WEIGHT: u32 = 10_000;

/// The most classes of one test.
pub const MOST_CLASSES: usize = 100;

/// A class of users, and how many of them there are for each user of another class.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct UserClass {
    /// The name of the function that its users call.
    pub name: String,
    /// At least 1.
    pub weight: u32,
}

/// The classes of users of a test, and the order in which users are assigned to them. Without classes, all users are alike.
///
/// Over a whole period, which is as long as the sum of the weights, each class gets exactly its weight; over any beginning of the
/// order, it is less than one user away from its share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
// The order follows from the classes.
#[cfg_attr(feature = "travels", serde(from = "Vec<UserClass>", into = "Vec<UserClass>"))]
pub struct Mix {
    classes: Vec<UserClass>,
    /// The class of each user of a period, by index.
    order: Arc<[u16]>,
}

impl Mix {
    /// The mix of these classes. One that holds more, or weighs more, than the attribute allows is cut to that.
    pub fn new(classes: Vec<UserClass>) -> Mix {
        let kept = classes.into_iter().take(MOST_CLASSES);
        let classes: Vec<UserClass> =
            kept.map(|class| UserClass { weight: class.weight.clamp(1, GREATEST_WEIGHT), ..class }).collect();
        let weights: Vec<u64> = classes.iter().map(|class| class.weight.into()).collect();
        Mix { order: order(&weights).into(), classes }
    }

    /// The classes, as declared.
    pub fn classes(&self) -> &[UserClass] {
        &self.classes
    }

    /// True if all users are alike.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// The index of the class of the user, or the arrival, with this number; `None` without classes.
    pub fn class_of(&self, number: u64) -> Option<usize> {
        let period = self.order.len() as u64;
        (period > 0).then(|| self.order[(number % period) as usize].into())
    }

    /// How many of the first `count` users or arrivals are of each class.
    pub fn counts(&self, count: u64) -> Vec<u64> {
        let period = self.order.len().max(1) as u64;
        let of_whole = |class: &UserClass| count / period * u64::from(class.weight) / self.divisor();
        let mut counts: Vec<u64> = self.classes.iter().map(of_whole).collect();
        let rest = (count % period) as usize;
        self.order.iter().take(rest).for_each(|class| counts[usize::from(*class)] += 1);
        counts
    }

    /// The names that are given twice.
    pub fn same_names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.classes.iter().map(|class| class.name.as_str()).filter(|name| !seen.insert(*name)).collect()
    }

    fn divisor(&self) -> u64 {
        self.classes.iter().map(|class| u64::from(class.weight)).fold(0, greatest_common_divisor).max(1)
    }
}

impl From<Vec<UserClass>> for Mix {
    fn from(classes: Vec<UserClass>) -> Mix {
        Mix::new(classes)
    }
}

impl From<Mix> for Vec<UserClass> {
    fn from(mix: Mix) -> Vec<UserClass> {
        mix.classes
    }
}

/// The class of each user of one period.
///
/// The j-th user of a class with the share w ÷ W belongs between the places j·W ÷ w and (j + 1)·W ÷ w. Of the classes whose next
/// user belongs to this place, the one whose user must come first is taken: so none comes too late, which keeps every class less
/// than one user away from its share.
fn order(weights: &[u64]) -> Vec<u16> {
    let divisor = weights.iter().copied().fold(0, greatest_common_divisor).max(1);
    let weights: Vec<u64> = weights.iter().map(|weight| weight / divisor).collect();
    let sum: u64 = weights.iter().sum();
    let mut taken = vec![0_u64; weights.len()];
    let mut order = Vec::with_capacity(sum as usize);
    for place in 0..sum {
        let belongs_here = |class: &usize| taken[*class] * sum / weights[*class] <= place;
        let must_come_before = |class: &usize| ((taken[*class] + 1) * sum).div_ceil(weights[*class]);
        let next = (0..weights.len()).filter(belongs_here).min_by_key(must_come_before);
        // There always is one: up to here, fewer users were taken than belong.
        let Some(next) = next else { break };
        taken[next] += 1;
        order.push(next as u16);
    }
    order
}

fn greatest_common_divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mix(weights: &[u32]) -> Mix {
        let class = |(index, weight): (usize, &u32)| UserClass { name: format!("class_{index}"), weight: *weight };
        Mix::new(weights.iter().enumerate().map(class).collect())
    }

    fn order_of(weights: &[u32], users: u64) -> Vec<usize> {
        let mix = mix(weights);
        (0..users).filter_map(|number| mix.class_of(number)).collect()
    }

    #[test]
    fn users_are_assigned_evenly_by_weight() {
        assert_eq!(order_of(&[7, 2, 1], 10), [0, 0, 0, 1, 0, 0, 1, 0, 0, 2]);
        assert_eq!(order_of(&[1, 1], 4), [0, 1, 0, 1]);
        assert_eq!(mix(&[7, 2, 1]).counts(100), [70, 20, 10]);
    }

    #[test]
    fn a_test_without_classes_has_users_of_no_class() {
        assert_eq!((Mix::default().class_of(3), Mix::default().counts(3)), (None, Vec::new()));
    }

    /// Weights of many kinds: equal, far apart, with a common divisor, many of them.
    fn many_weights() -> impl Iterator<Item = Vec<u32>> {
        let some =
            [vec![1], vec![7, 2, 1], vec![1, 2, 7], vec![50, 50], vec![1, 10_000], vec![9_999, 3, 1], vec![1; 100]];
        let random = (0..300_u64).map(|seed| {
            let number = |at: u64| crate::seeded::SplitMix64::nth(seed, at);
            (1..=2 + number(0) % 8).map(|at| 1 + (number(at) % 40) as u32).collect()
        });
        some.into_iter().chain(random)
    }

    #[test]
    fn over_whole_periods_each_class_has_exactly_its_weight() {
        for weights in many_weights() {
            let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
            for periods in [1, 3] {
                let mut counts = vec![0_u64; weights.len()];
                order_of(&weights, sum * periods).into_iter().for_each(|class| counts[class] += 1);
                let expected: Vec<u64> = weights.iter().map(|weight| u64::from(*weight) * periods).collect();
                assert_eq!(counts, expected, "{weights:?}");
                assert_eq!(mix(&weights).counts(sum * periods), expected, "{weights:?}");
            }
        }
    }

    #[test]
    fn over_any_beginning_each_class_is_less_than_one_user_away_from_its_share() {
        for weights in many_weights() {
            let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
            let mut counts = vec![0_u64; weights.len()];
            for (before, class) in order_of(&weights, sum).into_iter().enumerate() {
                counts[class] += 1;
                for (count, weight) in counts.iter().zip(&weights) {
                    // |count − users · weight ÷ sum| < 1, in whole numbers.
                    let (share, has) = ((before as u64 + 1) * u64::from(*weight), count * sum);
                    assert!(share.abs_diff(has) < sum, "{weights:?} after {before}: {counts:?}");
                }
            }
            assert_eq!(counts, mix(&weights).counts(sum), "{weights:?}");
        }
    }
}
