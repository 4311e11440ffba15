//! Keys and PINs: from a file or the environment, never from `soban.toml`.
//!
//! Guarantees: nothing here shows in a `Debug` or a log.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use soban_domain::secret::Secret;

use crate::place::{Wrong, read};

const BYTES_MOST: u64 = 64 * 1024;
/// The variable that names the secrets file; else `secrets.toml` in the data folder.
pub const FILE_VARIABLE: &str = "SOBAN_SECRETS";

/// All secrets of a store.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// Keys at KakaoPay.
    #[serde(default)]
    pub kakaopay: KakaoPaySecrets,
    /// The key at Toss Payments.
    #[serde(default)]
    pub toss: TossSecrets,
    /// The key at the scheme of shown codes.
    #[serde(default)]
    pub mpm: MpmSecrets,
    /// Keys at the counter POS.
    #[serde(default)]
    pub pos: PosSecrets,
    /// Names of the staff and their PINs.
    #[serde(default)]
    pub staff: BTreeMap<String, Secret>,
}

/// Keys at KakaoPay.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KakaoPaySecrets {
    /// The secret key of the application.
    #[serde(default)]
    pub secret_key: Secret,
    /// The merchant's own secret, where the contract has one.
    #[serde(default)]
    pub cid_secret: Option<Secret>,
}

/// The key at Toss Payments.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TossSecrets {
    /// The store's secret key.
    #[serde(default)]
    pub secret_key: Secret,
}

/// The key at the scheme of shown codes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MpmSecrets {
    /// The store's key.
    #[serde(default)]
    pub key: Secret,
}

/// Keys at the counter POS.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PosSecrets {
    /// `x-access-key`.
    #[serde(default)]
    pub access_key: Secret,
    /// `x-secret-key`.
    #[serde(default)]
    pub secret_key: Secret,
}

impl Secrets {
    /// Reads the file that [`FILE_VARIABLE`] names, or `secrets.toml` in the data folder
    /// if there is one; then the variables `SOBAN_KAKAOPAY_SECRET_KEY`,
    /// `SOBAN_TOSS_SECRET_KEY`, `SOBAN_MPM_KEY`, `SOBAN_POS_ACCESS_KEY` and
    /// `SOBAN_POS_SECRET_KEY` on top.
    ///
    /// # Errors
    /// A file that is named and missing, or that does not read. The words never hold a
    /// secret.
    pub fn load(data: &Path) -> Result<Secrets, Wrong> {
        let named = std::env::var_os(FILE_VARIABLE).map(PathBuf::from);
        let usual = data.join("secrets.toml");
        let mut secrets = match named {
            Some(file) => Secrets::read(&file)?,
            None if usual.exists() => Secrets::read(&usual)?,
            None => Secrets::default(),
        };
        let variable = |name: &str| std::env::var(name).ok().map(Secret::new);
        let places = [
            (
                "SOBAN_KAKAOPAY_SECRET_KEY",
                &mut secrets.kakaopay.secret_key,
            ),
            ("SOBAN_TOSS_SECRET_KEY", &mut secrets.toss.secret_key),
            ("SOBAN_MPM_KEY", &mut secrets.mpm.key),
            ("SOBAN_POS_ACCESS_KEY", &mut secrets.pos.access_key),
            ("SOBAN_POS_SECRET_KEY", &mut secrets.pos.secret_key),
        ];
        for (name, place) in places {
            if let Some(key) = variable(name) {
                *place = key;
            }
        }
        Ok(secrets)
    }

    fn read(file: &Path) -> Result<Secrets, Wrong> {
        let text = read(file, BYTES_MOST)?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            // The reader's own words quote the value; only its place may be told.
            Wrong::at(
                file,
                &text,
                error.span(),
                "this is no setting of the secrets file",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mistake in the secrets file is named by its line, and the secret is not told.
    #[test]
    fn a_mistake_does_not_tell_the_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.toml");
        std::fs::write(&file, "[kakaopay]\nsecret_key = 48214821\n").unwrap();
        let said = Secrets::read(&file).unwrap_err().to_string();
        assert!(said.contains("line 2") && !said.contains("4821"), "{said}");
    }
}
