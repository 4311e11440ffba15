//! The payments of a business day, from the vendor's list of transactions.
//!
//! Facts (docs.tosspayments.com/guides/apis/transactions): `GET /v1/transactions` with
//! `startDate`, `endDate`, `limit` and `startingAfter`, the key of the last row seen; a row
//! each for an approval and for a cancel, the latter with the cancelled sum.
//!
//! Guarantees: every payment approved within the store's business day is there once, with
//! what was sent back of it within [`LOOKED_ON_DAYS`] days; a page that does not come, or
//! a list without end, is no list. Deliberately absent: refunds of payments of earlier
//! days; those belong to their own day.

use std::collections::BTreeMap;

use soban_domain::moment::{BusinessDay, Timestamp};
use soban_domain::money::Won;
use soban_engine::ports::gateway::{Listed, Listing};

use super::http::{Failure, Keyed};
use super::reading::{Status, status_of};
use super::wire::Transaction;
use crate::fields::moment;

/// For so many days after a payment its refunds are looked for.
pub(super) const LOOKED_ON_DAYS: u32 = 8;
/// Rows of a page.
const PAGE_ROWS: usize = 100;
/// The most pages: far more than a store sells in a week.
const PAGES_MOST: usize = 200;
const DAY_SECONDS: u32 = 24 * 60 * 60;

/// The first and the last moment of a business day that begins at an hour.
pub(super) fn span(day: BusinessDay, change_hour: u8) -> Option<(Timestamp, Timestamp)> {
    let midnight = moment(&format!("{day}T00:00:00"))?;
    let begins = midnight.plus_seconds(u32::from(change_hour) * 60 * 60);
    Some((begins, begins.plus_seconds(DAY_SECONDS - 1)))
}

fn written(at: Timestamp) -> String {
    let here = at.in_korea();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        here.year(),
        u8::from(here.month()),
        here.day(),
        here.hour(),
        here.minute(),
        here.second()
    )
}

/// Asks page by page.
pub(super) async fn list(line: &Keyed, day: BusinessDay, change_hour: u8) -> Listing {
    let Some((begins, ends)) = span(day, change_hour) else {
        let evidence = "no such day".to_owned();
        return Listing::NoAnswer { evidence };
    };
    match rows(
        line,
        begins,
        ends.plus_seconds(LOOKED_ON_DAYS * DAY_SECONDS),
    )
    .await
    {
        Ok(rows) => Listing::Rows(payments(&rows, ends)),
        Err(failure) => Listing::NoAnswer {
            evidence: failure.evidence(),
        },
    }
}

async fn rows(
    line: &Keyed,
    begins: Timestamp,
    ends: Timestamp,
) -> Result<Vec<Transaction>, Failure> {
    let (from, to, limit) = (written(begins), written(ends), PAGE_ROWS.to_string());
    let mut rows: Vec<Transaction> = Vec::new();
    for _ in 0..PAGES_MOST {
        let after = rows.last().map(|row| row.transaction_key.clone());
        let mut query = vec![
            ("startDate", from.as_str()),
            ("endDate", to.as_str()),
            ("limit", limit.as_str()),
        ];
        query.extend(after.as_deref().map(|after| ("startingAfter", after)));
        let page: Vec<Transaction> = line.rows("/v1/transactions", &query).await?;
        let last = page.len() < PAGE_ROWS;
        rows.extend(page);
        if last {
            return Ok(rows);
        }
    }
    Err(Failure::Broken("a list without end"))
}

/// Sums rows up, a payment each: those approved by the end of the day, with all that went
/// back of them.
pub(super) fn payments(rows: &[Transaction], ends: Timestamp) -> Vec<Listed> {
    let mut found: BTreeMap<&str, Listed> = BTreeMap::new();
    let is_approval = |row: &&Transaction| row.status == "DONE";
    let in_time = |row: &&Transaction| moment(&row.transaction_at).is_none_or(|at| at <= ends);
    for row in rows.iter().filter(is_approval).filter(in_time) {
        let listed = found.entry(&row.payment_key).or_insert_with(|| Listed {
            gateway_id: row.payment_key.clone(),
            attempt: row.order_id.parse().ok(),
            approved: Won::ZERO,
            sent_back: Won::ZERO,
        });
        listed.approved = Won(listed.approved.0.saturating_add(row.amount));
    }
    let went_back = |row: &&Transaction| {
        row.status != "DONE" && matches!(status_of(&row.status), Status::SentBack | Status::Taken)
    };
    for row in rows.iter().filter(went_back) {
        if let Some(listed) = found.get_mut(row.payment_key.as_str()) {
            let sum = listed
                .sent_back
                .0
                .saturating_add(row.amount.saturating_abs());
            listed.sent_back = Won(sum);
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, status: &str, at: &str, amount: i64) -> Transaction {
        Transaction {
            transaction_key: format!("{key}-{at}"),
            payment_key: key.to_owned(),
            order_id: "01941f29-7c00-7000-8000-000000000001".to_owned(),
            status: status.to_owned(),
            transaction_at: at.to_owned(),
            amount,
        }
    }

    /// Approvals and cancels are summed by payment; a payment of the next day and a cancel
    /// of an earlier day's payment are left out; by a list with each.
    #[test]
    fn rows_become_payments() {
        let day = BusinessDay::try_from("2026-11-22".to_owned()).unwrap();
        let (_, ends) = span(day, 5).unwrap();
        let rows = [
            row("a", "DONE", "2026-11-22T12:00:00+09:00", 9_000),
            row("old", "CANCELED", "2026-11-22T12:30:00+09:00", 4_000),
            row("b", "DONE", "2026-11-23T04:59:59+09:00", 7_000),
            row("next", "DONE", "2026-11-23T05:00:00+09:00", 5_000),
            row("a", "PARTIAL_CANCELED", "2026-11-22T13:00:00+09:00", 1_000),
            row("a", "PARTIAL_CANCELED", "2026-11-24T13:00:00+09:00", 500),
            row("b", "CANCELED", "2026-11-23T11:00:00+09:00", 7_000),
        ];
        let found: Vec<_> = payments(&rows, ends)
            .into_iter()
            .map(|one| {
                (
                    one.gateway_id,
                    one.approved.0,
                    one.sent_back.0,
                    one.attempt.is_some(),
                )
            })
            .collect();
        let due = [("a", 9_000, 1_500, true), ("b", 7_000, 7_000, true)];
        assert_eq!(
            found,
            due.map(|(key, taken, back, ours)| (key.to_owned(), taken, back, ours))
        );
    }

    /// A business day begins at its hour in Korea and lasts a day less a second.
    #[test]
    fn a_day_has_its_hours() {
        let day = BusinessDay::try_from("2026-11-22".to_owned()).unwrap();
        let (begins, ends) = span(day, 5).unwrap();
        assert_eq!(written(begins), "2026-11-22T05:00:00");
        assert_eq!(written(ends), "2026-11-23T04:59:59");
    }
}
