//! No name is counted in part, whatever each process had room for.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use super::*;
use crate::measure::endpoint::Endpoints;
use crate::measure::moment::Moment;
use crate::measure::sample::{Fate, LogEntry, Moments, Phase};
use crate::measure::values::{RecordedValues, ValueKind, ValueLimit, ValueNames};
use crate::measure::{Measured, TimeLimit, TimeScope};

const TIMEOUT: Duration = Duration::from_secs(1);

fn name(number: usize) -> String {
    format!("GET /items/{number}")
}

/// What a process counts that sends a request under each of these names, one after the other.
fn process(names: impl IntoIterator<Item = String>, limits: &[TimeLimit]) -> Recorder {
    let mut recorder = Recorder::new(TIMEOUT);
    recorder.names = Endpoints::of(&Arc::default());
    let mut recorder = recorder.limited(limits);
    for (name, number) in names.into_iter().zip(1_u64..) {
        let [sent, done] = [number, 2 * number].map(|ms| Moment::after(Duration::from_millis(ms)));
        let endpoint = recorder.names.index_of(&name.as_str().into());
        recorder.intend(Phase::Measured);
        recorder.record(&LogEntry::new(Phase::Measured, endpoint, Moments::of(sent, sent, done), Fate::Ok));
    }
    recorder
}

fn of_numbers(numbers: Range<usize>) -> Recorder {
    process(numbers.map(name), &[])
}

/// All that `processes` come to.
fn agreed(processes: Vec<Recorder>) -> Measured {
    let mut processes: Vec<[Recorder; 1]> = processes.into_iter().map(|one| [one]).collect();
    let mut parts: Vec<&mut [Recorder]> = processes.iter_mut().map(|one| &mut one[..]).collect();
    assert_eq!(agree_on_names(&mut parts), None);
    let mut all = Recorder::new(TIMEOUT);
    processes.into_iter().flatten().for_each(|one| all.merge(one));
    all.finish()
}

fn requests(measured: &Measured) -> BTreeMap<&str, u64> {
    measured.endpoints.iter().map(|endpoint| (endpoint.name.as_str(), endpoint.requests.intended)).collect()
}

#[test]
fn names_that_all_have_room_for_stay_as_they_are() {
    let measured = agreed(vec![of_numbers(0..300), of_numbers(200..400), of_numbers(0..0)]);
    let requests = requests(&measured);
    assert_eq!((requests.len(), requests.contains_key(OTHER)), (400, false));
    assert_eq!((requests[&*name(0)], requests[&*name(250)], requests[&*name(399)]), (1, 2, 1));
}

#[test]
fn of_processes_without_room_for_all_names_those_stay_that_each_had_room_for() {
    // The first has room for 0 to 999, the second for 500 to 1,499, and the third knows 200 names and has room for more.
    let measured = agreed(vec![of_numbers(0..2_000), of_numbers(500..1_600), of_numbers(400..600)]);
    let requests = requests(&measured);
    let expected = |number: usize| if number < 600 { 3 } else { 2 };
    for number in 500..1_000 {
        assert_eq!(requests[&*name(number)], expected(number), "{number}");
    }
    assert_eq!((requests.len(), requests[OTHER]), (501, 2_000 + 1_100 + 200 - 1_100));
    assert_eq!(measured.total.requests.intended, 3_300);
}

#[test]
fn the_slowest_requests_have_the_names_that_they_are_counted_under() {
    // Neither 0 nor 1,000 has room in both. Each request takes a millisecond longer than the one before.
    let measured = agreed(vec![of_numbers(0..1_001), of_numbers(1..1_002)]);
    let slowest: Vec<&str> = measured.slowest.iter().map(|slow| slow.endpoint.as_str()).collect();
    assert_eq!(slowest, [OTHER, OTHER, OTHER, "GET /items/999", "GET /items/998"]);
}

#[test]
fn of_more_names_than_a_run_has_room_for_the_limited_ones_stay_and_those_with_the_most_requests() {
    let rare = name(1_799);
    let limits = [TimeLimit { of: TimeScope::Endpoint(rare.clone()), limit: TIMEOUT }];
    let often = (900..1_800).chain(950..1_800).map(name);
    let measured =
        agreed(vec![of_numbers(0..900), process(often.filter(|name| *name != rare).chain([rare.clone()]), &limits)]);
    let requests = requests(&measured);
    assert_eq!((requests.len(), requests[&*rare]), (MOST_NAMES + 1, 1));
    assert!((950..1_799).all(|number| requests[&*name(number)] == 2));
    assert_eq!(requests[OTHER], 900 + 900 + 849 - (1 + 2 * 849 + 150));
}

#[test]
fn a_limit_on_what_is_counted_together_is_not_compared_with_a_part_of_it() {
    let limits = [OTHER, "GET /items/700"]
        .map(|name| TimeLimit { of: TimeScope::Endpoint(name.to_owned()), limit: Duration::from_millis(1) });
    let full = |numbers: Range<usize>| process(numbers.map(name), &limits);
    let measured = agreed(vec![full(0..1_500), full(500..2_000)]);
    let over = measured.exceedances.iter().map(|limit| (limit.samples(), limit.over()));
    assert_eq!(over.collect::<Vec<_>>(), [(0, 0), (2, 2)]);
    let measured = agreed(vec![full(0..1_500), full(0..1_500)]);
    assert_eq!(measured.exceedances[0].samples(), 1_000, "where nothing else is counted together, it is known");
}

/// What a process records that adds 1 under each of these names.
fn values(names: impl IntoIterator<Item = (usize, ValueKind)>) -> Recorder {
    let mut recorder = Recorder::new(TIMEOUT);
    let limits = [ValueLimit { name: "value 9".to_owned(), limit: 0.5 }];
    recorder.values = RecordedValues::of(&Arc::<ValueNames>::default(), &limits);
    for (name, kind) in names {
        let number = recorder.values.number_of(&format!("value {name}"), kind).expect("one kind");
        recorder.values.add(number, 1.0);
    }
    recorder
}

fn samples(measured: &Measured) -> BTreeMap<&str, u64> {
    measured.values.iter().map(|value| (value.name.as_str(), value.samples)).collect()
}

#[test]
fn no_value_is_recorded_in_part() {
    let counts = |names: Range<usize>| values(names.map(|name| (name, ValueKind::Count)));
    let few = agreed(vec![counts(0..50), counts(40..80)]);
    assert_eq!((samples(&few).len(), samples(&few)["value 45"]), (80, 2));
    let full = agreed(vec![counts(0..150), counts(60..200), counts(90..120)]);
    // 60 to 99 have room in the first two, of which the third has ten.
    let counted = samples(&full);
    assert_eq!((counted.len(), counted["value 60"], counted["value 95"]), (41, 2, 3));
    assert_eq!(counted[OTHER], 150 + 140 + 30 - (30 * 2 + 10 * 3));
    let many = agreed(vec![counts(0..100), counts(100..200)]);
    assert_eq!((samples(&many).len(), samples(&many)["value 9"], samples(&many)[OTHER]), (101, 1, 100));
}

#[test]
fn a_value_that_is_recorded_in_two_ways_is_the_mistake_that_it_is_in_one_process() {
    let (mut ours, mut theirs) = ([values([(1, ValueKind::Count)])], [values([(1, ValueKind::Distribution)])]);
    let mistake = agree_on_names(&mut [&mut ours, &mut theirs]).expect("a mistake");
    assert!(mistake.starts_with("`value 1` is recorded with `user.record` and counted with `user.count`"), "{mistake}");
}

#[test]
fn the_names_of_a_single_process_are_left_alone() {
    let mut alone = [of_numbers(0..2_000)];
    assert_eq!(agree_on_names(&mut [&mut alone]), None);
    let [alone] = alone;
    assert_eq!(requests(&alone.finish()).len(), MOST_NAMES + 1);
}
