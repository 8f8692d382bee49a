//! Metrics by their names.

use super::*;

#[test]
fn metrics_read_back_from_their_names() {
    let others = ["p95", "p99.9", "p50", "ok_p99.9", "status_429", "status_5xx"];
    for name in Metric::NAMES.iter().filter(|name| !name.ends_with('N')).chain(&others) {
        assert_eq!(name.parse::<Metric>().unwrap().to_string(), *name);
    }
}

#[test]
fn words_that_are_not_percentiles_are_refused() {
    assert!("p100".parse::<Metric>().unwrap_err().to_string().contains("the largest value is `max`"));
    assert!("p0".parse::<Metric>().is_err());
    assert!("p1e1".parse::<Metric>().is_err());
    assert!("ok_p100".parse::<Metric>().is_err() && "ok_p95x".parse::<Metric>().is_err());
    assert!("ok_meen".parse::<Metric>().unwrap_err().to_string().contains("did you mean `ok_mean`"));
    assert!("status_42".parse::<Metric>().unwrap_err().to_string().contains("`status_4xx`"));
    assert!("avg".parse::<Metric>().unwrap_err().to_string().contains("did you mean `mean`"));
}
