//! What a test came to in earlier runs: [`TestTrend`], the input of the trend charts and of the history for other tools.

use std::time::SystemTime;

use crate::statistics::unusual_change;

/// The runs of one test, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct TestTrend {
    /// The name of the test.
    pub test: String,
    /// The runs.
    pub runs: Vec<TrendRun>,
}

/// One run of a test.
#[derive(Debug, Clone)]
pub struct TrendRun {
    /// When it ended.
    pub time: SystemTime,
    /// Name of the run's folder.
    pub run: String,
    /// The commit, with a plus sign behind it if the work tree differed.
    pub commit: Option<String>,
    /// How the machine is called, and in what it differs from that of the run before; `None` if it is the same.
    pub new_machine: Option<String>,
    /// The load differs from that of the run before.
    pub new_load: bool,
    /// Of the response times.
    pub mean_s: Option<f64>,
    /// As above.
    pub p50_s: Option<f64>,
    /// As above.
    pub p95_s: Option<f64>,
    /// Ok requests each second.
    pub throughput_per_s: Option<f64>,
}

impl TrendRun {
    /// The first eight characters of the commit; the run's name if that is not known.
    pub(super) fn label(&self) -> String {
        let short = |commit: &String| {
            let dirty = if commit.ends_with('+') { "+" } else { "" };
            format!("{}{dirty}", commit.chars().take_while(|letter| *letter != '+').take(8).collect::<String>())
        };
        self.commit.as_ref().map_or_else(|| self.run.clone(), short)
    }

    /// True if it cannot be compared with the run before.
    pub(super) fn begins_anew(&self) -> bool {
        self.new_machine.is_some() || self.new_load
    }
}

/// Where the next value of a series is expected.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fence {
    /// The lowest and the highest value that would not be unusual after the value before; `None` where too little is known.
    pub(super) ends: Vec<Option<(f64, f64)>>,
}

impl Fence {
    /// Q3 + 3 · IQR of the changes between neighbours, as factors, above and below the value before. A change of machine or load is no
    /// change of the figure; the fence is that of all neighbours on one machine under one load.
    pub(super) fn around(runs: &[TrendRun], figure: impl Fn(&TrendRun) -> Option<f64>) -> Fence {
        let starts = (0..runs.len()).filter(|index| *index == 0 || runs[*index].begins_anew()).chain([runs.len()]);
        let starts: Vec<usize> = starts.collect();
        let stretches = starts.windows(2).map(|ends| &runs[ends[0]..ends[1]]);
        Fence { ends: stretches.flat_map(|stretch| around_stretch(stretch, &figure)).collect() }
    }

    /// True if the value lies outside.
    pub(super) fn excludes(&self, index: usize, value: Option<f64>) -> bool {
        let ends = self.ends.get(index).copied().flatten();
        ends.zip(value).is_some_and(|((low, high), value)| value < low || value > high)
    }
}

fn around_stretch(runs: &[TrendRun], figure: impl Fn(&TrendRun) -> Option<f64>) -> Vec<Option<(f64, f64)>> {
    let logarithm = |run: &TrendRun| figure(run).filter(|value| *value > 0.0 && value.is_finite()).map(f64::ln);
    let values: Vec<Option<f64>> = runs.iter().map(logarithm).collect();
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let Some(reach) = unusual_change(&known) else { return vec![None; runs.len()] };
    let mut before: Option<f64> = None;
    let ends = values.into_iter().map(|value| {
        let ends = before.map(|before| ((before - reach).exp(), (before + reach).exp()));
        before = value.or(before);
        ends
    });
    ends.collect()
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    /// A run for each mean.
    pub(in crate::report) fn trend(means_s: impl IntoIterator<Item = f64>) -> TestTrend {
        let run = |(number, mean_s): (usize, f64)| TrendRun {
            time: UNIX_EPOCH + Duration::from_secs(1_795_200_000 + 3_600 * number as u64),
            run: format!("{number}-7"),
            commit: Some(format!("{number:08x}b2cb837f00d5")),
            new_machine: None,
            new_load: false,
            mean_s: Some(mean_s),
            p50_s: Some(mean_s),
            p95_s: Some(mean_s * 2.0),
            throughput_per_s: Some(1.0 / mean_s),
        };
        TestTrend { test: "agent::health".to_owned(), runs: means_s.into_iter().enumerate().map(run).collect() }
    }

    /// Values that move by ±1 % around 100 ms, and 15 % above that from one on.
    pub(in crate::report) fn with_step(count: usize, from: usize) -> impl Iterator<Item = f64> {
        let wobble = [0.0, 0.01, -0.004, 0.006, -0.01, 0.003, -0.007];
        (0..count).map(move |index| 0.1 * (1.0 + wobble[index % 7]) * if index >= from { 1.15 } else { 1.0 })
    }

    #[test]
    fn a_step_is_outside_of_the_fence_and_what_wobbles_is_inside() {
        let trend = trend(with_step(40, 25));
        let fence = Fence::around(&trend.runs, |run| run.mean_s);
        let outside: Vec<usize> = (0..40).filter(|index| fence.excludes(*index, trend.runs[*index].mean_s)).collect();
        assert_eq!(outside, [25]);
        assert_eq!(fence.ends[0], None, "nothing is before it");
    }

    #[test]
    fn few_runs_and_a_change_of_machine_make_no_fence() {
        let few = trend(with_step(19, 9));
        assert!(Fence::around(&few.runs, |run| run.mean_s).ends.iter().all(Option::is_none));
        let mut moved = trend(with_step(40, 20));
        moved.runs[20].new_machine = Some("cores 2 → 4".to_owned());
        let fence = Fence::around(&moved.runs, |run| run.mean_s);
        assert_eq!(fence.ends[20], None);
        assert!((0..40).all(|index| !fence.excludes(index, moved.runs[index].mean_s)), "{fence:?}");
    }

    #[test]
    fn a_run_without_the_figure_is_passed_over() {
        let mut trend = trend(with_step(40, 40));
        trend.runs[30].mean_s = None;
        let fence = Fence::around(&trend.runs, |run| run.mean_s);
        assert_eq!(fence.ends.len(), 40);
        assert!(fence.ends[30].is_some() && fence.ends[31] == fence.ends[30] && !fence.excludes(30, None));
    }

    #[test]
    fn a_run_is_called_by_its_commit() {
        let mut run = trend([0.1]).runs.remove(0);
        assert_eq!(run.label(), "00000000");
        run.commit = Some("b2cb837f00d5+".to_owned());
        assert_eq!(run.label(), "b2cb837f+");
        run.commit = None;
        assert_eq!(run.label(), "0-7");
    }
}
