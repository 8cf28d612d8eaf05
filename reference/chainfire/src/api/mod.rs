//! The HTTP API: for clients below `/v1`, for other replicas below `/internal`.

mod internal;
mod kv;
mod lease;
mod observe;
mod watch;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};

use crate::node::Node;

/// The largest body of a request, in bytes of JSON.
const MAX_VALUE: usize = 64 * 1024;
/// The largest message from another replica, in bytes of JSON.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// What every request gets at.
pub struct Api {
    node: Node,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    reads: AtomicU64,
    writes: AtomicU64,
    conflicts: AtomicU64,
    refusals: AtomicU64,
}

pub(crate) use lease::now;

type Shared = Arc<Api>;

/// All routes of one replica.
pub fn routes(node: Node) -> (Router, Arc<Api>) {
    let api = Arc::new(Api { node, counts: Counts::default() });
    let internal = Router::new()
        .route("/internal/raft/append", post(internal::append))
        .route("/internal/raft/vote", post(internal::vote))
        .route("/internal/raft/snapshot", post(internal::snapshot))
        .route("/internal/write", post(internal::write))
        .route("/internal/read-index", post(internal::read_index))
        .layer(DefaultBodyLimit::max(MAX_MESSAGE));
    let router = Router::new()
        .route("/healthz", get(observe::healthz))
        .route("/metrics", get(observe::metrics))
        .route("/v1/status", get(observe::status))
        .route("/v1/transactions", post(kv::transact))
        .route("/v1/leases/{lease}", put(lease::put).delete(lease::delete))
        .route("/v1/watch", get(watch::watch))
        .route("/v1/kv", get(kv::scan))
        .route("/v1/kv/{*key}", get(kv::get).put(kv::put).delete(kv::delete))
        .layer(DefaultBodyLimit::max(MAX_VALUE))
        .merge(internal)
        .with_state(api.clone());
    (router, api)
}

impl Api {
    /// The replica that is served.
    pub fn node(&self) -> &Node {
        &self.node
    }
}
