//! The payments of a business day, from the scheme's list of calendar days.

use std::collections::BTreeSet;

use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_engine::ports::gateway::{Held, Listed, Listing};

use super::reading::{State, told};
use super::status::{Failure, StatusLine};
use super::wire::PaymentAnswer;
use super::{LATE_SECONDS, LIFE_SECONDS};
use crate::fields::{compact_date, moment};

/// Asks for the two calendar days that a business day touches, and keeps what was paid
/// within it.
pub(super) async fn list(line: &StatusLine, day: BusinessDay, change_hour: u8) -> Listing {
    match payments(line, day).await {
        Ok(payments) => Listing::Rows(
            payments
                .iter()
                .filter_map(|payment| row(payment, day, change_hour))
                .collect(),
        ),
        Err(failure) => Listing::NoAnswer {
            evidence: failure.evidence(),
        },
    }
}

async fn payments(line: &StatusLine, day: BusinessDay) -> Result<Vec<PaymentAnswer>, Failure> {
    let noon = moment(&format!("{day}T12:00:00"));
    let noon = noon.ok_or(Failure::NoAnswer("no such day".to_owned()))?;
    let mut all = Vec::new();
    for at in [noon, noon.plus_seconds(24 * 60 * 60)] {
        all.extend(line.of_day(&compact_date(at)).await?.payments);
    }
    Ok(all)
}

/// All tries that the scheme lists for the days in which a code can be paid: one, or two
/// around midnight.
pub(super) async fn around(line: &StatusLine, held: &Held) -> Result<Vec<PaymentAnswer>, Failure> {
    let end = held.offer.expires;
    let begin = Timestamp(end.0.saturating_sub(i64::from(LIFE_SECONDS) * 1000));
    let days: BTreeSet<String> = [begin, end.plus_seconds(LATE_SECONDS)]
        .into_iter()
        .map(compact_date)
        .collect();
    let mut all = Vec::new();
    for day in days {
        all.extend(line.of_day(&day).await?.payments);
    }
    Ok(all)
}

/// A payment of the day; nothing for one that took no money or was taken on another day.
/// The scheme does not know our attempts: its rows are matched by their reference.
pub(super) fn row(payment: &PaymentAnswer, day: BusinessDay, change_hour: u8) -> Option<Listed> {
    let paid_at = payment.paid_at.as_deref().and_then(moment)?;
    let took_money = !matches!(told(payment).0, State::Refused);
    (took_money && BusinessDay::of(paid_at, change_hour) == day).then(|| Listed {
        gateway_id: payment.qr_reference_id.clone(),
        attempt: None,
        approved: Won(payment.amount),
        sent_back: Won(payment.canceled_amount),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was paid after midnight and before the day's change belongs to the day before;
    /// what was never paid belongs to none.
    #[test]
    fn a_row_belongs_to_its_business_day() {
        let day = BusinessDay::try_from("2026-11-22".to_owned()).unwrap();
        let row_at = |paid_at: Option<&str>, state: &str| {
            let payment = PaymentAnswer {
                qr_reference_id: "R".to_owned(),
                merchant_id: "M".to_owned(),
                state: state.to_owned(),
                amount: 900,
                canceled_amount: 100,
                auth_id: None,
                paid_at: paid_at.map(str::to_owned),
                updated_at: None,
            };
            row(&payment, day, 5).map(|row| (row.approved.0, row.sent_back.0))
        };
        let paid = Some((900, 100));
        assert_eq!(row_at(Some("2026-11-23T04:59:59+09:00"), "15"), paid);
        assert_eq!(row_at(Some("2026-11-22T05:00:00+09:00"), "95"), paid);
        assert_eq!(row_at(Some("2026-11-23T05:00:00+09:00"), "15"), None);
        assert_eq!(row_at(Some("2026-11-22T12:00:00+09:00"), "19"), None);
        assert_eq!(row_at(None, "10"), None);
    }
}
