//! Random texts that only the person at the terminal knows: [`Secret`].

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

/// 128 random bits as 32 hexadecimal digits.
#[derive(Clone)]
pub(super) struct Secret {
    digits: String,
}

impl Secret {
    /// A new one, from the system's random numbers.
    pub(super) fn random() -> io::Result<Secret> {
        let mut bytes = [0; 16];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Secret { digits: format!("{:032x}", u128::from_be_bytes(bytes)) })
    }

    /// The text itself, for the link and the cookie.
    pub(super) fn digits(&self) -> &str {
        &self.digits
    }

    /// True for the same text. Takes as long for any other one, so that its time says nothing about how much is right.
    pub(super) fn is(&self, given: &str) -> bool {
        let (own, given) = (self.digits.as_bytes(), given.as_bytes());
        own.len() == given.len() && own.iter().zip(given).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
    }
}

/// A secret is in no message and in no log.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_128_bits_and_is_another_one_each_time() {
        let (one, other) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_eq!(one.digits().len(), 32);
        assert!(one.is(one.digits()) && !one.is(other.digits()) && !one.is(&one.digits()[1..]) && !one.is(""));
        assert!(!format!("{one:?}").contains(one.digits()));
    }
}
