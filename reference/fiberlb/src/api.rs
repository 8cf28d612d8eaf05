//! The HTTP API.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use servicekit::{Exposition, Health, Problem, check_request_id, json_body};

use crate::VERSION;
use crate::balancer::Config;
use crate::registry::{Refused, Registry, Running};

/// The most backends of one balancer.
const MOST: usize = 100;

type Shared = State<Arc<Registry>>;
type Answered = Result<Response, Problem>;

/// All routes of the server.
pub fn routes(registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/v1/balancers", get(list))
        .route("/v1/balancers/{name}", get(read).put(put).delete(remove))
        .route("/v1/balancers/{name}/backends/{address}", delete(remove_backend))
        .route("/v1/balancers/{name}/backends/{address}/drain", post(drain))
        .route("/v1/balancers/{name}/backends/{address}/undrain", post(undrain))
        .with_state(registry)
}

fn refused(refused: Refused) -> Problem {
    let sentence = refused.to_string();
    match refused {
        Refused::Missing(_) => Problem::new(StatusCode::NOT_FOUND, sentence),
        Refused::Conflict(_) => Problem::new(StatusCode::CONFLICT, sentence),
        Refused::Wrong(_) => Problem::bad_request(sentence),
        Refused::Unavailable { unknown, .. } => {
            let outcome = if unknown { "unknown" } else { "not-applied" };
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", outcome)
        }
    }
}

fn told(name: &str, running: &Running) -> Value {
    let backends: Vec<Value> = running.balancer.backends().iter().map(|backend| backend.told()).collect();
    json!({
        "name": name,
        "listen": running.config.listen,
        "check": running.config.check,
        "backends": backends,
    })
}

async fn shown(registry: &Registry, name: &str) -> Answered {
    let missing = || Refused::Missing(format!("There is no balancer {name}."));
    let told = registry.look(|all| Ok(told(name, all.get(name).ok_or_else(missing)?))).await;
    Ok(json_body(&told.map_err(refused)?))
}

async fn put(
    State(registry): Shared,
    Path(name): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    check_request_id(&name).map_err(|_| {
        let rule = "1 to 64 letters, digits, dots, underscores and hyphens";
        Problem::bad_request(format!("There can't be a balancer {name:?}: a name is {rule}."))
    })?;
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let config: Config = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The balancer can't be read: {e}.")))?;
    check(&config).map_err(Problem::bad_request)?;
    registry.put(&name, config).await.map_err(refused)?;
    shown(&registry, &name).await
}

fn check(config: &Config) -> Result<(), String> {
    if config.backends.len() > MOST {
        return Err(format!("A balancer has at most {MOST} backends, not {}.", config.backends.len()));
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = config.backends.iter().find(|backend| !seen.insert(**backend)) {
        return Err(format!("The backend {twice} is named twice."));
    }
    if config.backends.contains(&config.listen) {
        return Err("The balancer can't be its own backend.".to_owned());
    }
    if let Some(stranger) = config.draining.iter().find(|backend| !seen.contains(backend)) {
        return Err(format!("{stranger} is to be drained, and is no backend."));
    }
    let check = &config.check;
    if !(10..=60_000).contains(&check.interval_ms)
        || !(1..=100).contains(&check.rise)
        || !(1..=100).contains(&check.fall)
    {
        return Err("interval_ms is 10 to 60000, rise and fall are 1 to 100.".to_owned());
    }
    match &check.path {
        Some(path) if !path.starts_with('/') => Err("The path of a check begins with a slash.".to_owned()),
        _ => Ok(()),
    }
}

async fn read(State(registry): Shared, Path(name): Path<String>) -> Answered {
    shown(&registry, &name).await
}

async fn list(State(registry): Shared) -> Answered {
    let all = registry.look(|all| Ok(all.iter().map(|(name, it)| told(name, it)).collect::<Vec<_>>()));
    Ok(json_body(&json!({ "balancers": all.await.map_err(refused)? })))
}

async fn remove(State(registry): Shared, Path(name): Path<String>) -> Answered {
    registry.remove(&name).await.map_err(refused)?;
    Ok(json_body(&json!({ "name": name, "deleted": true })))
}

fn backend(text: &str, running: &Running) -> Result<SocketAddr, Refused> {
    let known = text.parse().ok().filter(|address| running.config.backends.contains(address));
    known.ok_or_else(|| Refused::Missing(format!("There is no backend {text}.")))
}

async fn set_draining(registry: &Registry, name: &str, address: &str, draining: bool) -> Answered {
    let changed = registry.change(name, |running| {
        let (address, mut config) = (backend(address, running)?, running.config.clone());
        config.draining.retain(|other| *other != address);
        if draining {
            config.draining.push(address);
        }
        Ok(config)
    });
    changed.await.map_err(refused)?;
    shown(registry, name).await
}

async fn drain(State(registry): Shared, Path((name, address)): Path<(String, String)>) -> Answered {
    set_draining(&registry, &name, &address, true).await
}

async fn undrain(State(registry): Shared, Path((name, address)): Path<(String, String)>) -> Answered {
    set_draining(&registry, &name, &address, false).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Force {
    #[serde(default)]
    force: bool,
}

async fn remove_backend(
    State(registry): Shared,
    Path((name, address)): Path<(String, String)>,
    query: Result<Query<Force>, QueryRejection>,
) -> Answered {
    let Query(Force { force }) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let changed = registry.change(&name, |running| {
        let (address, mut config) = (backend(&address, running)?, running.config.clone());
        let backends = running.balancer.backends();
        let known = backends.iter().find(|backend| backend.address == address);
        let open = known.map_or(0, |backend| backend.open.load(Ordering::Relaxed));
        if open > 0 && !force {
            let sentence = format!("The backend {address} has {open} open connections; drain it first.");
            return Err(Refused::Conflict(sentence));
        }
        config.backends.retain(|other| *other != address);
        config.draining.retain(|other| *other != address);
        Ok(config)
    });
    changed.await.map_err(refused)?;
    shown(&registry, &name).await
}

async fn healthz(State(registry): Shared) -> Response {
    let problem = registry.ready().await.err().map(|error| format!("fiberlb isn't ready: {error}"));
    Health { service: "fiberlb", version: VERSION, problem }.into_response()
}

async fn metrics(State(registry): Shared) -> Answered {
    let all = registry.look(|all| {
        let of = |(name, running): (&String, &Running)| {
            let backends = running.balancer.backends();
            backends.into_iter().map(|backend| (name.clone(), backend.address.to_string(), backend)).collect()
        };
        Ok(all.iter().flat_map::<Vec<_>, _>(of).collect::<Vec<_>>())
    });
    let all = all.await.map_err(refused)?;
    let labels: Vec<_> = all
        .iter()
        .map(|(name, address, _)| [("balancer", name.as_str()), ("backend", address.as_str())])
        .collect();
    let backends = || labels.iter().map(|labels| &labels[..]).zip(all.iter().map(|(_, _, backend)| backend));
    let total = backends().map(|(labels, backend)| (labels, backend.total.load(Ordering::Relaxed)));
    let open = backends().map(|(labels, backend)| (labels, backend.open.load(Ordering::Relaxed)));
    let healthy =
        backends().map(|(labels, backend)| (labels, u8::from(backend.healthy.load(Ordering::Relaxed))));
    Ok(Exposition::new("fiberlb", VERSION)
        .family("connections_total", "counter", total)
        .family("open_connections", "gauge", open)
        .family("backend_healthy", "gauge", healthy)
        .answer())
}
