//! The state of the hardware, and how it is told in status bytes.
//!
//! Guarantees: the bits are those of the printing reference, section 3. Deliberately absent:
//! errors of the cutter and the head.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Paper {
    #[default]
    Plenty,
    NearEnd,
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Condition {
    pub(crate) power: bool,
    pub(crate) paper: Paper,
    pub(crate) cover_open: bool,
    pub(crate) drawer_open: bool,
}

impl Default for Condition {
    fn default() -> Self {
        Self {
            power: true,
            paper: Paper::Plenty,
            cover_open: false,
            drawer_open: false,
        }
    }
}

impl Condition {
    pub(crate) fn online(&self) -> bool {
        self.power && !self.cover_open && self.paper != Paper::Out
    }

    /// The answer to `DLE EOT n`.
    pub(crate) fn real_time(&self, n: u8) -> u8 {
        let bit = |on: bool, bits: u8| if on { bits } else { 0 };
        0x12 | match n {
            1 => bit(self.drawer_open, 0x04) | bit(!self.online(), 0x08),
            2 => bit(self.cover_open, 0x04) | bit(self.paper == Paper::Out, 0x20),
            4 => bit(self.paper != Paper::Plenty, 0x0C) | bit(self.paper == Paper::Out, 0x60),
            _ => 0,
        }
    }

    /// The paper's bits as `GS r 1` and the third byte of the automatic status have them.
    fn paper_bits(&self) -> u8 {
        match self.paper {
            Paper::Plenty => 0x00,
            Paper::NearEnd => 0x03,
            Paper::Out => 0x0F,
        }
    }

    /// The answer to `GS r n`.
    pub(crate) fn transmit(&self, n: u8) -> Option<u8> {
        match n {
            1 => Some(self.paper_bits()),
            2 => Some(u8::from(self.drawer_open)),
            _ => None,
        }
    }

    /// The four bytes of the automatic status.
    pub(crate) fn automatic(&self) -> [u8; 4] {
        let bit = |on: bool, bits: u8| if on { bits } else { 0 };
        let first = 0x10
            | bit(self.drawer_open, 0x04)
            | bit(!self.online(), 0x08)
            | bit(self.cover_open, 0x20);
        [first, 0x00, self.paper_bits(), 0x0F]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Condition> {
        let mut all = Vec::new();
        for paper in [Paper::Plenty, Paper::NearEnd, Paper::Out] {
            for cover_open in [false, true] {
                for drawer_open in [false, true] {
                    all.push(Condition {
                        power: true,
                        paper,
                        cover_open,
                        drawer_open,
                    });
                }
            }
        }
        all
    }

    /// A client must be able to tell the three kinds of answer apart by their first byte; every condition is told in all ways.
    #[test]
    fn answers_can_be_told_apart() {
        for condition in all() {
            for n in 1..=4 {
                assert_eq!(condition.real_time(n) & 0x93, 0x12);
            }
            let [first, rest @ ..] = condition.automatic();
            assert_eq!(first & 0x93, 0x10);
            assert!(rest.iter().all(|byte| byte & 0x90 == 0));
            assert_eq!(condition.transmit(1).unwrap() & 0x90, 0);
        }
    }

    /// Paper out and cover open must show in the bits the vendors document; each is told.
    #[test]
    fn trouble_shows_in_its_bits() {
        let out = Condition {
            paper: Paper::Out,
            ..Condition::default()
        };
        assert_eq!(out.real_time(1), 0x1A);
        assert_eq!(out.real_time(2), 0x32);
        assert_eq!(out.real_time(4), 0x7E);
        let open = Condition {
            cover_open: true,
            ..Condition::default()
        };
        assert_eq!(open.real_time(2), 0x16);
        assert_eq!(open.automatic(), [0x38, 0, 0, 0x0F]);
        let low = Condition {
            paper: Paper::NearEnd,
            ..Condition::default()
        };
        assert!(low.online());
        assert_eq!(low.real_time(4), 0x1E);
    }
}
