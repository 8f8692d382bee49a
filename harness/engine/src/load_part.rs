//! The part of a load that this process offers, where several processes offer one load together: [`LoadPart`].
//!
//! All of them count time from the same moment, their origin, and begin the load at the same time after it. Knows no network:
//! what connects the processes waits until this one is [`ready`](LoadPart::ready), and says when all [`begin`](LoadPart::begin_at).

use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Which part of a load it is: of every `of` users and arrivals, the one with this `index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct PartShare {
    /// 0, 1, 2 …
    pub index: usize,
    /// How many processes offer the load.
    pub of: usize,
}

impl PartShare {
    /// The share of a process that offers a load alone.
    pub const WHOLE: PartShare = PartShare { index: 0, of: 1 };

    /// How many of `count` users, arrivals or requests are its own.
    pub fn part_of(self, count: u64) -> u64 {
        count.saturating_sub(self.index as u64).div_ceil(self.of as u64)
    }

    /// The number, among those of all processes, of what has this number among its own.
    pub fn number_among_all(self, own: usize) -> usize {
        self.index + own * self.of
    }
}

/// The part of a load that this process offers.
#[derive(Debug)]
pub struct LoadPart {
    share: PartShare,
    origin: Instant,
    most_threads: Option<usize>,
    is_ready: watch::Sender<bool>,
    begins: OnceLock<Duration>,
}

impl LoadPart {
    /// This part of a load whose processes count time from `origin`.
    pub fn new(share: PartShare, origin: Instant) -> LoadPart {
        LoadPart { share, origin, most_threads: None, is_ready: watch::Sender::new(false), begins: OnceLock::new() }
    }

    /// The same with at most so many worker threads, because others share the machine.
    #[must_use]
    pub fn with_threads(self, most: usize) -> LoadPart {
        LoadPart { most_threads: Some(most), ..self }
    }

    /// How many worker threads offer it at most; `None` if all cores of the machine are its own.
    pub fn most_threads(&self) -> Option<usize> {
        self.most_threads
    }

    /// Which part it is.
    pub fn share(&self) -> PartShare {
        self.share
    }

    /// What this process counts time from.
    pub fn origin(&self) -> Instant {
        self.origin
    }

    /// This process is ready to begin; calls after the first change nothing.
    pub fn arrive(&self) {
        self.is_ready.send_replace(true);
    }

    /// Waits until this process is ready to begin.
    pub async fn ready(&self) {
        // Fails only without a sender, which is in `self`.
        self.is_ready.subscribe().wait_for(|is_ready| *is_ready).await.ok();
    }

    /// All processes are ready, and begin so long after the origin; the first call counts.
    pub fn begin_at(&self, since_origin: Duration) {
        self.begins.get_or_init(|| since_origin);
    }

    /// When the load begins, since the origin, once that is known.
    pub fn begins(&self) -> Option<Duration> {
        self.begins.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn who_waits_for_a_part_goes_on_when_it_is_ready_and_the_first_time_to_begin_counts() {
        let part = LoadPart::new(PartShare { index: 1, of: 3 }, Instant::now());
        assert_eq!((part.ready().now_or_never(), part.begins()), (None, None));
        part.arrive();
        part.arrive();
        assert_eq!(part.ready().now_or_never(), Some(()));
        part.begin_at(Duration::from_secs(2));
        part.begin_at(Duration::from_secs(3));
        assert_eq!(part.begins(), Some(Duration::from_secs(2)));
    }
}
