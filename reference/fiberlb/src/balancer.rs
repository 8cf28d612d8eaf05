//! One balancer at work: it accepts, chooses, copies, and checks.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use servicekit::{Http, sabotaged};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How long a backend may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(1);
/// How long a check waits for its answer: the interval, but within these bounds.
const ANSWER: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));

/// What a balancer is to do, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where connections go.
    pub backends: Vec<SocketAddr>,
    /// Those of them that get no new connections.
    pub draining: Vec<SocketAddr>,
    /// How a backend's health is told.
    pub check: Check,
}

/// How a backend's health is told: by an HTTP path that answers 200 to 299, or by accepting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Check {
    /// The path; without one, a connection is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How long to wait from one check to the next, in milliseconds.
    pub interval_ms: u64,
    /// After how many good answers in a row a sick backend is healthy.
    pub rise: u32,
    /// After how many bad ones in a row a healthy backend is sick.
    pub fall: u32,
}

impl Default for Check {
    fn default() -> Self {
        Self { path: None, interval_ms: 500, rise: 2, fall: 2 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    /// Not checked yet: the first check decides alone.
    Unknown,
    Healthy,
    Sick,
}

/// A backend as this process knows it.
pub struct Backend {
    pub address: SocketAddr,
    /// Connections that are open, or being opened.
    pub open: AtomicU64,
    /// Connections that it has taken.
    pub total: AtomicU64,
    health: watch::Sender<Health>,
    draining: AtomicBool,
}

impl Backend {
    fn new(address: SocketAddr) -> Self {
        let zero = AtomicU64::default;
        let health = watch::Sender::new(Health::Unknown);
        Self { address, open: zero(), total: zero(), health, draining: AtomicBool::default() }
    }

    /// Whether the checks say that it works.
    pub fn is_healthy(&self) -> bool {
        *self.health.borrow() == Health::Healthy
    }

    /// The backend's state, as the API tells it.
    pub fn told(&self) -> Value {
        json!({
            "address": self.address,
            "healthy": self.is_healthy(),
            "draining": self.draining.load(Ordering::Relaxed),
            "connections": self.open.load(Ordering::Relaxed),
            "total": self.total.load(Ordering::Relaxed),
        })
    }
}

/// The backends of a balancer; whoever chooses or changes one holds the lock, so that nobody is sent
/// to a backend after it was told to drain.
#[derive(Default)]
struct Pool {
    backends: Vec<Arc<Backend>>,
    turn: usize,
}

type Shared = Arc<Mutex<Pool>>;

fn lock(pool: &Mutex<Pool>) -> MutexGuard<'_, Pool> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection, counted for as long as it lives.
struct Open(Arc<Backend>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// The next in turn that may get a connection and wasn't tried. Where there is none, one that may
    /// turn out to be, when it has been checked.
    fn choose(&mut self, tried: &[SocketAddr]) -> Result<Open, Option<Arc<Backend>>> {
        let mut unknown = None;
        let count = self.backends.len();
        for at in (0..count).map(|step| (self.turn + step) % count) {
            let backend = &self.backends[at];
            let draining = backend.draining.load(Ordering::Relaxed) && !sabotaged("draining-skipped");
            if draining || tried.contains(&backend.address) {
                continue;
            }
            if backend.is_healthy() || sabotaged("health-ignored") {
                if !sabotaged("round-robin-stuck") {
                    self.turn = (at + 1) % count;
                }
                backend.open.fetch_add(1, Ordering::Relaxed);
                return Ok(Open(backend.clone()));
            }
            if *backend.health.borrow() == Health::Unknown {
                unknown.get_or_insert_with(|| backend.clone());
            }
        }
        Err(unknown)
    }
}

/// A running balancer. With it end its checks and its address, but no connection that is open.
pub struct Balancer {
    pool: Shared,
    check: watch::Sender<Check>,
    listening: Option<(SocketAddr, JoinHandle<()>)>,
}

impl Balancer {
    /// Begins to check the backends; it listens nowhere yet.
    pub fn new(config: &Config) -> Self {
        let check = watch::Sender::new(config.check.clone());
        let balancer = Self { pool: Shared::default(), check, listening: None };
        balancer.update(config);
        balancer
    }

    /// Takes over all but the address; backends that stay keep their state.
    pub fn update(&self, config: &Config) {
        self.check.send_if_modified(|check| std::mem::replace(check, config.check.clone()) != config.check);
        let mut pool = lock(&self.pool);
        let known = |address| pool.backends.iter().find(|backend| backend.address == address).cloned();
        let added = |address| {
            let backend = Arc::new(Backend::new(address));
            tokio::spawn(keep_checking(Arc::downgrade(&backend), self.check.subscribe()));
            backend
        };
        let next = config.backends.iter().map(|&address| known(address).unwrap_or_else(|| added(address)));
        let next: Vec<_> = next.collect();
        for backend in &next {
            backend.draining.store(config.draining.contains(&backend.address), Ordering::Relaxed);
        }
        pool.backends = next;
    }

    /// Where it listens.
    pub fn listens_on(&self) -> Option<SocketAddr> {
        self.listening.as_ref().map(|(address, _)| *address)
    }

    /// Listens here alone, or nowhere. What it listened with before is closed when the task that is
    /// returned has ended.
    pub fn listen(&mut self, listener: Option<(SocketAddr, TcpListener)>) -> Option<JoinHandle<()>> {
        let next = listener.map(|(at, listener)| (at, tokio::spawn(accept(listener, self.pool.clone()))));
        let (_, before) = std::mem::replace(&mut self.listening, next)?;
        before.abort();
        Some(before)
    }

    /// Its backends.
    pub fn backends(&self) -> Vec<Arc<Backend>> {
        lock(&self.pool).backends.clone()
    }

    /// Sends no new connection to a backend, until the next [`update`](Self::update); unless forced,
    /// only if it has none now, and else tells how many it has.
    pub fn hold(&self, address: SocketAddr, force: bool) -> Result<(), u64> {
        let pool = lock(&self.pool);
        for backend in pool.backends.iter().filter(|backend| backend.address == address) {
            match backend.open.load(Ordering::Relaxed) {
                open @ 1.. if !force => return Err(open),
                _ => backend.draining.store(true, Ordering::Relaxed),
            }
        }
        Ok(())
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.listen(None);
    }
}

async fn accept(listener: TcpListener, pool: Shared) {
    loop {
        match listener.accept().await {
            Ok((client, _)) => drop(tokio::spawn(carry(client, pool.clone()))),
            // Out of file descriptors, say: others may go meanwhile.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Copies between a client and the first backend that takes it, each direction until its own end;
/// closes the client where none does.
async fn carry(mut client: TcpStream, pool: Shared) {
    let mut tried = Vec::new();
    let (open, mut server) = loop {
        let Some(open) = chosen(&pool, &tried).await else { return };
        tried.push(open.0.address);
        if let Ok(Ok(server)) = timeout(CONNECT, TcpStream::connect(open.0.address)).await {
            break (open, server);
        }
    };
    drop(pool); // or a connection would keep the checks of a balancer that is gone
    open.0.total.fetch_add(1, Ordering::Relaxed);
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    // Where one side breaks off, the other sees it by the close of both.
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

/// Waits for a backend's first check only where no other may take the connection.
async fn chosen(pool: &Shared, tried: &[SocketAddr]) -> Option<Open> {
    loop {
        let unknown = match lock(pool).choose(tried) {
            Ok(open) => return Some(open),
            Err(unknown) => unknown?.health.subscribe(),
        };
        checked(unknown).await?;
    }
}

async fn checked(mut health: watch::Receiver<Health>) -> Option<()> {
    let first = health.wait_for(|health| *health != Health::Unknown);
    timeout(ANSWER.1 * 2, first).await.ok().map(drop) // gone is as good as checked
}

async fn keep_checking(backend: Weak<Backend>, mut check: watch::Receiver<Check>) {
    let mut against = 0;
    while let Some(backend) = backend.upgrade() {
        let now = check.borrow_and_update().clone();
        let good = answers(backend.address, &now).await;
        let health = judged(*backend.health.borrow(), good, &mut against, &now);
        backend.health.send_replace(health);
        drop(backend);
        tokio::select! {
            () = sleep(Duration::from_millis(now.interval_ms)) => (),
            changed = check.changed() => if changed.is_err() { return },
        }
    }
}

/// The health after one more check; `against` counts the checks in a row that said otherwise.
fn judged(health: Health, good: bool, against: &mut u32, check: &Check) -> Health {
    let says = if good { Health::Healthy } else { Health::Sick };
    let needed = match health {
        Health::Unknown => 1,
        Health::Healthy => check.fall,
        Health::Sick => check.rise,
    };
    *against = if says == health { 0 } else { *against + 1 };
    if *against < needed {
        return health;
    }
    *against = 0;
    says
}

/// One check, always by a new connection, as a client's would be.
async fn answers(address: SocketAddr, check: &Check) -> bool {
    let limit = Duration::from_millis(check.interval_ms).clamp(ANSWER.0, ANSWER.1);
    match &check.path {
        Some(path) => {
            let url = format!("http://{address}{path}");
            let answer = Http::default().send(Method::GET, &url, Vec::new(), limit).await;
            answer.is_ok_and(|reply| reply.status.is_success())
        }
        None => matches!(timeout(limit, TcpStream::connect(address)).await, Ok(Ok(_))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_turns_after_as_many_checks_in_a_row_as_asked_for() {
        let check = Check { rise: 3, fall: 2, ..Check::default() };
        let (mut health, mut against) = (Health::Unknown, 0);
        let told: String = "+-+--++-+++-"
            .chars()
            .map(|answer| {
                health = judged(health, answer == '+', &mut against, &check);
                if health == Health::Healthy { '+' } else { '-' }
            })
            .collect();
        assert_eq!(told, "++++------++");
    }
}
