//! Many futures on one thread, each polled only when it was woken.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// Bits of a word.
const WORD: usize = u64::BITS as usize;

/// So often those who wake themselves are polled before anything else of the thread has its turn.
const PASSES: usize = 32;

/// The lives of one worker's users.
///
/// Who is woken is a bit in a table: waking costs two atomic operations on memory of this thread, and no allocation, lock
/// or queue. In one pass each woken future is polled once, so that none can keep the others from their turn. tokio's own
/// budget must not be in force: it would turn the members of a large crowd away after 128 of them.
pub(super) struct Crowd<F> {
    members: Vec<Option<(Pin<Box<F>>, Waker)>>,
    /// How many members are still there.
    alive: usize,
    woken: Arc<Woken>,
}

/// A bit for each member, and one for each word of those bits.
struct Woken {
    words: Box<[AtomicU64]>,
    summary: Box<[AtomicU64]>,
    /// Nobody need wake the crowd itself: it has been woken, or is at work.
    is_told: AtomicBool,
    crowd: AtomicWaker,
}

/// Wakes one member.
struct Knock {
    member: usize,
    woken: Arc<Woken>,
}

impl<F: Future<Output = ()>> Crowd<F> {
    /// A crowd of `most` members at the most.
    pub(super) fn of(most: usize) -> Crowd<F> {
        let bits = |count: usize| (0..count.div_ceil(WORD).max(1)).map(|_| AtomicU64::new(0)).collect::<Box<[_]>>();
        let words = bits(most);
        let summary = bits(words.len());
        let woken = Woken { words, summary, is_told: AtomicBool::new(false), crowd: AtomicWaker::new() };
        Crowd { members: Vec::new(), alive: 0, woken: Arc::new(woken) }
    }

    /// One more, who is polled in the next pass.
    ///
    /// # Panics
    /// If there have been `most` already.
    pub(super) fn push(&mut self, future: F) {
        let knock = Arc::new(Knock { member: self.members.len(), woken: Arc::clone(&self.woken) });
        knock.wake_by_ref();
        self.members.push(Some((Box::pin(future), Waker::from(knock))));
        self.alive += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.alive == 0
    }

    /// Polls everyone who was woken; ready when somebody has ended.
    pub(super) fn poll(&mut self, context: &Context<'_>) -> Poll<()> {
        self.woken.crowd.register(context.waker());
        self.woken.is_told.store(true, Ordering::SeqCst);
        let before = self.alive;
        let mut passes = 0;
        while passes < PASSES && self.woken.is_anyone() {
            self.pass();
            passes += 1;
        }
        // Who knocks from here on wakes the crowd; who has knocked before is seen.
        self.woken.is_told.store(false, Ordering::SeqCst);
        if self.woken.is_anyone() {
            context.waker().wake_by_ref();
        }
        if self.alive < before { Poll::Ready(()) } else { Poll::Pending }
    }

    fn pass(&mut self) {
        for group in 0..self.woken.summary.len() {
            let mut words = self.woken.summary[group].swap(0, Ordering::SeqCst);
            while words != 0 {
                let word = group * WORD + words.trailing_zeros() as usize;
                words &= words - 1;
                self.poll_word(word);
            }
        }
    }

    fn poll_word(&mut self, word: usize) {
        let mut bits = self.woken.words[word].swap(0, Ordering::SeqCst);
        while bits != 0 {
            let member = word * WORD + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            let Some(Some((future, waker))) = self.members.get_mut(member) else { continue };
            if future.as_mut().poll(&mut Context::from_waker(waker)).is_ready() {
                self.members[member] = None;
                self.alive -= 1;
            }
        }
    }
}

impl Woken {
    fn is_anyone(&self) -> bool {
        self.summary.iter().any(|words| words.load(Ordering::SeqCst) != 0)
    }
}

/// Lets the others have their turn.
pub(super) async fn give_way() {
    let mut gave_way = false;
    poll_fn(|context| {
        if std::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Wake for Knock {
    fn wake(self: Arc<Knock>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Knock>) {
        let (word, woken) = (self.member / WORD, &self.woken);
        let before = woken.words[word].fetch_or(1 << (self.member % WORD), Ordering::SeqCst);
        if before == 0 {
            woken.summary[word / WORD].fetch_or(1 << (word % WORD), Ordering::SeqCst);
        }
        if !woken.is_told.swap(true, Ordering::SeqCst) {
            woken.crowd.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;

    async fn all<F: Future<Output = ()>>(crowd: &mut Crowd<F>) {
        while !crowd.is_empty() {
            poll_fn(|context| crowd.poll(context)).await;
        }
    }

    /// Gives way so many times, and notes each of its turns.
    async fn turns(name: usize, count: usize, seen: Rc<RefCell<Vec<usize>>>) {
        for _ in 0..count {
            seen.borrow_mut().push(name);
            give_way().await;
        }
    }

    #[tokio::test]
    async fn each_has_its_turn_however_busy_another_is() {
        let (mut crowd, seen) = (Crowd::of(3), Rc::default());
        for name in 0..3 {
            crowd.push(turns(name, 3, Rc::clone(&seen)));
        }
        all(&mut crowd).await;
        assert_eq!(*seen.borrow(), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn thousands_that_wait_are_each_polled_when_they_are_due_and_not_before() {
        let (mut crowd, polls) = (Crowd::of(10_000), Rc::new(Cell::new(0)));
        for number in 0..10_000 {
            let polls = Rc::clone(&polls);
            crowd.push(async move {
                let mut waiting = std::pin::pin!(tokio::time::sleep(Duration::from_millis(1 + number % 100)));
                poll_fn(|context| {
                    polls.set(polls.get() + 1);
                    waiting.as_mut().poll(context)
                })
                .await;
            });
        }
        all(&mut crowd).await;
        assert_eq!(polls.get(), 20_000, "once to begin and once to end");
    }

    #[tokio::test]
    async fn a_knock_from_another_thread_is_heard() {
        let mut crowd = Crowd::of(200);
        for _ in 0..200 {
            crowd.push(async {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                std::thread::spawn(move || sender.send(()).unwrap());
                receiver.await.unwrap();
            });
        }
        all(&mut crowd).await;
    }

    #[tokio::test]
    async fn who_comes_later_is_polled_too() {
        let (mut crowd, seen) = (Crowd::of(2), Rc::default());
        crowd.push(turns(0, 1, Rc::clone(&seen)));
        all(&mut crowd).await;
        crowd.push(turns(1, 1, Rc::clone(&seen)));
        all(&mut crowd).await;
        assert_eq!(*seen.borrow(), [0, 1]);
    }
}
