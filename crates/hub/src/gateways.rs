//! The gateways of a store, made of its settings and secrets.

use std::collections::BTreeMap;
use std::sync::Arc;

use soban_domain::payment::Method;
use soban_engine::ports::{CashReceipts, Gateway};
use soban_payments::mpm::StatusConfig;
use soban_payments::{KakaoPay, KakaoPayConfig, Kicc, Mpm, Toss, TossConfig};

use crate::compose::StartError;
use crate::secrets::Secrets;
use crate::settings::Settings;

/// A gateway for each method that has a table in the settings, offered or not: reversals,
/// refunds and looks for late money go on after a method was taken out. One that is not
/// offered and whose key is gone is left out, with a warning.
///
/// # Errors
/// [`StartError::Part`] of the first that refuses its settings.
pub(crate) fn gateways(
    settings: &Settings,
    secrets: &Secrets,
) -> Result<BTreeMap<Method, Arc<dyn Gateway>>, StartError> {
    let mut gateways = BTreeMap::new();
    let offered = settings.payment.methods.get_ref();
    for method in Method::ALL {
        if !offered.contains(&method)
            && has_table(settings, method)
            && let Some((variable, _)) = missing_secret(settings, secrets, method)
        {
            let name = method.name();
            tracing::warn!(
                method = name,
                variable,
                "not offered and without its key: what is open there waits for staff"
            );
            continue;
        }
        if let Some(gateway) = gateway(settings, secrets, method)? {
            gateways.insert(method, gateway);
        }
    }
    Ok(gateways)
}

fn has_table(settings: &Settings, method: Method) -> bool {
    let payment = &settings.payment;
    match method {
        Method::Kakaopay => payment.kakaopay.is_some(),
        Method::Toss => payment.toss.is_some(),
        Method::Barcode => payment.kicc.is_some(),
        Method::Qr => payment.mpm.is_some(),
        Method::Sticker | Method::Counter => false,
    }
}

/// A method's gateway; none where staff are the gateway, or the settings have no table of it.
///
/// # Errors
/// [`StartError::Part`] where it refuses its settings.
pub(crate) fn gateway(
    settings: &Settings,
    secrets: &Secrets,
    method: Method,
) -> Result<Option<Arc<dyn Gateway>>, StartError> {
    let wrong = |why: String| StartError::Part {
        part: method.name(),
        why,
    };
    let change_hour = *settings.day.change_hour.get_ref();
    let payment = &settings.payment;
    Ok(match method {
        Method::Kakaopay => match &payment.kakaopay {
            Some(table) => {
                let key = secrets.kakaopay.secret_key.clone();
                let (base, cid) = (table.base_url.get_ref(), table.cid.get_ref());
                let mut config = KakaoPayConfig::new(base, cid, key);
                config.cid_secret = secrets.kakaopay.cid_secret.clone();
                let made = KakaoPay::new(config).map_err(|error| wrong(error.to_string()))?;
                Some(Arc::new(made))
            }
            None => None,
        },
        Method::Toss => match toss(settings, secrets)? {
            Some(made) => Some(Arc::new(made)),
            None => None,
        },
        Method::Barcode => match &payment.kicc {
            Some(table) => {
                let config = table.config(settings.store.business_number.get_ref());
                let made = Kicc::new(config).map_err(|error| wrong(error.to_string()))?;
                Some(Arc::new(made))
            }
            None => None,
        },
        Method::Qr => match &payment.mpm {
            Some(table) => {
                let mut config = table.config(change_hour);
                let address = table.status_url.as_ref().map(|url| url.get_ref());
                config.status = address.map(|url| StatusConfig::new(url, secrets.mpm.key.clone()));
                let made = Mpm::new(config).map_err(|error| wrong(error.to_string()))?;
                Some(Arc::new(made))
            }
            None => None,
        },
        Method::Sticker | Method::Counter => None,
    })
}

/// Toss Payments, where the settings have its table.
fn toss(settings: &Settings, secrets: &Secrets) -> Result<Option<Toss>, StartError> {
    let Some(table) = &settings.payment.toss else {
        return Ok(None);
    };
    let key = secrets.toss.secret_key.clone();
    let mut config = TossConfig::new(table.base_url.get_ref(), key);
    config.change_hour = *settings.day.change_hour.get_ref();
    Toss::new(config)
        .map(Some)
        .map_err(|error| StartError::Part {
            part: Method::Toss.name(),
            why: error.to_string(),
        })
}

/// The service that issues cash receipts (현금영수증): Toss Payments, where the store has its
/// table and key, whether or not guests may pay by it.
///
/// # Errors
/// [`StartError::Part`] where it refuses its settings.
pub(crate) fn cash_receipts(
    settings: &Settings,
    secrets: &Secrets,
) -> Result<Option<Arc<dyn CashReceipts>>, StartError> {
    if secrets.toss.secret_key.reveal().is_empty() {
        return Ok(None);
    }
    let service: Option<Arc<dyn CashReceipts>> = match toss(settings, secrets)? {
        Some(made) => Some(Arc::new(made)),
        None => None,
    };
    Ok(service)
}

/// The secret that a method misses, as its variable and its place in the secrets file.
pub(crate) fn missing_secret(
    settings: &Settings,
    secrets: &Secrets,
    method: Method,
) -> Option<(&'static str, &'static str)> {
    let asks = |mpm: &crate::settings::Mpm| mpm.status_url.is_some();
    let (secret, variable, place) = match method {
        Method::Kakaopay => {
            let secret = &secrets.kakaopay.secret_key;
            (secret, "SOBAN_KAKAOPAY_SECRET_KEY", "kakaopay.secret_key")
        }
        Method::Toss => {
            let secret = &secrets.toss.secret_key;
            (secret, "SOBAN_TOSS_SECRET_KEY", "toss.secret_key")
        }
        Method::Qr if settings.payment.mpm.as_ref().is_some_and(asks) => {
            (&secrets.mpm.key, "SOBAN_MPM_KEY", "mpm.key")
        }
        // A VAN's terminal is known by its number and its line.
        Method::Qr | Method::Barcode | Method::Sticker | Method::Counter => return None,
    };
    secret.reveal().is_empty().then_some((variable, place))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use soban_sandbox::SandboxConfig;

    use super::*;

    /// The sample store with another list of methods on offer.
    fn offering(methods: &str) -> Settings {
        let text = crate::sample::settings();
        let line = text.lines().find(|line| line.starts_with("methods = "));
        let text = text.replacen(line.unwrap(), &format!("methods = [{methods}]"), 1);
        Settings::parse(Path::new("soban.toml"), &text).unwrap()
    }

    fn made(settings: &Settings, secrets: &Secrets) -> Vec<Method> {
        gateways(settings, secrets).unwrap().into_keys().collect()
    }

    /// A method that was taken out keeps its gateway while its table is there, by offering
    /// the counter alone; one without its table has none.
    #[test]
    fn a_method_that_was_taken_out_keeps_its_gateway() {
        let secrets = crate::sample::secrets(&SandboxConfig::default());
        let mut settings = offering("\"counter\"");
        let all = [Method::Kakaopay, Method::Toss, Method::Barcode, Method::Qr];
        assert_eq!(made(&settings, &secrets), all);
        settings.payment.kakaopay = None;
        assert_eq!(made(&settings, &secrets), all[1..]);
    }

    /// Without its key a method that is not offered is left out, and one that is offered
    /// keeps the hub from starting, by offering each with no secrets.
    #[test]
    fn a_key_is_required_of_what_is_offered() {
        let none = Secrets::default();
        let settings = offering("\"barcode\", \"counter\"");
        assert_eq!(made(&settings, &none), [Method::Barcode]);
        for method in ["kakaopay", "toss", "qr"] {
            let settings = offering(&format!("\"{method}\""));
            let refused = gateways(&settings, &none).err().unwrap();
            assert!(refused.to_string().contains(method), "{refused}");
        }
    }
}
