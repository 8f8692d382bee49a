//! Polls many futures on one thread, each only when it was woken.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use futures_util::task::AtomicWaker;

use super::memory_ahead::MemoryPlace;
use super::woken_tasks::{AllTasks, Pass, PollAnnouncer, TaskWaker, WORD, WokenTasks};

/// How often tasks that wake themselves are polled before anything else on the thread has its turn.
const PASSES: usize = 32;

/// Runs the users of one worker, each a task.
///
/// A woken task is a bit in a table: waking costs two atomic operations on memory of this thread, and no allocation, lock
/// or queue. In one pass each woken task is polled once, so that none can keep the others from their turn. Poll it without
/// tokio's cooperative budget, which would stop a large number of tasks after 128 of them.
pub(super) struct Executor<F> {
    tasks: Vec<Option<Pin<Box<F>>>>,
    /// One for each task, made together: what is woken lies together, too.
    wakers: Vec<Waker>,
    /// How many tasks have not completed.
    running: usize,
    /// The task that was polled last: its memory is still near.
    last_polled: Option<usize>,
    woken: Arc<WokenTasks>,
}

/// Is notified of each poll.
pub(super) trait PollWatch {
    /// Tasks are about to be polled.
    fn begin(&self);

    /// This task is polled soon.
    fn ahead(&self, task: usize);

    /// This task was polled.
    fn polled(&self, task: usize);

    /// Something else on the thread has its turn.
    fn end(&self);
}

impl<F: Future<Output = ()>> Executor<F> {
    /// An executor for at most `capacity` tasks.
    pub(super) fn with_capacity(capacity: usize) -> Executor<F> {
        let bits = |count: usize| (0..count.div_ceil(WORD).max(1)).map(|_| AtomicU64::new(0)).collect::<Box<[_]>>();
        let words = bits(capacity);
        let summary = bits(words.len());
        let woken = WokenTasks { words, summary, is_awake: AtomicBool::new(false), executor: AtomicWaker::new() };
        let woken = Arc::new(woken);
        let waker = |task| Waker::from(Arc::new(TaskWaker { task, woken: Arc::clone(&woken) }));
        let wakers = (0..capacity).map(waker).collect();
        Executor { tasks: Vec::with_capacity(capacity), wakers, running: 0, last_polled: None, woken }
    }

    /// What wakes all its tasks.
    pub(super) fn all(&self) -> AllTasks {
        AllTasks(Arc::clone(&self.woken))
    }

    /// Adds a task, which is polled in the next pass.
    ///
    /// # Panics
    /// If `capacity` tasks have been added already.
    pub(super) fn spawn(&mut self, future: F) {
        self.wakers[self.tasks.len()].wake_by_ref();
        self.tasks.push(Some(Box::pin(future)));
        self.running += 1;
    }

    /// Adds a task at this place: the next one, or that of a task that has completed.
    ///
    /// # Panics
    /// If the place is beyond `capacity`.
    pub(super) fn spawn_at(&mut self, place: usize, future: F) {
        if place >= self.tasks.len() {
            return self.spawn(future);
        }
        self.wakers[place].wake_by_ref();
        self.tasks[place] = Some(Box::pin(future));
        self.running += 1;
    }

    /// True if the task at this place has not completed.
    pub(super) fn is_running(&self, place: usize) -> bool {
        self.tasks.get(place).is_some_and(Option::is_some)
    }

    /// True when every task has completed.
    pub(super) fn is_empty(&self) -> bool {
        self.running == 0
    }

    /// To announce polls.
    pub(super) fn announcer(&self) -> PollAnnouncer {
        PollAnnouncer(Arc::clone(&self.woken))
    }

    /// Polls every woken task; ready when at least one has completed.
    pub(super) fn poll(&mut self, context: &Context<'_>, watch: &impl PollWatch) -> Poll<()> {
        self.woken.executor.register(context.waker());
        self.woken.is_awake.store(true, Ordering::SeqCst);
        let before = self.running;
        let mut passes = 0;
        watch.begin();
        while passes < PASSES && self.woken.has_any() {
            self.pass(watch);
            passes += 1;
        }
        watch.end();
        // A task that is woken from here on wakes the executor; one that was woken before is seen by `has_any`.
        self.woken.is_awake.store(false, Ordering::SeqCst);
        if self.woken.has_any() {
            context.waker().wake_by_ref();
        }
        if self.running < before { Poll::Ready(()) } else { Poll::Pending }
    }

    fn pass(&mut self, watch: &impl PollWatch) {
        let mut pass = Pass::default();
        let mut next = pass.next(&self.woken);
        if next != self.last_polled {
            self.ask_ahead(next, watch);
        }
        while let Some(index) = next {
            // One ahead: its memory arrives while this one is polled.
            next = pass.next(&self.woken);
            self.ask_ahead(next, watch);
            let Some(Some(future)) = self.tasks.get_mut(index) else { continue };
            if future.as_mut().poll(&mut Context::from_waker(&self.wakers[index])).is_ready() {
                self.tasks[index] = None;
                self.running -= 1;
            }
            watch.polled(index);
            self.last_polled = Some(index);
        }
    }

    #[inline]
    fn ask_ahead(&self, task: Option<usize>, watch: &impl PollWatch) {
        if let Some(index) = task
            && let Some(Some(future)) = self.tasks.get(index)
        {
            MemoryPlace::of(&**future).fetch();
            watch.ahead(index);
        }
    }
}

/// Lets the other tasks have their turn.
pub(super) async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use super::*;

    /// Watches nothing.
    struct Unwatched;

    impl PollWatch for Unwatched {
        fn begin(&self) {}
        fn ahead(&self, _task: usize) {}
        fn polled(&self, _task: usize) {}
        fn end(&self) {}
    }

    async fn all<F: Future<Output = ()>>(executor: &mut Executor<F>) {
        while !executor.is_empty() {
            poll_fn(|context| executor.poll(context, &Unwatched)).await;
        }
    }

    /// Yields `count` times, and notes each of its turns.
    async fn turns(name: usize, count: usize, seen: Rc<RefCell<Vec<usize>>>) {
        for _ in 0..count {
            seen.borrow_mut().push(name);
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn each_task_has_its_turn_however_busy_another_is() {
        let (mut executor, seen) = (Executor::with_capacity(3), Rc::default());
        for name in 0..3 {
            executor.spawn(turns(name, 3, Rc::clone(&seen)));
        }
        all(&mut executor).await;
        assert_eq!(*seen.borrow(), [0, 1, 2, 0, 1, 2, 0, 1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn thousands_of_waiting_tasks_are_polled_only_when_they_are_due() {
        let (mut executor, polls) = (Executor::with_capacity(10_000), Rc::new(Cell::new(0)));
        for number in 0..10_000 {
            let polls = Rc::clone(&polls);
            executor.spawn(async move {
                let mut waiting = std::pin::pin!(tokio::time::sleep(Duration::from_millis(1 + number % 100)));
                poll_fn(|context| {
                    polls.set(polls.get() + 1);
                    waiting.as_mut().poll(context)
                })
                .await;
            });
        }
        all(&mut executor).await;
        assert_eq!(polls.get(), 20_000, "once to begin and once to end");
    }

    #[tokio::test]
    async fn a_wake_from_another_thread_is_seen() {
        let mut executor = Executor::with_capacity(200);
        for _ in 0..200 {
            executor.spawn(async {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                std::thread::spawn(move || sender.send(()).unwrap());
                receiver.await.unwrap();
            });
        }
        all(&mut executor).await;
    }

    #[test]
    fn the_memory_of_each_task_is_asked_for_while_the_one_before_is_polled() {
        struct Seen(RefCell<Vec<String>>);
        impl PollWatch for Seen {
            fn begin(&self) {}
            fn ahead(&self, task: usize) {
                self.0.borrow_mut().push(format!("ahead {task}"));
            }
            fn polled(&self, task: usize) {
                self.0.borrow_mut().push(format!("polled {task}"));
            }
            fn end(&self) {}
        }
        let (mut executor, seen) = (Executor::with_capacity(100), Seen(RefCell::default()));
        (0..66).for_each(|_| executor.spawn(std::future::pending()));
        let context = Context::from_waker(Waker::noop());
        assert!(executor.poll(&context, &Unwatched).is_pending());
        // One in the first word of bits and two in the second.
        [3, 64, 65].into_iter().for_each(|task: usize| executor.wakers[task].wake_by_ref());
        assert!(executor.poll(&context, &seen).is_pending());
        let expected = ["ahead 3", "ahead 64", "polled 3", "ahead 65", "polled 64", "polled 65"];
        assert_eq!(seen.0.take(), expected);
        // Of an open load that one user can take, it is always the same.
        executor.wakers[65].wake_by_ref();
        assert!(executor.poll(&context, &seen).is_pending());
        assert_eq!(seen.0.take(), ["polled 65"]);
    }

    #[tokio::test]
    async fn all_tasks_are_woken_at_once_from_outside_and_from_one_of_them() {
        let (mut executor, woken) = (Executor::with_capacity(100), Rc::new(Cell::new(false)));
        let all = Rc::new(executor.all());
        for number in 0..100 {
            let (woken, all) = (Rc::clone(&woken), Rc::clone(&all));
            // Registers no waker.
            let waiting = poll_fn(move |_| if woken.get() { Poll::Ready(()) } else { Poll::Pending });
            executor.spawn(async move {
                waiting.await;
                if number == 99 {
                    all.wake();
                }
            });
        }
        assert!(executor.poll(&Context::from_waker(Waker::noop()), &Unwatched).is_pending());
        woken.set(true);
        assert!(executor.poll(&Context::from_waker(Waker::noop()), &Unwatched).is_pending(), "nothing woke them");
        all.wake();
        assert!(executor.poll(&Context::from_waker(Waker::noop()), &Unwatched).is_ready());
        assert!(executor.is_empty());
    }

    #[tokio::test]
    async fn a_task_that_is_added_later_is_polled_too() {
        let (mut executor, seen) = (Executor::with_capacity(2), Rc::default());
        executor.spawn(turns(0, 1, Rc::clone(&seen)));
        all(&mut executor).await;
        executor.spawn(turns(1, 1, Rc::clone(&seen)));
        all(&mut executor).await;
        assert_eq!(*seen.borrow(), [0, 1]);
    }
}
