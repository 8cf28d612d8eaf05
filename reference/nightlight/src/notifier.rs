use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use servicekit::{Http, sabotaged};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::store::Store;

/// How long the webhook may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The time to the next try: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Delivers the queued notifications: those of one alert in order, those of several alerts side by
/// side, each until the webhook has answered it with 2xx.
pub struct Notifier {
    store: Store,
    http: Http,
    webhook: String,
    delivered: Arc<AtomicU64>,
}

impl Notifier {
    pub fn new(store: Store, webhook: String, delivered: Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self { store, http: Http::default(), webhook, delivered })
    }

    /// Delivers for good, what is queued already and what is `recorded` later.
    pub async fn run(self: Arc<Self>, recorded: Arc<Notify>) {
        let (mut busy, mut tasks) = (HashSet::new(), JoinSet::new());
        loop {
            for (number, alert, json) in self.store.notifications().await.unwrap_or_default() {
                if busy.insert(alert.clone()) {
                    let this = self.clone();
                    tasks.spawn(async move {
                        this.deliver(number, json).await;
                        alert
                    });
                }
            }
            tokio::select! {
                () = recorded.notified() => (),
                Some(Ok(alert)) = tasks.join_next() => { busy.remove(&alert); }
            }
        }
    }

    async fn deliver(&self, number: u64, json: Vec<u8>) {
        let mut pause = PAUSE.0;
        loop {
            let problem = match self.http.send(Method::POST, &self.webhook, json.clone(), PATIENCE).await {
                Ok(reply) if reply.status.is_success() => break,
                Ok(reply) => format!("{} answered {}", self.webhook, reply.status.as_u16()),
                Err(error) => error.to_string(),
            };
            eprintln!("nightlight: notification isn't delivered yet: {problem}");
            if sabotaged("alert-dropped") {
                break;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE.1);
        }
        match self.store.delivered(number).await {
            Ok(()) => {
                self.delivered.fetch_add(1, Ordering::Relaxed);
            }
            // It is delivered again, under the same id.
            Err(_) => tokio::time::sleep(PAUSE.1).await,
        }
    }
}
