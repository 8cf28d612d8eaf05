use std::io;
use std::ops::Bound;

use super::{Disk, KV};
use crate::command::Versioned;

/// Reads this replica's state as it is, whether or not it is up to date.
#[derive(Clone)]
pub struct Reader {
    disk: Disk,
}

/// Some keys in order, and whether more follow.
pub struct Page {
    pub items: Vec<(String, Versioned)>,
    pub more: bool,
}

impl Reader {
    pub(super) fn new(disk: Disk) -> Self {
        Self { disk }
    }

    /// The value of one key.
    pub async fn get(&self, key: String) -> io::Result<Option<Versioned>> {
        let value = self.disk.read(move |transaction| {
            let json = transaction.open_table(KV)?.get(key.as_str())?;
            Ok(json.map(|json| serde_json::from_slice(json.value())).transpose()?)
        });
        value.await
    }

    /// At most `limit` keys that begin with `prefix` and follow `after`, in the order of their bytes.
    pub async fn scan(&self, prefix: String, after: String, limit: usize) -> io::Result<Page> {
        let page = self.disk.read(move |transaction| {
            let kv = transaction.open_table(KV)?;
            let start = if after.as_str() < prefix.as_str() {
                Bound::Included(prefix.as_str())
            } else {
                Bound::Excluded(after.as_str())
            };
            let mut items = Vec::new();
            for item in kv.range::<&str>((start, Bound::Unbounded))? {
                let (key, json) = item?;
                if !key.value().starts_with(&prefix) {
                    break;
                }
                if items.len() == limit {
                    return Ok(Page { items, more: true });
                }
                items.push((key.value().to_owned(), serde_json::from_slice(json.value())?));
            }
            Ok(Page { items, more: false })
        });
        page.await
    }
}
