//! The screens' own files: from the program itself, or from the folder that
//! `SOBAN_UI_DIST` names.
//!
//! Guarantees: compressed files go out as they were made; what carries a hash in its
//! name may be kept for ever; nothing outside the folder is served.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use rust_embed::RustEmbed;

use crate::sample;

#[derive(RustEmbed)]
#[folder = "../../target/ui/dist"]
#[allow_missing = true]
struct Dist;

/// Where the screens' files come from.
#[derive(Clone, Debug)]
pub(crate) enum Files {
    Carried,
    Folder(PathBuf),
}

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

impl Files {
    /// The folder that `SOBAN_UI_DIST` names, else what the program carries.
    pub(crate) fn find() -> Files {
        match std::env::var_os("SOBAN_UI_DIST") {
            Some(folder) => Files::Folder(PathBuf::from(folder)),
            None => Files::Carried,
        }
    }

    fn get(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Files::Carried => Dist::get(name).map(|file| file.data),
            Files::Folder(folder) => {
                let plain = Path::new(name)
                    .components()
                    .all(|c| matches!(c, Component::Normal(_)));
                let file = plain.then(|| std::fs::read(folder.join(name)).ok())?;
                file.map(Cow::Owned)
            }
        }
    }

    /// A page of the screens: `guest.html`, `staff.html`.
    pub(crate) fn page(&self, name: &str) -> Response<Body> {
        match self.get(name) {
            Some(bytes) => {
                let mut response = found(name, bytes, ASK_EACH_TIME, None);
                protect(response.headers_mut());
                response
            }
            None => missing("The screens are not built: run `cargo xtask ui`."),
        }
    }

    /// A file below `/app/`. It may be kept for ever where the address says which of its
    /// versions is meant: by a hash in the name, or by `?v=`.
    pub(crate) fn app(&self, path: &str, query: Option<&str>, asked: &HeaderMap) -> Response<Body> {
        let named = query.is_some_and(|query| query.starts_with("v=")) || has_hash(path);
        let cache = if named { FOR_EVER } else { ASK_EACH_TIME };
        let name = format!("app/{path}");
        let takes = asked
            .get(header::ACCEPT_ENCODING)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
            if takes.split(',').any(|part| part.trim().starts_with(coding))
                && let Some(bytes) = self.get(&format!("{name}.{ending}"))
            {
                return found(&name, bytes, cache, Some(coding));
            }
        }
        match self.get(&name) {
            Some(bytes) => found(&name, bytes, cache, None),
            None => missing("There is no such file."),
        }
    }
}

/// True for `name-0123456789abcdef.ext`, as the bundler names files by their content.
fn has_hash(path: &str) -> bool {
    let stem = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split('.')
        .next()
        .unwrap_or_default();
    let tail = stem.rsplit('-').next().unwrap_or_default();
    tail.len() == 16 && tail.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A picture of the menu: the store's own, else the sample's.
pub(crate) fn picture(data: &Path, name: &str) -> Response<Body> {
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'@' | b'.'));
    if !plain || name.starts_with('.') || !name.ends_with(".webp") {
        return missing("There is no such picture.");
    }
    let own = std::fs::read(data.join("media/pictures").join(name))
        .ok()
        .map(Cow::Owned);
    match own.or_else(|| sample::picture(name)) {
        Some(bytes) => found(name, bytes, "public, max-age=3600", None),
        None => missing("There is no such picture."),
    }
}

fn found(
    name: &str,
    bytes: Cow<'static, [u8]>,
    cache: &'static str,
    coding: Option<&'static str>,
) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes.into_owned()));
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(name)
        .first_or_octet_stream()
        .to_string();
    let kind = if kind == "text/html" {
        "text/html; charset=utf-8".to_owned()
    } else {
        kind
    };
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

/// What a page may load and run: our own program and nothing else. Wasm needs the one
/// word for it; `eval` stays shut.
fn protect(headers: &mut HeaderMap) {
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

fn missing(words: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
