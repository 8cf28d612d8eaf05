use std::io;
use std::ops::Bound;

use redb::ReadableTable;

use super::machine::applied;
use super::{CHANGES, Disk, KV, LEASES, REMEMBERED};
use crate::command::{Changed, Versioned};

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

/// What changed after a version, in order.
pub struct History {
    /// The changes by their version.
    pub changes: Vec<(u64, Vec<Changed>)>,
    /// Up to which version this is complete.
    pub version: u64,
    /// Whether changes after the version asked for have been forgotten already.
    pub forgotten: bool,
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

    /// The changes after a version of keys that begin with `prefix`, of at most `limit` versions.
    pub async fn changes(&self, prefix: String, after: u64, limit: usize) -> io::Result<History> {
        let history = self.disk.read(move |transaction| {
            let last = applied(transaction)?.0.map_or(0, |id| id.index);
            let mut history =
                History { changes: Vec::new(), version: last, forgotten: after + REMEMBERED < last };
            for item in transaction.open_table(CHANGES)?.range(after.saturating_add(1)..)? {
                let (index, json) = item?;
                let mut changed: Vec<Changed> = serde_json::from_slice(json.value())?;
                changed.retain(|change| change.key.starts_with(&prefix));
                if !changed.is_empty() {
                    history.changes.push((index.value(), changed));
                }
                if history.changes.len() == limit {
                    history.version = index.value();
                    break;
                }
            }
            Ok(history)
        });
        history.await
    }

    /// The leases that ended before `now`, with their ends, in milliseconds since the epoch.
    pub async fn expired(&self, now: u64) -> io::Result<Vec<(String, u64)>> {
        let expired = self.disk.read(move |transaction| {
            let mut expired = Vec::new();
            for item in transaction.open_table(LEASES)?.iter()? {
                let (name, json) = item?;
                let lease: super::apply::Lease = serde_json::from_slice(json.value())?;
                if lease.expires_at < now {
                    expired.push((name.value().to_owned(), lease.expires_at));
                }
            }
            Ok(expired)
        });
        expired.await
    }
}
