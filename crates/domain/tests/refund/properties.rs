//! What holds for every order and every sequence of refunds.

use proptest::prelude::*;
use soban_domain::money::Won;
use soban_domain::pricing::{Priced, price};
use soban_domain::refund::{Plan, RefundError, RefundLine, RefundRules, Returned, Wish, plan};
use soban_domain::tax::TaxParts;

use crate::dice::{dice, honest, menu};

const FREE: RefundRules = RefundRules {
    partial: true,
    deposit_blocks_partial: false,
};

/// One order under refund, and what the sequence so far left of it.
struct Ledger {
    order: Priced,
    left: Vec<u32>,
    rest: TaxParts,
    earlier: Vec<Returned>,
}

impl Ledger {
    fn new(order: Priced) -> Ledger {
        Ledger {
            left: order.lines.iter().map(|line| line.quantity).collect(),
            rest: order.tax,
            earlier: Vec::new(),
            order,
        }
    }

    /// A wish for some pieces of what is left, chosen by `picks`.
    fn wish(&self, picks: &[u32]) -> Vec<RefundLine> {
        let indexed = (0u32..).zip(&self.left).zip(picks.iter().cycle());
        indexed
            .map(|((line, left), pick)| RefundLine {
                line,
                quantity: pick % (left + 1),
            })
            .filter(|piece| piece.quantity > 0)
            .collect()
    }

    /// Takes a plan off what is left; nothing in it may be below zero or above that.
    fn take(&mut self, made: &Plan) -> Result<(), TestCaseError> {
        prop_assert!(made.amount.is_positive());
        prop_assert_eq!(made.amount, made.tax.total());
        prop_assert_eq!(made.rest_before, self.rest.total());
        prop_assert!(!made.tax.has_negative(), "{:?}", made.tax);
        self.rest = self.rest.minus(made.tax).unwrap();
        prop_assert!(!self.rest.has_negative(), "{:?}", self.rest);
        for piece in &made.lines {
            self.left[usize::try_from(piece.line).unwrap()] -= piece.quantity;
        }
        if made.lines.is_empty() {
            self.left.fill(0);
        }
        self.earlier.push(Returned {
            lines: made.lines.clone(),
            tax: made.tax,
        });
        Ok(())
    }

    fn plan(&self, wish: &Wish) -> Result<Plan, RefundError> {
        plan(&self.order, &self.earlier, wish, FREE)
    }
}

/// The price of pieces: the unit and a share of the deposit, which is one sum a piece.
fn price_of(order: &Priced, pieces: &[RefundLine]) -> Won {
    let each = pieces.iter().map(|piece| {
        let line = &order.lines[usize::try_from(piece.line).unwrap()];
        let deposit = line.deposit.0 / i64::from(line.quantity);
        Won(line.unit.0 + deposit).times(piece.quantity).unwrap()
    });
    Won::sum(each).unwrap()
}

proptest! {
    /// Any sequence of part refunds until nothing is left gives back the order, exactly
    /// and in every tax part; each costs what its pieces cost; a whole refund in between
    /// takes exactly the rest.
    #[test]
    fn parts_add_up_to_the_order(
        mut dice in dice(),
        rounds in prop::collection::vec(prop::collection::vec(any::<u32>(), 1..7), 0..12),
        whole_at in 0usize..20,
    ) {
        let menu = menu(&mut dice);
        let Ok(order) = price(&menu, &honest(&mut dice, &menu)) else {
            return Ok(());
        };
        let mut ledger = Ledger::new(order);
        for (round, picks) in rounds.iter().enumerate() {
            let pieces = ledger.wish(picks);
            let wish = if round == whole_at { Wish::Whole } else { Wish::Lines(pieces.clone()) };
            let cost = price_of(&ledger.order, &pieces);
            match ledger.plan(&wish) {
                Ok(made) => {
                    let expected = if round == whole_at { ledger.rest.total() } else { cost };
                    prop_assert_eq!(made.amount, expected);
                    ledger.take(&made)?;
                }
                Err(RefundError::NothingLeft) => prop_assert_eq!(ledger.rest.total(), Won(0)),
                Err(RefundError::ZeroWish) => prop_assert_eq!(cost, Won(0)),
                Err(refusal) => prop_assert!(false, "{refusal}"),
            }
        }
        if ledger.rest.total().is_positive() {
            let rest = ledger.rest;
            let made = ledger.plan(&Wish::Whole).unwrap();
            prop_assert_eq!(made.tax, rest);
            ledger.take(&made)?;
        }
        prop_assert_eq!(ledger.rest, TaxParts::default());
        prop_assert_eq!(ledger.plan(&Wish::Whole), Err(RefundError::NothingLeft));
    }

    /// Piece by piece, in any order of lines, without a whole at the end: the last piece
    /// leaves nothing in any tax part.
    #[test]
    fn piece_by_piece_leaves_nothing(mut dice in dice(), order_of in any::<u64>()) {
        let menu = menu(&mut dice);
        let Ok(order) = price(&menu, &honest(&mut dice, &menu)) else {
            return Ok(());
        };
        let mut ledger = Ledger::new(order);
        let mut turn = order_of;
        while ledger.rest.total().is_positive() {
            let open: Vec<u32> = (0u32..)
                .zip(&ledger.left)
                .filter(|(line, left)| {
                    **left > 0 && price_of(&ledger.order, &[piece(*line)]).is_positive()
                })
                .map(|(line, _)| line)
                .collect();
            prop_assert!(!open.is_empty(), "money is left and no piece costs any");
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let pick = usize::try_from(turn >> 33).unwrap() % open.len();
            let made = ledger.plan(&Wish::Lines(vec![piece(open[pick])])).unwrap();
            ledger.take(&made)?;
        }
        prop_assert_eq!(ledger.rest, TaxParts::default());
    }

    /// No wish and no history, however wild, panics or gives back more than there is.
    #[test]
    fn wild_wishes_are_answered(
        mut dice in dice(),
        wish in prop::option::of(pieces()),
        earlier in prop::collection::vec((pieces(), parts()), 0..3),
        partial in any::<bool>(),
        deposit_blocks_partial in any::<bool>(),
    ) {
        let menu = menu(&mut dice);
        let Ok(order) = price(&menu, &honest(&mut dice, &menu)) else {
            return Ok(());
        };
        let wish = wish.map_or(Wish::Whole, Wish::Lines);
        let earlier: Vec<Returned> = earlier
            .into_iter()
            .map(|(lines, tax)| Returned { lines, tax })
            .collect();
        let rules = RefundRules { partial, deposit_blocks_partial };
        if let Ok(made) = plan(&order, &earlier, &wish, rules) {
            prop_assert!(made.amount.is_positive() && made.amount <= made.rest_before);
            prop_assert!(made.rest_before <= order.total);
            prop_assert!(!made.tax.has_negative());
            let part = made.amount < order.total;
            prop_assert!(partial || !part);
            let blocked = deposit_blocks_partial && order.tax.deposit.is_positive();
            prop_assert!(!(blocked && part));
        }
    }
}

fn piece(line: u32) -> RefundLine {
    RefundLine { line, quantity: 1 }
}

/// Pieces of lines, most of which are there.
fn pieces() -> impl Strategy<Value = Vec<RefundLine>> {
    let quantity = prop_oneof![3 => 0u32..4, 1 => any::<u32>()];
    let line = prop_oneof![5 => 0u32..3, 1 => any::<u32>()];
    let piece = (line, quantity).prop_map(|(line, quantity)| RefundLine { line, quantity });
    prop::collection::vec(piece, 0..4)
}

/// Any division, mostly a small one.
fn parts() -> impl Strategy<Value = TaxParts> {
    let won = || prop_oneof![4 => 0i64..2_000, 1 => any::<i64>()].prop_map(Won);
    (won(), won(), won(), won()).prop_map(|(supply, vat, exempt, deposit)| TaxParts {
        supply,
        vat,
        exempt,
        deposit,
    })
}
