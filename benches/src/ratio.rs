//! This file sums up what was measured in pairs: the median, which one disturbed pair does not move,
//! and the extremes, which show how disturbed it was.

use std::fmt;

/// Where the ratios of pairs lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Half of the pairs are below.
    pub median: f64,
    /// The lowest.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
}

impl Spread {
    /// The ratios of what was measured side by side; `None` without a pair.
    #[must_use]
    pub fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<Self> {
        let mut ratios: Vec<f64> = pairs.into_iter().map(|(one, other)| one / other).collect();
        let median = median(&mut ratios)?;
        Some(Self {
            median,
            lowest: *ratios.first()?,
            highest: *ratios.last()?,
        })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            median,
            lowest,
            highest,
        } = self;
        write!(f, "{median:.3}  ({lowest:.3} to {highest:.3})")
    }
}

/// The median; sorts the values. `None` when there is none.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some((values.get(middle.checked_sub(1)?)? + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
    }

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        let spread = Spread::of([(1.0, 2.0), (30.0, 40.0), (4.0, 4.0)]).unwrap();
        let expected = Spread {
            median: 0.75,
            lowest: 0.5,
            highest: 1.0,
        };
        assert_eq!(spread, expected);
        assert_eq!(Spread::of([]), None);
    }
}
