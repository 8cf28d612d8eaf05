//! One balancer at work: it accepts, chooses, copies, and checks.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use servicekit::{Http, sabotaged};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// How long a backend may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(1);

/// What a balancer is to do, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where connections go.
    pub backends: Vec<SocketAddr>,
    /// Those of them that get no new connections.
    #[serde(default)]
    pub draining: Vec<SocketAddr>,
    /// How a backend's health is told.
    #[serde(default)]
    pub check: Check,
}

/// How a backend's health is told: by an HTTP path that answers 200 to 299, or by accepting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// The path; without one, a connection is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How often, in milliseconds, and how long an answer may take.
    pub interval_ms: u64,
    /// After how many good answers a sick backend is healthy.
    pub rise: u32,
    /// After how many bad ones a healthy backend is sick.
    pub fall: u32,
}

impl Default for Check {
    fn default() -> Self {
        Self { path: None, interval_ms: 500, rise: 2, fall: 2 }
    }
}

/// A backend as this process knows it.
#[derive(Debug)]
pub struct Backend {
    pub address: SocketAddr,
    pub healthy: AtomicBool,
    pub draining: AtomicBool,
    pub open: AtomicU64,
    pub total: AtomicU64,
    /// How many checks in a row have said otherwise; `u64::MAX` before the first check.
    against: AtomicU64,
}

impl Backend {
    fn new(address: SocketAddr) -> Self {
        Self {
            address,
            healthy: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            open: AtomicU64::new(0),
            total: AtomicU64::new(0),
            against: AtomicU64::new(u64::MAX),
        }
    }

    /// The backend's state, as the API tells it.
    pub fn told(&self) -> Value {
        json!({
            "address": self.address,
            "healthy": self.healthy.load(Ordering::Relaxed),
            "draining": self.draining.load(Ordering::Relaxed),
            "connections": self.open.load(Ordering::Relaxed),
            "total": self.total.load(Ordering::Relaxed),
        })
    }

    /// Takes the result of one check.
    fn checked(&self, good: bool, check: &Check) {
        let against = self.against.load(Ordering::Relaxed);
        let healthy = self.healthy.load(Ordering::Relaxed);
        if against == u64::MAX || good == healthy {
            self.healthy.store(good, Ordering::Relaxed);
            self.against.store(0, Ordering::Relaxed);
            return;
        }
        let needed = if good { check.rise } else { check.fall };
        let turned = against + 1 >= u64::from(needed);
        self.against.store(if turned { 0 } else { against + 1 }, Ordering::Relaxed);
        self.healthy.store(if turned { good } else { healthy }, Ordering::Relaxed);
    }
}

/// A running balancer; ends with this value, save for the connections that are open.
pub struct Balancer {
    shared: Arc<Shared>,
    tasks: [AbortHandle; 2],
}

struct Shared {
    check: Mutex<Check>,
    backends: Mutex<Vec<Arc<Backend>>>,
    turn: AtomicUsize,
    http: Http,
}

impl Balancer {
    /// Begins to accept.
    pub fn start(listener: TcpListener, config: &Config) -> Self {
        let shared = Arc::new(Shared {
            check: Mutex::new(config.check.clone()),
            backends: Mutex::default(),
            turn: AtomicUsize::new(0),
            http: Http::default(),
        });
        let tasks = [
            tokio::spawn(accept(listener, shared.clone())).abort_handle(),
            tokio::spawn(check(shared.clone())).abort_handle(),
        ];
        let balancer = Self { shared, tasks };
        balancer.update(config);
        balancer
    }

    /// Takes over another configuration with the same address; backends that stay keep their state.
    pub fn update(&self, config: &Config) {
        *self.shared.check.lock().unwrap_or_else(PoisonError::into_inner) = config.check.clone();
        let mut backends = self.shared.backends.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |address| backends.iter().find(|backend| backend.address == address).cloned();
        let next: Vec<_> = config
            .backends
            .iter()
            .map(|address| known(*address).unwrap_or_else(|| Arc::new(Backend::new(*address))))
            .collect();
        for backend in &next {
            backend.draining.store(config.draining.contains(&backend.address), Ordering::Relaxed);
        }
        *backends = next;
    }

    /// Its backends.
    pub fn backends(&self) -> Vec<Arc<Backend>> {
        self.shared.backends()
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Shared {
    fn backends(&self) -> Vec<Arc<Backend>> {
        self.backends.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Those that may get a connection, the next in turn first.
    fn candidates(&self) -> Vec<Arc<Backend>> {
        let mut fit = self.backends();
        fit.retain(|backend| {
            let healthy = backend.healthy.load(Ordering::Relaxed) || sabotaged("health-ignored");
            healthy && (!backend.draining.load(Ordering::Relaxed) || sabotaged("draining-skipped"))
        });
        if !fit.is_empty() {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % fit.len();
            fit.rotate_left(turn);
        }
        fit
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                tokio::spawn(carry(client, shared.clone()));
            }
            // Out of file descriptors, say: others may go meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Copies between a client and the first backend that takes it; closes the client where none does.
async fn carry(mut client: TcpStream, shared: Arc<Shared>) {
    let _ = client.set_nodelay(true);
    for backend in shared.candidates() {
        let connected = tokio::time::timeout(CONNECT, TcpStream::connect(backend.address)).await;
        let Ok(Ok(mut server)) = connected else { continue };
        let _ = server.set_nodelay(true);
        let _open = Open::count(backend);
        // Whichever way it ends, both sides see it.
        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        return;
    }
}

/// Counts a connection for as long as it lives.
struct Open(Arc<Backend>);

impl Open {
    fn count(backend: Arc<Backend>) -> Self {
        backend.open.fetch_add(1, Ordering::Relaxed);
        backend.total.fetch_add(1, Ordering::Relaxed);
        Self(backend)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn check(shared: Arc<Shared>) {
    loop {
        let check = shared.check.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let interval = Duration::from_millis(check.interval_ms);
        let asked: Vec<_> = shared
            .backends()
            .into_iter()
            .map(|backend| {
                let (shared, check) = (shared.clone(), check.clone());
                tokio::spawn(
                    async move { backend.checked(answers(&shared.http, &backend, &check).await, &check) },
                )
            })
            .collect();
        for answer in asked {
            let _ = answer.await;
        }
        tokio::time::sleep(interval).await;
    }
}

async fn answers(http: &Http, backend: &Backend, check: &Check) -> bool {
    let limit = Duration::from_millis(check.interval_ms).max(Duration::from_millis(250));
    match &check.path {
        Some(path) => {
            let url = format!("http://{}{path}", backend.address);
            let answer = http.send(Method::GET, &url, Vec::new(), limit).await;
            answer.is_ok_and(|reply| reply.status.is_success())
        }
        None => matches!(tokio::time::timeout(limit, TcpStream::connect(backend.address)).await, Ok(Ok(_))),
    }
}
