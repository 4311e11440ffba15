//! Chance that repeats: numbers from a seed (SplitMix64, Steele et al. 2014).

/// A source of numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `sides`; 0 where there are no sides.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.any().checked_rem(sides).unwrap_or(0)
    }

    /// True so many times in a thousand.
    pub fn chance(&mut self, of_thousand: u64) -> bool {
        self.below(1000) < of_thousand
    }

    /// One of a list; the list must have something in it.
    pub fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let sides = u64::try_from(list.len()).unwrap_or(u64::MAX);
        let at = usize::try_from(self.below(sides)).unwrap_or(0);
        &list[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same seed gives the same numbers and another seed others, within the bounds
    /// asked for.
    #[test]
    fn dice_repeat() {
        let rolls = |seed| -> Vec<u64> {
            let mut dice = Dice::new(seed);
            (0..200).map(|_| dice.below(6)).collect()
        };
        assert_eq!(rolls(7), rolls(7));
        assert_ne!(rolls(7), rolls(8));
        assert!((0..6).all(|side| rolls(7).contains(&side)));
        assert!(rolls(7).iter().all(|roll| *roll < 6));
        assert_eq!(Dice::new(1).below(0), 0);
    }
}
