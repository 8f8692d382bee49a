//! How far the generator's core and the server's are apart: how long a write of one takes until the other sees it.
//!
//! Two cores of a virtual machine may share a cache at one time and not at another, because its host moves them. Whatever passes between
//! generator and server is then dearer, and a request costs up to a third more: what was measured near is not to be compared with
//! what was measured far.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rustix::thread::{CpuSet, sched_setaffinity};

use super::process::{GENERATOR_CORE, SERVER_CORE, can_pin};

/// Messages there and back, in batches of which the median counts.
const BATCHES: u64 = 21;
const BATCH: u64 = 400;

/// What the thread that cannot go on writes, so that the other ends.
const GIVEN_UP: u64 = u64::MAX;

/// Time of one write from one core to the other, in nanoseconds; `None` where threads cannot be bound to cores.
///
/// # Errors
/// A thread cannot be bound to its core.
pub(crate) fn one_way_ns() -> io::Result<Option<f64>> {
    if !can_pin() {
        return Ok(None);
    }
    let message = AtomicU64::new(0);
    let mut batches_ns = std::thread::scope(|scope| {
        let answering = scope.spawn(|| on_core(SERVER_CORE, &message, || answer(&message)));
        let asking = scope.spawn(|| on_core(GENERATOR_CORE, &message, || ask(&message)));
        let panicked = |_| io::Error::other("measuring the distance between cores panicked");
        answering.join().map_err(panicked)??;
        asking.join().map_err(panicked)?
    })?;
    batches_ns.sort_by(f64::total_cmp);
    Ok(batches_ns.get(batches_ns.len() / 2).map(|batch_ns| batch_ns / (2 * BATCH) as f64))
}

/// Runs `work` on one core. Without that, the other thread must not wait for a message.
fn on_core<T>(core: usize, message: &AtomicU64, work: impl FnOnce() -> T) -> io::Result<T> {
    let mut cores = CpuSet::new();
    cores.set(core);
    if let Err(error) = sched_setaffinity(None, &cores) {
        message.store(GIVEN_UP, Ordering::Release);
        return Err(error.into());
    }
    Ok(work())
}

/// How long each batch took.
fn ask(message: &AtomicU64) -> Vec<f64> {
    let batch = |number: u64| {
        let begun = Instant::now();
        for turn in number * BATCH..(number + 1) * BATCH {
            if message.compare_exchange(2 * turn, 2 * turn + 1, Ordering::AcqRel, Ordering::Acquire).is_err()
                || !is_seen(message, 2 * turn + 2)
            {
                return None;
            }
        }
        Some(begun.elapsed().as_secs_f64() * 1e9)
    };
    (0..BATCHES).map_while(batch).collect()
}

fn answer(message: &AtomicU64) {
    for turn in 0..BATCHES * BATCH {
        if !is_seen(message, 2 * turn + 1) {
            return;
        }
        message.store(2 * turn + 2, Ordering::Release);
    }
}

/// Waits for a message; false if the other thread has given up.
fn is_seen(message: &AtomicU64, wanted: u64) -> bool {
    loop {
        match message.load(Ordering::Acquire) {
            seen if seen == wanted => return true,
            GIVEN_UP => return false,
            // No `spin_loop`, which would be a part of what is measured.
            _ => {}
        }
    }
}
