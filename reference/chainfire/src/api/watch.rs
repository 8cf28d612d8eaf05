//! `/v1/watch`: what changes, as it changes.

use std::time::{Duration, Instant};

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use servicekit::{Problem, json_body};

use super::Shared;
use super::kv::{Answered, options, unreadable};
use crate::store::History;

/// The versions of a page, and the longest wait for the first.
const PAGE: usize = 1_000;
const LONGEST: Duration = Duration::from_secs(30);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchOptions {
    #[serde(default)]
    prefix: String,
    after: u64,
    #[serde(default)]
    wait_ms: u64,
}

/// The changes after a version, in order; waits for one where there is none yet. `version` is what
/// to ask `after` next. 410 where what came after that version has been forgotten.
pub async fn watch(
    State(api): State<Shared>,
    query: Result<Query<WatchOptions>, QueryRejection>,
) -> Answered {
    let WatchOptions { prefix, after, wait_ms } = options(query)?;
    let end = Instant::now() + Duration::from_millis(wait_ms).min(LONGEST);
    let mut applied = api.node.raft.metrics();
    loop {
        applied.mark_unchanged();
        let history = api.node.reader.changes(prefix.clone(), after, PAGE).await.map_err(unreadable)?;
        if history.forgotten {
            let sentence =
                format!("What changed after version {after} has been forgotten; read the keys anew.");
            return Err(Problem::new(StatusCode::GONE, sentence).with("version", history.version));
        }
        let left = end.saturating_duration_since(Instant::now());
        if !history.changes.is_empty() || left.is_zero() {
            return Ok(json_body(&page(history, after)));
        }
        let _ = tokio::time::timeout(left, applied.changed()).await;
    }
}

fn page(history: History, after: u64) -> Value {
    let mut changes = Vec::new();
    for (version, changed) in history.changes {
        for change in changed {
            changes.push(match change.value {
                Some(value) => json!({ "key": change.key, "version": version, "value": value }),
                None => json!({ "key": change.key, "version": version, "deleted": true }),
            });
        }
    }
    // A replica that lags behind knows less than its client.
    json!({ "changes": changes, "version": history.version.max(after) })
}
