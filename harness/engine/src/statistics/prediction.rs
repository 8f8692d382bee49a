//! Where new values of a series are to be expected, from those that were seen.

use super::shift::Shift;

impl Shift {
    /// By how much the mean of the new values differs from that of the stored ones: Student's t with the spread of the stored
    /// ones and √(1/K + 1/k), for K stored and k new values. `None` with fewer than two stored values, or without a new one.
    pub fn from_stored(stored: &[f64], new: &[f64]) -> Option<Shift> {
        if stored.len() < 2 || new.is_empty() {
            return None;
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (before, now) = (mean(stored), mean(new));
        let freedom = stored.len() as f64 - 1.0;
        let variance = stored.iter().map(|value| (value - before).powi(2)).sum::<f64>() / freedom;
        let standard_error = (variance * (1.0 / stored.len() as f64 + 1.0 / new.len() as f64)).sqrt();
        Some(Shift::by_student_t(now - before, standard_error, freedom))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_stored_runs_and_one_new_one_give_the_textbook_interval() {
        // Variance 2.5, √(2.5 · (1/5 + 1)) = √3, and 2.776 for four degrees of freedom.
        let shift = Shift::from_stored(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0]).unwrap();
        assert_eq!(shift.estimate, 3.0);
        assert!((shift.interval.high - (3.0 + 2.776_445_105 * 3.0f64.sqrt())).abs() < 1e-8, "{shift:?}");
    }

    #[test]
    fn three_new_runs_are_known_more_precisely_than_one() {
        let stored = [1.0, 2.0, 3.0, 4.0, 5.0];
        let one = Shift::from_stored(&stored, &[3.0]).unwrap();
        let three = Shift::from_stored(&stored, &[3.0, 3.0, 3.0]).unwrap();
        // √(1/5 + 1/3) ÷ √(1/5 + 1) = ⅔.
        assert!((three.standard_error / one.standard_error - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn one_stored_run_says_nothing_about_the_spread() {
        assert_eq!(Shift::from_stored(&[1.0], &[1.0]), None);
        assert_eq!(Shift::from_stored(&[1.0, 2.0], &[]), None);
    }
}
