//! Quantiles of Student's t distribution, and tails of the normal one.

/// Degrees of freedom beyond which the distribution is the normal one to ten digits.
const MOST_FREEDOM: f64 = 1e10;
/// A series or a fraction that has not settled by then never will.
const MOST_TERMS: usize = 100_000;

/// The 97.5 % quantile: a table where the tails are heavy, then the Cornish–Fisher expansion
/// (Abramowitz and Stegun 26.7.5), which is right to 0.001 from there on.
pub fn student_t_975(degrees_of_freedom: usize) -> f64 {
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

/// The value that a variable with this many degrees of freedom, whole or not, exceeds with probability `tail` (above 0, below ½),
/// to ten digits. Infinite without a degree of freedom.
pub(super) fn student_t_beyond(tail: f64, degrees_of_freedom: f64) -> f64 {
    if degrees_of_freedom.is_nan() || degrees_of_freedom <= 0.0 {
        return f64::INFINITY;
    }
    let freedom = degrees_of_freedom.min(MOST_FREEDOM);
    let (mut low, mut high) = (0.0, 1.0);
    while student_t_tail(high, freedom) > tail {
        low = high;
        high *= 2.0;
    }
    // Newton's steps, and halves where one would leave the bracket.
    let mut value = f64::midpoint(low, high);
    for _ in 0..200 {
        let excess = student_t_tail(value, freedom) - tail;
        if excess > 0.0 {
            low = value;
        } else {
            high = value;
        }
        let step = value + excess / student_t_density(value, freedom);
        let next = if low < step && step < high { step } else { f64::midpoint(low, high) };
        if (next - value).abs() <= 1e-14 * value {
            return next;
        }
        value = next;
    }
    value
}

/// The probability to exceed `value`, which is not negative: half of the regularised incomplete beta function
/// I(x; freedom/2, ½) with x = freedom ÷ (freedom + value²).
fn student_t_tail(value: f64, freedom: f64) -> f64 {
    let a = freedom / 2.0;
    let y = value * value / (freedom + value * value);
    let x = freedom / (freedom + value * value);
    // x^a · y^½ ÷ B(a, ½); of x near 1, the logarithm is taken by way of y.
    let logarithm = if y <= 0.5 { (-y).ln_1p() } else { x.ln() };
    let front = (a * logarithm).exp() * y.sqrt() / beta_with_a_half(a);
    if y <= 0.5 { 0.5 - front * series(y, a) } else { 0.5 * front / a * continued_fraction(x, a) }
}

fn student_t_density(value: f64, freedom: f64) -> f64 {
    let logarithm = -(freedom + 1.0) / 2.0 * (value * value / freedom).ln_1p();
    logarithm.exp() / (freedom.sqrt() * beta_with_a_half(freedom / 2.0))
}

/// I(y; ½, a) ÷ (y^½ · (1−y)^a ÷ B) ÷ 2 = Σ (a+½)ₙ ÷ (3/2)ₙ · yⁿ, whose terms are all positive.
fn series(y: f64, a: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 0..MOST_TERMS {
        term *= (a + 0.5 + n as f64) / (1.5 + n as f64) * y;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    sum
}

/// The continued fraction of I(x; a, ½) (Abramowitz and Stegun 26.5.8), by Lentz's method.
fn continued_fraction(x: f64, a: f64) -> f64 {
    let b = 0.5;
    let not_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut c, mut d) = (1.0, 1.0 / not_zero(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in (1..MOST_TERMS).map(|m| m as f64) {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for part in [even, odd] {
            d = 1.0 / not_zero(1.0 + part * d);
            c = not_zero(1.0 + part / c);
            factor = c * d;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

/// B(a, ½) = √π · Γ(a) ÷ Γ(a + ½).
fn beta_with_a_half(a: f64) -> f64 {
    const LARGE: f64 = 30.0;
    // Γ(a) ÷ Γ(a+½) = (a+½) ÷ a · Γ(a+1) ÷ Γ(a+3/2), until the asymptotic series is right to the last digit.
    let (mut a, mut factor) = (a, std::f64::consts::PI.sqrt());
    while a < LARGE {
        factor *= (a + 0.5) / a;
        a += 1.0;
    }
    let per_a = 1.0 / a;
    let correction = per_a / 8.0 - per_a.powi(3) / 192.0 + per_a.powi(5) / 640.0 - 17.0 * per_a.powi(7) / 14_336.0;
    factor * correction.exp() / a.sqrt()
}

/// The probability that a standard normal variable exceeds `z`; right to 1e-15, which is not a share of what is smaller still.
pub(super) fn normal_tail(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return if z > 0.0 { 0.0 } else { 1.0 };
    }
    // Φ(z) = ½ + φ(z) · (z + z³/3 + z⁵/(3·5) + …)
    let (mut term, mut sum) = (z, z);
    for n in 1..MOST_TERMS {
        term *= z * z / (2 * n + 1) as f64;
        sum += term;
        if term.abs() < 1e-18 {
            break;
        }
    }
    (0.5 - sum * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()).max(0.0)
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

    #[test]
    fn one_degree_of_freedom_is_the_cauchy_distribution() {
        for tail in [0.4, 0.2, 0.025, 0.005, 1e-6] {
            let exact = 1.0 / (std::f64::consts::PI * tail).tan();
            assert!((student_t_beyond(tail, 1.0) / exact - 1.0).abs() < 1e-11, "{tail}");
        }
    }

    #[test]
    fn many_degrees_of_freedom_are_the_normal_distribution() {
        for freedom in [1e10, 1e15, f64::INFINITY] {
            assert!((student_t_beyond(0.025, freedom) - 1.959_963_984_540_054).abs() < 1e-9);
        }
        assert!((normal_tail(1.959_963_984_540_054) - 0.025).abs() < 1e-14);
        assert_eq!((normal_tail(0.0), normal_tail(-40.0), normal_tail(40.0)), (0.5, 1.0, 0.0));
    }

    #[test]
    fn without_a_degree_of_freedom_nothing_is_known() {
        for freedom in [0.0, -1.0, f64::NAN] {
            assert_eq!(student_t_beyond(0.025, freedom), f64::INFINITY);
        }
    }
}
