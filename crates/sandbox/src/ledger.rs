//! What the outside world saw, request by request.
//!
//! Guarantees: every request to an API is in the log once, with its answer's status and the
//! fault that struck it; the log is bounded and says how much it has dropped. Deliberately
//! absent: keys and payment tokens; callers keep them out of the notes they pass in.
//! [`Truth`] is the one form in which all gateways say what happened to a payment.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::faults::{Answer, Endpoint, FaultKind};

/// Requests kept per API; older ones are counted, not kept.
const MAX_REQUESTS: usize = 20_000;

/// What truly happened to one payment, in won.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    pub(crate) gateway: &'static str,
    /// The gateway's own id.
    pub(crate) id: String,
    /// The merchant's id: order, transaction number or reference.
    pub(crate) order: String,
    /// What was asked for.
    pub(crate) amount: i64,
    pub(crate) approvals: usize,
    pub(crate) approved: i64,
    pub(crate) sent_back: i64,
    pub(crate) status: Value,
}

impl Truth {
    /// With `live`: what the shop still holds of the guest's money.
    pub(crate) fn view(&self) -> Value {
        json!({
            "gateway": self.gateway,
            "id": self.id,
            "order_id": self.order,
            "amount": self.amount,
            "approvals": self.approvals,
            "approved": self.approved,
            "sent_back": self.sent_back,
            "live": self.approved - self.sent_back,
            "status": self.status,
        })
    }
}

/// Text of which only the last letters are shown.
pub(crate) fn masked(text: &str, shown: usize) -> String {
    let count = text.chars().count();
    let hidden = count.saturating_sub(shown.min(count / 2));
    text.chars()
        .enumerate()
        .map(|(at, letter)| if at < hidden { '*' } else { letter })
        .collect()
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct LoggedRequest {
    pub(crate) seq: u64,
    pub(crate) at: Moment,
    pub(crate) endpoint: Endpoint,
    /// The answer that was made, whether or not it reached the client.
    pub(crate) status: Option<u16>,
    /// The vendor's error code in that answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<FaultKind>,
    pub(crate) request: Value,
}

/// The bounded log of one API.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    next_seq: u64,
    counts: BTreeMap<&'static str, u64>,
    requests: VecDeque<LoggedRequest>,
    dropped: u64,
}

impl RequestLog {
    pub(crate) fn add(
        &mut self,
        at: Moment,
        endpoint: (Endpoint, &'static str),
        request: Value,
        answer: Option<&Answer>,
        fault: Option<FaultKind>,
    ) {
        self.next_seq += 1;
        *self.counts.entry(endpoint.1).or_default() += 1;
        if self.requests.len() >= MAX_REQUESTS {
            self.requests.pop_front();
            self.dropped += 1;
        }
        let code = answer.and_then(|answer| {
            let field = |name| {
                answer
                    .body
                    .get(name)
                    .filter(|code| !code.is_null())
                    .cloned()
            };
            field("error_code")
                .or_else(|| field("code"))
                .or_else(|| field("respCd"))
        });
        self.requests.push_back(LoggedRequest {
            seq: self.next_seq,
            at,
            endpoint: endpoint.0,
            status: answer.map(|answer| answer.status.as_u16()),
            code,
            fault,
            request,
        });
    }

    pub(crate) fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    pub(crate) fn requests(&self) -> &VecDeque<LoggedRequest> {
        &self.requests
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SandboxClock;

    /// Masked text must show its end only, and never more than half; long and short ones are tried.
    #[test]
    fn masked_text_shows_its_end() {
        assert_eq!(masked("01012345678", 4), "*******5678");
        assert_eq!(masked("1234", 4), "**34");
        assert_eq!(masked("", 4), "");
    }

    /// The log must stay bounded and say what it dropped; it is overfilled by ten requests.
    #[test]
    fn the_log_is_bounded_and_says_so() {
        let now = SandboxClock::default().now();
        let mut log = RequestLog::default();
        for _ in 0..MAX_REQUESTS + 10 {
            log.add(
                now,
                (Endpoint::PaymentOrder, "order"),
                Value::Null,
                None,
                None,
            );
        }
        assert_eq!(log.requests().len(), MAX_REQUESTS);
        assert_eq!(log.dropped(), 10);
        assert_eq!(log.counts()["order"], MAX_REQUESTS as u64 + 10);
        assert_eq!(log.requests()[0].seq, 11);
    }
}
