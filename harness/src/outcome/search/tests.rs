//! The search against servers of known capacity.

use proptest::prelude::*;

use super::*;

/// A server that holds up to its capacity, as a probe of some length sees it: the longer, the less noise.
struct SimulatedServer {
    capacity_per_s: f64,
    noise: f64,
    random: u64,
}

impl SimulatedServer {
    fn exact(capacity_per_s: f64) -> SimulatedServer {
        SimulatedServer { capacity_per_s, noise: 0.0, random: 1 }
    }

    fn noisy(capacity_per_s: f64, noise: f64, seed: u64) -> SimulatedServer {
        SimulatedServer { capacity_per_s, noise, random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// Uniform in −1 to 1.
    fn draw(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn answer(&mut self, probe: &Probe) -> ProbeResult {
        // The sum of three uniform numbers is close to normal with a deviation of 1; noise is that of five seconds.
        let normal = self.draw() + self.draw() + self.draw();
        let deviation = self.noise * normal * (5.0 / probe.measure.as_secs_f64()).sqrt();
        let seen_per_s = self.capacity_per_s * (1.0 + deviation);
        ProbeResult {
            // Within half a deviation of a probe.
            borderline: self.noise > 0.0 && (probe.rate_per_s / seen_per_s - 1.0).abs() < 0.04,
            // At 3 % above what the server takes the backlog grows by more than noise.
            backlog_grew: probe.rate_per_s > 1.03 * seen_per_s,
            ..result(probe, probe.rate_per_s <= seen_per_s)
        }
    }
}

fn result(probe: &Probe, holds: bool) -> ProbeResult {
    ProbeResult {
        holds,
        sent_share: Some(1.0),
        backlog_grew: false,
        borderline: false,
        generator_failed: false,
        elapsed: probe.settle + probe.measure,
    }
}

fn plan(start_per_s: f64) -> CapacitySearch {
    CapacitySearch { start_per_s, ..CapacitySearch::default() }
}

/// Searches to the end; also what was probed.
fn run(plan: &CapacitySearch, mut answer: impl FnMut(&Probe) -> ProbeResult) -> (Found, Vec<Probe>) {
    let (mut search, mut probes) = (Search::new(plan), Vec::new());
    loop {
        match search.next() {
            SearchStep::Done(found) => return (found, probes),
            SearchStep::Probe(probe) => {
                probes.push(probe);
                search.record(answer(&probe));
            }
        }
        assert!(probes.len() < 100, "the search does not end: {probes:?}");
    }
}

fn rates(probes: &[Probe]) -> Vec<f64> {
    probes.iter().map(|probe| probe.rate_per_s).collect()
}

#[test]
fn it_doubles_bisects_and_validates() {
    let mut server = SimulatedServer::exact(700.0);
    let (found, probes) = run(&plan(100.0), |probe| server.answer(probe));
    // √(400·800) = 566, √(566·800) = 673, √(673·800) = 734, √(673·734) = 703; 703 is within 5 % of 673, and asked again
    // because no backlog grew at it.
    assert_eq!(rates(&probes), [100.0, 200.0, 400.0, 800.0, 566.0, 673.0, 734.0, 703.0, 703.0, 673.0]);
    assert_eq!(found.capacity_per_s, Some(673.0));
    assert_eq!((found.holds_at_per_s, found.breaks_at_per_s), (Some(673.0), Some(703.0)));
    let last = probes.last().unwrap();
    assert_eq!((last.purpose, last.measure), (Purpose::Validation, Duration::from_secs(15)));
}

#[test]
fn a_rate_that_held_and_then_failed_its_validation_is_said_to_have_done_both() {
    let answer = |probe: &Probe| match probe.purpose {
        Purpose::Validation => result(probe, false),
        // Twice at the rate that will be validated, once at any other.
        Purpose::Search => {
            ProbeResult { borderline: probe.rate_per_s == 16_000.0, ..result(probe, probe.rate_per_s <= 16_000.0) }
        }
        _ => result(probe, probe.rate_per_s <= 16_000.0),
    };
    let plan = CapacitySearch { budget: Duration::from_secs(3_600), ..plan(8_000.0) };
    let (_, probes) = run(&plan, answer);
    let validated = probes.iter().position(|probe| probe.purpose == Purpose::Validation).unwrap();
    let budget: Duration = probes[..=validated].iter().map(|probe| probe.settle + probe.measure).sum();
    let (found, _) = run(&CapacitySearch { budget, ..plan }, answer);
    assert_eq!((found.holds_at_per_s, found.breaks_at_per_s), (Some(8_000.0), Some(16_000.0)));
    let why = found.not_converged(budget).unwrap();
    assert!(why.ends_with(": 8,000/s holds, 16,000/s held in 2 of 3 probes"), "{why}");
}

#[test]
fn a_start_that_is_too_high_is_halved_until_it_holds() {
    let mut server = SimulatedServer::exact(30.0);
    let (found, probes) = run(&plan(100.0), |probe| server.answer(probe));
    assert_eq!(rates(&probes)[..3], [100.0, 50.0, 25.0]);
    assert!((28.5..=30.0).contains(&found.capacity_per_s.unwrap()), "{found:?}");
}

#[test]
fn a_borderline_probe_is_repeated_at_double_length_and_the_repetition_decides() {
    let mut search = Search::new(&plan(100.0));
    let SearchStep::Probe(first) = search.next() else { panic!("a probe") };
    search.record(ProbeResult { borderline: true, ..result(&first, false) });
    let SearchStep::Probe(second) = search.next() else { panic!("a probe") };
    assert_eq!((second.purpose, second.rate_per_s), (Purpose::Repetition, 100.0));
    assert_eq!(second.measure, 2 * first.measure);
    search.record(ProbeResult { borderline: true, ..result(&second, true) });
    let SearchStep::Probe(third) = search.next() else { panic!("a probe") };
    assert_eq!(third.rate_per_s, 200.0);
}

#[test]
fn a_rate_that_broke_by_chance_is_asked_again_before_it_bounds_the_answer() {
    let mut is_first = true;
    // 400/s breaks once, although the server takes 500/s.
    let (found, probes) = run(&plan(100.0), |probe| {
        let by_chance = probe.rate_per_s == 400.0 && std::mem::take(&mut is_first);
        result(probe, probe.rate_per_s <= 500.0 && !by_chance)
    });
    let confirmed: Vec<f64> =
        probes.iter().filter(|probe| probe.purpose == Purpose::Confirmation).map(|probe| probe.rate_per_s).collect();
    assert_eq!(confirmed.first(), Some(&400.0), "{probes:?}");
    let capacity_per_s = found.capacity_per_s.expect("there was time");
    assert!((470.0..=500.0).contains(&capacity_per_s), "{found:?}");
}

#[test]
fn a_backlog_that_grows_is_no_chance_and_needs_no_second_probe() {
    let (found, probes) = run(&plan(100.0), |probe| {
        let holds = probe.rate_per_s <= 500.0;
        ProbeResult { backlog_grew: !holds, ..result(probe, holds) }
    });
    assert!(found.capacity_per_s.is_some() && probes.iter().all(|probe| probe.purpose != Purpose::Confirmation));
}

#[test]
fn a_disturbed_probe_is_made_again_wherever_in_the_search_it_is() {
    let disturbed = |probe: &Probe| ProbeResult { generator_failed: true, ..result(probe, false) };
    // Every rate is disturbed once.
    let mut seen = Vec::new();
    let patient = CapacitySearch { budget: Duration::from_secs(300), ..plan(100.0) };
    let (found, _) = run(&patient, |probe| {
        if seen.contains(&probe.rate_per_s) || probe.purpose == Purpose::Validation {
            return result(probe, probe.rate_per_s <= 500.0);
        }
        seen.push(probe.rate_per_s);
        disturbed(probe)
    });
    let capacity_per_s = found.capacity_per_s.expect("there was time");
    assert!((470.0..=500.0).contains(&capacity_per_s) && !found.limited_by_generator, "{found:?}");
    assert_eq!(found.disturbed as usize, seen.len());
    // Always disturbed from 300/s on: no more than that is known of the server.
    let (found, _) = run(&patient, |probe| match probe.rate_per_s > 300.0 {
        true => disturbed(probe),
        false => result(probe, true),
    });
    assert!(found.limited_by_generator && found.capacity_per_s.is_some_and(|rate| rate <= 300.0), "{found:?}");
}

#[test]
fn what_holds_under_a_late_generator_holds_and_its_validation_is_made_again() {
    let (found, probes) = run(&plan(100.0), |probe| ProbeResult {
        generator_failed: true,
        backlog_grew: probe.rate_per_s > 500.0,
        ..result(probe, probe.rate_per_s <= 500.0)
    });
    assert!(found.capacity_per_s.is_some_and(|rate| rate > 470.0), "{found:?}");
    assert!(!probes.iter().any(|probe| probe.rate_per_s < 100.0), "it never halved: {probes:?}");
    assert_eq!(probes.iter().filter(|probe| probe.purpose == Purpose::Validation).count(), 2);
}

#[test]
fn a_failed_validation_lowers_the_rate_twice_at_most() {
    let answer = |passes_at: u32| {
        let mut validations = 0;
        move |probe: &Probe| match probe.purpose {
            Purpose::Validation => {
                validations += 1;
                result(probe, validations == passes_at)
            }
            _ => result(probe, probe.rate_per_s <= 150.0),
        }
    };
    let patient = CapacitySearch { budget: Duration::from_secs(600), ..plan(100.0) };
    let validated = |probes: &[Probe]| {
        let of = probes.iter().filter(|probe| probe.purpose == Purpose::Validation);
        of.map(|probe| probe.rate_per_s).collect::<Vec<_>>()
    };
    let (found, probes) = run(&patient, answer(3));
    // 100 … 150 holds: √(100·200) = 141, √(141·200) = 168, √(141·168) = 154, √(141·154) = 147.
    assert_eq!(validated(&probes), [147.0, 140.0, 133.0]);
    assert_eq!(found.capacity_per_s, Some(133.0));
    let (found, probes) = run(&patient, answer(4));
    assert_eq!((validated(&probes).len(), found.capacity_per_s), (3, None));
    let text = found.not_converged(Duration::from_secs(600)).unwrap();
    assert!(text.ends_with("100/s holds, 133/s does not") || text.ends_with("not even 133/s holds"), "{text}");
}

#[test]
fn without_time_for_the_next_probe_the_bracket_is_the_answer() {
    // 4 probes of 6.25 s are 25 s, and a fifth would be too much.
    let hasty = CapacitySearch { budget: Duration::from_secs(30), ..plan(50.0) };
    let text = |capacity_per_s| {
        let mut server = SimulatedServer::exact(capacity_per_s);
        let (found, probes) = run(&hasty, |probe| server.answer(probe));
        assert_eq!((probes.len(), found.capacity_per_s), (4, None));
        found.not_converged(hasty.budget).unwrap()
    };
    assert!(text(1e6).ends_with("400/s still holds"), "{}", text(1e6));
    assert!(text(300.0).ends_with("200/s holds, 400/s does not"), "{}", text(300.0));
}

#[test]
fn a_load_that_was_not_offered_does_not_hold_and_is_the_generators_limit() {
    let (found, _) = run(&plan(100.0), |probe| ProbeResult {
        sent_share: Some(if probe.rate_per_s > 500.0 { 0.9 } else { 1.0 }),
        ..result(probe, true)
    });
    assert!(found.limited_by_generator && found.capacity_per_s.unwrap() <= 500.0, "{found:?}");
    // The server's own backlog keeps requests from being sent, too.
    let (found, _) = run(&plan(100.0), |probe| ProbeResult {
        sent_share: Some(if probe.rate_per_s > 500.0 { 0.9 } else { 1.0 }),
        backlog_grew: probe.rate_per_s > 500.0,
        ..result(probe, true)
    });
    assert!(!found.limited_by_generator && found.capacity_per_s.is_some(), "{found:?}");
}

#[test]
fn a_server_that_holds_nothing_has_no_capacity() {
    let (found, probes) = run(&plan(50.0), |probe| result(probe, false));
    assert_eq!(rates(&probes), [50.0, 25.0, 12.5, 6.25, 3.12, 1.56]);
    assert_eq!((found.capacity_per_s, found.holds_at_per_s), (None, None));
    // It has not run out of time, and there is no lower rate to begin with.
    assert_eq!(found.not_converged(Duration::from_secs(120)).unwrap(), "no rate holds: not even 1.56/s does");
}

proptest! {
    #[test]
    fn without_noise_the_capacity_is_found_from_below_to_within_its_precision(
        capacity_per_s in 2.0..20_000.0, start_per_s in 1.0..1_000.0,
    ) {
        let patient = CapacitySearch { budget: Duration::from_secs(1_000), ..plan(start_per_s) };
        let mut server = SimulatedServer::exact(capacity_per_s);
        let (found, _) = run(&patient, |probe| server.answer(probe));
        let share = found.capacity_per_s.unwrap() / capacity_per_s;
        // 5 % of precision and half a percent of rounding on either side.
        prop_assert!((0.94..=1.0).contains(&share), "{share}: {found:?}");
    }

    #[test]
    fn the_budget_is_never_exceeded(capacity_per_s in 2.0..1e6, noise in 0.0..0.3, seed in any::<u64>()) {
        let mut server = SimulatedServer::noisy(capacity_per_s, noise, seed);
        let (_, probes) = run(&plan(50.0), |probe| server.answer(probe));
        let used: Duration = probes.iter().map(|probe| probe.settle + probe.measure).sum();
        prop_assert!(used <= Duration::from_secs(120));
    }
}

#[test]
fn under_eight_percent_of_noise_nine_of_ten_are_within_0_88_and_1_05_of_the_truth() {
    let mut shares: Vec<f64> = (0..2_000)
        .filter_map(|seed| {
            let capacity_per_s = 200.0 + 1.37 * seed as f64;
            let mut server = SimulatedServer::noisy(capacity_per_s, 0.08, seed + 1);
            let (found, _) = run(&plan(100.0), |probe| server.answer(probe));
            Some(found.capacity_per_s? / capacity_per_s)
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    let at = |quantile: f64| shares[(quantile * shares.len() as f64) as usize];
    assert!(shares.len() > 1_700, "{} of 2,000 converged", shares.len());
    assert!(at(0.05) >= 0.88 && at(0.95) <= 1.05, "{} to {}, around {}", at(0.05), at(0.95), at(0.5));
}

#[test]
fn chance_breaks_in_one_probe_of_twenty_leave_few_low_answers() {
    let mut shares: Vec<f64> = (0..2_000)
        .filter_map(|seed| {
            let capacity_per_s = 200.0 + 1.37 * seed as f64;
            let mut server = SimulatedServer::noisy(capacity_per_s, 0.0, seed + 1);
            let (found, _) = run(&plan(100.0), |probe| {
                let is_unlucky = server.draw() > 0.9;
                let seen = server.answer(probe);
                ProbeResult { holds: seen.holds && !is_unlucky, ..seen }
            });
            Some(found.capacity_per_s? / capacity_per_s)
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    let low = shares.iter().filter(|share| **share < 0.88).count();
    assert!(shares.len() > 1_400, "{} of 2,000 converged", shares.len());
    // A third of the searches meets such a break on its way up; without confirmation each of them would end at it.
    assert!(low * 33 < shares.len(), "{low} of {} are below 0.88", shares.len());
}
