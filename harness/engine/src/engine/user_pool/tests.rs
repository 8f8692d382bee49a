use futures_util::FutureExt;

use super::*;

const S: fn(u64) -> Duration = Duration::from_secs;

fn pool(first: usize, most: usize, overflow: Overflow) -> UserPool {
    UserPool::new(first, most, overflow, Clock::start())
}

fn arrival(second: u64) -> Arrival {
    Arrival { intended: S(second), phase: Phase::Measured, class: ClassNumber::NONE }
}

/// What the user with this index takes at once, if anything.
fn takes(pool: &UserPool, index: usize) -> Option<u64> {
    pool.next(index).now_or_never().flatten().map(|assigned| assigned.arrival.intended.as_secs())
}

fn to_set_up(pool: &UserPool) -> Vec<usize> {
    std::iter::from_fn(|| pool.user_to_set_up().now_or_never()).collect()
}

fn set_up_all(pool: &UserPool) {
    to_set_up(pool).iter().for_each(|_| pool.set_up_ended());
}

#[tokio::test(start_paused = true)]
async fn the_user_that_became_idle_last_takes_the_next_arrival() {
    let pool = pool(3, 3, Overflow::Queue);
    set_up_all(&pool);
    assert_eq!([0, 1, 2].map(|index| takes(&pool, index)), [None; 3]);
    pool.offer(arrival(1));
    assert_eq!((takes(&pool, 0), takes(&pool, 2)), (None, Some(1)));
}

#[tokio::test(start_paused = true)]
async fn users_are_made_on_demand_up_to_the_cap_and_no_more_than_wait() {
    let pool = pool(1, 3, Overflow::Queue);
    assert_eq!(to_set_up(&pool), [0]);
    pool.set_up_ended();
    for second in 1..6 {
        pool.offer(arrival(second));
    }
    // User 0 has entered, but is busy.
    assert_eq!(to_set_up(&pool), [1, 2]);
    pool.set_up_ended();
    assert_eq!(takes(&pool, 1), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_becomes_free_takes_what_waits_for_one_that_is_being_made() {
    let pool = pool(1, 2, Overflow::Queue);
    set_up_all(&pool);
    pool.offer(arrival(1));
    assert_eq!((to_set_up(&pool), takes(&pool, 0)), (vec![1], Some(1)));
    pool.set_up_ended();
    assert_eq!(takes(&pool, 1), None, "the one that was made is idle now");
    pool.offer(arrival(2));
    assert_eq!((to_set_up(&pool), takes(&pool, 1)), (vec![], Some(2)));
}

#[tokio::test(start_paused = true)]
async fn at_the_cap_arrivals_wait_first_in_first_out_and_their_wait_is_measured() {
    let pool = pool(1, 1, Overflow::Queue);
    set_up_all(&pool);
    assert_eq!(pool.offer(arrival(1)), Offered::Accepted);
    tokio::time::advance(S(3)).await;
    pool.offer(arrival(2));
    assert_eq!(pool.next(0).await.unwrap(), AssignedArrival { arrival: arrival(1), pool_wait: S(3) });
    assert_eq!(pool.next(0).await.unwrap(), AssignedArrival { arrival: arrival(2), pool_wait: S(0) });
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_arrivals_at_the_cap_are_shed() {
    let pool = pool(1, 2, Overflow::Shed);
    set_up_all(&pool);
    assert_eq!(takes(&pool, 0), None);
    let offered = [1, 2, 3].map(|second| pool.offer(arrival(second)));
    // The second waits for a user that is being made for it.
    assert_eq!(offered, [Offered::Accepted, Offered::Accepted, Offered::Shed]);
    assert_eq!(takes(&pool, 0), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_closed_pool_is_emptied_first() {
    let pool = pool(1, 1, Overflow::Queue);
    set_up_all(&pool);
    pool.offer(arrival(1));
    pool.close();
    assert_eq!(pool.next(0).await.map(|assigned| assigned.arrival), Some(arrival(1)));
    assert_eq!(pool.next(0).await, None);
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_the_end_is_returned() {
    let pool = pool(1, 1, Overflow::Queue);
    set_up_all(&pool);
    assert_eq!([1, 2].map(|second| pool.offer(arrival(second))), [Offered::Accepted; 2]);
    assert_eq!(pool.end(), [arrival(1), arrival(2)]);
    assert_eq!(pool.next(0).await, None);
}
