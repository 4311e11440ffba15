//! Settings as the engine and the adapters need them.

use soban_devices::{Charset as DeviceCharset, PrinterProfile};
use soban_domain::cash_receipt::{ReceiptKind, ReceiptNumber};
use soban_domain::menu::Hours;
use soban_domain::slip::StoreIdentity;
use soban_engine::rules::{
    Policy as EnginePolicy, Rules, Screen as EngineScreen, Way as EngineWay,
};

use super::{Charset, Policy, Screen, Settings, Way};
use crate::secrets::Secrets;

impl Settings {
    /// What the engine needs to know.
    pub fn rules(&self, secrets: &Secrets) -> Rules {
        let printer_of = |printer: &super::Printer| printer.id.get_ref().clone();
        let way = self
            .payment
            .kakaopay
            .as_ref()
            .map(|k| k.way)
            .unwrap_or_default();
        Rules {
            store: StoreIdentity {
                name: self.store.name.clone(),
                owner: self.store.owner.clone(),
                business_number: self.store.business_number.get_ref().clone(),
                address: self.store.address.clone(),
                phone: self.store.phone.clone(),
            },
            languages: self.locale.languages.get_ref().clone(),
            kitchen_lang: self.locale.kitchen,
            accent: self.policy.accent.get_ref().clone(),
            change_hour: *self.day.change_hour.get_ref(),
            hours: vec![Hours {
                from: self.day.open,
                to: self.day.close,
                days: Vec::new(),
            }],
            screens: self.screens.iter().map(Screen::for_engine).collect(),
            methods: self.payment.methods.get_ref().clone(),
            public_url: self.payment.public_url.get_ref().clone(),
            way: match way {
                Way::PhoneQr => EngineWay::PhoneQr,
                Way::PcPage => EngineWay::PcPage,
            },
            stations: self
                .stations
                .iter()
                .map(|(s, p)| (s.clone(), p.get_ref().clone()))
                .collect(),
            // The first printer of the file is the store's receipt printer.
            receipt_printer: self.printers.first().map(printer_of),
            backups: self
                .printers
                .iter()
                .filter_map(|p| Some((printer_of(p), p.backup.as_ref()?.get_ref().clone())))
                .collect(),
            staff: secrets.staff.clone(),
            // Checked: what has the form of such a number.
            self_issue: self
                .cash_receipt
                .self_issue_number
                .as_ref()
                .and_then(|n| ReceiptNumber::new(ReceiptKind::SelfIssue, n.get_ref()).ok()),
            policy: self.policy.for_engine(),
        }
    }

    /// The printers.
    pub fn printer_profiles(&self) -> Vec<PrinterProfile> {
        self.printers
            .iter()
            .map(|printer| {
                let mut profile =
                    PrinterProfile::new(printer.id.get_ref().clone(), printer.addr.to_string());
                profile.columns = *printer.columns.get_ref();
                profile.drawer = printer.drawer;
                profile.charset = match printer.charset {
                    Charset::Ksx1001 => DeviceCharset::Ksx1001,
                    Charset::Cp949 => DeviceCharset::Cp949,
                };
                profile
            })
            .collect()
    }
}

impl Screen {
    fn for_engine(&self) -> EngineScreen {
        let (width, height) = (
            f64::from(*self.width_px.get_ref()),
            f64::from(*self.height_px.get_ref()),
        );
        let millimetres = self.diagonal_inch.get_ref() * 25.4;
        let px_per_m = width.hypot(height) / millimetres * 1000.0;
        EngineScreen {
            id: self.id.get_ref().clone(),
            kind: self.kind,
            // Checked: 240 to 16,000 pixels on 3 to 120 inches.
            px_per_m: format!("{px_per_m:.0}").parse().unwrap_or(4034),
            receipt_printer: self.receipt_printer.as_ref().map(|p| p.get_ref().clone()),
        }
    }
}

impl Policy {
    fn for_engine(&self) -> EnginePolicy {
        EnginePolicy {
            idle: *self.idle_seconds.get_ref(),
            idle_warning: *self.idle_warning_seconds.get_ref(),
            quote: *self.quote_seconds.get_ref(),
            payment: *self.payment_seconds.get_ref(),
            counter: *self.counter_seconds.get_ref(),
            abandon: *self.abandon_seconds.get_ref(),
            pos_fallback: *self.pos_fallback_seconds.get_ref(),
            pos_give_up: *self.pos_give_up_seconds.get_ref(),
            ready_minutes: *self.ready_minutes.get_ref(),
        }
    }
}
