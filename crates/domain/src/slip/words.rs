//! The words that slips are written with, by key.
//!
//! Guarantees: a [`Words`] has all of them: it is made only where none is missing, so
//! no slip comes out with a hole in it.
//!
//! Deliberately absent: the words. They live in `locales/`, section `paper`, under the
//! keys of [`PaperWord::key`].

use std::collections::BTreeMap;

use thiserror::Error;

use crate::payment::Method;
use crate::text::Lang;

macro_rules! paper_words {
    ($($(#[$doc:meta])* $name:ident = $key:literal;)*) => {
        /// A word of a slip.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum PaperWord {
            $($(#[$doc])* $name,)*
        }

        impl PaperWord {
            /// Every word.
            pub const ALL: &'static [PaperWord] = &[$(PaperWord::$name,)*];

            /// Its key in section `paper` of a language's file.
            pub const fn key(self) -> &'static str {
                match self {
                    $(PaperWord::$name => $key,)*
                }
            }
        }
    };
}

paper_words! {
    /// 영수증.
    ReceiptTitle = "receipt_title";
    /// 주문서.
    KitchenTitle = "kitchen_title";
    /// 주문번호.
    OrderNumber = "order_number";
    /// 매장.
    EatIn = "eat_in";
    /// 포장.
    TakeOut = "take_out";
    /// When the guest ordered.
    OrderedAt = "ordered_at";
    /// When the slip was made.
    PrintedAt = "printed_at";
    /// 영업일.
    BusinessDay = "business_day";
    /// 대표자.
    Owner = "owner";
    /// 사업자등록번호.
    BusinessNumber = "business_number";
    /// 전화.
    Phone = "phone";
    /// Heading of the names.
    Item = "item";
    /// Heading of the quantities.
    Quantity = "quantity";
    /// Heading of the amounts.
    Amount = "amount";
    /// 일회용컵 보증금.
    Deposit = "deposit";
    /// 공급가액.
    Supply = "supply";
    /// 부가세.
    Vat = "vat";
    /// 면세.
    Exempt = "exempt";
    /// 합계.
    Total = "total";
    /// How it was paid.
    Payment = "payment";
    /// By KakaoPay.
    MethodKakaopay = "method_kakaopay";
    /// By Toss Payments.
    MethodToss = "method_toss";
    /// By a code that the payer's app showed.
    MethodBarcode = "method_barcode";
    /// By a QR that the payer's banking app read.
    MethodQr = "method_qr";
    /// By the shop's printed QR.
    MethodSticker = "method_sticker";
    /// At the counter.
    MethodCounter = "method_counter";
    /// From the wallet's balance.
    KindMoney = "kind_money";
    /// By card.
    KindCard = "kind_card";
    /// In cash.
    KindCash = "kind_cash";
    /// 승인번호.
    ApprovalNumber = "approval_number";
    /// How much was paid.
    PaidAmount = "paid_amount";
    /// When it was paid.
    PaidAt = "paid_at";
    /// How much of it went back.
    RefundedAmount = "refunded_amount";
    /// 취소 전표: title of the slip of a void (결제취소).
    VoidTitle = "void_title";
    /// 환불 영수증: title of the slip of a refund.
    RefundTitle = "refund_title";
    /// 원승인번호: the number of the approval that goes back.
    OriginalNumber = "original_number";
    /// 취소 승인번호: the gateway's number of the giving back.
    RefundNumber = "refund_number";
    /// When the money went back.
    RefundedAt = "refunded_at";
    /// What was handed back in cash.
    ByCash = "by_cash";
    /// What went back on the VAN's terminal or the gateway's page.
    ByTerminal = "by_terminal";
    /// All that was left of the order.
    AllThatWasLeft = "all_that_was_left";
    /// A sentence: not paid yet, pay at the counter.
    Unpaid = "unpaid";
    /// A sentence of thanks.
    Footer = "footer";
    /// 요청: before a guest's memo.
    Memo = "memo";
    /// 성인 확인: somebody must look at an identity card.
    AdultCheck = "adult_check";
    /// Somebody looked.
    AdultChecked = "adult_checked";
    /// 재출력.
    Reprint = "reprint";
    /// Before the name of the printer that should have had the slip.
    MovedFrom = "moved_from";
    /// POS 전송 실패.
    PosFailed = "pos_failed";
    /// A sentence: enter it at the POS by hand.
    PosFailedHelp = "pos_failed_help";
    /// Title of a trial print.
    TrialTitle = "trial_title";
    /// A sentence that shows a language's letters, rare ones too.
    TrialSample = "trial_sample";
}

/// A word that a language's file does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("locales: \"{lang}\" has no word for paper.{key}")]
pub struct MissingWord {
    /// The language.
    pub lang: Lang,
    /// The key.
    pub key: &'static str,
}

/// All words of one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    lang: Lang,
    of: BTreeMap<PaperWord, String>,
}

impl Words {
    /// Gathers every word of a language; `find` gets a key of section `paper`.
    ///
    /// # Errors
    /// The first key that `find` has nothing for.
    pub fn load(
        lang: Lang,
        find: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Words, MissingWord> {
        let mut of = BTreeMap::new();
        for &word in PaperWord::ALL {
            let key = word.key();
            let text = find(key).ok_or(MissingWord { lang, key })?;
            of.insert(word, text);
        }
        Ok(Words { lang, of })
    }

    /// Their language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A word. Each has a text since [`Words::load`]; its key would stand in.
    pub fn get(&self, word: PaperWord) -> &str {
        self.of.get(&word).map_or(word.key(), String::as_str)
    }
}
/// The word for a way to pay.
pub(super) fn method_word(method: Method) -> PaperWord {
    match method {
        Method::Kakaopay => PaperWord::MethodKakaopay,
        Method::Toss => PaperWord::MethodToss,
        Method::Barcode => PaperWord::MethodBarcode,
        Method::Qr => PaperWord::MethodQr,
        Method::Sticker => PaperWord::MethodSticker,
        Method::Counter => PaperWord::MethodCounter,
    }
}
