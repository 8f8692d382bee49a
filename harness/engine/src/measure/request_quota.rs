//! How many requests may still begin, where a number of requests ends a phase: a [`RequestQuota`].

use std::sync::atomic::{AtomicU64, Ordering};

/// The rest of a number of requests, shared by all worker threads of a run.
#[derive(Debug)]
pub struct RequestQuota {
    left: AtomicU64,
    beyond: AtomicU64,
}

impl RequestQuota {
    /// A quota of so many requests.
    pub fn of(requests: u64) -> RequestQuota {
        RequestQuota { left: AtomicU64::new(requests), beyond: AtomicU64::new(0) }
    }

    /// Takes one; false if none is left.
    pub fn take(&self) -> bool {
        self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1)).is_ok()
    }

    /// Takes one for a request that is sent whether or not any is left; false if none is.
    pub fn take_one_more(&self) -> bool {
        let is_left = self.take();
        if !is_left {
            self.beyond.fetch_add(1, Ordering::AcqRel);
        }
        is_left
    }

    /// How many requests were sent that there were none left for.
    pub fn beyond(&self) -> u64 {
        self.beyond.load(Ordering::Acquire)
    }

    /// Takes so many, or as many as are left.
    pub fn take_up_to(&self, requests: u64) {
        let subtract = |left: u64| Some(left.saturating_sub(requests));
        let _is_always_ok = self.left.fetch_update(Ordering::AcqRel, Ordering::Acquire, subtract);
    }

    /// One that was taken was not needed.
    pub fn give_back(&self) {
        self.left.fetch_add(1, Ordering::AcqRel);
    }

    /// How many requests may still be sent.
    pub fn left(&self) -> u64 {
        self.left.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_are_taken_than_there_are() {
        let quota = RequestQuota::of(3);
        assert!(quota.take());
        quota.take_up_to(100);
        assert!(!quota.take());
        quota.give_back();
        assert_eq!(quota.left(), 1);
        assert!(quota.take() && !quota.take());
        assert_eq!(quota.beyond(), 0, "nothing was sent without");
        assert!(!quota.take_one_more());
        assert_eq!((quota.left(), quota.beyond()), (0, 1));
    }
}
