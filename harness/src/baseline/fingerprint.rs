//! Short names of what must be the same for two runs to be comparable.

/// FNV-1a with 64 bits: a name that stays the same with every version of Rust and of this crate.
pub(super) fn fingerprint(parts: impl IntoIterator<Item = String>) -> String {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = BASIS;
    for part in parts {
        // The zero distinguishes "ab" and "c" from "a" and "bc".
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[&str]) -> String {
        fingerprint(parts.iter().map(|part| (*part).to_owned()))
    }

    #[test]
    fn the_name_is_that_of_the_published_function() {
        // FNV-1a of one zero byte.
        assert_eq!(of(&[""]), "af63bd4c8601b7df");
        assert_eq!(of(&[]), "cbf29ce484222325");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
