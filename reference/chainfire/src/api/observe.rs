//! Health, metrics and status.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::response::Response;
use openraft::ServerState;
use serde_json::{Value, json};
use servicekit::{Exposition, Health, json_body};

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
    let alive = liveness.values().filter(|seen| **seen == Liveness::Alive).count();
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Exposition::new("chainfire", VERSION)
        .gauge("is_leader", u64::from(raft.state == ServerState::Leader))
        .gauge("term", raft.current_term)
        .gauge("last_log_index", raft.last_log_index.unwrap_or(0))
        .gauge("applied_index", raft.last_applied.map_or(0, |id| id.index))
        .gauge("members_alive", alive)
        .counter("reads", value(&counts.reads))
        .counter("writes", value(&counts.writes))
        .counter("conflicts", value(&counts.conflicts))
        .counter("refusals", value(&counts.refusals))
        .answer()
}
