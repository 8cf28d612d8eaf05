use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use servicekit::{Answer, Endpoints, new_request_id};

use crate::database::{DatabaseError, Row};
use crate::name::{RowKey, TableName};
use crate::transaction::Change;

/// How long one server may take: longer than it waits for chainfire.
const ATTEMPT: Duration = Duration::from_secs(6);
/// How long a call may take with all its tries.
const DEADLINE: Duration = Duration::from_secs(20);

/// Talks to flaredb over any of its servers. A call is tried again until it is answered or 20 s are
/// over; a write carries a request id, so that its tries have one effect together.
pub struct Client {
    endpoints: Endpoints,
}

impl Client {
    /// A client of the servers at these endpoints, like `http://127.0.0.1:7101`.
    pub fn new(endpoints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::with_deadline(endpoints, DEADLINE)
    }

    /// The same, with another limit for a call with all its tries.
    pub fn with_deadline(endpoints: impl IntoIterator<Item = impl Into<String>>, deadline: Duration) -> Self {
        Self { endpoints: Endpoints::new(endpoints, ATTEMPT.min(deadline), deadline) }
    }

    /// Fails unless a server is ready within the limit for a call.
    pub async fn ready(&self) -> Result<(), DatabaseError> {
        ok(self.call(Method::GET, "/healthz", None).await?).map(|_| ())
    }

    /// A row, at least as new as every write acknowledged before the call.
    pub async fn get(&self, table: &TableName, key: &RowKey) -> Result<Option<Row>, DatabaseError> {
        let answer = self.call(Method::GET, &format!("/v1/tables/{table}/rows/{key}"), None).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            _ => Ok(Some(row(&ok(answer)?))),
        }
    }

    /// At most `limit` (1 to 1,000) rows whose keys follow `after`, and whether more follow them.
    pub async fn scan(
        &self,
        table: &TableName,
        after: Option<&RowKey>,
        limit: usize,
    ) -> Result<(Vec<Row>, bool), DatabaseError> {
        let after = after.map(|key| format!("&after={key}")).unwrap_or_default();
        let path = format!("/v1/tables/{table}/rows?limit={limit}{after}");
        let body = ok(self.call(Method::GET, &path, None).await?)?;
        let rows = body["rows"].as_array().map(|rows| rows.iter().map(row).collect());
        Ok((rows.unwrap_or_default(), body["more"] == true))
    }

    /// Writes a row and returns its version. With `if_version` only if the row has that version, 0
    /// meaning that there is none.
    pub async fn put(
        &self,
        table: &TableName,
        key: &RowKey,
        row: &Map<String, Value>,
        if_version: Option<u64>,
    ) -> Result<u64, DatabaseError> {
        let body = Value::Object(row.clone());
        let body = ok(self.call(Method::PUT, &write_path(table, key, if_version), Some(&body)).await?)?;
        Ok(body["version"].as_u64().unwrap_or_default())
    }

    /// Removes a row and tells whether it was there; the rest as for [`put`](Self::put).
    pub async fn delete(
        &self,
        table: &TableName,
        key: &RowKey,
        if_version: Option<u64>,
    ) -> Result<bool, DatabaseError> {
        let body = ok(self.call(Method::DELETE, &write_path(table, key, if_version), None).await?)?;
        Ok(body["deleted"] == true)
    }

    /// Makes all changes (1 to 64) or none, and returns the version that every row written has now.
    /// A conflict names the version of the first row that hasn't the one asked for.
    pub async fn transact(&self, changes: &[Change]) -> Result<u64, DatabaseError> {
        self.transact_as(&new_request_id(), changes).await
    }

    /// [`transact`](Self::transact) under a request id of the caller's (1 to 64 letters, digits, `.`,
    /// `_`, `-`), with which the caller may repeat it: it has one effect, and one answer.
    pub async fn transact_as(&self, request_id: &str, changes: &[Change]) -> Result<u64, DatabaseError> {
        let changes: Vec<Value> = changes.iter().map(Change::to_json).collect();
        let path = format!("/v1/transactions?request_id={request_id}");
        let body = ok(self.call(Method::POST, &path, Some(&json!({ "changes": changes }))).await?)?;
        Ok(body["version"].as_u64().unwrap_or_default())
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, DatabaseError> {
        let answer = self.endpoints.call(method, path, body).await;
        answer.map_err(|failed| DatabaseError::Unavailable { why: failed.why, unknown: failed.unknown })
    }
}

fn write_path(table: &TableName, key: &RowKey, if_version: Option<u64>) -> String {
    let condition = if_version.map(|version| format!("&if_version={version}")).unwrap_or_default();
    format!("/v1/tables/{table}/rows/{key}?request_id={}{condition}", new_request_id())
}

fn ok(answer: Answer) -> Result<Value, DatabaseError> {
    match answer.status {
        status if status.is_success() => Ok(answer.body),
        StatusCode::CONFLICT => {
            Err(DatabaseError::Conflict(answer.body["version"].as_u64().unwrap_or_default()))
        }
        status => {
            let sentence = answer.body["error"].as_str().map(str::to_owned);
            let why = sentence.unwrap_or_else(|| format!("flaredb answered {status}"));
            Err(DatabaseError::Refused(status.as_u16(), why))
        }
    }
}

fn row(json: &Value) -> Row {
    Row {
        key: json["key"].as_str().unwrap_or_default().to_owned(),
        row: json["row"].clone(),
        version: json["version"].as_u64().unwrap_or_default(),
    }
}
