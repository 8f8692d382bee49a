//! Texts, counted: however many differ, few are kept.

use std::collections::BTreeMap;

use super::safe::one_line;
use super::shape::shape;

/// The most texts that any report shows.
pub(super) const TEXTS_SHOWN: usize = 20;

/// The most texts of one shape that are counted apart.
const TEXTS_OF_A_SHAPE: usize = 20;

/// The most shapes.
const MOST_SHAPES: usize = 100;

/// The examples that are kept of texts that are counted together.
pub(super) const EXAMPLES: usize = 3;

/// What texts are counted under for which there is no room.
pub const OTHER: &str = "(other)";

/// How often each text occurred. Texts that differ in numbers and the like are counted together once they are many, so
/// that the memory is bounded; the sum of the counts is exact.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct GroupedTexts {
    /// By text, or by shape if its texts are counted together.
    counts: BTreeMap<String, u64>,
    shapes: BTreeMap<String, Shape>,
    other: u64,
    other_examples: Vec<String>,
}

#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
enum Shape {
    /// Its texts are counted apart.
    Apart(Vec<String>),
    Together {
        examples: Vec<String>,
    },
}

/// What reports show: few texts, the rest counted together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// At most [`TEXTS_SHOWN`], and [`OTHER`].
    pub counts: BTreeMap<String, u64>,
    /// Of each that stands for several texts.
    pub examples: BTreeMap<String, Vec<String>>,
    /// How many are counted as [`OTHER`].
    pub others: u64,
}

impl Groups {
    /// A line for each, the most frequent first: `the text (12 times)`.
    pub fn lines(&self) -> Vec<String> {
        let times = |count: u64| if count == 1 { String::new() } else { format!(" ({count} times)") };
        self.by_count().into_iter().map(|(text, count)| format!("{text}{}", times(count))).collect()
    }

    fn by_count(&self) -> Vec<(&str, u64)> {
        let mut texts: Vec<(&str, u64)> = self.counts.iter().map(|(text, count)| (text.as_str(), *count)).collect();
        texts.sort_by(|a, b| (a.0 == OTHER).cmp(&(b.0 == OTHER)).then(b.1.cmp(&a.1)).then(a.0.cmp(b.0)));
        texts
    }
}

impl GroupedTexts {
    /// Counts `text`; allocates only for a new one.
    pub fn add(&mut self, text: &str, count: u64) {
        if let Some(sum) = self.counts.get_mut(text) {
            *sum += count;
            return;
        }
        self.add_new(&one_line(text), count);
    }

    fn add_new(&mut self, text: &str, count: u64) {
        if let Some(sum) = self.counts.get_mut(text) {
            *sum += count;
            return;
        }
        let shape = shape(text);
        let is_full = self.shapes.len() == MOST_SHAPES;
        match self.shapes.get_mut(&shape) {
            None if is_full => {
                self.other += count;
                note_example(&mut self.other_examples, text);
                return;
            }
            None => drop(self.shapes.insert(shape, Shape::Apart(vec![text.to_owned()]))),
            Some(Shape::Apart(texts)) if texts.len() < TEXTS_OF_A_SHAPE => texts.push(text.to_owned()),
            Some(Shape::Apart(_)) => return self.count_together(shape, text, count),
            Some(Shape::Together { .. }) => {
                *self.counts.entry(shape).or_default() += count;
                return;
            }
        }
        self.counts.insert(text.to_owned(), count);
    }

    /// The texts of `shape` are one too many.
    fn count_together(&mut self, shape: String, text: &str, count: u64) {
        let Some(Shape::Apart(mut texts)) = self.shapes.remove(&shape) else { return };
        let sum: u64 = texts.iter().filter_map(|text| self.counts.remove(text)).sum();
        *self.counts.entry(shape.clone()).or_default() += sum + count;
        texts.push(text.to_owned());
        texts.truncate(EXAMPLES);
        self.shapes.insert(shape, Shape::Together { examples: texts });
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &GroupedTexts) {
        for (shape, group) in &other.shapes {
            if let Shape::Together { examples } = group {
                self.take_in_group(shape, examples);
            }
        }
        other.counts.iter().for_each(|(text, count)| self.add(text, *count));
        self.other += other.other;
        other.other_examples.iter().for_each(|text| note_example(&mut self.other_examples, text));
    }

    /// Texts that are counted together anywhere are counted together here.
    fn take_in_group(&mut self, shape: &str, theirs: &[String]) {
        if !self.shapes.contains_key(shape) && self.shapes.len() == MOST_SHAPES {
            return;
        }
        match self.shapes.get_mut(shape) {
            Some(Shape::Together { .. }) => {}
            Some(Shape::Apart(_)) => {
                let Some(example) = theirs.first() else { return };
                self.count_together(shape.to_owned(), example, 0);
            }
            None => {
                self.shapes.insert(shape.to_owned(), Shape::Together { examples: theirs.to_vec() });
                self.counts.entry(shape.to_owned()).or_default();
            }
        }
    }

    /// The most frequent texts, and the rest together.
    pub fn finish(self) -> Groups {
        let mut texts: Vec<(String, u64)> = self.counts.into_iter().collect();
        texts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let rest = texts.split_off(texts.len().min(TEXTS_SHOWN));
        let mut examples: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (text, _) in &texts {
            if let Some(Shape::Together { examples: of_shape }) = self.shapes.get(text) {
                examples.insert(text.clone(), of_shape.clone());
            }
        }
        let other = self.other + rest.iter().map(|(_, count)| count).sum::<u64>();
        let others = rest.len() as u64 + u64::from(self.other > 0);
        let of_rest = rest.into_iter().map(|(text, _)| text).chain(self.other_examples);
        if other > 0 {
            examples.insert(OTHER.to_owned(), of_rest.take(EXAMPLES).collect());
        }
        let counts = texts.into_iter().chain((other > 0).then(|| (OTHER.to_owned(), other))).collect();
        Groups { counts, examples, others }
    }
}

fn note_example(examples: &mut Vec<String>, text: &str) {
    if examples.len() < EXAMPLES {
        examples.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: impl IntoIterator<Item = String>) -> GroupedTexts {
        let mut grouped = GroupedTexts::default();
        texts.into_iter().for_each(|text| grouped.add(&text, 1));
        grouped
    }

    fn orders(numbers: std::ops::Range<u32>) -> impl Iterator<Item = String> {
        numbers.map(|number| format!("order {number} not found"))
    }

    fn total(groups: &Groups) -> u64 {
        groups.counts.values().sum()
    }

    #[test]
    fn texts_that_differ_each_time_are_one_with_examples() {
        let groups = of(orders(0..18_000).chain(["status 503".to_owned()])).finish();
        let expected = [("order … not found".to_owned(), 18_000), ("status 503".to_owned(), 1)];
        assert_eq!(groups.counts, BTreeMap::from(expected));
        let examples = &groups.examples["order … not found"];
        assert_eq!(*examples, ["order 0 not found", "order 1 not found", "order 2 not found"]);
    }

    #[test]
    fn a_few_texts_stay_as_they_are() {
        let groups = of(orders(0..3)).finish();
        assert_eq!((groups.counts.len(), groups.others, groups.examples.len()), (3, 0, 0));
    }

    #[test]
    fn twenty_texts_are_kept_and_the_others_are_counted_together() {
        let word = |n: u32| ('a'..='z').nth(n as usize % 26).unwrap().to_string().repeat(1 + n as usize / 26);
        let groups = of((0..5_000).map(|n| word(n % 1_000))).finish();
        assert_eq!((groups.counts.len(), groups.others), (TEXTS_SHOWN + 1, 81));
        assert_eq!((total(&groups), groups.examples[OTHER].len()), (5_000, EXAMPLES));
    }

    #[test]
    fn merging_counts_together_what_either_counts_together() {
        for (ours, theirs) in [(0..15, 100..115), (0..3, 0..50), (0..50, 0..3), (0..0, 0..50)] {
            let number = (ours.len() + theirs.len()) as u64;
            let mut merged = of(orders(ours));
            merged.merge(&of(orders(theirs)));
            assert_eq!(merged.finish().counts, BTreeMap::from([("order … not found".to_owned(), number)]));
        }
    }

    #[test]
    fn a_megabyte_is_counted_under_its_beginning() {
        let groups = of([format!("{}1", "x".repeat(1 << 20)), format!("{}2", "x".repeat(1 << 20))]).finish();
        assert_eq!((groups.counts.len(), total(&groups)), (1, 2));
        assert!(groups.counts.keys().all(|text| text.len() < 1_000));
    }
}
