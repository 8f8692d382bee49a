//! Quantiles of Student's t distribution.

/// The 97.5 % quantile: a table where the tails are heavy, then the Cornish–Fisher expansion
/// (Abramowitz and Stegun 26.7.5), which is right to 0.001 from there on.
pub(super) fn student_t_975(degrees_of_freedom: usize) -> f64 {
    const FEW: [f64; 8] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];
    const Z: f64 = 1.959_964;
    if degrees_of_freedom == 0 {
        return f64::INFINITY;
    }
    if let Some(quantile) = FEW.get(degrees_of_freedom - 1) {
        return *quantile;
    }
    let n = degrees_of_freedom as f64;
    let first = (Z.powi(3) + Z) / 4.0;
    let second = (5.0 * Z.powi(5) + 16.0 * Z.powi(3) + 3.0 * Z) / 96.0;
    let third = (3.0 * Z.powi(7) + 19.0 * Z.powi(5) + 17.0 * Z.powi(3) - 15.0 * Z) / 384.0;
    Z + first / n + second / n.powi(2) + third / n.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_t_agrees_with_the_tables() {
        for (freedom, quantile) in [(1, 12.706), (8, 2.306), (9, 2.262), (19, 2.093), (30, 2.042), (120, 1.980)] {
            assert!((student_t_975(freedom) - quantile).abs() < 0.002, "{freedom}: {}", student_t_975(freedom));
        }
    }
}
