//! Which load a test offered, as a short name: [`WorkloadFingerprint`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fingerprint::fingerprint;
use crate::kind::Kind;
use crate::outcome::workload_text;
use crate::workload::{RunPlan, Workload};

/// The load that a test was planned to offer: figures of two runs are comparable only if it is the same.
///
/// It is made of the plan and not of what was offered, because a measurement near a limit is made longer, and a rate that is a share
/// of a capacity is another number each time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorkloadFingerprint(String);

impl WorkloadFingerprint {
    /// The name of a planned load; `share` is that of `rate = 50% of capacity`.
    pub fn of(kind: Kind, workload: &Workload, runs: &RunPlan, share: Option<f64>) -> WorkloadFingerprint {
        let levels = match runs {
            RunPlan::Sweep(levels) | RunPlan::RepeatedSweep { levels, .. } => format!("{levels:?}"),
            // How often it is measured does not change the load.
            _ => String::new(),
        };
        let share = share.map(|share| share.to_string()).unwrap_or_default();
        WorkloadFingerprint(fingerprint([kind.to_string(), workload_text(workload), levels, share]))
    }
}

impl fmt::Display for WorkloadFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::outcome::samples;
    use crate::workload::{LoadModel, RunLength, Users};

    fn of(workload: &Workload) -> WorkloadFingerprint {
        WorkloadFingerprint::of(Kind::Load, workload, &RunPlan::default(), None)
    }

    #[test]
    fn another_load_has_another_name_and_the_same_one_the_same() {
        let usual = samples::workload();
        let users = Workload { model: LoadModel::Closed(Users::at_once(7)), ..samples::workload() };
        let longer = Workload { length: RunLength::Duration(Duration::from_secs(61)), ..samples::workload() };
        assert_eq!(of(&usual), of(&samples::workload()));
        assert!(of(&usual) != of(&users) && of(&usual) != of(&longer));
        let share = |share| WorkloadFingerprint::of(Kind::Load, &usual, &RunPlan::default(), Some(share));
        assert_ne!(share(0.5), share(0.9));
        let repeated = WorkloadFingerprint::of(Kind::Load, &usual, &RunPlan::Repeat(3), None);
        assert_eq!(of(&usual), repeated);
    }

    #[test]
    fn a_name_does_not_change_with_a_new_version() {
        // If this fails, every stored run of a user stops being comparable: keep what is written of an unchanged load.
        insta::assert_snapshot!(of(&samples::workload()));
    }
}
