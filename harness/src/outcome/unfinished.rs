//! What the test's own code left undone: users that did not come back, and work that goes on.

use super::figure;
use crate::measure::{Measured, Unfinished};

/// More users than this are not named.
const NAMED: usize = 5;

pub(super) fn warnings(measured: &Measured) -> Vec<String> {
    let Unfinished { users, has_blocking_work } = &measured.unfinished;
    let mut warnings = Vec::new();
    if let Some(first) = users.first() {
        let who = match users.len() {
            1 => format!("user {first} was"),
            count => {
                let more = if count > NAMED { ", …" } else { "" };
                let named: Vec<String> = users.iter().take(NAMED).map(ToString::to_string).collect();
                format!("{} users ({}{more}) were", figure::count(count as u64), named.join(", "))
            }
        };
        warnings.push(format!(
            "{who} still in an iteration when the test gave up waiting, although no request of theirs was open: what else does the \
             test's function await? Pause with `user.think(…)`, and give other waits a time limit"
        ));
    }
    if *has_blocking_work {
        warnings.push(
            "work that the test began in `spawn_blocking` was not done when the test ended: it goes on, and disturbs what is \
             measured next"
                .to_owned(),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned(users: &[usize], has_blocking_work: bool) -> Vec<String> {
        let unfinished = Unfinished { users: users.to_vec(), has_blocking_work };
        warnings(&Measured { unfinished, ..Measured::default() })
    }

    #[test]
    fn users_that_do_not_come_back_are_named() {
        assert!(warned(&[3], false)[0].starts_with("user 3 was still in an iteration"));
        assert!(warned(&[0, 4, 7], false)[0].starts_with("3 users (0, 4, 7) were still in an iteration"));
        let many: Vec<usize> = (0..1_200).collect();
        assert!(warned(&many, false)[0].starts_with("1,200 users (0, 1, 2, 3, 4, …) were"));
    }

    #[test]
    fn work_that_goes_on_is_named_and_nothing_else_is() {
        assert!(warned(&[], true)[0].contains("`spawn_blocking`"));
        assert_eq!(warned(&[], false), Vec::<String>::new());
    }
}
