use super::*;

#[test]
fn the_workers_take_turns_for_the_users() {
    let shares: Vec<WorkerShare> = WorkerGroup::whole(3).shares().collect();
    let numbers = |share: &WorkerShare| (0..share.users(7)).map(|index| share.user_number(index)).collect();
    assert_eq!(shares.iter().map(numbers).collect::<Vec<Vec<usize>>>(), [vec![0, 3, 6], vec![1, 4], vec![2, 5]]);
}
