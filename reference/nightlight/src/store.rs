//! What must survive, in one redb database.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::Serialize;
use tokio::sync::watch;

use crate::alert::Alert;

/// The last sample of each series by its target and its name: the value, and the target's own time
/// for it. Kept for good: a series without a row has never been seen.
pub const SAMPLES: TableDefinition<(&str, &str), (u64, i64)> = TableDefinition::new("samples");
/// What was used, by account and meter.
pub const USAGE: TableDefinition<(&str, &str), u64> = TableDefinition::new("usage");
/// When each target was last read in full.
pub const TARGETS: TableDefinition<&str, u64> = TableDefinition::new("targets");
/// JSON of each `Alert` by its key.
pub const ALERTS: TableDefinition<&str, &[u8]> = TableDefinition::new("alerts");
/// The undelivered notifications in their order: the alert's key, and JSON.
pub const NOTIFICATIONS: TableDefinition<u64, (&str, &[u8])> = TableDefinition::new("notifications");

pub type AnyResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What one account used of one meter.
#[derive(Serialize)]
pub struct Usage {
    pub account: String,
    pub meter: String,
    pub quantity: u64,
}

/// A notification that waits: its place in the queue, its alert's key, and its JSON.
pub type Waiting = (u64, String, Vec<u8>);

/// The open database. Its calls block, and so run on tokio's threads for that.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    /// Why the last write failed, if it did.
    problem: watch::Sender<Option<String>>,
}

impl Store {
    /// Opens the database `nightlight.redb` in a folder, and creates either when missing. A second
    /// process on the same folder is refused.
    pub async fn open(folder: &Path) -> io::Result<Self> {
        let folder = folder.to_owned();
        let opened = tokio::task::spawn_blocking(move || -> AnyResult<Database> {
            std::fs::create_dir_all(&folder)?;
            Ok(Database::create(folder.join("nightlight.redb"))?)
        });
        let database = Arc::new(opened.await?.map_err(io::Error::other)?);
        let store = Self { database, problem: watch::channel(None).0 };
        let prepare = |transaction: &WriteTransaction| {
            transaction.open_table(SAMPLES)?;
            transaction.open_table(USAGE)?;
            transaction.open_table(TARGETS)?;
            transaction.open_table(ALERTS)?;
            transaction.open_table(NOTIFICATIONS)?;
            Ok(())
        };
        store.write(prepare).await?;
        Ok(store)
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> AnyResult<T> + Send + 'static,
    ) -> io::Result<T> {
        let database = self.database.clone();
        let work = move || work(&database.begin_read()?);
        tokio::task::spawn_blocking(work).await?.map_err(io::Error::other)
    }

    /// Does all of `work` or nothing; it is on disk then.
    pub async fn write(
        &self,
        work: impl FnOnce(&WriteTransaction) -> AnyResult<()> + Send + 'static,
    ) -> io::Result<()> {
        let database = self.database.clone();
        let work = move || -> AnyResult<()> {
            let transaction = database.begin_write()?;
            work(&transaction)?;
            Ok(transaction.commit()?)
        };
        let written = tokio::task::spawn_blocking(work).await?.map_err(io::Error::other);
        self.problem.send_replace(written.as_ref().err().map(|e| format!("the data can't be written: {e}")));
        written
    }

    /// Why it can't be written to, if the last write failed.
    pub fn problem(&self) -> Option<String> {
        self.problem.borrow().clone()
    }

    /// What was used, by all accounts or one; and when each of these targets was last read in full.
    pub async fn usage(
        &self,
        account: Option<String>,
        targets: Vec<String>,
    ) -> io::Result<(Vec<Usage>, Vec<Option<u64>>)> {
        let usage = self.read(move |transaction| {
            let (usage, read) = (transaction.open_table(USAGE)?, transaction.open_table(TARGETS)?);
            let mut found = Vec::new();
            for row in usage.range((account.as_deref().unwrap_or_default(), "")..)? {
                let (key, quantity) = row?;
                let (owner, meter) = key.value();
                if account.as_deref().is_some_and(|account| account != owner) {
                    break;
                }
                let (account, meter) = (owner.to_owned(), meter.to_owned());
                found.push(Usage { account, meter, quantity: quantity.value() });
            }
            let time = |target: &String| Ok(read.get(target.as_str())?.map(|at| at.value()));
            Ok((found, targets.iter().map(time).collect::<AnyResult<_>>()?))
        });
        usage.await
    }

    /// All alerts, in the order of their keys.
    pub async fn alerts(&self) -> io::Result<Vec<Alert>> {
        self.read(|transaction| all_alerts(&transaction.open_table(ALERTS)?)).await
    }

    /// The undelivered notifications, in their order.
    pub async fn notifications(&self) -> io::Result<Vec<Waiting>> {
        let waiting = self.read(|transaction| {
            let mut waiting = Vec::new();
            for row in transaction.open_table(NOTIFICATIONS)?.iter()? {
                let (number, row) = row?;
                let (alert, json) = row.value();
                waiting.push((number.value(), alert.to_owned(), json.to_owned()));
            }
            Ok(waiting)
        });
        waiting.await
    }

    /// Forgets a notification.
    pub async fn delivered(&self, number: u64) -> io::Result<()> {
        let forget = move |transaction: &WriteTransaction| {
            transaction.open_table(NOTIFICATIONS)?.remove(number)?;
            Ok(())
        };
        self.write(forget).await
    }
}

/// All alerts of a table.
pub fn all_alerts(table: &impl ReadableTable<&'static str, &'static [u8]>) -> AnyResult<Vec<Alert>> {
    let mut alerts = Vec::new();
    for row in table.iter()? {
        alerts.push(serde_json::from_slice(row?.1.value())?);
    }
    Ok(alerts)
}
