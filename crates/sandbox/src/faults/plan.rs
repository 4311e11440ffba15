//! Faults by seed: how often each strikes, and which requests, fixed by one number.
//!
//! Guarantees: the n-th request of an endpoint is struck by the same fault in every run with
//! the same plan, whatever the other endpoints see in between. Deliberately absent: any other
//! source of chance; the draw is SplitMix64 (Steele, Lea, Flood 2014) over seed, endpoint and n.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Endpoint, FaultKind, FaultRule};

/// Most rates of one plan.
const MAX_RATES: usize = 128;
/// Everything, in thousandths.
const WHOLE: u32 = 1000;

/// How often one fault strikes one endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRate {
    /// Where it strikes.
    pub endpoint: Endpoint,
    /// What it does.
    pub fault: FaultKind,
    /// Of a thousand requests, how many; one endpoint's rates sum up to at most 1000.
    pub per_mille: u32,
    /// As in [`FaultRule`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// As in [`FaultRule`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// As in [`FaultRule`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Faults drawn by a seed, as sent to `PUT /faults/plan`. A rule on the board goes first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// Same seed and rates: same faults.
    pub seed: u64,
    /// Which fault how often.
    pub rates: Vec<FaultRate>,
}

impl FaultRate {
    /// A rate without details.
    #[must_use]
    pub fn new(endpoint: Endpoint, fault: FaultKind, per_mille: u32) -> Self {
        Self {
            endpoint,
            fault,
            per_mille,
            delay_ms: None,
            code: None,
            reason: None,
        }
    }

    fn rule(&self) -> FaultRule {
        FaultRule {
            delay_ms: self.delay_ms,
            code: self.code,
            reason: self.reason.clone(),
            ..FaultRule::next(self.endpoint, self.fault, 1)
        }
    }
}

impl FaultPlan {
    fn check(&self) -> Result<(), String> {
        if self.rates.len() > MAX_RATES {
            return Err(format!("more than {MAX_RATES} rates"));
        }
        let mut sums: BTreeMap<Endpoint, u32> = BTreeMap::new();
        for rate in &self.rates {
            rate.rule().check()?;
            let sum = sums.entry(rate.endpoint).or_default();
            *sum = sum.saturating_add(rate.per_mille);
            if *sum > WHOLE {
                return Err(format!("one endpoint's rates sum up to more than {WHOLE}"));
            }
        }
        Ok(())
    }
}

/// A plan with how many requests each endpoint has drawn for.
#[derive(Debug)]
pub(crate) struct Dealer {
    plan: FaultPlan,
    drawn: BTreeMap<Endpoint, u64>,
}

impl Dealer {
    pub(crate) fn new(plan: FaultPlan) -> Result<Self, String> {
        plan.check()?;
        Ok(Self {
            plan,
            drawn: BTreeMap::new(),
        })
    }

    pub(crate) fn plan(&self) -> &FaultPlan {
        &self.plan
    }

    /// The fault of this endpoint's next request, if it has one.
    pub(crate) fn deal(&mut self, endpoint: Endpoint) -> Option<FaultRule> {
        let count = self.drawn.entry(endpoint).or_default();
        *count += 1;
        let stream = mix(self.plan.seed ^ mix(name_number(endpoint)));
        let draw = mix(stream.wrapping_add(count.wrapping_mul(GOLDEN))) % u64::from(WHOLE);
        let mut below = 0;
        self.plan
            .rates
            .iter()
            .filter(|rate| rate.endpoint == endpoint)
            .find(|rate| {
                below += u64::from(rate.per_mille);
                draw < below
            })
            .map(FaultRate::rule)
    }
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The mixing step of SplitMix64.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number from the endpoint's name, so that a new endpoint does not move the others' faults.
fn name_number(endpoint: Endpoint) -> u64 {
    let name = serde_json::to_string(&endpoint).unwrap_or_default();
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> FaultPlan {
        FaultPlan {
            seed,
            rates: vec![
                FaultRate::new(Endpoint::KiccApprove, FaultKind::ReplyLost, 200),
                FaultRate::new(Endpoint::KiccApprove, FaultKind::Garbage, 100),
                FaultRate::new(Endpoint::TossConfirm, FaultKind::ErrorAfter, 500),
            ],
        }
    }

    fn dealt(dealer: &mut Dealer, endpoint: Endpoint) -> Option<FaultKind> {
        dealer.deal(endpoint).map(|rule| rule.fault)
    }

    /// An endpoint's faults must not depend on what others draw; two runs with different company are compared.
    #[test]
    fn an_endpoints_faults_are_its_own() {
        let mut alone = Dealer::new(plan(7)).unwrap();
        let mut among = Dealer::new(plan(7)).unwrap();
        let mut other = Dealer::new(plan(8)).unwrap();
        let mut differs = false;
        for n in 0..200 {
            if n % 3 == 0 {
                dealt(&mut among, Endpoint::TossConfirm);
            }
            let here = dealt(&mut alone, Endpoint::KiccApprove);
            assert_eq!(here, dealt(&mut among, Endpoint::KiccApprove));
            differs |= here != dealt(&mut other, Endpoint::KiccApprove);
        }
        assert!(differs, "another seed must give another sequence");
    }

    /// A rate must hold over many requests; ten thousand draws are counted against it.
    #[test]
    fn rates_hold() {
        let mut dealer = Dealer::new(plan(42)).unwrap();
        let mut lost = 0;
        let mut garbage = 0;
        for _ in 0..10_000 {
            match dealt(&mut dealer, Endpoint::KiccApprove) {
                Some(FaultKind::ReplyLost) => lost += 1,
                Some(FaultKind::Garbage) => garbage += 1,
                Some(other) => panic!("{other:?} is not in the plan"),
                None => {}
            }
            assert!(dealt(&mut dealer, Endpoint::PosSubmit).is_none());
        }
        assert!((1_800..2_200).contains(&lost), "{lost}");
        assert!((850..1_150).contains(&garbage), "{garbage}");
    }

    /// Plans that make no sense must be refused; rates above all and a fault out of place are tried.
    #[test]
    fn senseless_plans_are_refused() {
        let rate = |fault, per_mille| FaultRate::new(Endpoint::KiccReverse, fault, per_mille);
        for rates in [
            vec![rate(FaultKind::Delay, 600), rate(FaultKind::Garbage, 401)],
            vec![rate(FaultKind::WrongAmount, 1)],
        ] {
            assert!(Dealer::new(FaultPlan { seed: 1, rates }).is_err());
        }
    }
}
