//! The HTTP API.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flaredb::RowKey;
use serde::Deserialize;
use serde_json::{Value, json};
use servicekit::{Exposition, Health, Problem, check_request_id, json_body};

use crate::VERSION;
use crate::control::{Control, Found, Refused};
use crate::vm::{self, Spec, Wanted};

/// The most CPUs, and the most memory in MiB.
const MOST: (u64, u64) = (128, 1024 * 1024);

type Shared = State<Arc<Control>>;
type Answered = Result<Response, Problem>;

/// All routes of the server.
pub fn routes(control: Arc<Control>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/v1/vms", get(list))
        .route("/v1/vms/{name}", get(read).put(create).delete(delete))
        .route("/v1/vms/{name}/start", post(start))
        .route("/v1/vms/{name}/stop", post(stop))
        .with_state(control)
}

fn refused(refused: Refused) -> Problem {
    let sentence = refused.to_string();
    match refused {
        Refused::Missing => Problem::new(StatusCode::NOT_FOUND, sentence),
        Refused::Taken | Refused::State(_) => Problem::new(StatusCode::CONFLICT, sentence),
        Refused::TooFew(available) => {
            Problem::new(StatusCode::PAYMENT_REQUIRED, sentence).with("available", available)
        }
        Refused::Wrong(_) => Problem::bad_request(sentence),
        Refused::Changed => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", "not-applied")
        }
        Refused::Unavailable { unknown, .. } => {
            let outcome = if unknown { "unknown" } else { "not-applied" };
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", outcome)
        }
    }
}

fn name(kind: &str, text: &str) -> Result<(), Problem> {
    if check_request_id(text).is_ok() && text.parse::<RowKey>().is_ok() {
        return Ok(());
    }
    let rule = "1 to 64 letters, digits, dots, underscores and hyphens, and neither . nor ..";
    Err(Problem::bad_request(format!("There can't be a {kind} {text:?}: a name is {rule}.")))
}

fn told(control: &Control, name: &str, found: &Found) -> Value {
    let mut vm = json!(found.vm);
    vm["name"] = name.into();
    vm["version"] = found.version.into();
    vm["hypervisor"] = control.hypervisor.name().into();
    vm
}

async fn create(
    State(control): Shared,
    Path(machine): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Answered {
    name("virtual machine", &machine)?;
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let spec: Spec = serde_json::from_slice(&body)
        .map_err(|e| Problem::bad_request(format!("The virtual machine can't be read: {e}.")))?;
    name("tenant", &spec.tenant)?;
    if !(1..=MOST.0).contains(&spec.cpus) || !(1..=MOST.1).contains(&spec.memory_mib) {
        let sentence = format!("A virtual machine has 1 to {} CPUs and 1 to {} MiB.", MOST.0, MOST.1);
        return Err(Problem::bad_request(sentence));
    }
    let (found, new) = control.create(&machine, spec).await.map_err(refused)?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, json_body(&told(&control, &machine, &found))).into_response())
}

async fn read(State(control): Shared, Path(machine): Path<String>) -> Answered {
    name("virtual machine", &machine)?;
    let found = control.get(&machine).await.map_err(refused)?;
    let mut answer = told(&control, &machine, &found);
    if let (vm::State::Running, Some(instance)) = (found.vm.state, found.vm.instance) {
        let hypervisor = control.hypervisor.clone();
        let run = tokio::task::spawn_blocking(move || hypervisor.inspect(&instance)).await;
        if let Ok(Some(run)) = run {
            answer["run"] = json!(run);
        }
    }
    Ok(json_body(&answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    tenant: Option<String>,
}

async fn list(State(control): Shared, query: Result<Query<Which>, QueryRejection>) -> Answered {
    let Query(Which { tenant }) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let all = control.all().await.map_err(refused)?;
    let vms: Vec<Value> = all
        .iter()
        .filter(|(_, found)| found.vm.state != vm::State::Admitting)
        .filter(|(_, found)| tenant.as_ref().is_none_or(|tenant| *tenant == found.vm.spec.tenant))
        .map(|(name, found)| told(&control, name, found))
        .collect();
    Ok(json_body(&json!({ "hypervisor": control.hypervisor.name(), "vms": vms })))
}

async fn want(control: &Control, machine: &str, wanted: Wanted) -> Answered {
    name("virtual machine", machine)?;
    let found = control.want(machine, wanted).await.map_err(refused)?;
    Ok(json_body(&told(control, machine, &found)))
}

async fn start(State(control): Shared, Path(machine): Path<String>) -> Answered {
    want(&control, &machine, Wanted::Running).await
}

async fn stop(State(control): Shared, Path(machine): Path<String>) -> Answered {
    want(&control, &machine, Wanted::Stopped).await
}

async fn delete(State(control): Shared, Path(machine): Path<String>) -> Answered {
    want(&control, &machine, Wanted::Deleted).await
}

async fn healthz(State(control): Shared) -> Response {
    let problem = control.ready().await.err().map(|error| format!("flaredb isn't ready: {error}"));
    Health { service: "plasmavmc", version: VERSION, problem }.into_response()
}

/// The numbers are those of the database, so they outlive this process.
async fn metrics(State(control): Shared) -> Answered {
    let (all, usage) = control.metered().await.map_err(refused)?;
    let mut states: BTreeMap<String, u64> = BTreeMap::new();
    for (_, found) in all.iter().filter(|(_, found)| found.vm.state != vm::State::Admitting) {
        let state = json!(found.vm.state).as_str().unwrap_or_default().to_owned();
        *states.entry(state).or_default() += 1;
    }
    let states: Vec<_> = states.iter().map(|(state, count)| ([("state", state.as_str())], count)).collect();
    let usage: Vec<_> = usage.iter().map(|(name, used)| ([("tenant", name.as_str())], used)).collect();
    Ok(Exposition::new("plasmavmc", VERSION)
        .family("vms", "gauge", states.iter().map(|(labels, count)| (&labels[..], *count)))
        .counter("starts", usage.iter().map(|(_, used)| used.starts).sum::<u64>())
        .family(
            "vm_milliseconds_total",
            "counter",
            usage.iter().map(|(labels, used)| (&labels[..], used.ran_ms)),
        )
        .answer())
}
