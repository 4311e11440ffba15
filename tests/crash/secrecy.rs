//! What must not be read in anything that the hub leaves behind.
//!
//! Guarantees: everything is searched, byte by byte: logs, both outputs, the counts of
//! boundaries, and the order store's files; the search is tested on a planted secret.

use std::fs;
use std::path::{Path, PathBuf};

use soban_tests::setup::{GATEWAY_KEY, MPM_KEY, PIN, POS_ACCESS_KEY, POS_SECRET_KEY, TOSS_KEY};

/// Files that secrets are kept in on purpose.
const KEPT_IN: [&str; 1] = ["secrets.toml"];

/// A guest's, for a cash receipt. The order store keeps it until that is issued, which takes a
/// service that these worlds have not.
pub(crate) const PHONE_NUMBER: &str = "01029384756";

/// What a world used that is nobody's business: the tokens of its payments, a phone's number,
/// its PIN and its keys.
pub(crate) fn secrets(tokens: &[String]) -> Vec<(&'static str, String)> {
    let mut secrets = vec![
        ("a PIN", PIN.to_owned()),
        ("a phone's number", PHONE_NUMBER.to_owned()),
        ("the gateway's key", GATEWAY_KEY.to_owned()),
        ("Toss Payments' key", TOSS_KEY.to_owned()),
        ("the QR scheme's key", MPM_KEY.to_owned()),
        ("the till's access key", POS_ACCESS_KEY.to_owned()),
        ("the till's secret key", POS_SECRET_KEY.to_owned()),
    ];
    secrets.extend(
        tokens
            .iter()
            .map(|token| ("a payment token", token.clone())),
    );
    secrets
}

/// Every place below a folder where one of the secrets can be read, without the secret.
/// The phone's number is not looked for in the order store.
pub(crate) fn leaks(folder: &Path, secrets: &[(&'static str, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(folder) {
        let bytes = fs::read(&file).expect("a file of the world reads");
        for (what, secret) in secrets {
            let kept = secret == PHONE_NUMBER && is_store(&file);
            if !kept && holds(&bytes, secret.as_bytes()) {
                found.push(format!("{what} in {}", file.display()));
            }
        }
    }
    found
}

/// The same in what was printed.
pub(crate) fn leaks_in_words(said: &[String], secrets: &[(&'static str, String)]) -> Vec<String> {
    let said = said.join("\n");
    secrets
        .iter()
        .filter(|(_, secret)| said.contains(secret.as_str()))
        .map(|(what, _)| format!("{what} on standard output"))
        .collect()
}

fn is_store(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with("soban.db")
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// Every file of the hub below a folder. The sandbox's own log is another program's.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the world reads") {
        let path = entry.expect("an entry reads").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !KEPT_IN.contains(&name.as_str()) && name != "sandbox.log" {
            found.push(path);
        }
    }
    found
}
