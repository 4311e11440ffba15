//! Pages: a template of `ui/index` with the names of this build filled in.
//!
//! A template may hold `{head}` (links and the one script tag, ready made), or the
//! addresses alone: `{style}`, `{boot}`, `{script}`, `{wasm}`; and `{asset:NAME}` for
//! a file of `assets/`, such as `{asset:fonts/Text.woff2}`.
//! Guarantees: a page that would load nothing is refused, and so is an inline script,
//! which the content security policy would silently keep from running.
//! Deliberately absent: conditions and loops.

use anyhow::{Result, bail};

use crate::bindgen::Loaded;
use crate::sources::Still;

/// Fills a template in.
pub(crate) fn render(
    template: &str,
    loaded: &Loaded,
    style: &str,
    stills: &[Still],
) -> Result<String> {
    let by_hand = template.contains("{boot}") && template.contains("{style}");
    if !by_hand && !template.contains("{head}") {
        bail!("it has neither {{head}} nor {{style}} and {{boot}}, so it would load nothing");
    }
    let html = template
        .replace("{head}", &head(loaded, style))
        .replace("{style}", &address(style))
        .replace("{boot}", &address(&loaded.boot))
        .replace("{script}", &address(&loaded.script))
        .replace("{wasm}", &address(&loaded.wasm));
    let html = fill_assets(&html, stills)?;
    refuse_inline_scripts(&html)?;
    Ok(html)
}

/// The address of a still file: its hash goes along, so that a browser may keep it and
/// yet gets a changed one.
pub(crate) fn still_address(still: &Still) -> String {
    let hash = crate::files::short_hash(&still.bytes);
    format!("/app/{}?v={hash}", still.name)
}

fn address(name: &str) -> String {
    format!("/app/{name}")
}

fn head(loaded: &Loaded, style: &str) -> String {
    format!(
        "<link rel=\"stylesheet\" href=\"{}\">\n\
         <link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"{}\">\n\
         <link rel=\"modulepreload\" href=\"{}\">\n\
         <script type=\"module\" src=\"{}\"></script>",
        address(style),
        address(&loaded.wasm),
        address(&loaded.script),
        address(&loaded.boot)
    )
}

fn fill_assets(html: &str, stills: &[Still]) -> Result<String> {
    let mut filled = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("{asset:") {
        let Some((name, after)) = after.split_once('}') else {
            bail!("an {{asset:…}} is not closed");
        };
        let Some(still) = stills.iter().find(|still| still.name == name) else {
            bail!("there is no assets/{name}");
        };
        filled.push_str(before);
        filled.push_str(&still_address(still));
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn refuse_inline_scripts(html: &str) -> Result<()> {
    for tag in html.split("<script").skip(1) {
        let attributes = tag
            .split_once('>')
            .map_or(tag, |(attributes, _)| attributes);
        if !attributes.contains("src=") {
            bail!("it has an inline script, which the content security policy forbids");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded() -> Loaded {
        Loaded {
            boot: "guest-boot-1.js".into(),
            script: "guest-2.js".into(),
            wasm: "guest_bg-3.wasm".into(),
        }
    }

    fn font() -> Still {
        Still {
            name: "fonts/Text.woff2".into(),
            bytes: vec![1, 2, 3],
        }
    }

    /// Every placeholder must become an address below /app/: one page uses them all.
    #[test]
    fn every_placeholder_is_filled_in() {
        let template = "{head}|{style}|{boot}|{script}|{wasm}|{asset:fonts/Text.woff2}";
        let html = render(template, &loaded(), "style-4.css", &[font()]).unwrap();
        assert!(!html.contains('{'), "{html}");
        let parts: Vec<&str> = html.split('|').collect();
        assert!(parts[0].contains("<script type=\"module\" src=\"/app/guest-boot-1.js\">"));
        assert_eq!(
            parts[1..5],
            [
                "/app/style-4.css",
                "/app/guest-boot-1.js",
                "/app/guest-2.js",
                "/app/guest_bg-3.wasm"
            ]
        );
        assert!(parts[5].starts_with("/app/fonts/Text.woff2?v="));
    }

    /// Braces of a style element are no placeholders: they must come out unchanged.
    #[test]
    fn other_braces_stay() {
        let template = "<style>body{margin:0}</style>{head}";
        let html = render(template, &loaded(), "s.css", &[]).unwrap();
        assert!(html.starts_with("<style>body{margin:0}</style>"));
    }

    /// A page that cannot work must not be built: each fault is refused by its name.
    #[test]
    fn faulty_pages_are_refused() {
        for (template, reason) in [
            ("<html></html>", "would load nothing"),
            ("{head}{asset:icons/none.svg}", "no assets/icons/none.svg"),
            ("{head}{asset:icons/none.svg", "not closed"),
            ("{head}<script>alert(1)</script>", "inline script"),
        ] {
            let error = render(template, &loaded(), "s.css", &[font()]).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
