//! What a gateway's page may do with its window: where it may go, and what the way
//! home means.
//!
//! Guarantees: the address that carries the token is never loaded and never written
//! down, only taken apart. A page goes to https addresses, and in plain http to the
//! gateway's own host (the sandbox's) and nowhere else.
//!
//! Deliberately absent: any belief in what came home. It is a hint; the hub asks the
//! gateway.

use std::fmt;

use soban_domain::ids::AttemptId;
use soban_protocol::Secret;
use soban_protocol::guest::Came;
use tauri::Url;
use thiserror::Error;

/// The longest token that is taken; KakaoPay's have 20 characters, Toss Payments' 200.
const TOKEN_MOST: usize = 200;

/// The names of the parameter that carries the token: KakaoPay's and Toss Payments'.
const TOKENS: [&str; 2] = ["pg_token", "paymentKey"];

/// Guards one payment window.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    /// Where the window begins.
    start: Url,
    /// Addresses below this one are the way home.
    home: Url,
    attempt: AttemptId,
}

/// What becomes of a navigation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may go there.
    Pass,
    /// It came home: nothing is loaded.
    Home(Came),
    /// It may not go there.
    Refuse,
}

/// Why a payment window is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum BadPage {
    /// Not an http address.
    #[error("the payment page is no http or https address")]
    Start,
    /// Not an http address that ends in the attempt's id.
    #[error("the way home is no http address that ends in the payment's id")]
    Home,
}

impl Gate {
    /// A gate for a page and its way home, `…/{attempt}`.
    pub(crate) fn new(start: &str, home: &str) -> Result<Gate, BadPage> {
        let start = web_address(start).ok_or(BadPage::Start)?;
        let home = web_address(home.trim_end_matches('/')).ok_or(BadPage::Home)?;
        let attempt = home
            .path_segments()
            .and_then(|mut segments| segments.next_back())
            .and_then(|last| last.parse().ok())
            .ok_or(BadPage::Home)?;
        Ok(Gate {
            start,
            home,
            attempt,
        })
    }

    /// Where the window begins.
    pub(crate) fn start(&self) -> &Url {
        &self.start
    }

    /// The attempt that is being paid.
    pub(crate) fn attempt(&self) -> AttemptId {
        self.attempt
    }

    /// Judges a navigation.
    pub(crate) fn judge(&self, url: &Url) -> Verdict {
        if let Some(way) = self.way_home(url) {
            return Verdict::Home(came(way, url));
        }
        match url.scheme() {
            "https" => Verdict::Pass,
            "http" if url.origin() == self.start.origin() => Verdict::Pass,
            // Empty frames, which many pages make for themselves.
            "about" if matches!(url.path(), "blank" | "srcdoc") => Verdict::Pass,
            _ => Verdict::Refuse,
        }
    }

    /// What follows the way home in the path, if the address is on it.
    fn way_home<'a>(&self, url: &'a Url) -> Option<&'a str> {
        if url.origin() != self.home.origin() {
            return None;
        }
        let rest = url.path().strip_prefix(self.home.path())?;
        match rest.strip_prefix('/') {
            Some(way) => Some(way),
            None => rest.is_empty().then_some(""),
        }
    }
}

fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    let plain = url.username().is_empty() && url.password().is_none();
    (web && plain).then_some(url)
}

/// Reads the way home. What is not understood counts as a failure: the hub asks the
/// gateway either way.
fn came(way: &str, url: &Url) -> Came {
    let token = url
        .query_pairs()
        .find(|(name, value)| {
            let is_token = TOKENS.contains(&name.as_ref());
            is_token && !value.is_empty() && value.len() <= TOKEN_MOST
        })
        .map(|(_, value)| Secret::new(value));
    match (way, token) {
        ("ok", Some(token)) => Came::WithToken(token),
        ("quit", _) => Came::Quit,
        _ => Came::Failed,
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Verdict::Pass => "goes on",
            Verdict::Home(Came::WithToken(_)) => "came home with a token",
            Verdict::Home(Came::Quit) => "came home by the way out",
            Verdict::Home(Came::Failed) => "came home by the failure page",
            Verdict::Refuse => "was kept from leaving",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTEMPT: &str = "0199a3c4-7b1e-7c55-9d2a-0123456789ab";

    fn gate(start: &str) -> Gate {
        Gate::new(start, &format!("http://127.0.0.1:7780/pay/{ATTEMPT}")).unwrap()
    }

    fn judge(gate: &Gate, url: &str) -> Verdict {
        gate.judge(&Url::parse(url).unwrap())
    }

    /// Each way home is read for what it says, by trying each and some that are bent.
    #[test]
    fn every_way_home_is_read() {
        let gate = gate("https://pay.example/page");
        assert_eq!(gate.attempt().to_string(), ATTEMPT);
        let home = |rest: &str| judge(&gate, &format!("http://127.0.0.1:7780/pay/{ATTEMPT}{rest}"));
        let token = |text: &str| Verdict::Home(Came::WithToken(Secret::new(text)));
        assert_eq!(home("/ok?pg_token=abc123"), token("abc123"));
        assert_eq!(home("/ok?x=1&pg_token=a%2Bb"), token("a+b"));
        assert_eq!(
            home("/ok?paymentKey=5zJ4xY7m0k&orderId=x&amount=1"),
            token("5zJ4xY7m0k")
        );
        assert_eq!(home("/quit"), Verdict::Home(Came::Quit));
        for failed in [
            "/fail",
            "/ok",
            "/ok?pg_token=",
            "",
            "/",
            "/odd?pg_token=abc",
        ] {
            assert_eq!(home(failed), Verdict::Home(Came::Failed), "{failed}");
        }
        let long = format!("/ok?pg_token={}", "a".repeat(TOKEN_MOST + 1));
        assert_eq!(home(&long), Verdict::Home(Came::Failed));
    }

    /// An address that only looks like home is not home: another host, port, scheme or
    /// attempt, or the same letters inside a longer segment.
    #[test]
    fn what_only_looks_like_home_is_not() {
        let gate = gate("https://pay.example/page");
        for (url, verdict) in [
            (
                format!("http://127.0.0.1:7781/pay/{ATTEMPT}/ok"),
                Verdict::Refuse,
            ),
            (
                format!("http://127.0.0.2:7780/pay/{ATTEMPT}/ok"),
                Verdict::Refuse,
            ),
            (
                format!("https://127.0.0.1:7780/pay/{ATTEMPT}/ok"),
                Verdict::Pass,
            ),
            (
                format!("http://127.0.0.1:7780/pay/{ATTEMPT}0/ok"),
                Verdict::Refuse,
            ),
            (
                format!("https://evil.example/pay/{ATTEMPT}/ok"),
                Verdict::Pass,
            ),
        ] {
            assert_eq!(judge(&gate, &url), verdict, "{url}");
        }
    }

    /// The page may go to https and to its own plain http host, and to nothing that
    /// reaches the machine or this program.
    #[test]
    fn the_page_stays_on_the_web() {
        let sandbox = gate("http://127.0.0.1:7790/kakaopay/page");
        let real = gate("https://online-pay.kakao.com/mockup");
        assert_eq!(judge(&sandbox, "http://127.0.0.1:7790/next"), Verdict::Pass);
        assert_eq!(
            judge(&real, "https://accounts.kakao.com/login"),
            Verdict::Pass
        );
        assert_eq!(judge(&real, "about:blank"), Verdict::Pass);
        for url in [
            "http://127.0.0.1:7790/next",
            "http://127.0.0.1:7780/staff",
            "file:///etc/passwd",
            "tauri://localhost/guest.html",
            "soban://localhost/menu/x",
            "ipc://localhost/rpc",
            "kakaotalk://pay",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:config",
        ] {
            assert_eq!(judge(&real, url), Verdict::Refuse, "{url}");
        }
    }

    /// A page or a way home that cannot be guarded is refused before a window opens.
    #[test]
    fn bad_pages_are_refused() {
        let home = format!("http://hub/pay/{ATTEMPT}");
        for start in [
            "file:///etc/passwd",
            "kakaotalk://x",
            "",
            "https://u:p@host/",
        ] {
            assert_eq!(
                Gate::new(start, &home).unwrap_err(),
                BadPage::Start,
                "{start}"
            );
        }
        for home in ["http://hub/pay/7", "http://hub/", "tauri://localhost", ""] {
            let opened = Gate::new("https://pay.example/", home);
            assert_eq!(opened.unwrap_err(), BadPage::Home, "{home}");
        }
    }

    /// No token may reach a log: both ways of writing a verdict down are searched for it.
    #[test]
    fn a_token_is_not_written_down() {
        let url = format!("http://127.0.0.1:7780/pay/{ATTEMPT}/ok?pg_token=hush");
        let verdict = judge(&gate("https://pay.example/"), &url);
        assert!(!format!("{verdict:?} {verdict}").contains("hush"));
    }
}
