//! The zone's records in the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use flaredb::{Client, DatabaseError, RowKey, TableName};
use servicekit::sabotaged;

use crate::record::{Host, Kind, Records};

/// How long a question may wait for the database: less than a resolver waits for the answer.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How many aliases are followed.
const ALIASES: usize = 8;
/// The most records that are listed.
const MOST: usize = 1_000;

/// What there is at a name.
#[derive(Debug)]
pub struct Found {
    /// The records that answer, those of aliases first.
    pub records: Vec<(Host, Kind, Records)>,
    /// Whether the name that was asked for last exists, with whatever records.
    pub exists: bool,
}

/// The zone.
pub struct Zone {
    pub name: Host,
    database: Client,
    asked: Client,
    table: TableName,
    /// What sabotage remembers.
    old: Mutex<HashMap<String, (Instant, Option<Records>)>>,
}

fn key(host: &Host, kind: Kind) -> RowKey {
    let text = format!("{}~{}", host.reversed(), kind.word());
    text.parse().unwrap_or_else(|_| unreachable!("{text} is a row's key"))
}

impl Zone {
    /// Of the database at these endpoints.
    pub fn new(name: Host, flaredb: &[String]) -> Self {
        Self {
            name,
            database: Client::new(flaredb),
            asked: Client::with_deadline(flaredb, PATIENCE),
            table: "dns-records".parse().unwrap_or_else(|_| unreachable!("a table's name")),
            old: Mutex::default(),
        }
    }

    /// Fails unless the database is ready within 1.5 s.
    pub async fn ready(&self) -> Result<(), DatabaseError> {
        self.asked.ready().await
    }

    /// Writes the records of a name and type, and returns their version.
    pub async fn put(
        &self,
        host: &Host,
        kind: Kind,
        records: &Records,
        if_version: Option<u64>,
    ) -> Result<u64, DatabaseError> {
        let row = match serde_json::to_value(records) {
            Ok(serde_json::Value::Object(row)) => row,
            _ => unreachable!("records are an object"),
        };
        self.database.put(&self.table, &key(host, kind), &row, if_version).await
    }

    /// Removes the records of a name and type, and tells whether there were any.
    pub async fn delete(
        &self,
        host: &Host,
        kind: Kind,
        if_version: Option<u64>,
    ) -> Result<bool, DatabaseError> {
        self.database.delete(&self.table, &key(host, kind), if_version).await
    }

    /// The records of a name and type, with their version.
    pub async fn get(&self, host: &Host, kind: Kind) -> Result<Option<(Records, u64)>, DatabaseError> {
        let found = self.asked.get(&self.table, &key(host, kind)).await?;
        found.map(|row| Ok((read(row.row)?, row.version))).transpose()
    }

    /// All records of the zone.
    pub async fn all(&self) -> Result<Vec<(Host, String, Records)>, DatabaseError> {
        let (rows, _) = self.database.scan(&self.table, None, MOST).await?;
        let record = |row: flaredb::Row| {
            let (name, kind) = row.key.split_once('~').unwrap_or_default();
            Ok((Host::of_reversed(name), kind.to_owned(), read(row.row)?))
        };
        rows.into_iter().map(record).collect()
    }

    /// Answers a question from the database as it is now, following aliases within the zone.
    pub async fn find(&self, host: &Host, kind: Option<Kind>) -> Result<Found, DatabaseError> {
        let (mut records, mut at) = (Vec::new(), host.clone());
        for _ in 0..ALIASES {
            if let Some(kind) = kind
                && let Some(found) = self.now(&at, kind).await?
            {
                records.push((at, kind, found));
                return Ok(Found { records, exists: true });
            }
            let alias = if kind == Some(Kind::Cname) { None } else { self.now(&at, Kind::Cname).await? };
            let Some(alias) = alias else { break };
            let target = alias.values.first().and_then(|name| Host::parse(name));
            records.push((at, Kind::Cname, alias));
            match target.filter(|target| target.is_in(&self.name)) {
                Some(target) => at = target,
                None => return Ok(Found { records, exists: true }), // the asker follows it elsewhere
            }
        }
        let exists = self.exists(&at).await?;
        Ok(Found { records, exists })
    }

    async fn now(&self, host: &Host, kind: Kind) -> Result<Option<Records>, DatabaseError> {
        if !sabotaged("answer-stale") {
            return Ok(self.get(host, kind).await?.map(|(records, _)| records));
        }
        let key = key(host, kind).to_string();
        let known = self.old.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((_, records)) = known.filter(|(since, _)| since.elapsed() < Duration::from_secs(1)) {
            return Ok(records);
        }
        let records = self.get(host, kind).await?.map(|(records, _)| records);
        let mut old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        old.insert(key, (Instant::now(), records.clone()));
        Ok(records)
    }

    /// Whether there are records at a name, or below it.
    async fn exists(&self, host: &Host) -> Result<bool, DatabaseError> {
        if *host == self.name {
            return Ok(true);
        }
        for separator in ['~', '.'] {
            let prefix = format!("{}{separator}", host.reversed());
            let Ok(after) = prefix.parse::<RowKey>() else { continue };
            let (rows, _) = self.asked.scan(&self.table, Some(&after), 1).await?;
            if rows.iter().any(|row| row.key.starts_with(&prefix)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn read(row: serde_json::Value) -> Result<Records, DatabaseError> {
    serde_json::from_value(row).map_err(|e| {
        let why = format!("a record's row can't be read: {e}");
        DatabaseError::Unavailable { why, unknown: false }
    })
}
