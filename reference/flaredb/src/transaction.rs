use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::name::{RowKey, TableName};

/// One row's part in a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The row's table.
    pub table: TableName,
    /// Its key.
    pub key: RowKey,
    /// The version that the row has to have, 0 if there must be none; `None` for any.
    pub if_version: Option<u64>,
    /// What becomes of it.
    pub action: Action,
}

/// What a transaction does with a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Gives it this content.
    Put(Map<String, Value>),
    /// Removes it.
    Delete,
    /// Leaves it, and only asks for its version.
    Check,
}

impl Change {
    /// The most changes of one transaction.
    pub const MAX: usize = 64;

    /// Writes a row.
    pub fn put(table: &TableName, key: &RowKey, row: Map<String, Value>, if_version: Option<u64>) -> Self {
        Self { table: table.clone(), key: key.clone(), if_version, action: Action::Put(row) }
    }

    /// Removes a row.
    pub fn delete(table: &TableName, key: &RowKey, if_version: Option<u64>) -> Self {
        Self { table: table.clone(), key: key.clone(), if_version, action: Action::Delete }
    }

    /// Asks for a row's version.
    pub fn check(table: &TableName, key: &RowKey, version: u64) -> Self {
        Self { table: table.clone(), key: key.clone(), if_version: Some(version), action: Action::Check }
    }
}

/// A change as it stands in a request: with a `row`, with `"delete":true`, or with neither.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    table: String,
    key: String,
    if_version: Option<u64>,
    row: Option<Map<String, Value>>,
    #[serde(default)]
    delete: bool,
}

impl Wanted {
    /// The change, or why it isn't one, in a sentence.
    pub(crate) fn change(self) -> Result<Change, String> {
        let table = self.table.parse::<TableName>().map_err(|e| e.to_string())?;
        let key = self.key.parse::<RowKey>().map_err(|e| e.to_string())?;
        let action = match (self.row, self.delete) {
            (Some(row), false) => Action::Put(row),
            (None, true) => Action::Delete,
            (None, false) if self.if_version.is_some() => Action::Check,
            (None, false) => {
                return Err(format!("The change of {key} has neither a row, nor delete, nor if_version."));
            }
            (Some(_), true) => return Err(format!("The change of {key} has a row and delete.")),
        };
        Ok(Change { table, key, if_version: self.if_version, action })
    }
}

impl Change {
    /// What [`Wanted`] reads.
    pub(crate) fn to_json(&self) -> Value {
        let mut json = json!({ "table": self.table, "key": self.key });
        if let Some(version) = self.if_version {
            json["if_version"] = version.into();
        }
        match &self.action {
            Action::Put(row) => json["row"] = Value::Object(row.clone()),
            Action::Delete => json["delete"] = true.into(),
            Action::Check => (),
        }
        json
    }
}
