//! Constants of the author's in the place of a literal: `users = SMALL_TEAM`.

use std::time::Duration;

use super::Written;

/// A constant whose type only the compiler knows; the generated code asks for what the setting takes.
#[derive(Debug, Clone, Copy)]
pub struct Constant<T>(pub T);

macro_rules! whole_number {
    ($($number:ty),*) => {$(
        impl Constant<$number> {
            /// For a setting that takes a whole number.
            pub const fn count(self) -> Written {
                #[allow(unused_comparisons, reason = "unsigned types are never negative")]
                let negative = self.0 < 0;
                assert!(!negative, "a setting of a perf test is never negative");
                Written::Count(self.0 as u64)
            }

            /// For a setting that takes a whole number or a time.
            pub const fn count_or_duration(self) -> Written {
                self.count()
            }
        }
    )*};
}

whole_number!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl Constant<Duration> {
    /// For a setting that takes a time.
    pub const fn duration(self) -> Written {
        Written::Duration(self.0)
    }

    /// For a setting that takes a whole number or a time.
    pub const fn count_or_duration(self) -> Written {
        Written::Duration(self.0)
    }
}
