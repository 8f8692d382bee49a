//! The class of a user, as a number: [`ClassNumber`].

/// A class of users by its place among those of the test, or no class: that is where a test without classes counts everything, and
/// one with classes what no user did, such as a request that was never sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClassNumber(u16);

impl ClassNumber {
    /// No class.
    pub const NONE: ClassNumber = ClassNumber(0);

    /// The class with this index, if it is one.
    pub fn of(index: Option<usize>) -> ClassNumber {
        ClassNumber(index.map_or(0, |index| u16::try_from(index + 1).unwrap_or(u16::MAX)))
    }

    /// Its index among the classes.
    pub fn index(self) -> Option<usize> {
        usize::from(self.0).checked_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_counted_from_one_and_no_class_is_zero() {
        assert_eq!((ClassNumber::of(None), ClassNumber::NONE.index()), (ClassNumber::NONE, None));
        assert_eq!([0, 7].map(|index| ClassNumber::of(Some(index)).index()), [Some(0), Some(7)]);
    }
}
