//! What replicas ask of each other. An answer is a `Result` as JSON, with status 200 either way.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use servicekit::{Problem, json_body};

use super::Shared;

fn message<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|e| Problem::bad_request(format!("The message can't be read: {e}.")))
}

fn answer<T: Serialize, E: Serialize>(result: &Result<T, E>) -> Response {
    json_body(&json!(result))
}

pub async fn append(State(api): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    Ok(answer(&api.node.raft.append_entries(message(&body)?).await))
}

pub async fn vote(State(api): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    Ok(answer(&api.node.raft.vote(message(&body)?).await))
}

pub async fn snapshot(State(api): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    Ok(answer(&api.node.raft.install_snapshot(message(&body)?).await))
}

pub async fn write(State(api): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    Ok(answer(&api.node.write_as_leader(message(&body)?).await))
}

pub async fn read_index(State(api): State<Shared>) -> Response {
    answer(&api.node.read_index_as_leader().await)
}
