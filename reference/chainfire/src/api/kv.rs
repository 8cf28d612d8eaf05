//! `/v1/kv`: the keys and their values.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use servicekit::{Problem, check_request_id, json_body};

use super::Shared;
use crate::command::{Change, Command, Outcome, Versioned};
use crate::key::Key;

/// How long a read waits for this replica to catch up.
const PATIENCE: Duration = Duration::from_secs(2);
/// The keys of a page, unless asked for another number, and at most.
const PAGE: (usize, usize) = (100, 1_000);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOptions {
    if_version: Option<u64>,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanOptions {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    after: String,
    limit: Option<usize>,
}

type Answered = Result<Response, Problem>;
type Written = Result<Query<WriteOptions>, QueryRejection>;

fn key(text: &str) -> Result<Key, Problem> {
    text.parse().map_err(|e| Problem::bad_request(format!("There can't be such a key: {e}.")))
}

fn options<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|Query(options)| options).map_err(|e| Problem::bad_request(e.body_text()))
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

async fn up_to_date(api: &Shared) -> Result<(), Problem> {
    count(&api.counts.reads);
    api.node.catch_up(PATIENCE).await.map_err(|refusal| {
        count(&api.counts.refusals);
        Problem::from(refusal)
    })
}

fn unreadable(error: std::io::Error) -> Problem {
    let sentence = format!("The state can't be read: {error}.");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
}

pub async fn get(State(api): State<Shared>, Path(text): Path<String>) -> Answered {
    let key = key(&text)?;
    up_to_date(&api).await?;
    match api.node.reader.get(key.to_string()).await.map_err(unreadable)? {
        Some(found) => Ok(json_body(&json!({ "key": key, "value": found.value, "version": found.version }))),
        None => Err(Problem::new(StatusCode::NOT_FOUND, format!("There is no key {key}."))),
    }
}

pub async fn scan(State(api): State<Shared>, query: Result<Query<ScanOptions>, QueryRejection>) -> Answered {
    let ScanOptions { prefix, after, limit } = options(query)?;
    let limit = limit.unwrap_or(PAGE.0).clamp(1, PAGE.1);
    up_to_date(&api).await?;
    let page = api.node.reader.scan(prefix, after, limit).await.map_err(unreadable)?;
    let item = |(key, found): (String, Versioned)| json!({ "key": key, "value": found.value, "version": found.version });
    let items: Vec<Value> = page.items.into_iter().map(item).collect();
    Ok(json_body(&json!({ "items": items, "more": page.more })))
}

pub async fn put(
    State(api): State<Shared>,
    Path(text): Path<String>,
    query: Written,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let value = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The value isn't JSON: {e}.")))?;
    write(&api, &text, query, Change::Put(value)).await
}

pub async fn delete(State(api): State<Shared>, Path(text): Path<String>, query: Written) -> Answered {
    write(&api, &text, query, Change::Delete).await
}

async fn write(api: &Shared, text: &str, query: Written, change: Change) -> Answered {
    let (key, WriteOptions { if_version, request_id }) = (key(text)?, options(query)?);
    if let Some(id) = &request_id {
        check_request_id(id).map_err(Problem::bad_request)?;
    }
    count(&api.counts.writes);
    let command = Command { request_id, key: key.clone(), if_version, change };
    let outcome = api.node.write(command).await.map_err(|refusal| {
        count(&api.counts.refusals);
        Problem::from(refusal)
    })?;
    match outcome {
        Outcome::Written(version) => Ok(json_body(&json!({ "key": key, "version": version }))),
        Outcome::Deleted(version) => Ok(json_body(&json!({ "key": key, "deleted": version != 0 }))),
        Outcome::Conflict(version) => {
            count(&api.counts.conflicts);
            let wanted = if_version.unwrap_or_default();
            let sentence = format!("The key {key} has version {version}, not {wanted}.");
            Err(Problem::new(StatusCode::CONFLICT, sentence).with("version", version))
        }
        Outcome::RequestIdReused => {
            let sentence = "This request id has named another write before.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence))
        }
        Outcome::Nothing => {
            let sentence = "The write had no outcome.";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence))
        }
    }
}
