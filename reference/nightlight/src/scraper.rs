use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::Method;
use serde::Serialize;
use servicekit::Http;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::config::Config;
use crate::record::{Scrape, record};
use crate::store::Store;
use crate::text::parse;

/// How long a target may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads the targets, each at its own pace.
pub struct Scraper {
    config: Arc<Config>,
    store: Store,
    http: Http,
    targets: Vec<Watched>,
    /// Told when there may be new notifications.
    pub recorded: Arc<Notify>,
    pub scrapes: AtomicU64,
    pub failures: AtomicU64,
}

struct Watched {
    service: String,
    url: String,
    /// Whether this process has read it in full already. Locked from the question to the record: an
    /// older answer recorded after a newer one would look like a reset.
    turn: Mutex<bool>,
    status: watch::Sender<Status>,
}

/// What is known of a target.
#[derive(Clone, Serialize)]
pub struct Status {
    pub service: String,
    pub url: String,
    /// Whether the last scrape of this process was good.
    pub up: bool,
    /// When the last good scrape was, in milliseconds since the epoch, also by a process before.
    pub last_scrape: Option<u64>,
    /// Why the last scrape failed.
    pub error: Option<String>,
}

impl Scraper {
    /// Knows the targets, and reads none yet.
    pub async fn new(config: Arc<Config>, store: Store) -> io::Result<Arc<Self>> {
        let mut targets = Vec::new();
        let names = config.targets.iter().map(|target| target.service.clone()).collect();
        let (_, times) = store.usage(None, names).await?;
        for (target, last_scrape) in config.targets.iter().zip(times) {
            let (service, url) = (target.service.clone(), target.metrics_url());
            let status =
                Status { service: service.clone(), url: url.clone(), up: false, last_scrape, error: None };
            targets.push(Watched { service, url, turn: Mutex::new(false), status: watch::channel(status).0 });
        }
        let (http, recorded) = (Http::default(), Arc::new(Notify::new()));
        let (scrapes, failures) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Arc::new(Self { config, store, http, targets, recorded, scrapes, failures }))
    }

    /// Scrapes every target at the interval, for good.
    pub async fn run(self: Arc<Self>) {
        let mut tasks = JoinSet::new();
        for i in 0..self.targets.len() {
            let this = self.clone();
            tasks.spawn(async move {
                let mut ticks = tokio::time::interval(Duration::from_millis(this.config.interval_ms));
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                loop {
                    ticks.tick().await;
                    this.scrape(&this.targets[i]).await;
                }
            });
        }
        tasks.join_all().await;
    }

    /// Scrapes every target once, from now on, and returns when all is recorded, also when the
    /// caller has gone meanwhile.
    pub async fn scrape_all(self: &Arc<Self>) {
        let this = self.clone();
        let work = async move {
            let mut tasks = JoinSet::new();
            for i in 0..this.targets.len() {
                let this = this.clone();
                tasks.spawn(async move { this.scrape(&this.targets[i]).await });
            }
            tasks.join_all().await;
        };
        let _ = tokio::spawn(work).await;
    }

    /// How all targets stand.
    pub fn statuses(&self) -> Vec<Status> {
        self.targets.iter().map(|target| target.status.borrow().clone()).collect()
    }

    async fn scrape(&self, target: &Watched) {
        let mut read_before = target.turn.lock().await;
        let gap = !target.status.borrow().up;
        let scraped = self.read(target, gap, !*read_before).await;
        self.scrapes.fetch_add(1, Ordering::Relaxed);
        match &scraped {
            Ok(_) => {
                *read_before = true;
                self.recorded.notify_one();
            }
            Err(_) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
            }
        }
        target.status.send_modify(|status| {
            status.up = scraped.is_ok();
            status.last_scrape = scraped.as_ref().ok().copied().or(status.last_scrape);
            status.error = scraped.err();
        });
    }

    async fn read(&self, target: &Watched, gap: bool, first: bool) -> Result<u64, String> {
        let sent = self.http.send(Method::GET, &target.url, Vec::new(), PATIENCE);
        let reply = sent.await.map_err(|e| e.to_string())?;
        let at = now();
        if !reply.status.is_success() {
            return Err(format!("{} answered {}", target.url, reply.status.as_u16()));
        }
        let text = str::from_utf8(&reply.body).map_err(|e| format!("the metrics aren't UTF-8: {e}"))?;
        let samples = parse(text)?;
        for sample in &samples {
            self.config.meters.iter().try_for_each(|meter| meter.account(sample).map(drop))?;
        }
        let (config, scrape) =
            (self.config.clone(), Scrape { target: target.service.clone(), samples, at, gap, first });
        let recorded = self.store.write(move |transaction| record(transaction, &config, &scrape)).await;
        recorded.map(|()| at).map_err(|e| format!("the scrape can't be recorded: {e}"))
    }
}

/// Milliseconds since the epoch.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
