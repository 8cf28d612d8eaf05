//! The HTTP API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;
use servicekit::{Exposition, Health, Problem, json_body};

use crate::VERSION;
use crate::config::Config;
use crate::scraper::Scraper;
use crate::store::{Store, Usage};

/// What the answers are made from.
pub struct Api {
    pub config: Arc<Config>,
    pub store: Store,
    pub scraper: Arc<Scraper>,
    pub delivered: Arc<AtomicU64>,
}

type Shared = State<Arc<Api>>;
type Answered = Result<Response, Problem>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsageOptions {
    account: Option<String>,
}

/// All routes of the server.
pub fn routes(api: Api) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/v1/usage", get(usage))
        .route("/v1/bills/{account}", get(bill))
        .route("/v1/targets", get(targets))
        .route("/v1/alerts", get(alerts))
        .route("/v1/scrape", post(scrape))
        .with_state(Arc::new(api))
}

fn unreadable(error: std::io::Error) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("The data can't be read: {error}."))
}

impl Api {
    async fn used(&self, account: Option<String>) -> Result<(Vec<Usage>, Option<u64>), Problem> {
        let targets = self.config.targets.iter().map(|target| target.service.clone()).collect();
        let (usage, times) = self.store.usage(account, targets).await.map_err(unreadable)?;
        Ok((usage, times.into_iter().min().flatten()))
    }
}

async fn usage(State(api): Shared, query: Result<Query<UsageOptions>, QueryRejection>) -> Answered {
    let Query(UsageOptions { account }) = query.map_err(|e| Problem::bad_request(e.body_text()))?;
    Ok(json_body(&json!({ "usage": api.used(account).await?.0 })))
}

async fn bill(State(api): Shared, account: Result<Path<String>, PathRejection>) -> Answered {
    let Path(account) = account.map_err(|e| Problem::bad_request(e.body_text()))?;
    let (usage, scraped_at) = api.used(Some(account.clone())).await?;
    if usage.is_empty() {
        let sentence = format!("Nothing is known of an account {account:?}.");
        return Err(Problem::new(StatusCode::NOT_FOUND, sentence));
    }
    let (mut lines, mut total) = (Vec::new(), 0_u64);
    for Usage { meter, quantity, .. } in usage {
        let Some(known) = api.config.meters.iter().find(|known| known.meter == meter) else { continue };
        let unit_price = known.unit_price;
        let too_much = || Problem::new(StatusCode::CONFLICT, "The bill is beyond 64 bits.");
        let amount = quantity.checked_mul(unit_price).ok_or_else(too_much)?;
        total = total.checked_add(amount).ok_or_else(too_much)?;
        let line =
            json!({ "meter": meter, "quantity": quantity, "unit_price": unit_price, "amount": amount });
        lines.push(line);
    }
    // Nothing older than that is missing.
    let bill = json!({ "account": account, "lines": lines, "total": total, "scraped_at": scraped_at });
    Ok(json_body(&bill))
}

async fn targets(State(api): Shared) -> Response {
    json_body(&json!({ "targets": api.scraper.statuses() }))
}

async fn scrape(State(api): Shared) -> Response {
    api.scraper.scrape_all().await;
    targets(State(api)).await
}

/// Those of all series that the rules are about; a rule without any is inactive.
async fn alerts(State(api): Shared) -> Answered {
    let known = api.store.alerts().await.map_err(unreadable)?;
    let named = |name: &str| known.iter().any(|alert| alert.alert == name);
    let idle = api.config.rules.iter().filter(|rule| !named(&rule.alert)).map(|rule| {
        json!({
            "alert": rule.alert, "target": null, "labels": {}, "state": "inactive", "since": null, "value": null,
        })
    });
    let alerts: Vec<_> = known.iter().map(|alert| json!(alert)).chain(idle).collect();
    Ok(json_body(&json!({ "alerts": alerts })))
}

async fn healthz(State(api): Shared) -> Response {
    Health { service: "nightlight", version: VERSION, problem: api.store.problem() }.into_response()
}

async fn metrics(State(api): Shared) -> Answered {
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let pending = api.store.notifications().await.map_err(unreadable)?.len();
    let mut metrics = Exposition::new("nightlight", VERSION);
    metrics
        .counter("scrapes", value(&api.scraper.scrapes))
        .counter("scrape_failures", value(&api.scraper.failures))
        .counter("notifications", value(&api.delivered))
        .gauge("notifications_pending", pending);
    Ok(metrics.answer())
}
