//! One style sheet out of many: joined in order, its addresses settled, its comments
//! and idle white space gone.
//!
//! Guarantees: strings come out untouched, and so does every space that can carry
//! meaning (descendants in selectors, `calc()`, shorthand values); a `url()` that
//! names no file of `assets/` is refused.
//! Deliberately absent: understanding of CSS beyond that. Rewriting values saves a few
//! bytes after brotli and can break a page.

use anyhow::{Result, bail};

use crate::page::still_address;
use crate::sources::{Still, Style};

/// Joins the sheets.
pub(crate) fn sheet(styles: &[Style], stills: &[Still]) -> Result<String> {
    let mut joined = String::new();
    for style in styles {
        let text = minify(&style.text);
        let text =
            settle_addresses(&text, stills).map_err(|error| error.context(style.name.clone()))?;
        joined.push_str(&text);
    }
    Ok(joined)
}

/// Drops comments and the white space that means nothing.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            // A comment parts two words as a space does.
            push_space(&mut out);
        } else if first == '"' || first == '\'' {
            let end = string_end(rest, first);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if first.is_ascii_whitespace() {
            rest = rest.trim_ascii_start();
            push_space(&mut out);
        } else {
            push(&mut out, first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out.truncate(out.trim_ascii_end().len());
    out
}

/// Where the string that `text` begins with ends, its quote marks included.
fn string_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// After these, white space means nothing. (Before a colon it does: `a :hover`.)
const CLOSED: [char; 5] = ['{', '}', ';', ',', ' '];

fn push_space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(CLOSED) {
        out.push(' ');
    }
}

fn push(out: &mut String, letter: char) {
    if matches!(letter, '{' | '}' | ';' | ',') && out.ends_with(' ') {
        out.pop();
    }
    if letter == '}' && out.ends_with(';') {
        out.pop();
    }
    out.push(letter);
}

/// Replaces what each `url()` names by the address it will be served at.
fn settle_addresses(css: &str, stills: &[Still]) -> Result<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("url(") {
        let Some((named, after)) = after.split_once(')') else {
            bail!("a url( is not closed");
        };
        out.push_str(before);
        out.push_str("url(");
        out.push_str(&settle(named, stills)?);
        out.push(')');
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

fn settle(named: &str, stills: &[Still]) -> Result<String> {
    let name = named.trim().trim_matches(['"', '\'']);
    if name.starts_with("data:") || name.starts_with('#') {
        return Ok(named.to_owned());
    }
    let found = stills.iter().find(|still| {
        name.strip_suffix(still.name.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    });
    match found {
        Some(still) => Ok(format!("\"{}\"", still_address(still))),
        None => bail!("url({name}) names no file of assets/fonts, icons or sounds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Idle white space goes and meaningful white space stays: pairs of both kinds.
    #[test]
    fn only_idle_space_goes() {
        for (from, to) in [
            ("a {\n  color : red ;\n}\n", "a{color : red}"),
            ("a :hover , b { x: 1 }", "a :hover,b{x: 1}"),
            ("a { w: calc(1px + 2px); }", "a{w: calc(1px + 2px)}"),
            ("a/* one */b{}", "a b{}"),
            ("/* head */\na{}", "a{}"),
            ("@media (a) and (b) { c{} }", "@media (a) and (b){c{}}"),
            (
                "a::after { content: \" /* ; } */  \"; }",
                "a::after{content: \" /* ; } */  \"}",
            ),
            (r#"a{content:"\" ;}"}"#, r#"a{content:"\" ;}"}"#),
            ("a{margin:0  1px}", "a{margin:0 1px}"),
        ] {
            assert_eq!(minify(from), to);
        }
    }

    /// Minifying twice must change nothing more.
    #[test]
    fn a_minified_sheet_stays_as_it_is() {
        let once = minify("a , b { c : d ; /* e */ } @media x { f { g: h } }");
        assert_eq!(minify(&once), once);
    }

    /// A file is found however the sheet writes the way to it; data and fragments stay.
    #[test]
    fn addresses_are_settled() {
        let stills = [Still {
            name: "fonts/T.woff2".into(),
            bytes: vec![1],
        }];
        let hash = crate::files::short_hash(&[1]);
        for way in [
            "fonts/T.woff2",
            "'../assets/fonts/T.woff2'",
            "\"/app/fonts/T.woff2\"",
        ] {
            let css = format!("a{{src:url({way}) format(\"woff2\")}}");
            assert_eq!(
                settle_addresses(&css, &stills).unwrap(),
                format!("a{{src:url(\"/app/fonts/T.woff2?v={hash}\") format(\"woff2\")}}")
            );
        }
        for kept in ["a{b:url(#x)}", "a{b:url(data:image/png;base64,AA)}"] {
            assert_eq!(settle_addresses(kept, &stills).unwrap(), kept);
        }
    }

    /// A wrong address must name its sheet and itself, also when only the end fits.
    #[test]
    fn an_unknown_address_is_refused() {
        let style = Style {
            name: "ui/style/a.css".into(),
            text: "a{b:url(otherfonts/T.woff2)}".into(),
        };
        let stills = [Still {
            name: "fonts/T.woff2".into(),
            bytes: vec![1],
        }];
        let error = format!("{:#}", sheet(&[style], &stills).unwrap_err());
        assert!(
            error.contains("ui/style/a.css: url(otherfonts/T.woff2)"),
            "{error}"
        );
    }
}
