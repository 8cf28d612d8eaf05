//! All balancers: what is stored, and what runs.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use flaredb::{Change, Client, DatabaseError, RowKey, TableName};
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::balancer::{Balancer, Config};

/// How long the health check waits for the database.
const HEALTH_PATIENCE: Duration = Duration::from_secs(2);
/// The most balancers of one server.
const MOST: usize = 1_000;

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
            DatabaseError::Conflict(_) => {
                Self::Conflict("Another server has changed the balancer.".to_owned())
            }
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
    version: u64,
}

/// The balancers of this server, by their names; one change at a time.
pub struct Registry {
    database: Client,
    health: Client,
    table: TableName,
    running: Mutex<Option<BTreeMap<String, Running>>>,
}

fn row(config: &Config) -> Map<String, Value> {
    match serde_json::to_value(config) {
        Ok(Value::Object(row)) => row,
        _ => Map::new(),
    }
}

fn key(name: &str) -> Done<RowKey> {
    name.parse().map_err(|e: flaredb::InvalidName| Refused::Wrong(e.to_string()))
}

async fn bind(listen: SocketAddr) -> Done<TcpListener> {
    let bound = TcpListener::bind(listen).await;
    bound.map_err(|e| Refused::Conflict(format!("The balancer can't listen on {listen}: {e}.")))
}

fn missing(name: &str) -> Refused {
    Refused::Missing(format!("There is no balancer {name}."))
}

impl Registry {
    /// Of the database at these endpoints; nothing runs before [`load`](Self::load).
    pub fn new(flaredb: &[String]) -> Self {
        Self {
            database: Client::new(flaredb),
            health: Client::with_deadline(flaredb, HEALTH_PATIENCE),
            table: "balancers".parse().unwrap_or_else(|_| unreachable!("a table's name")),
            running: Mutex::new(None),
        }
    }

    /// Starts all that is stored.
    pub async fn load(&self) -> Done<()> {
        let mut running = self.running.lock().await;
        let (rows, _) = self.database.scan(&self.table, None, MOST).await?;
        let mut started = BTreeMap::new();
        for stored in rows {
            let config: Config = serde_json::from_value(stored.row)
                .map_err(|e| Refused::Wrong(format!("The row of {} can't be read: {e}.", stored.key)))?;
            let balancer = Balancer::start(bind(config.listen).await?, &config);
            started.insert(stored.key, Running { config, balancer, version: stored.version });
        }
        *running = Some(started);
        Ok(())
    }

    /// Fails unless all that is stored runs, and the database is ready within 2 s.
    pub async fn ready(&self) -> Done<()> {
        if self.running.lock().await.is_none() {
            return Err(not_yet());
        }
        Ok(self.health.ready().await?)
    }

    /// Looks at the balancers.
    pub async fn look<T>(&self, look: impl FnOnce(&BTreeMap<String, Running>) -> Done<T>) -> Done<T> {
        look(self.running.lock().await.as_ref().ok_or_else(not_yet)?)
    }

    /// Makes a balancer, or changes it. It is stored before it is acknowledged, and not stored where
    /// it can't listen.
    pub async fn put(&self, name: &str, config: Config) -> Done<()> {
        let mut lock = self.running.lock().await;
        let running = lock.as_mut().ok_or_else(not_yet)?;
        let known = running.get(name);
        let (version, stays) =
            known.map_or((0, false), |known| (known.version, known.config.listen == config.listen));
        let listener = if stays { None } else { Some(bind(config.listen).await?) };
        let change = Change::put(&self.table, &key(name)?, row(&config), Some(version));
        let version = self.database.transact(&[change]).await?;
        match listener {
            Some(listener) => {
                let balancer = Balancer::start(listener, &config);
                running.insert(name.to_owned(), Running { config, balancer, version });
            }
            None => {
                let known = running.get_mut(name).ok_or_else(|| missing(name))?;
                known.balancer.update(&config);
                (known.config, known.version) = (config, version);
            }
        }
        Ok(())
    }

    /// Changes what is stored of a balancer.
    pub async fn change(&self, name: &str, change: impl FnOnce(&mut Running) -> Done<Config>) -> Done<()> {
        let mut lock = self.running.lock().await;
        let known = lock.as_mut().ok_or_else(not_yet)?.get_mut(name).ok_or_else(|| missing(name))?;
        let config = change(known)?;
        let stored = Change::put(&self.table, &key(name)?, row(&config), Some(known.version));
        known.version = self.database.transact(&[stored]).await?;
        known.balancer.update(&config);
        known.config = config;
        Ok(())
    }

    /// Removes a balancer; connections that are open go on.
    pub async fn remove(&self, name: &str) -> Done<()> {
        let mut lock = self.running.lock().await;
        let running = lock.as_mut().ok_or_else(not_yet)?;
        let version = running.get(name).ok_or_else(|| missing(name))?.version;
        self.database.transact(&[Change::delete(&self.table, &key(name)?, Some(version))]).await?;
        running.remove(name);
        Ok(())
    }
}

fn not_yet() -> Refused {
    Refused::Unavailable { why: "the balancers haven't been read yet".to_owned(), unknown: false }
}
