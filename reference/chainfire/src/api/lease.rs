//! `/v1/leases`: keys that go when nobody keeps them alive.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::json;
use servicekit::{Problem, check_request_id, json_body};

use super::Shared;
use super::kv::{Answered, command, options, unexpected};
use crate::command::{Operation, Outcome};

/// The shortest and the longest life of a lease, in milliseconds.
const TTL: (u64, u64) = (100, 24 * 60 * 60 * 1_000);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseOptions {
    ttl_ms: Option<u64>,
    #[serde(default)]
    keep: bool,
    request_id: Option<String>,
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

/// Makes the lease or sets its end anew; with `keep=true` only if it still lives.
pub async fn put(
    State(api): State<Shared>,
    Path(lease): Path<String>,
    query: Result<Query<LeaseOptions>, QueryRejection>,
) -> Answered {
    let LeaseOptions { ttl_ms, keep, request_id } = options(query)?;
    check(&lease)?;
    let ttl_ms = ttl_ms.unwrap_or_default();
    if !(TTL.0..=TTL.1).contains(&ttl_ms) {
        return Err(Problem::bad_request(format!("ttl_ms is {} to {}, not {ttl_ms}.", TTL.0, TTL.1)));
    }
    let operation =
        Operation::Lease { lease: lease.clone(), ttl_ms, expires_at: now() + ttl_ms, must_exist: keep };
    match command(&api, request_id, operation).await? {
        Outcome::Leased { expires_at } => Ok(json_body(&json!({ "lease": lease, "expires_at": expires_at }))),
        other => Err(unexpected(&other)),
    }
}

/// Ends the lease and removes its keys.
pub async fn delete(State(api): State<Shared>, Path(lease): Path<String>) -> Answered {
    check(&lease)?;
    let operation = Operation::Revoke { lease: lease.clone(), expired_at: None };
    match command(&api, None, operation).await? {
        Outcome::Revoked { keys } => Ok(json_body(&json!({ "lease": lease, "keys": keys }))),
        other => Err(unexpected(&other)),
    }
}

fn check(lease: &str) -> Result<(), Problem> {
    check_request_id(lease).map_err(|_| {
        Problem::bad_request("A lease's name is 1 to 64 letters, digits, dots, underscores and hyphens.")
    })
}
