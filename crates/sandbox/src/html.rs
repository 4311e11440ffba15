//! Filling the pages: placeholders, escaping, headers, and QR codes as SVG.
//!
//! Guarantees: a filled value is never read as a template again, text is escaped, and no page
//! loads anything from elsewhere (enforced by its content security policy). Deliberately
//! absent: a template language.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use qrcode::{Color, EcLevel, QrCode};

const STYLE: &str = include_str!("../pages/style.css");
const LIVE: &str = include_str!("../pages/live.js");

/// No `form-action`: after paying, a form's answer leads the guest's browser back to the shop.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
     connect-src 'self'; img-src 'self' data:; base-uri 'none'";

/// Text made safe for element content and quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// Replaces each `{{name}}` by its value, in one pass. Values are put in as they are.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut page = String::with_capacity(template.len() + STYLE.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, tail)) = after.split_once("}}") else {
            page.push_str("{{");
            rest = after;
            continue;
        };
        match name {
            "style" => page.push_str(STYLE),
            "live" => page.push_str(LIVE),
            _ => {
                let value = values.iter().find(|(key, _)| *key == name);
                page.push_str(value.map_or("", |(_, value)| value));
            }
        }
        rest = tail;
    }
    page.push_str(rest);
    page
}

/// A page as a response: not stored, no referrer (addresses hold secrets), nothing from outside.
pub(crate) fn page(template: &str, values: &[(&str, &str)]) -> Response {
    (
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
        ],
        Html(fill(template, values)),
    )
        .into_response()
}

/// `1234567` as `1,234,567`.
pub(crate) fn won(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut grouped = String::new();
    if amount < 0 {
        grouped.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The squares of a QR symbol, or `None` when the data does not fit one.
pub(crate) struct QrSymbol {
    pub(crate) width: usize,
    dark: Vec<bool>,
}

impl QrSymbol {
    pub(crate) fn of(data: &[u8], level: EcLevel) -> Option<Self> {
        let code = QrCode::with_error_correction_level(data, level).ok()?;
        Some(Self {
            width: code.width(),
            dark: code
                .to_colors()
                .iter()
                .map(|color| *color == Color::Dark)
                .collect(),
        })
    }

    /// An SVG path of the dark squares, one unit a module.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.width {
            let row = &self.dark[y * self.width..(y + 1) * self.width];
            let mut x = 0;
            while x < row.len() {
                let run = row[x..].iter().take_while(|dark| **dark).count();
                if run > 0 {
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        path
    }

    /// A whole picture with the quiet zone of four modules.
    pub(crate) fn svg(&self, label: &str) -> String {
        let side = self.width + 8;
        format!(
            "<svg viewBox=\"-4 -4 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\" \
             aria-label=\"{}\"><path fill=\"#fff\" d=\"M-4-4h{side}v{side}h-{side}z\"/>\
             <path d=\"{}\"/></svg>",
            escape(label),
            self.path()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that looks like a placeholder must stay text; one is filled in.
    #[test]
    fn values_are_not_templates() {
        let filled = fill("<p>{{a}}</p>{{b}}{{ ", &[("a", "{{b}}"), ("b", "x")]);
        assert_eq!(filled, "<p>{{b}}</p>x{{ ");
    }

    /// Text from outside must not become markup; every special letter is escaped.
    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<a b='\"&"), "&lt;a b=&#39;&quot;&amp;");
    }

    /// Won are grouped by three from the right; edges of a group are tried.
    #[test]
    fn won_are_grouped() {
        let shown = [0, 999, 1000, 27_000, 1_234_567, -1000].map(won);
        assert_eq!(
            shown,
            ["0", "999", "1,000", "27,000", "1,234,567", "-1,000"]
        );
    }
}
