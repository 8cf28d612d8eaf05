use std::fmt;
use std::time::Duration;

use chainfire::{Client, ClientError, Entry};
use serde::Serialize;
use serde_json::{Map, Value, json};
use servicekit::new_request_id;

use crate::name::{RowKey, TableName, place, rows_of};
use crate::transaction::{Action, Change};

/// Longer than chainfire takes to find a new leader, and shorter than a client of flaredb waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the health check waits for chainfire.
const HEALTH_PATIENCE: Duration = Duration::from_millis(1_500);

/// The tables, kept in chainfire. A table exists as long as it has rows.
pub struct Database {
    chainfire: Client,
    health: Client,
}

/// A row as it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The row's key within its table.
    pub key: String,
    /// The JSON object.
    pub row: Value,
    /// Grows with every write anywhere in the database; what a conditional write has to name.
    pub version: u64,
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseError {
    /// The row has another version than the write named: this one, 0 if there is no such row.
    Conflict(u64),
    /// The request is wrong: an HTTP status and a sentence.
    Refused(u16, String),
    /// The storage doesn't answer in time.
    Unavailable {
        /// What went wrong last.
        why: String,
        /// Whether a write may have happened all the same.
        unknown: bool,
    },
}

impl From<ClientError> for DatabaseError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Conflict(version) => Self::Conflict(version),
            ClientError::Refused { status, why } => Self::Refused(status, why),
            ClientError::Unavailable(failed) => {
                Self::Unavailable { why: failed.why, unknown: failed.unknown }
            }
        }
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(0) => f.write_str("there is no such row"),
            Self::Conflict(version) => write!(f, "the row has version {version}"),
            Self::Refused(_, why) | Self::Unavailable { why, .. } => f.write_str(why),
        }
    }
}

impl std::error::Error for DatabaseError {}

type Answered<T> = Result<T, DatabaseError>;

impl Database {
    /// The database in the chainfire cluster at these endpoints, like `http://127.0.0.1:7001`.
    pub fn new(chainfire: &[String]) -> Self {
        Self {
            chainfire: Client::with_deadline(chainfire, PATIENCE),
            health: Client::with_deadline(chainfire, HEALTH_PATIENCE),
        }
    }

    /// A row, at least as new as every write acknowledged before the call.
    pub async fn get(&self, table: &TableName, key: &RowKey) -> Answered<Option<Row>> {
        let entry = self.chainfire.get(&at(table, key)?).await?;
        Ok(entry.map(|entry| Row { key: key.to_string(), row: entry.value, version: entry.version }))
    }

    /// At most `limit` (1 to 1,000) rows whose keys follow `after` and come before `until`, in the
    /// order of their keys' bytes, and whether more follow.
    pub async fn scan(
        &self,
        table: &TableName,
        after: Option<&RowKey>,
        until: Option<&RowKey>,
        limit: usize,
    ) -> Answered<(Vec<Row>, bool)> {
        let prefix = rows_of(table);
        let after = after.map(|key| format!("{prefix}{key}")).unwrap_or_default();
        let (entries, more) = self.chainfire.scan(&prefix, &after, limit).await?;
        let row = |entry: Entry| Row {
            key: entry.key.strip_prefix(&prefix).unwrap_or_default().to_owned(),
            row: entry.value,
            version: entry.version,
        };
        let mut rows: Vec<Row> = entries.into_iter().map(row).collect();
        let within = until.map_or(rows.len(), |until| rows.partition_point(|row| *row.key < *until.as_str()));
        let cut = within < rows.len();
        rows.truncate(within);
        Ok((rows, more && !cut))
    }

    /// Writes a row and returns its version. With `if_version` only if the row has that version, 0
    /// meaning that there is none. Repeated under the same request id, it has one effect.
    pub async fn put(
        &self,
        table: &TableName,
        key: &RowKey,
        row: Map<String, Value>,
        if_version: Option<u64>,
        request_id: Option<String>,
    ) -> Answered<u64> {
        let id = request_id.unwrap_or_else(new_request_id);
        let if_version = if_version.filter(|_| !servicekit::sabotaged("versions-ignored"));
        Ok(self.chainfire.put_as(&id, &at(table, key)?, &Value::Object(row), if_version).await?)
    }

    /// Removes a row and tells whether it was there; the rest as for [`put`](Self::put).
    pub async fn delete(
        &self,
        table: &TableName,
        key: &RowKey,
        if_version: Option<u64>,
        request_id: Option<String>,
    ) -> Answered<bool> {
        let id = request_id.unwrap_or_else(new_request_id);
        Ok(self.chainfire.delete_as(&id, &at(table, key)?, if_version).await?)
    }

    /// Makes all changes or none, and returns the version that the rows written have now. Repeated
    /// under the same request id, it has one effect.
    pub async fn transact(&self, changes: &[Change], request_id: Option<String>) -> Answered<u64> {
        let id = request_id.unwrap_or_else(new_request_id);
        let changes = changes.iter().map(stored).collect::<Answered<Vec<_>>>()?;
        Ok(self.chainfire.transact_as(&id, &changes).await?)
    }

    /// Fails unless chainfire is ready within 1.5 s.
    pub async fn ready(&self) -> Answered<()> {
        Ok(self.health.ready().await?)
    }
}

fn stored(change: &Change) -> Answered<Value> {
    let mut stored = json!({ "key": at(&change.table, &change.key)?.to_string() });
    if let Some(version) = change
        .if_version
        .filter(|_| change.action == Action::Check || !servicekit::sabotaged("versions-ignored"))
    {
        stored["if_version"] = version.into();
    }
    match &change.action {
        Action::Put(row) => stored["value"] = Value::Object(row.clone()),
        Action::Delete => stored["delete"] = true.into(),
        Action::Check => (),
    }
    Ok(stored)
}

fn at(table: &TableName, key: &RowKey) -> Answered<chainfire::Key> {
    place(table, key).map_err(|error| DatabaseError::Refused(400, error.to_string()))
}
