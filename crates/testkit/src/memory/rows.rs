//! Records by id that remember the order of their writing, as a table does.

use std::collections::BTreeMap;

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Rows<K, V> {
    in_order: Vec<V>,
    places: BTreeMap<K, usize>,
}

impl<K, V> Default for Rows<K, V> {
    fn default() -> Rows<K, V> {
        Rows {
            in_order: Vec::new(),
            places: BTreeMap::new(),
        }
    }
}

impl<K: Ord, V: Clone> Rows<K, V> {
    pub(super) fn get(&self, id: &K) -> Option<&V> {
        self.places.get(id).and_then(|&at| self.in_order.get(at))
    }

    pub(super) fn has(&self, id: &K) -> bool {
        self.places.contains_key(id)
    }

    /// Writes a record: a new one at the end, a known one where it is.
    pub(super) fn put(&mut self, id: K, record: V) {
        if let Some(&at) = self.places.get(&id)
            && let Some(there) = self.in_order.get_mut(at)
        {
            *there = record;
            return;
        }
        self.places.insert(id, self.in_order.len());
        self.in_order.push(record);
    }

    /// Every record, the oldest first.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, V> {
        self.in_order.iter()
    }

    /// The oldest records for which `wanted` holds, at most `limit`.
    pub(super) fn oldest(&self, limit: u32, wanted: impl Fn(&V) -> bool) -> Vec<V> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.iter()
            .filter(|record| wanted(record))
            .take(limit)
            .cloned()
            .collect()
    }
}
