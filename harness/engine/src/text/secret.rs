//! Texts that no message and no log shows: [`Secret`].

use std::fmt;
use std::fs::File;
use std::io::{self, Read};

/// A text that is in no message and in no log; a random one is 128 bits as 32 hexadecimal digits.
#[derive(Clone)]
#[cfg_attr(not(feature = "cluster"), allow(unreachable_pub, reason = "tests of several processes name it"))]
pub struct Secret {
    text: String,
}

impl Secret {
    /// A new one, from the system's random numbers.
    pub fn random() -> io::Result<Secret> {
        let mut bytes = [0; 16];
        File::open("/dev/urandom")?.read_exact(&mut bytes)?;
        Ok(Secret { text: format!("{:032x}", u128::from_be_bytes(bytes)) })
    }

    /// One that a person has given.
    #[cfg(feature = "cluster")]
    pub fn given(text: &str) -> Secret {
        Secret { text: text.to_owned() }
    }

    /// The text itself, for those who have to know it.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// True for the same text. Takes as long for any other one, so that its time says nothing about how much is right.
    pub fn is(&self, given: &str) -> bool {
        let (own, given) = (self.text.as_bytes(), given.as_bytes());
        own.len() == given.len() && own.iter().zip(given).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
    }
}

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
        assert_eq!(one.reveal().len(), 32);
        assert!(one.is(one.reveal()) && !one.is(other.reveal()) && !one.is(&one.reveal()[1..]) && !one.is(""));
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}
