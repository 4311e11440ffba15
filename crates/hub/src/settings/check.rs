//! What the shape of the file cannot say: names that lead nowhere, numbers that cannot be.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use soban_domain::business::BusinessNumber;
use soban_domain::cash_receipt::{ReceiptKind, ReceiptNumber};
use soban_domain::ids::PrinterId;
use toml::Spanned;

use super::{Settings, payment};

pub(super) type Fault = (Range<usize>, String);

/// The first thing wrong, and where.
pub(super) fn check(settings: &Settings) -> Result<(), Fault> {
    store(settings)?;
    screens(settings)?;
    printers(settings)?;
    payment::check(&settings.payment, settings.store.business_number.get_ref())?;
    address(&settings.pos.base_url)?;
    cash_receipt(settings)?;
    policy(settings)
}

pub(super) fn fault<T>(at: &Spanned<T>, reason: impl Into<String>) -> Fault {
    (at.span(), reason.into())
}

fn within(at: &Spanned<u32>, range: RangeInclusive<u32>, what: &str) -> Result<(), Fault> {
    if range.contains(at.get_ref()) {
        return Ok(());
    }
    Err(fault(
        at,
        format!("{what} must be {} to {}", range.start(), range.end()),
    ))
}

fn store(settings: &Settings) -> Result<(), Fault> {
    let number = &settings.store.business_number;
    number
        .get_ref()
        .parse::<BusinessNumber>()
        .map_err(|e| fault(number, e.to_string()))?;
    let languages = &settings.locale.languages;
    let unique: BTreeSet<_> = languages.get_ref().iter().collect();
    if unique.is_empty() || unique.len() != languages.get_ref().len() {
        return Err(fault(
            languages,
            "languages must name at least one, and each once",
        ));
    }
    let hour = &settings.day.change_hour;
    if *hour.get_ref() > 23 {
        return Err(fault(hour, "change_hour must be 0 to 23"));
    }
    Ok(())
}

fn screens(settings: &Settings) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for screen in &settings.screens {
        if !seen.insert(screen.id.get_ref()) {
            return Err(fault(&screen.id, "this screen's id is used twice"));
        }
        within(&screen.width_px, 240..=16_000, "width_px")?;
        within(&screen.height_px, 240..=16_000, "height_px")?;
        let inch = *screen.diagonal_inch.get_ref();
        if !(3.0..=120.0).contains(&inch) {
            return Err(fault(
                &screen.diagonal_inch,
                "diagonal_inch must be 3 to 120",
            ));
        }
        if let Some(printer) = &screen.receipt_printer {
            known(settings, printer)?;
        }
    }
    Ok(())
}

fn known(settings: &Settings, printer: &Spanned<PrinterId>) -> Result<(), Fault> {
    let names = settings.printers.iter().map(|p| p.id.get_ref());
    if names.clone().any(|id| id == printer.get_ref()) {
        return Ok(());
    }
    Err(fault(
        printer,
        format!("no printer is called \"{}\"", printer.get_ref()),
    ))
}

fn printers(settings: &Settings) -> Result<(), Fault> {
    if settings.printers.is_empty() {
        return Err((
            0..0,
            "there is no [[printer]]: tickets need at least one".to_owned(),
        ));
    }
    let mut seen = BTreeSet::new();
    for printer in &settings.printers {
        if !seen.insert(printer.id.get_ref()) {
            return Err(fault(&printer.id, "this printer's id is used twice"));
        }
        if !(24..=96).contains(printer.columns.get_ref()) {
            return Err(fault(&printer.columns, "columns must be 24 to 96"));
        }
        if let Some(backup) = &printer.backup {
            known(settings, backup)?;
            if backup.get_ref() == printer.id.get_ref() {
                return Err(fault(backup, "a printer cannot be its own backup"));
            }
        }
    }
    for printer in settings.stations.values() {
        known(settings, printer)?;
    }
    Ok(())
}

fn cash_receipt(settings: &Settings) -> Result<(), Fault> {
    let number = settings.cash_receipt.self_issue_number.as_ref();
    number.map_or(Ok(()), |number| {
        ReceiptNumber::new(ReceiptKind::SelfIssue, number.get_ref())
            .map(drop)
            .map_err(|error| fault(number, error.to_string()))
    })
}

pub(super) fn address(at: &Spanned<String>) -> Result<(), Fault> {
    let text = at.get_ref();
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    let plain = text.bytes().all(|b| b.is_ascii_graphic());
    if host.is_empty() || !plain || text.ends_with('/') || text.contains(['?', '#']) {
        return Err(fault(
            at,
            "an address is written like https://example.com, without a slash at its end",
        ));
    }
    Ok(())
}

fn policy(settings: &Settings) -> Result<(), Fault> {
    let policy = &settings.policy;
    within(&policy.idle_seconds, 10..=3600, "idle_seconds")?;
    // A choice may not be timed out without a warning of 20 seconds (accessibility).
    within(
        &policy.idle_warning_seconds,
        20..=600,
        "idle_warning_seconds",
    )?;
    within(&policy.quote_seconds, 60..=3600, "quote_seconds")?;
    // KakaoPay's payments live 15 minutes.
    within(&policy.payment_seconds, 30..=900, "payment_seconds")?;
    within(&policy.counter_seconds, 60..=86_400, "counter_seconds")?;
    within(&policy.abandon_seconds, 30..=86_400, "abandon_seconds")?;
    within(
        &policy.pos_fallback_seconds,
        5..=3600,
        "pos_fallback_seconds",
    )?;
    within(
        &policy.pos_give_up_seconds,
        10..=86_400,
        "pos_give_up_seconds",
    )?;
    within(&policy.ready_minutes, 1..=240, "ready_minutes")?;
    let accent = policy.accent.get_ref();
    let hex = accent.strip_prefix('#').unwrap_or_default();
    if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(fault(&policy.accent, "accent is written #RRGGBB"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::settings::Settings;

    fn wrong(from: &str, to: &str) -> String {
        let text = crate::sample::settings();
        assert!(text.contains(from), "the sample has no {from}");
        Settings::parse(Path::new("soban.toml"), &text.replacen(from, to, 1))
            .unwrap_err()
            .to_string()
    }

    /// Each kind of mistake is refused with file, line and reason, by breaking the sample once.
    #[test]
    fn mistakes_are_named_with_their_line() {
        let text = crate::sample::settings();
        let line = |what: &str| {
            text.lines()
                .position(|l| l.starts_with(what))
                .map_or(0, |i| i + 1)
        };
        let cases = [
            (
                "120-81-47521",
                "120-81-47522",
                "business_number",
                "its last digit checks",
            ),
            (
                "change_hour = 5",
                "change_hour = 24",
                "change_hour",
                "0 to 23",
            ),
            (
                "idle_warning_seconds = 20",
                "idle_warning_seconds = 5",
                "idle_warning_seconds",
                "20 to 600",
            ),
            (
                "backup = \"receipt\"",
                "backup = \"recipt\"",
                "backup",
                "no printer is called",
            ),
            (
                "kind = \"tossplace\"",
                "kind = \"okpos\"",
                "kind = \"tossplace\"",
                "unknown variant",
            ),
            ("columns = 48", "colums = 48", "columns", "unknown field"),
            ("#B93A0E", "red", "accent", "#RRGGBB"),
            (
                "kitchen = \"kitchen\"",
                "kitchen = \"oven\"",
                "kitchen = \"kitchen\"",
                "no printer is called",
            ),
        ];
        for (from, to, key, reason) in cases {
            let said = wrong(from, to);
            let place = format!("soban.toml, line {}:", line(key));
            assert!(
                said.starts_with(&place) && said.contains(reason),
                "{to}: {said}"
            );
        }
    }
}
