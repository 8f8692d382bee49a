//! Constants of the author's in the place of a literal: `users = SMALL_TEAM`.

use std::time::Duration;

use super::decl::Written;

/// A constant whose type only the compiler knows; the generated code asks for what the setting takes.
#[derive(Debug, Clone, Copy)]
pub struct Constant<T>(pub T);

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl Constant<$number> {
            /// For a setting that takes a whole number.
            pub const fn whole_number(self) -> Written {
                #[allow(unused_comparisons, reason = "unsigned types are never negative")]
                let negative = self.0 < 0;
                assert!(!negative, "a setting of a perf test is never negative");
                Written::Count(self.0 as u64)
            }

            /// For a setting that takes a whole number or a time.
            pub const fn number_or_time(self) -> Written {
                self.whole_number()
            }
        }
    )*};
}

whole_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl Constant<Duration> {
    /// For a setting that takes a time.
    pub const fn duration(self) -> Written {
        Written::Duration(self.0)
    }

    /// For a setting that takes a whole number or a time.
    pub const fn number_or_time(self) -> Written {
        Written::Duration(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_of_every_type_are_counts() {
        assert!(matches!(Constant(7usize).whole_number(), Written::Count(7)));
        assert!(matches!(Constant(7i32).number_or_time(), Written::Count(7)));
        let second = Duration::from_secs(1);
        assert!(matches!(Constant(second).number_or_time(), Written::Duration(found) if found == second));
    }

    /// In the attribute this is computed while the test compiles, and so refuses to.
    #[test]
    #[should_panic(expected = "a setting of a perf test is never negative")]
    fn a_number_below_zero_is_refused() {
        Constant(-1i32).whole_number();
    }
}
