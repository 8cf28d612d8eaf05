//! A replica's data on disk: Raft's log and the key-value state, in one redb database.
//!
//! What Raft promises to others (the vote, the log) is on disk before the promise. The state isn't
//! synced by itself: it holds its own place in the log, and a lost tail of it is applied again.

mod apply;
mod log;
mod machine;
mod read;
mod snapshot;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use redb::{Database, Durability, ReadTransaction, ReadableDatabase, TableDefinition, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use apply::REMEMBERED;
pub use log::LogStore;
pub use machine::StateMachine;
pub use read::{History, Reader};

type Table<K> = TableDefinition<'static, K, &'static [u8]>;

/// Raft's log: JSON entries by their index.
const LOG: Table<u64> = TableDefinition::new("log");
/// Single JSON values by their name: the vote, ids of log entries, the membership.
const META: Table<&str> = TableDefinition::new("meta");
/// The latest snapshot's bytes, under "current".
const SNAPSHOT: Table<&str> = TableDefinition::new("snapshot");
/// The keys and their JSON `Versioned` values.
const KV: Table<&str> = TableDefinition::new("kv");
/// The leases by their name.
const LEASES: Table<&str> = TableDefinition::new("leases");
/// What changed, by the log index that changed it.
const CHANGES: Table<u64> = TableDefinition::new("changes");
/// The remembered requests by their id.
const REQUESTS: Table<&str> = TableDefinition::new("requests");
/// The remembered requests' ids by the log index that applied them.
const REQUEST_ORDER: TableDefinition<u64, &str> = TableDefinition::new("request-order");

type AnyResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Opens the database `chainfire.redb` in a folder, and creates either when missing. A second
/// process on the same folder is refused.
pub async fn open(folder: &Path) -> io::Result<(LogStore, StateMachine, Reader)> {
    let folder = folder.to_owned();
    let opened = tokio::task::spawn_blocking(move || -> AnyResult<Database> {
        std::fs::create_dir_all(&folder)?;
        let database = Database::create(folder.join("chainfire.redb"))?;
        let transaction = database.begin_write()?;
        for table in [META, SNAPSHOT, KV, LEASES, REQUESTS] {
            transaction.open_table(table)?;
        }
        transaction.open_table(LOG)?;
        transaction.open_table(CHANGES)?;
        transaction.open_table(REQUEST_ORDER)?;
        transaction.commit()?;
        Ok(database)
    });
    let disk = Disk(Arc::new(opened.await?.map_err(io::Error::other)?));
    Ok((LogStore::new(disk.clone()), StateMachine::new(disk.clone()), Reader::new(disk)))
}

/// The open database. Its calls block, and so run on tokio's threads for that.
#[derive(Clone)]
struct Disk(Arc<Database>);

impl Disk {
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> AnyResult<T> + Send + 'static,
    ) -> io::Result<T> {
        let database = self.0.clone();
        let work = move || work(&database.begin_read()?);
        tokio::task::spawn_blocking(work).await?.map_err(io::Error::other)
    }

    async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&WriteTransaction) -> AnyResult<T> + Send + 'static,
    ) -> io::Result<T> {
        let database = self.0.clone();
        let work = move || {
            let mut transaction = database.begin_write()?;
            transaction.set_durability(durability)?;
            let result = work(&transaction)?;
            transaction.commit()?;
            Ok(result)
        };
        tokio::task::spawn_blocking(work)
            .await?
            .map_err(|e: Box<dyn Error + Send + Sync>| io::Error::other(e))
    }
}

fn meta<T: DeserializeOwned>(transaction: &ReadTransaction, name: &str) -> AnyResult<Option<T>> {
    let value = transaction.open_table(META)?.get(name)?;
    Ok(value.map(|json| serde_json::from_slice(json.value())).transpose()?)
}

fn set_meta<T: Serialize>(transaction: &WriteTransaction, name: &str, value: &T) -> AnyResult<()> {
    transaction.open_table(META)?.insert(name, serde_json::to_vec(value)?.as_slice())?;
    Ok(())
}
