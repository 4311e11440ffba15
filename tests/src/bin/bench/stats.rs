//! Medians, percentiles and the bootstrap.
//!
//! Guarantees: the same samples give the same interval, for the resampling draws from a
//! seed that is fixed.

const RESAMPLES: usize = 2000;
const SEED: u64 = 0x5EED_50BA;

/// The value below which `part` (0 to 1) of the samples lie.
///
/// # Panics
/// Without samples.
pub(crate) fn percentile(samples: &[f64], part: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1).expect("there are samples");
    let at = (part * last as f64).round() as usize;
    sorted[at.min(last)]
}

/// The middle of the samples.
pub(crate) fn median(samples: &[f64]) -> f64 {
    percentile(samples, 0.5)
}

/// A ratio with the interval in which it lies in 95 of 100 resamplings.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(crate) struct Ratio {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) rounds: usize,
}

impl Ratio {
    /// The median ratio of rounds, each measured on both sides.
    pub(crate) fn of(rounds: &[f64]) -> Ratio {
        let mut state = SEED;
        let medians: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let drawn: Vec<f64> = rounds
                    .iter()
                    .map(|_| rounds[draw(&mut state, rounds.len())])
                    .collect();
                median(&drawn)
            })
            .collect();
        Ratio {
            median: median(rounds),
            low: percentile(&medians, 0.025),
            high: percentile(&medians, 0.975),
            rounds: rounds.len(),
        }
    }
}

/// SplitMix64: enough for resampling, and the same everywhere.
fn draw(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    (bits % below as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The interval of rounds around 2 holds 2 and is no wider than they are; of equal
    /// rounds it is a point.
    #[test]
    fn an_interval_holds_the_median() {
        let rounds: Vec<f64> = (0..40).map(|n| 1.8 + f64::from(n) * 0.01).collect();
        let ratio = Ratio::of(&rounds);
        assert!(ratio.low <= ratio.median && ratio.median <= ratio.high);
        assert!(ratio.low > 1.85 && ratio.high < 2.15, "{ratio:?}");
        let flat = Ratio::of(&[3.0; 30]);
        assert_eq!((flat.low, flat.median, flat.high), (3.0, 3.0, 3.0));
    }

    /// Percentiles are samples, and the ends are the least and the greatest.
    #[test]
    fn percentiles_are_samples() {
        let samples = [4.0, 1.0, 3.0, 2.0, 5.0];
        assert_eq!(percentile(&samples, 0.0), 1.0);
        assert_eq!(median(&samples), 3.0);
        assert_eq!(percentile(&samples, 1.0), 5.0);
    }
}
