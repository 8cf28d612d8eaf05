//! The HTTP API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use servicekit::{Exposition, Health, Problem, check_request_id, json_body};

use crate::VERSION;
use crate::database::{Database, DatabaseError};
use crate::name::{RowKey, TableName};
use crate::transaction::Wanted;

/// The largest body of a request, in bytes of JSON.
const MAX_ROW: usize = 64 * 1024;
/// The rows of a page, unless asked for another number, and at most.
const PAGE: (usize, usize) = (100, 1_000);

struct Api {
    database: Database,
    reads: AtomicU64,
    writes: AtomicU64,
    conflicts: AtomicU64,
    failures: AtomicU64,
}

type Shared = State<Arc<Api>>;
type Answered = Result<Response, Problem>;
type Asked<T> = Result<Query<T>, QueryRejection>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WriteOptions {
    if_version: Option<u64>,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScanOptions {
    after: Option<String>,
    until: Option<String>,
    limit: Option<usize>,
}

/// All routes of the server.
pub fn routes(database: Database) -> Router {
    let zero = AtomicU64::default;
    let api = Api { database, reads: zero(), writes: zero(), conflicts: zero(), failures: zero() };
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/v1/transactions", post(transact))
        .route("/v1/tables/{table}/rows", get(scan))
        .route("/v1/tables/{table}/rows/{key}", get(read).put(put).delete(delete))
        .layer(DefaultBodyLimit::max(MAX_ROW))
        .with_state(Arc::new(api))
}

impl Api {
    fn failed(&self, error: DatabaseError) -> Problem {
        let sentence = error.to_string();
        match error {
            DatabaseError::Conflict(version) => {
                self.conflicts.fetch_add(1, Ordering::Relaxed);
                let sentence = format!("The row wasn't written: {sentence}.");
                Problem::new(StatusCode::CONFLICT, sentence).with("version", version)
            }
            DatabaseError::Refused(status, _) => {
                Problem::new(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), sentence)
            }
            DatabaseError::Unavailable { unknown, .. } => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                let outcome = if unknown { "unknown" } else { "not-applied" };
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", outcome)
            }
        }
    }
}

fn table(text: &str) -> Result<TableName, Problem> {
    text.parse::<TableName>().map_err(|e| Problem::bad_request(e.to_string()))
}

fn row_key(text: &str) -> Result<RowKey, Problem> {
    text.parse::<RowKey>().map_err(|e| Problem::bad_request(e.to_string()))
}

fn options<T>(query: Asked<T>) -> Result<T, Problem> {
    query.map(|Query(options)| options).map_err(|e| Problem::bad_request(e.body_text()))
}

fn write_options(query: Asked<WriteOptions>) -> Result<WriteOptions, Problem> {
    let options = options(query)?;
    options.request_id.as_deref().map_or(Ok(()), check_request_id).map_err(Problem::bad_request)?;
    Ok(options)
}

async fn read(State(api): Shared, Path((name, key)): Path<(String, String)>) -> Answered {
    let (table, key) = (table(&name)?, row_key(&key)?);
    api.reads.fetch_add(1, Ordering::Relaxed);
    match api.database.get(&table, &key).await.map_err(|e| api.failed(e))? {
        Some(row) => {
            Ok(json_body(&json!({ "table": table, "key": key, "row": row.row, "version": row.version })))
        }
        None => {
            Err(Problem::new(StatusCode::NOT_FOUND, format!("There is no row {key} in the table {table}.")))
        }
    }
}

async fn scan(State(api): Shared, Path(name): Path<String>, query: Asked<ScanOptions>) -> Answered {
    let (table, ScanOptions { after, until, limit }) = (table(&name)?, options(query)?);
    let after = after.as_deref().map(row_key).transpose()?;
    let until = until.as_deref().map(row_key).transpose()?;
    let limit = limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    api.reads.fetch_add(1, Ordering::Relaxed);
    let page = api.database.scan(&table, after.as_ref(), until.as_ref(), limit).await;
    let (rows, more) = page.map_err(|e| api.failed(e))?;
    Ok(json_body(&json!({ "table": table, "rows": rows, "more": more })))
}

async fn put(
    State(api): Shared,
    Path((name, key)): Path<(String, String)>,
    query: Asked<WriteOptions>,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    let (table, key) = (table(&name)?, row_key(&key)?);
    let WriteOptions { if_version, request_id } = write_options(query)?;
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let row = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The row isn't a JSON object: {e}.")))?;
    api.writes.fetch_add(1, Ordering::Relaxed);
    let written = api.database.put(&table, &key, row, if_version, request_id).await;
    let version = written.map_err(|e| api.failed(e))?;
    Ok(json_body(&json!({ "table": table, "key": key, "version": version })))
}

async fn delete(
    State(api): Shared,
    Path((name, key)): Path<(String, String)>,
    query: Asked<WriteOptions>,
) -> Answered {
    let (table, key) = (table(&name)?, row_key(&key)?);
    let WriteOptions { if_version, request_id } = write_options(query)?;
    api.writes.fetch_add(1, Ordering::Relaxed);
    let deleted = api.database.delete(&table, &key, if_version, request_id).await;
    let deleted = deleted.map_err(|e| api.failed(e))?;
    Ok(json_body(&json!({ "table": table, "key": key, "deleted": deleted })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transaction {
    changes: Vec<Wanted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestId {
    request_id: Option<String>,
}

async fn transact(
    State(api): Shared,
    query: Asked<RequestId>,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    let RequestId { request_id } = options(query)?;
    request_id.as_deref().map_or(Ok(()), check_request_id).map_err(Problem::bad_request)?;
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let Transaction { changes } = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The transaction can't be read: {e}.")))?;
    let changes = changes.into_iter().map(Wanted::change).collect::<Result<Vec<_>, _>>();
    let changes = changes.map_err(Problem::bad_request)?;
    api.writes.fetch_add(1, Ordering::Relaxed);
    let version = api.database.transact(&changes, request_id).await.map_err(|e| api.failed(e))?;
    Ok(json_body(&json!({ "version": version })))
}

async fn healthz(State(api): Shared) -> Response {
    let problem = api.database.ready().await.err().map(|error| format!("chainfire isn't ready: {error}"));
    Health { service: "flaredb", version: VERSION, problem }.into_response()
}

async fn metrics(State(api): Shared) -> Response {
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Exposition::new("flaredb", VERSION)
        .counter("reads", value(&api.reads))
        .counter("writes", value(&api.writes))
        .counter("conflicts", value(&api.conflicts))
        .counter("failures", value(&api.failures))
        .answer()
}
