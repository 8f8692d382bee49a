//! The load had to wait for the file of its requests: an error of the generator.

use std::time::Duration;

use super::figure;

const BEGINS: &str = "requests ended faster than their CSV file could be written";

/// Names the error.
pub(crate) fn waited_for_file(waited: Duration) -> String {
    format!("{BEGINS}, which held up the load for {}", figure::time(waited.as_secs_f64()))
}

/// What can be done about the error, if it is this one.
pub(crate) fn advice_on_file_wait(error: &str) -> Option<&'static str> {
    error
        .starts_with(BEGINS)
        .then_some("write the requests to a faster disk (`--requests-csv FILE`), or offer less load")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_recognised_and_others_are_not() {
        let error = waited_for_file(Duration::from_millis(1_230));
        assert_eq!(
            error,
            "requests ended faster than their CSV file could be written, which held up the load for 1.23 s"
        );
        assert!(advice_on_file_wait(&error).is_some());
        assert_eq!(advice_on_file_wait("no file descriptors left"), None);
    }
}
