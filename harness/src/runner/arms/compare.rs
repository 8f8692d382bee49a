//! The arms of a test, compared with the first of them. Pure.

use super::judge::JudgedArm;
use crate::comparison::ChangeReport;
use crate::workload::ArmOrder;

/// Each other arm, compared with the first.
pub(super) fn compare(arms: &[JudgedArm], order: ArmOrder) -> Vec<ChangeReport> {
    let _not_yet = (arms, order);
    Vec::new()
}
