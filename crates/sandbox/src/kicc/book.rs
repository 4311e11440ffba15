//! The VAN's book: codes on phones, approvals, and the numbers that net-cancel has barred.
//!
//! Guarantees: one approval a merchant number and a code; sent back at most once and in full; a
//! net-cancel undoes only what it describes to the letter. Deliberately absent: forgetting before
//! a reset.

use std::collections::HashMap;

use rand::Rng;
use serde_json::{Value, json};

use super::code::{Code, Wallet};
use super::fields::{Approve, Void};
use crate::clock::Moment;
use crate::ledger::{RequestLog, Truth};

/// Codes and payments one sandbox keeps between resets, each.
const MAX_KEPT: usize = 20_000;
/// What a wallet that is short holds, in won.
const SHORT: i64 = 100;

/// Why the VAN says no. The codes are this stand-in's own: the vendor publishes only success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Malformed(&'static str),
    UnknownTerminal,
    ShortOfBalance,
    ExpiredCode,
    UsedCode,
    UnknownCode,
    Refused,
    /// The merchant's number was used before, or net-cancelled before it arrived.
    UsedNumber,
    OtherData,
    AlreadyVoided,
    UnknownOriginal,
    OtherOriginal,
    Full,
    /// A decline that somebody switched on.
    Ordered(String),
}

impl Refusal {
    pub(super) fn body(&self) -> Value {
        let (code, words) = match self {
            Self::Malformed(name) => ("9001", format!("전문 오류: {name}")),
            Self::UnknownTerminal => ("9002", "미등록 단말기".to_owned()),
            Self::Full => ("9003", "처리 한도 초과".to_owned()),
            Self::ShortOfBalance => ("8001", "잔액 부족".to_owned()),
            Self::ExpiredCode => ("8002", "바코드 유효시간 경과".to_owned()),
            Self::UsedCode => ("8003", "이미 사용된 바코드".to_owned()),
            Self::UnknownCode => ("8004", "등록되지 않은 바코드".to_owned()),
            Self::Refused => ("8005", "카드사 승인 거절".to_owned()),
            Self::UsedNumber => ("8010", "가맹점 거래번호 중복 또는 망취소됨".to_owned()),
            Self::OtherData => ("8020", "원거래와 전문이 다름".to_owned()),
            Self::AlreadyVoided => ("8030", "이미 취소된 거래".to_owned()),
            Self::UnknownOriginal => ("8031", "원거래 없음".to_owned()),
            Self::OtherOriginal => ("8032", "원거래 정보 불일치".to_owned()),
            Self::Ordered(code) => (code.as_str(), "거절".to_owned()),
        };
        json!({ "respCd": code, "respMsg": words })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Approved,
    /// Undone by net-cancel.
    Reversed,
    /// Cancelled by the merchant.
    Voided,
}

#[derive(Clone, Debug)]
pub(crate) struct Payment {
    request: Approve,
    van_number: String,
    approval: String,
    /// What was taken.
    total: i64,
    at: Moment,
    state: State,
}

#[derive(Debug, Default)]
pub(crate) struct VanBook {
    codes: Vec<Code>,
    by_token: HashMap<String, usize>,
    payments: Vec<Payment>,
    by_number: HashMap<String, usize>,
    by_van: HashMap<String, usize>,
    /// Numbers that may not be approved, with the data they came with.
    barred: HashMap<String, Approve>,
    pub(crate) log: RequestLog,
}

fn digits(count: usize) -> String {
    let mut rng = rand::rng();
    (0..count)
        .map(|_| char::from(b'0' + rng.random_range(0..10u8)))
        .collect()
}

impl VanBook {
    /// A new code on a guest's phone.
    pub(super) fn show(&mut self, wallet: Wallet, now: Moment) -> Option<Value> {
        if self.codes.len() >= MAX_KEPT {
            return None;
        }
        let code = Code::draw(wallet, now);
        let at = self.codes.len();
        self.by_token.insert(code.barcode.clone(), at);
        self.by_token.insert(code.qr.clone(), at);
        let shown = code.shown();
        self.codes.push(code);
        Some(shown)
    }

    pub(super) fn code(&self, barcode: &str) -> Option<Value> {
        let at = self.by_token.get(barcode)?;
        Some(self.codes[*at].shown())
    }

    pub(super) fn codes(&self, now: Moment) -> Vec<Value> {
        self.codes.iter().map(|code| code.noted(now)).collect()
    }

    pub(super) fn barred(&self) -> Vec<&String> {
        let mut all: Vec<&String> = self.barred.keys().collect();
        all.sort();
        all
    }

    pub(super) fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// Everything but the taking; the place of the code that pays. A late approval gets past the
    /// bar that a net-cancel has put up in between.
    pub(super) fn check(
        &self,
        request: &Approve,
        arrived: Moment,
        late: bool,
    ) -> Result<usize, Refusal> {
        let barred = self.barred.contains_key(&request.number) && !late;
        if barred || self.by_number.contains_key(&request.number) {
            return Err(Refusal::UsedNumber);
        }
        let at = *self
            .by_token
            .get(&request.token)
            .ok_or(Refusal::UnknownCode)?;
        let code = &self.codes[at];
        if code.used {
            return Err(Refusal::UsedCode);
        }
        if code.expired(arrived) {
            return Err(Refusal::ExpiredCode);
        }
        if self.payments.len() >= MAX_KEPT {
            return Err(Refusal::Full);
        }
        match code.wallet {
            Wallet::Refused => Err(Refusal::Refused),
            Wallet::Short if request.amounts.total > SHORT => Err(Refusal::ShortOfBalance),
            Wallet::Short | Wallet::Ok => Ok(at),
        }
    }

    /// A refusal somebody switched on uses the code up, as a refused card does.
    pub(super) fn refuse(&mut self, request: Approve) {
        if let Some(at) = self.by_token.get(&request.token) {
            self.codes[*at].used = true;
        }
    }

    pub(super) fn approve(
        &mut self,
        request: Approve,
        code: usize,
        total: i64,
        now: Moment,
    ) -> &Payment {
        self.codes[code].used = true;
        let at = self.payments.len();
        let van_number = digits(20);
        self.by_number.insert(request.number.clone(), at);
        self.by_van.insert(van_number.clone(), at);
        self.payments.push(Payment {
            request,
            van_number,
            approval: digits(8),
            total,
            at: now,
            state: State::Approved,
        });
        &self.payments[at]
    }

    /// Net-cancel.
    pub(super) fn reverse(&mut self, request: &Approve, now: Moment) -> Result<Value, Refusal> {
        if let Some(at) = self.by_number.get(&request.number) {
            let payment = &mut self.payments[*at];
            if payment.request != *request {
                return Err(Refusal::OtherData);
            }
            if payment.state == State::Approved {
                payment.state = State::Reversed;
            }
        } else if let Some(first) = self.barred.get(&request.number) {
            if first != request {
                return Err(Refusal::OtherData);
            }
        } else if self.barred.len() >= MAX_KEPT {
            return Err(Refusal::Full);
        }
        self.barred.insert(request.number.clone(), request.clone());
        Ok(json!({
            "respCd": "0000",
            "respMsg": "망취소 완료",
            "tid": request.tid,
            "svcId": request.service,
            "bizrNo": request.business,
            "mercTrxNo": request.number,
            "trxAmt": request.amounts.total,
            "tranDt": now.date(),
            "tranTm": now.time(),
        }))
    }

    /// Cancel in full.
    pub(super) fn void(&mut self, request: &Void, now: Moment) -> Result<Value, Refusal> {
        let index = match request.by_van_number {
            true => &self.by_van,
            false => &self.by_number,
        };
        let at = *index
            .get(&request.original)
            .ok_or(Refusal::UnknownOriginal)?;
        let payment = &mut self.payments[at];
        let same = payment.approval == request.approval
            && payment.at.date() == request.approved_on
            && payment.total == request.amounts.total;
        match payment.state {
            State::Approved if same => payment.state = State::Voided,
            State::Approved => return Err(Refusal::OtherOriginal),
            State::Reversed | State::Voided => return Err(Refusal::AlreadyVoided),
        }
        Ok(json!({
            "respCd": "0000",
            "respMsg": "취소 완료",
            "tid": payment.request.tid,
            "svcId": payment.request.service,
            "bizrNo": payment.request.business,
            "mercTrxNo": request.number,
            "vanTrxNo": digits(20),
            "aprvNo": digits(8),
            "aprvDt": now.date(),
            "aprvTm": now.time(),
            "trxAmt": payment.total,
            "vatAmt": payment.request.amounts.vat,
            "svcAmt": payment.request.amounts.service,
            "orgAprvDt": payment.at.date(),
            "orgAprvNo": payment.approval,
        }))
    }
}

impl Payment {
    /// What the approval answers.
    pub(super) fn view(&self, user_data: Option<String>) -> Value {
        let request = &self.request;
        json!({
            "respCd": "0000",
            "respMsg": "정상 승인",
            "tid": request.tid,
            "svcId": request.service,
            "bizrNo": request.business,
            "mercTrxNo": request.number,
            "vanTrxNo": self.van_number,
            "aprvNo": self.approval,
            "aprvDt": self.at.date(),
            "aprvTm": self.at.time(),
            "alotMonth": request.months,
            "trxAmt": self.total,
            "vatAmt": request.amounts.vat,
            "svcAmt": request.amounts.service,
            "taxFreeAmt": request.tax_free.0,
            "issuCd": "016",
            "issuNm": "연습카드",
            "acquCd": "016",
            "acquNm": "연습카드",
            "cardNo": "912345******6789",
            "userData": user_data,
        })
    }

    pub(super) fn truth(&self) -> Truth {
        let (status, sent_back) = match self.state {
            State::Approved => ("APPROVED", 0),
            State::Reversed => ("REVERSED", self.total),
            State::Voided => ("VOIDED", self.total),
        };
        Truth {
            gateway: "kicc",
            id: self.van_number.clone(),
            order: self.request.number.clone(),
            amount: self.request.amounts.total,
            approvals: 1,
            approved: self.total,
            sent_back,
            status: json!(status),
        }
    }
}
