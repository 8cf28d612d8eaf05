//! The HTTP API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use flaredb::DatabaseError;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servicekit::{Exposition, Health, Problem, check_request_id, json_body, sabotaged};

use crate::VERSION;
use crate::ledger::{self, Account, Ledger, Refused, Reservation};

/// The most credits that one request may name.
const MOST: u64 = 1_000_000_000_000;
/// The longest life of a reservation, in milliseconds.
const LONGEST: u64 = 24 * 60 * 60 * 1_000;

struct Api {
    ledger: Arc<Ledger>,
    reservations: AtomicU64,
    refusals: AtomicU64,
    /// What sabotage counts on top.
    extra: AtomicU64,
}

type Shared = State<Arc<Api>>;
type Answered = Result<Response, Problem>;
type Asked<T> = Result<Query<T>, QueryRejection>;
type Body = Result<Bytes, BytesRejection>;

/// All routes of the server.
pub fn routes(ledger: Arc<Ledger>) -> Router {
    let zero = AtomicU64::default;
    let api = Api { ledger, reservations: zero(), refusals: zero(), extra: zero() };
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/v1/accounts/{account}", put(create).get(account))
        .route("/v1/accounts/{account}/deposits", post(deposit))
        .route("/v1/accounts/{account}/entries", get(entries))
        .route("/v1/accounts/{account}/reservations", get(reservations).post(reserve))
        .route("/v1/reservations/{id}", get(reservation))
        .route("/v1/reservations/{id}/commit", post(commit))
        .route("/v1/reservations/{id}/rollback", post(roll_back))
        .with_state(Arc::new(api))
}

fn refused(refused: Refused) -> Problem {
    let sentence = refused.to_string();
    match refused {
        Refused::Missing(_) => Problem::new(StatusCode::NOT_FOUND, sentence),
        Refused::TooFew(available) => {
            Problem::new(StatusCode::PAYMENT_REQUIRED, sentence).with("available", available)
        }
        Refused::Settled(state) => Problem::new(StatusCode::CONFLICT, sentence).with("state", json!(state)),
        Refused::Reused => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence),
        Refused::Wrong(_) => Problem::bad_request(sentence),
        Refused::Database(DatabaseError::Unavailable { unknown, .. }) => {
            let outcome = if unknown { "unknown" } else { "not-applied" };
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", outcome)
        }
        Refused::Database(DatabaseError::Conflict(_)) => {
            let sentence = "Others go on changing the account.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with("outcome", "not-applied")
        }
        Refused::Database(DatabaseError::Refused(..)) => {
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
        }
    }
}

/// A name of an account: what a request id may be, since it becomes part of other names.
fn name(text: &str) -> Result<&str, Problem> {
    check_request_id(text).map(|()| text).map_err(|_| {
        let rule = "1 to 64 letters, digits, dots, underscores and hyphens";
        Problem::bad_request(format!("There can't be an account {text:?}: a name is {rule}."))
    })
}

fn reservation_id(text: &str) -> Result<&str, Problem> {
    match text.split_once('~') {
        Some((account, request)) if name(account).is_ok() && check_request_id(request).is_ok() => Ok(text),
        _ => Err(Problem::new(StatusCode::NOT_FOUND, format!("There is no reservation {text}."))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestId {
    request_id: Option<String>,
}

fn request_id(query: Asked<RequestId>) -> Result<String, Problem> {
    let Query(options) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let missing = || Problem::bad_request("The request needs a request_id, so that it can be repeated.");
    let id = options.request_id.ok_or_else(missing)?;
    check_request_id(&id).map(|()| id).map_err(Problem::bad_request)
}

fn body<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let body = body.map_err(|e| Problem::new(e.status(), e.body_text()))?;
    let body = if body.is_empty() { b"{}" } else { body.as_ref() };
    serde_json::from_slice(body).map_err(|e| Problem::bad_request(format!("The body can't be read: {e}.")))
}

fn amount(amount: u64) -> Result<u64, Problem> {
    if (1..=MOST).contains(&amount) {
        return Ok(amount);
    }
    Err(Problem::bad_request(format!("An amount is 1 to {MOST} credits, not {amount}.")))
}

fn told(account: &str, of: &Account) -> Value {
    json!({
        "account": account,
        "balance": of.balance(),
        "held": of.held,
        "available": of.available(),
        "spent": of.spent,
        "deposited": of.deposited,
    })
}

async fn create(State(api): Shared, Path(account): Path<String>) -> Answered {
    let made = api.ledger.create(name(&account)?).await.map_err(refused)?;
    Ok(json_body(&told(&account, &made)))
}

async fn account(State(api): Shared, Path(account): Path<String>) -> Answered {
    let found = api.ledger.account(name(&account)?).await.map_err(refused)?;
    Ok(json_body(&told(&account, &found)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deposit {
    amount: u64,
}

async fn deposit(
    State(api): Shared,
    Path(account): Path<String>,
    query: Asked<RequestId>,
    content: Body,
) -> Answered {
    let (account, id) = (name(&account)?, request_id(query)?);
    let sum = amount(body::<Deposit>(content)?.amount)?;
    let paid = api.ledger.deposit(account, &id, sum).await.map_err(refused)?;
    Ok(json_body(&told(account, &paid)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    amount: u64,
    #[serde(default)]
    purpose: String,
    #[serde(default = "a_minute")]
    ttl_ms: u64,
}

fn a_minute() -> u64 {
    60_000
}

async fn reserve(
    State(api): Shared,
    Path(account): Path<String>,
    query: Asked<RequestId>,
    content: Body,
) -> Answered {
    let (account, id) = (name(&account)?, request_id(query)?);
    let Wanted { amount: wanted, purpose, ttl_ms } = body(content)?;
    if !(1..=LONGEST).contains(&ttl_ms) {
        return Err(Problem::bad_request(format!("ttl_ms is 1 to {LONGEST}, not {ttl_ms}.")));
    }
    if purpose.len() > 200 {
        return Err(Problem::bad_request("A purpose has at most 200 bytes."));
    }
    let reserved = api.ledger.reserve(account, &id, amount(wanted)?, &purpose, ttl_ms).await;
    let (reservation, new) = reserved.map_err(|why| {
        if matches!(why, Refused::TooFew(_)) {
            api.refusals.fetch_add(1, Ordering::Relaxed);
        }
        refused(why)
    })?;
    api.reservations.fetch_add(u64::from(new), Ordering::Relaxed);
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, json_body(&reservation)).into_response())
}

async fn reservation(State(api): Shared, Path(id): Path<String>) -> Answered {
    Ok(json_body(&api.ledger.reservation(reservation_id(&id)?).await.map_err(refused)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    state: Option<ledger::State>,
}

async fn reservations(State(api): Shared, Path(account): Path<String>, query: Asked<Which>) -> Answered {
    let Query(Which { state }) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    let mut found: Vec<Reservation> = api.ledger.reservations(name(&account)?).await.map_err(refused)?;
    found.retain(|reservation| state.is_none_or(|state| state == reservation.state));
    Ok(json_body(&json!({ "account": account, "reservations": found })))
}

async fn entries(State(api): Shared, Path(account): Path<String>) -> Answered {
    let entries = api.ledger.entries(name(&account)?).await.map_err(refused)?;
    Ok(json_body(&json!({ "account": account, "entries": entries })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spent {
    amount: Option<u64>,
}

async fn commit(State(api): Shared, Path(id): Path<String>, content: Body) -> Answered {
    let Spent { amount } = body(content)?;
    let (reservation, first) = api.ledger.commit(reservation_id(&id)?, amount).await.map_err(refused)?;
    if !first && sabotaged("spent-counted-twice") {
        api.extra.fetch_add(reservation.amount, Ordering::Relaxed);
    }
    Ok(json_body(&reservation))
}

async fn roll_back(State(api): Shared, Path(id): Path<String>) -> Answered {
    let (reservation, _) = api.ledger.roll_back(reservation_id(&id)?).await.map_err(refused)?;
    Ok(json_body(&reservation))
}

async fn healthz(State(api): Shared) -> Response {
    let problem = api.ledger.ready().await.err().map(|error| format!("flaredb isn't ready: {error}"));
    Health { service: "creditservice", version: VERSION, problem }.into_response()
}

/// The accounts' numbers are those of the database, so they outlive this process.
async fn metrics(State(api): Shared) -> Answered {
    let accounts = api.ledger.accounts().await.map_err(refused)?;
    let labels: Vec<[(&str, &str); 1]> =
        accounts.iter().map(|(name, _)| [("account", name.as_str())]).collect();
    let of = |number: fn(&Account) -> u64| {
        accounts.iter().zip(&labels).map(move |((_, account), labels)| (&labels[..], number(account)))
    };
    let extra = api.extra.load(Ordering::Relaxed);
    let spent = of(|account| account.spent).map(|(labels, spent)| (labels, spent + extra));
    Ok(Exposition::new("creditservice", VERSION)
        .counter("reservations", api.reservations.load(Ordering::Relaxed))
        .counter("refusals", api.refusals.load(Ordering::Relaxed))
        .family("spent_credits_total", "counter", spent)
        .family("held_credits", "gauge", of(|account| account.held))
        .family("available_credits", "gauge", of(Account::available))
        .answer())
}
