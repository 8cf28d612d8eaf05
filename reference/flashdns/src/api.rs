//! The HTTP API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flaredb::DatabaseError;
use serde::Deserialize;
use serde_json::{Value, json};
use servicekit::{Exposition, Health, Problem, check_request_id, json_body};

use crate::VERSION;
use crate::dns::Counts;
use crate::record::{Host, Kind, Records};
use crate::zone::Zone;

/// The most values of one name and type, and the longest time to keep them, in seconds.
const MOST: (usize, u32) = (100, 86_400);

struct Api {
    zone: Arc<Zone>,
    counts: Arc<Counts>,
}

type Shared = State<Arc<Api>>;
type Answered = Result<Response, Problem>;
type Asked = Result<Query<WriteOptions>, QueryRejection>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WriteOptions {
    if_version: Option<u64>,
    request_id: Option<String>,
}

/// All routes of the server.
pub fn routes(zone: Arc<Zone>, counts: Arc<Counts>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/v1/records", get(list))
        .route("/v1/records/{name}/{kind}", get(read).put(put).delete(delete))
        .with_state(Arc::new(Api { zone, counts }))
}

fn failed(error: DatabaseError) -> Problem {
    let sentence = error.to_string();
    match error {
        DatabaseError::Conflict(version) => {
            let sentence = format!("The records weren't written: they have version {version}.");
            Problem::new(StatusCode::CONFLICT, sentence).with("version", version)
        }
        DatabaseError::Refused(status, _) => {
            Problem::new(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), sentence)
        }
        DatabaseError::Unavailable { unknown, .. } => {
            let outcome = if unknown { "unknown" } else { "not-applied" };
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", outcome)
        }
    }
}

impl Api {
    fn place(&self, name: &str, kind: &str) -> Result<(Host, Kind), Problem> {
        let wrong = || Problem::bad_request(format!("{name:?} isn't a name that can have records."));
        let host = Host::parse(name).ok_or_else(wrong)?;
        if !host.is_in(&self.zone.name) {
            let sentence = format!("{host} isn't in the zone {}.", self.zone.name);
            return Err(Problem::bad_request(sentence));
        }
        Ok((host, kind.parse().map_err(Problem::bad_request)?))
    }
}

fn options(query: Asked) -> Result<WriteOptions, Problem> {
    let Query(options) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    options.request_id.as_deref().map_or(Ok(()), check_request_id).map_err(Problem::bad_request)?;
    Ok(options)
}

fn told(host: &Host, kind: Kind, records: &Records, version: u64) -> Value {
    json!({
        "name": host.to_string(),
        "type": kind.word(),
        "ttl": records.ttl,
        "values": records.values,
        "version": version,
    })
}

/// Says in a sentence why these records can't be stored there.
fn check(zone: &Host, host: &Host, kind: Kind, records: &Records) -> Result<(), String> {
    if !(1..=MOST.0).contains(&records.values.len()) || records.ttl > MOST.1 {
        return Err(format!("There are 1 to {} values, and a ttl of at most {}.", MOST.0, MOST.1));
    }
    if kind == Kind::Cname && records.values.len() != 1 {
        return Err("An alias has one value.".to_owned());
    }
    if kind == Kind::Cname && host == zone {
        return Err("The zone itself can't be an alias.".to_owned());
    }
    let mut seen = Vec::new();
    for value in &records.values {
        let data = kind.data(value)?;
        if seen.contains(&data) {
            return Err(format!("The value {value:?} is there twice."));
        }
        seen.push(data);
    }
    Ok(())
}

async fn put(
    State(api): Shared,
    Path((name, kind)): Path<(String, String)>,
    query: Asked,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    let (host, kind) = api.place(&name, &kind)?;
    let WriteOptions { if_version, request_id } = options(query)?;
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let records: Records = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The records can't be read: {e}.")))?;
    check(&api.zone.name, &host, kind, &records).map_err(Problem::bad_request)?;
    match api.zone.put(&host, kind, &records, if_version, request_id).await {
        Ok(version) => Ok(json_body(&told(&host, kind, &records, version))),
        Err(DatabaseError::Conflict(version)) => {
            let other = api.zone.excluding(&host, kind).await.map_err(failed)?;
            Err(other.map_or_else(
                || failed(DatabaseError::Conflict(version)),
                |other| {
                    let sentence = format!("{host} has {} records, and an alias stands alone.", other.word());
                    Problem::new(StatusCode::CONFLICT, sentence)
                },
            ))
        }
        Err(error) => Err(failed(error)),
    }
}

async fn read(State(api): Shared, Path((name, kind)): Path<(String, String)>) -> Answered {
    let (host, kind) = api.place(&name, &kind)?;
    match api.zone.get(&host, kind).await.map_err(failed)? {
        Some((records, version)) => Ok(json_body(&told(&host, kind, &records, version))),
        None => {
            let sentence = format!("There are no {} records of {host}.", kind.word());
            Err(Problem::new(StatusCode::NOT_FOUND, sentence))
        }
    }
}

async fn delete(State(api): Shared, Path((name, kind)): Path<(String, String)>, query: Asked) -> Answered {
    let (host, kind) = api.place(&name, &kind)?;
    let WriteOptions { if_version, request_id } = options(query)?;
    let deleted = api.zone.delete(&host, kind, if_version, request_id).await.map_err(failed)?;
    Ok(json_body(&json!({ "name": host.to_string(), "type": kind.word(), "deleted": deleted })))
}

async fn list(State(api): Shared) -> Answered {
    let all = api.zone.all().await.map_err(failed)?;
    let all: Vec<Value> =
        all.iter().map(|(host, kind, records, version)| told(host, *kind, records, *version)).collect();
    Ok(json_body(&json!({ "zone": api.zone.name.to_string(), "records": all })))
}

async fn healthz(State(api): Shared) -> Response {
    let problem = api.zone.ready().await.err().map(|error| format!("flaredb isn't ready: {error}"));
    Health { service: "flashdns", version: VERSION, problem }.into_response()
}

async fn metrics(State(api): Shared) -> Response {
    let counts = &api.counts;
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let queries = [
        (&[("rcode", "noerror")], value(&counts.noerror)),
        (&[("rcode", "nxdomain")], value(&counts.nxdomain)),
        (&[("rcode", "refused")], value(&counts.refused)),
        (&[("rcode", "servfail")], value(&counts.servfail)),
        (&[("rcode", "other")], value(&counts.other)),
    ];
    let queries = queries.iter().map(|(labels, value)| (&labels[..], value));
    Exposition::new("flashdns", VERSION).family("queries_total", "counter", queries).answer()
}
