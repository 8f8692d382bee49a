//! The level of a sweep at which the server stops scaling. Shown in tables and plots; it does not affect the verdict.

/// Throughput must grow by at least this share of the growth of the load.
const LEAST_GAIN: f64 = 0.5;

/// One level of a sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelThroughput {
    /// Users, or arrivals each second.
    pub load: f64,
    /// Successful requests each second; `None` if there were none to count.
    pub throughput_per_s: Option<f64>,
}

/// The index of the knee among `levels`, which are sorted by their load: the first level from which throughput grows less than
/// half as fast as the load, whatever later level it is compared with. `None` without such a level: one at which the server
/// was slow for a moment, and that a higher one contradicts, does not count.
///
/// At a level without throughput nothing grew.
pub fn of(levels: &[LevelThroughput]) -> Option<usize> {
    (0..levels.len()).find(|index| {
        // Repeats of one level say nothing about a higher load.
        let mut higher = levels[index + 1..].iter().filter(|level| level.load > levels[*index].load).peekable();
        levels[*index].throughput_per_s.is_some()
            && higher.peek().is_some()
            && higher.all(|higher| !scales(levels[*index], *higher))
    })
}

fn scales(lower: LevelThroughput, higher: LevelThroughput) -> bool {
    let (Some(before), Some(after)) = (lower.throughput_per_s, higher.throughput_per_s) else { return false };
    let proportional = before * (higher.load / lower.load - 1.0);
    after - before >= LEAST_GAIN * proportional
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(of: &[(f64, f64)]) -> Vec<LevelThroughput> {
        of.iter().map(|(load, per_s)| LevelThroughput { load: *load, throughput_per_s: Some(*per_s) }).collect()
    }

    #[test]
    fn the_knee_is_the_last_level_whose_successor_gains_less_than_half_its_share() {
        // 20 → 50 users would be +150 % and is +30 %.
        let bent = levels(&[(1.0, 100.0), (10.0, 990.0), (20.0, 1_900.0), (50.0, 2_470.0), (100.0, 2_400.0)]);
        assert_eq!(of(&bent), Some(2));
    }

    #[test]
    fn a_server_that_scales_throughout_has_no_knee() {
        // 80 % of the proportional gain at each level.
        assert_eq!(of(&levels(&[(1.0, 100.0), (2.0, 180.0), (4.0, 324.0), (8.0, 583.0)])), None);
    }

    #[test]
    fn a_server_that_is_full_from_the_beginning_bends_at_the_first_level() {
        assert_eq!(of(&levels(&[(10.0, 500.0), (20.0, 505.0), (40.0, 498.0)])), Some(0));
    }

    #[test]
    fn repeats_of_one_level_have_no_knee() {
        assert_eq!(of(&levels(&[(10.0, 500.0), (10.0, 480.0), (10.0, 510.0)])), None);
    }

    #[test]
    fn a_level_that_a_higher_one_contradicts_is_no_knee() {
        assert_eq!(of(&levels(&[(50.0, 50.0), (100.0, 51.0), (200.0, 200.0)])), None);
        let mut silent = levels(&[(50.0, 50.0), (100.0, 0.0), (200.0, 200.0), (400.0, 205.0)]);
        silent[1].throughput_per_s = None;
        assert_eq!(of(&silent), Some(2));
    }

    #[test]
    fn where_nothing_succeeded_the_level_before_is_the_knee() {
        let mut silent = levels(&[(1.0, 100.0), (2.0, 200.0), (4.0, 0.0)]);
        silent[2].throughput_per_s = None;
        assert_eq!(of(&silent), Some(1));
        assert_eq!((of(&[]), of(&silent[..1])), (None, None));
    }
}
