//! What an answer of the VAN means: pure functions from its JSON to the port's words.
//!
//! Guarantees: a payment is called taken only after terminal, number and amount of the
//! answer were compared with the request; a refusal is final only where its code is listed.
//! Everything else is unknown, and the engine undoes it.

use soban_domain::money::Won;
use soban_domain::payment::{Approval, Cause};
use soban_engine::ports::gateway::{Approve, Held, Refunded, Reverse};

use super::codes::{Codes, SUCCESS};
use super::wire::Answer;
use crate::evidence::clean;
use crate::fields::compact_moment;
use crate::line::{Heard, Unheard, object};
use crate::wish::{differs, shown};

/// What is known of a call.
pub(super) type Call = Result<Heard, Unheard>;

/// The answer, or why there is none.
fn answer(call: Call) -> Result<Answer, Missing> {
    match call {
        Err(Unheard::NotSent) => Err(Missing::NotSent),
        Err(unheard) => Err(Missing::NoAnswer(unheard.evidence().to_owned())),
        Ok(heard) if !heard.status.is_success() => {
            Err(Missing::NoAnswer(format!("http {}", heard.status.as_u16())))
        }
        Ok(heard) => object(&heard.body).ok_or(Missing::NoAnswer("unreadable".to_owned())),
    }
}

enum Missing {
    NotSent,
    NoAnswer(String),
}

const NOT_SENT: &str = "no_connection";

/// Code and words of an answer, fit to be kept.
fn said(answer: &Answer, secrets: &[&str]) -> String {
    let words = answer.resp_msg.as_deref().unwrap_or_default();
    // Together, so that no number is read across both.
    clean(&format!("{} {words}", answer.resp_cd), secrets)
}

fn unknown(evidence: impl Into<String>) -> Approve {
    Approve::Unknown {
        cause: Cause::NoAnswer,
        evidence: evidence.into(),
    }
}

/// What the answer to an approval means.
pub(super) fn approve(
    call: Call,
    held: &Held,
    (tid, codes, code): (&str, &Codes, &str),
) -> Approve {
    let answer = match answer(call) {
        Ok(answer) => answer,
        Err(Missing::NotSent) => {
            let evidence = NOT_SENT.to_owned();
            return Approve::NotSent { evidence };
        }
        Err(Missing::NoAnswer(evidence)) => return unknown(evidence),
    };
    let evidence = said(&answer, &[code]);
    if answer.resp_cd != SUCCESS {
        return match codes.refuses(&answer.resp_cd) {
            true => Approve::Declined { evidence },
            false => unknown(format!("{evidence} (unlisted)")),
        };
    }
    let amount = answer.trx_amt.map(|amount| amount.0.to_string());
    let due = held.amount.0.to_string();
    let fields = [
        ("tid", answer.tid.as_deref(), tid),
        (
            "mercTrxNo",
            answer.merc_trx_no.as_deref(),
            held.offer.gateway_id.as_str(),
        ),
        ("trxAmt", amount.as_deref(), due.as_str()),
    ];
    for (name, found, due) in fields {
        let Some(found) = found else {
            return unknown(format!("unreadable: no {name}"));
        };
        if let Some(evidence) = differs(name, found, due) {
            return Approve::Mismatched { evidence };
        }
    }
    let number = answer.aprv_no.as_deref().map(shown).unwrap_or_default();
    let at = answer
        .aprv_dt
        .as_deref()
        .zip(answer.aprv_tm.as_deref())
        .and_then(|(date, time)| compact_moment(date, time))
        .or(held.sent_at);
    // Without its number it cannot be voided later: better undone now.
    let Some(at) = at.filter(|_| !number.is_empty()) else {
        return unknown("unreadable: no aprvNo");
    };
    Approve::Approved(Approval {
        number,
        amount: held.amount,
        kind: "CARD".to_owned(),
        at,
        by: None,
    })
}

/// What the answer to a net-cancel means.
pub(super) fn reversed(call: Call, held: &Held, (codes, code): (&Codes, &str)) -> Reverse {
    let answer = match answer(call) {
        Ok(answer) => answer,
        Err(Missing::NotSent) => {
            let evidence = NOT_SENT.to_owned();
            return Reverse::NotSent { evidence };
        }
        Err(Missing::NoAnswer(evidence)) => return Reverse::Unknown { evidence },
    };
    let number = answer.merc_trx_no.as_deref();
    let other = number.is_some_and(|number| number != held.offer.gateway_id);
    // What is undone already is what was wanted: the first sending's answer was lost.
    let undone = answer.resp_cd == SUCCESS || codes.is_undone(&answer.resp_cd);
    match undone && !other {
        true => Reverse::Done,
        false => Reverse::Unknown {
            evidence: said(&answer, &[code]),
        },
    }
}

/// What the answer to a void means.
pub(super) fn voided(call: Call, amount: Won, codes: &Codes) -> Refunded {
    let answer = match answer(call) {
        Ok(answer) => answer,
        Err(Missing::NotSent) => {
            let evidence = NOT_SENT.to_owned();
            return Refunded::NotSent { evidence };
        }
        Err(Missing::NoAnswer(evidence)) => return Refunded::Unknown { evidence },
    };
    let evidence = said(&answer, &[]);
    let fits = answer.trx_amt.is_none_or(|found| found.0 == amount.0);
    match answer.resp_cd.as_str() {
        SUCCESS if fits => Refunded::Done {
            number: answer
                .aprv_no
                .as_deref()
                .map(shown)
                .filter(|number| !number.is_empty()),
        },
        // A void is of all of an approval and we know of none before: it is the first
        // sending of this one, whose answer was lost.
        code if codes.is_undone(code) => Refunded::Done { number: None },
        code if codes.refuses_refund(code) => Refunded::Refused { evidence },
        _ => Refunded::Unknown { evidence },
    }
}

#[cfg(test)]
mod tests;
