//! Addresses: the gateway's own, the pages it sends payers to, and the way home.
//!
//! Guarantees: a key crosses no foreign network readable; no payer is sent to a script or
//! a file.

use reqwest::Url;
use thiserror::Error;

/// The longest page address that is taken; the vendors' have about a hundred characters.
const PAGE_URL_MOST: usize = 1000;

/// Why an address cannot be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadAddress {
    /// It is none.
    #[error("the gateway's address must be like https://api.example.com")]
    NoAddress,
    /// Keys and codes would cross the internet readable.
    #[error("a gateway is spoken to by https; http is for this machine and its own network")]
    PlainHttp,
}

/// The address to call. Plain http is for the sandbox, on this machine or beside it.
pub(crate) fn base(address: &str) -> Result<Url, BadAddress> {
    let url = Url::parse(address).map_err(|_| BadAddress::NoAddress)?;
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(BadAddress::NoAddress);
    }
    let host = url.host_str().ok_or(BadAddress::NoAddress)?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_near(host) => Ok(url),
        "http" => Err(BadAddress::PlainHttp),
        _ => Err(BadAddress::NoAddress),
    }
}

fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => host == "localhost" || host.ends_with(".local"),
    }
}

/// Where the payer's browser goes at the end.
pub(crate) fn way_back(return_url: &str, end: &str) -> String {
    format!("{}/{end}", return_url.trim_end_matches('/'))
}

/// True for an address that a browser may be sent to: no script, no file.
pub(crate) fn is_page(address: &str) -> bool {
    let sane = address.len() <= PAGE_URL_MOST && address.bytes().all(|b| b.is_ascii_graphic());
    let url = Url::parse(address).ok();
    sane && url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
