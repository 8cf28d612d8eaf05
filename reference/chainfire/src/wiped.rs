//! Raft counts on what a replica has once confirmed. A replica that lost its data must not come back
//! under its number: it could vote twice in a term, and the leader's Raft stops when a log shrinks.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use axum::http::Method;
use openraft::storage::RaftLogStorage;
use serde_json::Value;
use servicekit::Http;

use crate::store::LogStore;

/// How long another replica may take to tell what it knows.
const PATIENCE: Duration = Duration::from_secs(1);

/// Fails if this replica has no data, and another one that answers knows that it had. A leader
/// knows it of the replicas that it has heard from, all others of their leader, and everybody of
/// the lowest replica, which formed the cluster. What nobody remembers isn't found out.
pub async fn refuse(
    id: u64,
    replicas: &BTreeMap<u64, String>,
    log: &mut LogStore,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    if log.read_vote().await?.is_some() || log.get_log_state().await?.last_log_id.is_some() {
        return Ok(());
    }
    let http = Http::default();
    let lowest = replicas.keys().next() == Some(&id);
    for (other, address) in replicas.iter().filter(|(other, _)| **other != id) {
        let url = format!("http://{address}/v1/status");
        let Ok(reply) = http.send(Method::GET, &url, Vec::new(), PATIENCE).await else { continue };
        let status: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        if knows(&status, id) || (lowest && status["last_log_index"].is_u64()) {
            let sentence = "this replica has lost its data, and can't rejoin under its number; replica";
            return Err(format!("{sentence} {other} at {address} knows of data that isn't here").into());
        }
    }
    Ok(())
}

/// Whether a replica's status shows that this one has led, or has confirmed entries of the log.
fn knows(status: &Value, id: u64) -> bool {
    if status["leader"]["id"] == id {
        return true;
    }
    let members = status["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    members.iter().any(|member| member["id"] == id && member["matched_index"].is_u64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_tells_of_leaders_and_of_confirmed_entries() {
        let members = json!([{ "id": 1, "matched_index": 7 }, { "id": 2, "matched_index": null }]);
        let status = json!({ "leader": { "id": 3 }, "members": members });
        assert_eq!([1, 2, 3, 4].map(|id| knows(&status, id)), [true, false, true, false]);
        assert!(!knows(&Value::Null, 1));
    }
}
