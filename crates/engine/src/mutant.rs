//! Bugs on purpose, so that the checkers of the simulation are tested themselves: each is
//! a slip that somebody could make, at the very place where they would make it.
//!
//! Guarantees: without the feature `mutants` every question is answered "no" by a constant
//! and the slip is not in the program at all.
//!
//! Deliberately absent: slips that the type system or the schema of the order store
//! refuses (a second live attempt, a gap in the events, a number given twice). Those
//! guards have tests of their own.

#[cfg(feature = "mutants")]
use std::cell::Cell;

/// A bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutant {
    /// The approval is sent before its sending is on disk.
    ApprovalBeforeCommit,
    /// What was being approved when the program stopped is taken for declined.
    RestartIsDeclined,
    /// An approval's answer that does not tell is taken for a refusal.
    UnknownIsDeclined,
    /// After so many inquiries in vain a payment is called unpaid.
    AskedEnoughIsUnpaid,
    /// Another amount than asked for is kept as if it were right.
    AmountNotCompared,
    /// Money that must go back is called back without being sent.
    ReversalSkipped,
    /// Nobody looks for money that comes after the end.
    LateMoneyIgnored,
    /// A command that comes again is done again.
    RepeatsAreNew,
    /// Screens are told "paid" before that is on disk.
    ToldBeforeCommit,
    /// The secret of a payment stays on disk.
    TokenKept,
    /// The secret of a payment is logged.
    TokenLogged,
    /// What may have reached the POS is sent again without a look.
    PosSentBlindly,
    /// A ticket that may have come out is printed again without a mark.
    TicketSentBlindly,
    /// An order goes to the POS when its payment begins.
    SentUnpaid,
    /// The stock of an order that was given up stays held.
    HoldsStay,
    /// A quote holds no stock.
    NothingHeld,
    /// The charge is today's price instead of the quote's.
    PriceOfNow,
    /// An order that is not paid is never given up.
    NeverGivenUp,
}

impl Mutant {
    /// Every bug.
    pub const ALL: [Mutant; 18] = [
        Mutant::ApprovalBeforeCommit,
        Mutant::RestartIsDeclined,
        Mutant::UnknownIsDeclined,
        Mutant::AskedEnoughIsUnpaid,
        Mutant::AmountNotCompared,
        Mutant::ReversalSkipped,
        Mutant::LateMoneyIgnored,
        Mutant::RepeatsAreNew,
        Mutant::ToldBeforeCommit,
        Mutant::TokenKept,
        Mutant::TokenLogged,
        Mutant::PosSentBlindly,
        Mutant::TicketSentBlindly,
        Mutant::SentUnpaid,
        Mutant::HoldsStay,
        Mutant::NothingHeld,
        Mutant::PriceOfNow,
        Mutant::NeverGivenUp,
    ];

    /// True where this bug is in the program that runs on this thread.
    #[cfg(feature = "mutants")]
    pub(crate) fn is_in(self) -> bool {
        SEEDED.get() == Some(self)
    }

    /// Never: this program was built without bugs on purpose.
    #[cfg(not(feature = "mutants"))]
    pub(crate) const fn is_in(self) -> bool {
        false
    }
}

#[cfg(feature = "mutants")]
thread_local! {
    static SEEDED: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Puts a bug into every engine of this thread, or takes it out.
#[cfg(feature = "mutants")]
pub fn seed(mutant: Option<Mutant>) {
    SEEDED.set(mutant);
}
