//! The HTTP API.

use std::collections::BTreeSet;
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
use crate::balancer::{Check, Config};
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
    let mut told = json!({
        "name": name,
        "listen": running.config.listen,
        "check": running.config.check,
        "backends": backends,
    });
    if let Some(problem) = &running.problem {
        told["problem"] = problem.as_str().into();
    }
    told
}

fn missing(name: &str) -> Refused {
    Refused::Missing(format!("There is no balancer {name}."))
}

fn shown(registry: &Registry, name: &str) -> Answered {
    let told = registry.look(|all| Ok(told(name, all.get(name).ok_or_else(|| missing(name))?)));
    Ok(json_body(&told.map_err(refused)?))
}

/// What makes a balancer; which of its backends drain isn't a part of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    listen: SocketAddr,
    backends: Vec<SocketAddr>,
    #[serde(default)]
    check: Check,
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
    let wanted: Wanted = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The balancer can't be read: {e}.")))?;
    check(&wanted).map_err(Problem::bad_request)?;
    let changed = registry.change(&name, |known| {
        let mut draining = known.map(|known| known.config.draining.clone()).unwrap_or_default();
        draining.retain(|address| wanted.backends.contains(address));
        let (listen, backends, check) = (wanted.listen, wanted.backends.clone(), wanted.check.clone());
        Ok(Some(Config { listen, backends, draining, check }))
    });
    changed.await.map_err(refused)?;
    shown(&registry, &name)
}

fn check(wanted: &Wanted) -> Result<(), String> {
    let (backends, check) = (&wanted.backends, &wanted.check);
    if backends.len() > MOST {
        return Err(format!("A balancer has at most {MOST} backends, not {}.", backends.len()));
    }
    let mut seen = BTreeSet::from([wanted.listen]);
    if let Some(again) = backends.iter().find(|backend| !seen.insert(**backend)) {
        return Err(match *again == wanted.listen {
            true => "The balancer can't be its own backend.".to_owned(),
            false => format!("The backend {again} is named twice."),
        });
    }
    if let Some(address) = seen.iter().find(|address| address.port() == 0) {
        return Err(format!("The address {address} names no port."));
    }
    if !(10..=60_000).contains(&check.interval_ms)
        || !(1..=100).contains(&check.rise)
        || !(1..=100).contains(&check.fall)
    {
        return Err("interval_ms is 10 to 60000, rise and fall are 1 to 100.".to_owned());
    }
    let usable = |path: &String| {
        path.starts_with('/') && path.len() <= 200 && path.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match check.path.as_ref().is_none_or(usable) {
        true => Ok(()),
        false => Err("The path of a check is a slash and at most 199 visible ASCII characters.".to_owned()),
    }
}

async fn read(State(registry): Shared, Path(name): Path<String>) -> Answered {
    shown(&registry, &name)
}

async fn list(State(registry): Shared) -> Answered {
    let all = registry.look(|all| Ok(all.iter().map(|(name, it)| told(name, it)).collect::<Vec<_>>()));
    Ok(json_body(&json!({ "balancers": all.map_err(refused)? })))
}

async fn remove(State(registry): Shared, Path(name): Path<String>) -> Answered {
    let removed = registry.change(&name, |known| known.map(|_| None).ok_or_else(|| missing(&name)));
    removed.await.map_err(refused)?;
    Ok(json_body(&json!({ "name": name, "deleted": true })))
}

/// Changes what is stored of a backend; the closure gets its address.
async fn change_backend(
    registry: &Registry,
    name: &str,
    address: &str,
    change: impl Fn(&Running, &mut Config, SocketAddr) -> Result<(), Refused>,
) -> Answered {
    let changed = registry.change(name, |known| {
        let known = known.ok_or_else(|| missing(name))?;
        let backend = address.parse().ok().filter(|address| known.config.backends.contains(address));
        let backend = backend.ok_or_else(|| Refused::Missing(format!("There is no backend {address}.")))?;
        let mut config = known.config.clone();
        change(known, &mut config, backend)?;
        Ok(Some(config))
    });
    changed.await.map_err(refused)?;
    shown(registry, name)
}

async fn set_draining(registry: &Registry, name: &str, address: &str, draining: bool) -> Answered {
    let set = |_: &Running, config: &mut Config, backend: SocketAddr| {
        config.draining.retain(|other| *other != backend);
        config.draining.extend(draining.then_some(backend));
        Ok(())
    };
    change_backend(registry, name, address, set).await
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
    let remove = |known: &Running, config: &mut Config, backend: SocketAddr| {
        known.balancer.hold(backend, force).map_err(|open| {
            let sentence = format!("The backend {backend} has {open} open connections; drain it first.");
            Refused::Conflict(sentence)
        })?;
        config.backends.retain(|other| *other != backend);
        config.draining.retain(|other| *other != backend);
        Ok(())
    };
    change_backend(&registry, &name, &address, remove).await
}

async fn healthz(State(registry): Shared) -> Response {
    let problem = registry.ready().await.err().map(|error| format!("fiberlb isn't ready: {error}"));
    Health { service: "fiberlb", version: VERSION, problem }.into_response()
}

async fn metrics(State(registry): Shared) -> Response {
    let mut all = Vec::new();
    // Before the database has been read, there is nothing to tell.
    let _ = registry.look(|running| {
        for (name, running) in running {
            let backends = running.balancer.backends().into_iter();
            all.extend(backends.map(|backend| (name.clone(), backend.address.to_string(), backend)));
        }
        Ok(())
    });
    let labels: Vec<_> = all
        .iter()
        .map(|(name, address, _)| [("balancer", name.as_str()), ("backend", address.as_str())])
        .collect();
    let backends = || labels.iter().map(|labels| &labels[..]).zip(all.iter().map(|(_, _, backend)| backend));
    let total = backends().map(|(labels, backend)| (labels, backend.total.load(Ordering::Relaxed)));
    let open = backends().map(|(labels, backend)| (labels, backend.open.load(Ordering::Relaxed)));
    let healthy = backends().map(|(labels, backend)| (labels, u8::from(backend.is_healthy())));
    Exposition::new("fiberlb", VERSION)
        .family("connections_total", "counter", total)
        .family("open_connections", "gauge", open)
        .family("backend_healthy", "gauge", healthy)
        .answer()
}
