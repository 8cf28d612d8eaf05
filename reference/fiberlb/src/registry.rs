//! All balancers: what is stored, and what runs.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flaredb::{Change, Client, DatabaseError, Row, RowKey, TableName};
use serde_json::{Map, Value};
use tokio::net::TcpListener;

use crate::balancer::{Balancer, Config};

/// How long the health check, and a look at all that is stored, wait for the database.
const PATIENCE: Duration = Duration::from_secs(2);
/// The rows that are read at a time.
const PAGE: usize = 1_000;
/// How often a change is made anew when what is stored isn't what this process knows.
const TRIES: usize = 5;

/// Why something can't be done.
#[derive(Debug)]
pub enum Refused {
    /// There is no such balancer or backend.
    Missing(String),
    /// It can't be done now, in a sentence.
    Conflict(String),
    /// The request is wrong, in a sentence.
    Wrong(String),
    /// The database failed, or hasn't been read yet.
    Unavailable { why: String, unknown: bool },
}

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Conflict(_) => Self::Conflict("The balancer was changed meanwhile.".to_owned()),
            DatabaseError::Refused(_, why) => Self::Wrong(why),
            DatabaseError::Unavailable { why, unknown } => Self::Unavailable { why, unknown },
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(why) | Self::Conflict(why) | Self::Wrong(why) | Self::Unavailable { why, .. } => {
                f.write_str(why)
            }
        }
    }
}

pub type Done<T> = Result<T, Refused>;

/// A balancer that runs, with what is stored of it.
pub struct Running {
    pub config: Config,
    pub balancer: Balancer,
    /// Why it doesn't listen, in a sentence.
    pub problem: Option<String>,
    version: u64,
}

/// The balancers of this server, by their names.
pub struct Registry {
    database: Client,
    looking: Client,
    table: TableName,
    /// Held by whoever changes what is stored or what runs.
    changes: tokio::sync::Mutex<()>,
    /// Never locked while something is waited for.
    running: Mutex<BTreeMap<String, Running>>,
    /// Whether the database has been read.
    read: AtomicBool,
}

fn row(config: &Config) -> Map<String, Value> {
    match serde_json::to_value(config) {
        Ok(Value::Object(row)) => row,
        _ => unreachable!("a configuration is an object"),
    }
}

fn config(row: Row) -> Done<(Config, u64)> {
    let config = serde_json::from_value(row.row);
    let config =
        config.map_err(|e| Refused::Conflict(format!("The stored balancer {} can't be read: {e}.", row.key)));
    Ok((config?, row.version))
}

async fn bind(listen: SocketAddr) -> Done<TcpListener> {
    let bound = TcpListener::bind(listen).await;
    bound.map_err(|e| Refused::Conflict(format!("The balancer can't listen on {listen}: {e}.")))
}

fn all_listen(all: &BTreeMap<String, Running>) -> Done<()> {
    let problem = all.values().find_map(|running| running.problem.clone());
    problem.map_or(Ok(()), |problem| Err(Refused::Conflict(problem)))
}

impl Registry {
    /// Of the database at these endpoints; nothing runs before [`follow`](Self::follow).
    pub fn new(flaredb: &[String]) -> Self {
        Self {
            database: Client::new(flaredb),
            looking: Client::with_deadline(flaredb, PATIENCE),
            table: "balancers".parse().unwrap_or_else(|_| unreachable!("a table's name")),
            changes: tokio::sync::Mutex::default(),
            running: Mutex::default(),
            read: AtomicBool::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes what runs equal to what is stored: after a start, and where a write's outcome was unknown.
    /// Fails where something that is stored doesn't run; the rest does all the same.
    pub async fn follow(&self) -> Done<()> {
        let _turn = self.changes.lock().await;
        let (mut stored, mut after, mut more) = (BTreeMap::new(), None, true);
        while more {
            let (rows, rest) = self.looking.scan(&self.table, after.as_ref(), PAGE).await?;
            after = rows.last().and_then(|row| row.key.parse::<RowKey>().ok());
            more = rest && after.is_some();
            stored.extend(rows.into_iter().map(|row| (row.key.clone(), row)));
        }
        let running: Vec<_> = self.lock().keys().cloned().collect();
        for name in running.into_iter().filter(|name| !stored.contains_key(name)) {
            self.run(&name, None, None).await;
        }
        let mut followed = Ok(());
        for (name, row) in stored {
            match config(row) {
                Ok(stored) => self.run(&name, Some(stored), None).await,
                Err(unreadable) => followed = Err(unreadable),
            }
        }
        self.read.store(true, Ordering::Relaxed);
        followed.and(self.look(all_listen))
    }

    /// Fails unless all that is stored runs, and the database is ready within 2 s.
    pub async fn ready(&self) -> Done<()> {
        self.look(all_listen)?;
        Ok(self.looking.ready().await?)
    }

    /// Looks at the balancers.
    pub fn look<T>(&self, look: impl FnOnce(&BTreeMap<String, Running>) -> Done<T>) -> Done<T> {
        if !self.read.load(Ordering::Relaxed) {
            let why = "the balancers haven't been read yet".to_owned();
            return Err(Refused::Unavailable { why, unknown: false });
        }
        look(&self.lock())
    }

    /// Stores what `change` makes of a balancer, `None` to remove it, and then does it. Nothing is
    /// stored where it couldn't listen.
    pub async fn change(
        &self,
        name: &str,
        change: impl Fn(Option<&Running>) -> Done<Option<Config>>,
    ) -> Done<()> {
        let _turn = self.changes.lock().await;
        let changed = self.try_to_change(name, change).await;
        if let (Err(_), Some(running)) = (&changed, self.lock().get(name)) {
            running.balancer.update(&running.config); // what the change has held is free again
        }
        changed
    }

    async fn try_to_change(
        &self,
        name: &str,
        change: impl Fn(Option<&Running>) -> Done<Option<Config>>,
    ) -> Done<()> {
        let key: RowKey = name.parse().map_err(|e: flaredb::InvalidName| Refused::Wrong(e.to_string()))?;
        for _ in 0..TRIES {
            let (wanted, version, listens) = self.look(|all| {
                let known = all.get(name);
                let listens = known.and_then(|known| known.balancer.listens_on());
                Ok((change(known)?, known.map_or(0, |known| known.version), listens))
            })?;
            let listener = match &wanted {
                Some(wanted) if listens != Some(wanted.listen) => Some(bind(wanted.listen).await?),
                _ => None,
            };
            let stored = match &wanted {
                Some(wanted) => Change::put(&self.table, &key, row(wanted), Some(version)),
                None => Change::delete(&self.table, &key, Some(version)),
            };
            match self.database.transact(&[stored]).await {
                Ok(version) => {
                    self.run(name, wanted.map(|wanted| (wanted, version)), listener).await;
                    return Ok(());
                }
                // Of an earlier write the outcome was unknown, or another server has written.
                Err(DatabaseError::Conflict(_)) => {
                    drop(listener);
                    let row = self.looking.get(&self.table, &key).await?;
                    self.run(name, row.map(config).transpose()?, None).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Refused::Conflict(format!("Others keep changing the balancer {name}.")))
    }

    /// Makes a balancer run as it is stored, with a listener where it has been bound already.
    async fn run(&self, name: &str, stored: Option<(Config, u64)>, bound: Option<TcpListener>) {
        let Some((config, version)) = stored else {
            let gone = self.lock().remove(name);
            if let Some(closing) = gone.and_then(|mut gone| gone.balancer.listen(None)) {
                let _ = closing.await;
            }
            return;
        };
        let listens = self.lock().get(name).and_then(|known| known.balancer.listens_on());
        let listener = match bound {
            None if listens != Some(config.listen) => bind(config.listen).await.map(Some),
            bound => Ok(bound),
        };
        let closing = {
            let mut all = self.lock();
            let running = all.entry(name.to_owned()).or_insert_with(|| Running {
                balancer: Balancer::new(&config),
                config: config.clone(),
                problem: None,
                version,
            });
            running.balancer.update(&config);
            running.problem = listener.as_ref().err().map(Refused::to_string);
            running.version = version;
            let closing = match listener {
                Ok(None) => None,
                Ok(Some(listener)) => running.balancer.listen(Some((config.listen, listener))),
                Err(_) => running.balancer.listen(None),
            };
            running.config = config;
            closing
        };
        if let Some(closing) = closing {
            let _ = closing.await;
        }
    }
}
