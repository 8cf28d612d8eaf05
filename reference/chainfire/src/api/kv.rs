//! `/v1/kv` and `/v1/transactions`: the keys and their values.

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
use crate::command::{Action, Change, Command, Operation, Outcome, Versioned};
use crate::key::Key;

/// How long a read waits for this replica to catch up.
const PATIENCE: Duration = Duration::from_secs(2);
/// The keys of a page, unless asked for another number, and at most.
const PAGE: (usize, usize) = (100, 1_000);
/// The most changes of one transaction.
const MAX_CHANGES: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOptions {
    if_version: Option<u64>,
    request_id: Option<String>,
    lease: Option<String>,
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

pub type Answered = Result<Response, Problem>;
type Written = Result<Query<WriteOptions>, QueryRejection>;

fn key(text: &str) -> Result<Key, Problem> {
    text.parse().map_err(|e| Problem::bad_request(format!("There can't be such a key: {e}.")))
}

pub fn options<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    query.map(|Query(options)| options).map_err(|e| Problem::bad_request(e.body_text()))
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

pub async fn up_to_date(api: &Shared) -> Result<(), Problem> {
    count(&api.counts.reads);
    api.node.catch_up(PATIENCE).await.map_err(|refusal| {
        count(&api.counts.refusals);
        Problem::from(refusal)
    })
}

pub fn unreadable(error: std::io::Error) -> Problem {
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
    let options = options(query)?;
    let action = Action::Put { value, lease: options.lease.clone() };
    let (key, version, _) = write_one(&api, &text, options, action).await?;
    Ok(json_body(&json!({ "key": key, "version": version })))
}

pub async fn delete(State(api): State<Shared>, Path(text): Path<String>, query: Written) -> Answered {
    let (key, _, before) = write_one(&api, &text, options(query)?, Action::Delete).await?;
    Ok(json_body(&json!({ "key": key, "deleted": before != 0 })))
}

/// Gives the key, its version, and the one before.
async fn write_one(
    api: &Shared,
    text: &str,
    options: WriteOptions,
    action: Action,
) -> Result<(Key, u64, u64), Problem> {
    let key = key(text)?;
    let change = Change { key: key.clone(), if_version: options.if_version, action };
    let (version, before) = write(api, options.request_id, vec![change]).await?;
    Ok((key, version, before.first().copied().unwrap_or_default()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transaction {
    changes: Vec<Wanted>,
}

/// A change with a `value`, with `"delete":true`, or with neither: then it only asks for the version.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    key: String,
    if_version: Option<u64>,
    #[serde(default, deserialize_with = "given")]
    value: Option<Value>,
    #[serde(default)]
    delete: bool,
    lease: Option<String>,
}

/// A `null` that stands there is a value.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

impl Wanted {
    fn change(self) -> Result<Change, Problem> {
        let Self { key: text, if_version, value, delete, lease } = self;
        let action = match (value, delete) {
            (Some(value), false) => Action::Put { value, lease },
            (None, true) => Action::Delete,
            (None, false) if if_version.is_some() => Action::Check,
            (None, false) => {
                let sentence =
                    format!("The change of {text} has neither a value, nor delete, nor if_version.");
                return Err(Problem::bad_request(sentence));
            }
            (Some(_), true) => {
                return Err(Problem::bad_request(format!("The change of {text} has a value and delete.")));
            }
        };
        Ok(Change { key: key(&text)?, if_version, action })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestId {
    request_id: Option<String>,
}

pub async fn transact(
    State(api): State<Shared>,
    query: Result<Query<RequestId>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    let RequestId { request_id } = options(query)?;
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let Transaction { changes } = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The transaction can't be read: {e}.")))?;
    if !(1..=MAX_CHANGES).contains(&changes.len()) {
        let sentence = format!("A transaction has 1 to {MAX_CHANGES} changes, not {}.", changes.len());
        return Err(Problem::bad_request(sentence));
    }
    let changes = changes.into_iter().map(Wanted::change).collect::<Result<Vec<_>, _>>()?;
    let mut keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
    keys.sort_unstable();
    if let Some(twice) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Problem::bad_request(format!("The transaction names the key {} twice.", twice[0])));
    }
    let (version, _) = write(&api, request_id, changes).await?;
    Ok(json_body(&json!({ "version": version })))
}

/// Gives the version that the keys written have now, and those that all had before.
async fn write(
    api: &Shared,
    request_id: Option<String>,
    changes: Vec<Change>,
) -> Result<(u64, Vec<u64>), Problem> {
    let wanted = changes.iter().map(|change| (change.key.to_string(), change.if_version)).collect::<Vec<_>>();
    match command(api, request_id, Operation::Write(changes)).await? {
        Outcome::Written { version, before } => Ok((version, before)),
        Outcome::Conflict { key, version } => {
            count(&api.counts.conflicts);
            let asked = wanted.iter().find(|(name, _)| *name == key).and_then(|(_, version)| *version);
            let sentence = format!("The key {key} has version {version}, not {}.", asked.unwrap_or_default());
            Err(Problem::new(StatusCode::CONFLICT, sentence).with("key", key).with("version", version))
        }
        other => Err(unexpected(&other)),
    }
}

/// Puts a command into the log.
pub async fn command(
    api: &Shared,
    request_id: Option<String>,
    operation: Operation,
) -> Result<Outcome, Problem> {
    if let Some(id) = &request_id {
        check_request_id(id).map_err(Problem::bad_request)?;
    }
    count(&api.counts.writes);
    let outcome = api.node.write(Command { request_id, operation }).await.map_err(|refusal| {
        count(&api.counts.refusals);
        Problem::from(refusal)
    })?;
    match outcome {
        Outcome::RequestIdReused => {
            let sentence = "This request id has named another write before.";
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence))
        }
        Outcome::NoLease(lease) => {
            Err(Problem::new(StatusCode::NOT_FOUND, format!("There is no lease {lease}.")))
        }
        outcome => Ok(outcome),
    }
}

/// An outcome that the command can't have.
pub fn unexpected(outcome: &Outcome) -> Problem {
    let sentence = format!("The write had an outcome of another kind: {outcome:?}.");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
}
