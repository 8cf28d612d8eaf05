//! Health, metrics and status.

use std::fmt::Write;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::Response;
use openraft::ServerState;
use serde_json::{Value, json};
use servicekit::{COMMIT, Health, json_body, text};

use super::Shared;
use crate::VERSION;
use crate::gossip::Liveness;

pub async fn healthz(State(api): State<Shared>) -> Health {
    Health { service: "chainfire", version: VERSION, problem: api.node.problem().await }
}

/// What this replica knows, without asking another one: it may be out of date.
pub async fn status(State(api): State<Shared>) -> Response {
    let (node, metrics) = (&api.node, api.node.metrics());
    let liveness = node.gossip.liveness(node.replicas.keys().copied()).await;
    let matched = |id| metrics.replication.as_ref().and_then(|all| all.get(id).copied().flatten());
    let member = |(id, address)| {
        let matched = matched(id).map(|entry| entry.index);
        json!({ "id": id, "address": address, "gossip": liveness.get(id), "matched_index": matched })
    };
    let members: Vec<Value> = node.replicas.iter().map(member).collect();
    let leader = metrics.current_leader.map(|id| json!({ "id": id, "address": node.replicas.get(&id) }));
    json_body(&json!({
        "id": node.id,
        "address": node.replicas.get(&node.id),
        "state": format!("{:?}", metrics.state).to_lowercase(),
        "leader": leader,
        "term": metrics.current_term,
        "last_log_index": metrics.last_log_index,
        "applied_index": metrics.last_applied.map(|id| id.index),
        "snapshot_index": metrics.snapshot.map(|id| id.index),
        "millis_since_quorum": metrics.millis_since_quorum_ack,
        "members": members,
    }))
}

pub async fn metrics(State(api): State<Shared>) -> Response {
    let (node, counts, raft) = (&api.node, &api.counts, api.node.metrics());
    let liveness = node.gossip.liveness(node.replicas.keys().copied()).await;
    let alive = liveness.values().filter(|seen| **seen == Liveness::Alive).count() as u64;
    let mut out = String::from("# TYPE chainfire_build_info gauge\n");
    let _ = writeln!(out, "chainfire_build_info{{version=\"{VERSION}\",commit=\"{COMMIT}\"}} 1");
    let mut one = |name: &str, kind: &str, value: u64| {
        let _ = writeln!(out, "# TYPE chainfire_{name} {kind}\nchainfire_{name} {value}");
    };
    one("is_leader", "gauge", u64::from(raft.state == ServerState::Leader));
    one("term", "gauge", raft.current_term);
    one("last_log_index", "gauge", raft.last_log_index.unwrap_or(0));
    one("applied_index", "gauge", raft.last_applied.map_or(0, |id| id.index));
    one("members_alive", "gauge", alive);
    one("reads_total", "counter", counts.reads.load(Ordering::Relaxed));
    one("writes_total", "counter", counts.writes.load(Ordering::Relaxed));
    one("conflicts_total", "counter", counts.conflicts.load(Ordering::Relaxed));
    one("refusals_total", "counter", counts.refusals.load(Ordering::Relaxed));
    text(out)
}
