//! A menu comes into force.
//!
//! Guarantees: menu, counts and the news for the screens are one transaction; live
//! quotes keep their prices and holds.

use soban_domain::menu::Menu;
use soban_domain::moment::Timestamp;
use soban_domain::shelf::StockKey;
use soban_protocol::event::EventBody;

use crate::engine::{Engine, emit_at};
use crate::error::EngineError;
use crate::once::hash;
use crate::ports::Store;
use crate::ports::store::{StoredMenu, look, transact};

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The menu's hash.
    pub hash: String,
    /// False when it was in force already.
    pub new: bool,
}

/// Puts a menu in force. Counted stock is set to the file's count for every item whose
/// count the file changed; the same menu again changes nothing.
///
/// # Errors
/// The store's.
pub async fn import_menu(
    store: &dyn Store,
    now: Timestamp,
    menu: Menu,
) -> Result<Imported, EngineError> {
    let json = serde_json::to_string(&menu)?;
    let hash = hash(json.as_bytes());
    transact(store, move |tx| {
        let before = tx.menu()?;
        if before.as_ref().is_some_and(|stored| stored.hash == hash) {
            return Ok(Imported { hash, new: false });
        }
        let old: Option<Menu> = match before {
            Some(stored) => Some(serde_json::from_str(&stored.json)?),
            None => None,
        };
        tx.put_menu(&StoredMenu {
            hash: hash.clone(),
            json,
            since: now,
        })?;
        for item in menu.items() {
            let known = old
                .as_ref()
                .and_then(|old| old.item(&item.id))
                .map(|old| old.stock);
            if known != Some(item.stock) {
                tx.set_stock(&StockKey::item(&item.id), item.stock)?;
            }
        }
        emit_at(tx, now, None, &EventBody::Menu { hash: hash.clone() })?;
        let shelf = tx.shelf(now)?;
        emit_at(tx, now, None, &EventBody::Shelf { shelf })?;
        Ok(Imported { hash, new: true })
    })
    .await
}

impl Engine {
    /// A menu's JSON by its hash, or nothing.
    ///
    /// # Errors
    /// The store's.
    pub async fn menu_json(&self, hash: &str) -> Result<Option<String>, EngineError> {
        let hash = hash.to_owned();
        look(self.store().as_ref(), move |tx| {
            Ok(tx.menu_by_hash(&hash)?.map(|stored| stored.json))
        })
        .await
    }
}
