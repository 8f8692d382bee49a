//! The same work for each of many things, on all cores: [`in_parallel`].

use std::num::NonZero;
use std::sync::Mutex;
use std::thread::{available_parallelism, scope};

/// What `work` makes of each thing, in their order. Each core takes the next thing as soon as it has done one.
pub(super) fn in_parallel<T: Send, R: Send>(things: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = available_parallelism().map_or(1, NonZero::get).min(things.len());
    let (mut done, left) = (Vec::with_capacity(things.len()), Mutex::new(things.into_iter().enumerate()));
    let next = || left.lock().ok()?.next();
    let all_of_a_thread =
        || -> Vec<(usize, R)> { std::iter::from_fn(next).map(|(number, thing)| (number, work(thing))).collect() };
    scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(all_of_a_thread)).collect();
        for thread in threads {
            match thread.join() {
                Ok(of_thread) => done.extend(of_thread),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        assert_eq!(in_parallel(Vec::<u32>::new(), |number| number), [0; 0]);
        let squares = in_parallel((0..1_000_u64).collect(), |number| number * number);
        assert!(squares.into_iter().eq((0..1_000).map(|number| number * number)));
    }

    #[test]
    #[should_panic(expected = "the seventh")]
    fn a_panic_goes_on() {
        in_parallel((0..10).collect(), |number| assert!(number != 7, "the seventh"));
    }
}
