//! The VAN's answer codes (`respCd`).
//!
//! The vendor publishes success alone; what a terminal's contract lists besides comes with
//! it and stands in the store's settings. Guarantees: without such a list no other code
//! means anything: what it answers is unknown. Deliberately absent: any list of our own.

/// Success, of every call.
pub(super) const SUCCESS: &str = "0000";
/// The longest code, in bytes.
const CODE_MOST: usize = 8;

/// What a contract says of codes besides success. Without it, nothing: an approval that is
/// not `0000` is net-cancelled, and a refund that is not is for staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// Refusals of an approval after which nothing was taken and nothing will be.
    pub refusals: Vec<String>,
    /// What was asked to be undone is undone already, by whichever call.
    pub undone: Vec<String>,
    /// Refusals of a void (결제취소) after which nothing went back and by this call nothing
    /// will.
    pub refund_refusals: Vec<String>,
}

impl Codes {
    /// True where each is a code, none is success, and no code says both that money went
    /// back and that it did not.
    pub fn are_sane(&self) -> bool {
        let Codes {
            refusals,
            undone,
            refund_refusals,
        } = self;
        let is_code = |code: &String| {
            let fits = (1..=CODE_MOST).contains(&code.len());
            fits && code.bytes().all(|b| b.is_ascii_alphanumeric()) && code != SUCCESS
        };
        let mut all = refusals.iter().chain(undone).chain(refund_refusals);
        all.all(is_code) && !undone.iter().any(|code| refund_refusals.contains(code))
    }

    pub(super) fn refuses(&self, code: &str) -> bool {
        self.refusals.iter().any(|listed| listed == code)
    }

    pub(super) fn is_undone(&self, code: &str) -> bool {
        self.undone.iter().any(|listed| listed == code)
    }

    pub(super) fn refuses_refund(&self, code: &str) -> bool {
        self.refund_refusals.iter().any(|listed| listed == code)
    }
}
