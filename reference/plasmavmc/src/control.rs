//! What clients ask for: written to the database before it is acknowledged.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use creditservice::CreditError;
use flaredb::{Change, DatabaseError, Row, RowKey, TableName};
use serde::Serialize;
use serde_json::{Map, Value};
use servicekit::{new_request_id, sabotaged};

use crate::hypervisor::Hypervisor;
use crate::vm::{Spec, State, Vm, Wanted, now};

/// The rows of a page.
const PAGE: usize = 1_000;
/// How long the health check waits for the database.
const HEALTH_PATIENCE: Duration = Duration::from_secs(2);
/// How often a change is tried again when others change the same machine.
const TRIES: usize = 50;

/// What virtual machines cost, and who is asked for it.
pub struct Billing {
    pub credits: creditservice::Client,
    /// In credits for each CPU.
    pub price: u64,
    /// How long credits are held for a machine that doesn't run yet.
    pub hold: Duration,
}

/// The virtual machines.
pub struct Control {
    pub database: Arc<flaredb::Client>,
    pub billing: Option<Billing>,
    pub hypervisor: Box<dyn Hypervisor>,
    pub vms: TableName,
    health: flaredb::Client,
    usage: TableName,
}

/// Why something can't be done.
#[derive(Debug)]
pub enum Refused {
    /// There is no such machine.
    Missing,
    /// There is a machine of that name already, and it is another one.
    Taken,
    /// It can't be done to a machine in this state.
    State(&'static str),
    /// The tenant has too few credits: so many are available.
    TooFew(u64),
    /// The request is wrong, in a sentence.
    Wrong(String),
    /// The database or creditservice failed; `unknown` tells whether it may have happened.
    Unavailable { why: String, unknown: bool },
}

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Unavailable { why, unknown } => Self::Unavailable { why, unknown },
            DatabaseError::Conflict(_) => {
                Self::Unavailable { why: "others go on changing the machine".to_owned(), unknown: false }
            }
            DatabaseError::Refused(_, why) => Self::Wrong(why),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("There is no such virtual machine."),
            Self::Taken => f.write_str("There is another virtual machine of that name."),
            Self::State(why) => f.write_str(why),
            Self::TooFew(available) => write!(f, "The tenant has {available} credits available."),
            Self::Wrong(why) | Self::Unavailable { why, .. } => f.write_str(why),
        }
    }
}

pub type Done<T> = Result<T, Refused>;

/// A machine with its row's version.
#[derive(Clone, Debug)]
pub struct Found {
    pub vm: Vm,
    pub version: u64,
}

pub fn row(content: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(content) {
        Ok(Value::Object(row)) => row,
        _ => Map::new(),
    }
}

pub fn table(name: &str) -> TableName {
    name.parse().unwrap_or_else(|_| unreachable!("{name} is a table's name"))
}

pub fn key(text: &str) -> Done<RowKey> {
    text.parse().map_err(|e: flaredb::InvalidName| Refused::Wrong(e.to_string()))
}

fn found(row: Row) -> Done<Found> {
    let broken =
        |e| Refused::Unavailable { why: format!("a machine's row can't be read: {e}"), unknown: false };
    Ok(Found { vm: serde_json::from_value(row.row).map_err(broken)?, version: row.version })
}

impl Control {
    /// The machines in the database at these endpoints.
    pub fn new(flaredb: &[String], billing: Option<Billing>, hypervisor: Box<dyn Hypervisor>) -> Self {
        Self {
            database: Arc::new(flaredb::Client::new(flaredb)),
            health: flaredb::Client::with_deadline(flaredb, HEALTH_PATIENCE),
            billing,
            hypervisor,
            vms: table("vms"),
            usage: table("vm-usage"),
        }
    }

    /// Fails unless the database is ready within 2 s.
    pub async fn ready(&self) -> Done<()> {
        Ok(self.health.ready().await?)
    }

    /// A machine by its name.
    pub async fn get(&self, name: &str) -> Done<Found> {
        found(self.database.get(&self.vms, &key(name)?).await?.ok_or(Refused::Missing)?)
    }

    /// All machines by their names.
    pub async fn all(&self) -> Done<Vec<(String, Found)>> {
        let (mut after, mut all) = (None, Vec::new());
        loop {
            let (rows, more) = self.database.scan(&self.vms, after.as_ref(), PAGE).await?;
            after = rows.last().map(|row| key(&row.key)).transpose()?;
            for row in rows {
                all.push((row.key.clone(), found(row)?));
            }
            if !more {
                return Ok(all);
            }
        }
    }

    /// Makes a machine that is to run, if its tenant can pay for it. Tells whether it is new.
    ///
    /// A crash before the row is written leaves a reservation that ends by itself.
    pub async fn create(&self, name: &str, spec: Spec) -> Done<(Found, bool)> {
        match self.get(name).await {
            Ok(found) => return same(found, &spec),
            Err(Refused::Missing) => (),
            Err(error) => return Err(error),
        }
        let reservation = self.reserve(name, &spec).await?;
        let vm = Vm {
            spec,
            wanted: Wanted::Running,
            state: State::Pending,
            reason: None,
            instance: None,
            reservation,
            running_since: None,
            ran_ms: 0,
        };
        let absent = (!sabotaged("vm-row-without-version")).then_some(0);
        let change = Change::put(&self.vms, &key(name)?, row(&vm), absent);
        if sabotaged("vm-acknowledged-before-write") {
            return Ok((self.write_later(change, vm), true));
        }
        match self.database.transact(&[change]).await {
            Ok(version) => Ok((Found { vm, version }, true)),
            Err(DatabaseError::Conflict(_)) => {
                self.release(&vm).await?;
                same(self.get(name).await?, &vm.spec)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn write_later(&self, change: Change, vm: Vm) -> Found {
        let database = self.database.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(400)).await;
            let _ = database.transact(&[change]).await;
        });
        Found { vm, version: 1 }
    }

    async fn reserve(&self, name: &str, spec: &Spec) -> Done<Option<String>> {
        let Some(billing) = &self.billing else { return Ok(None) };
        let (id, amount, purpose) = (new_request_id(), billing.price * spec.cpus, format!("vm/{name}"));
        let reserved = billing.credits.reserve(&spec.tenant, &id, amount, &purpose, billing.hold);
        match reserved.await {
            Ok(reservation) => Ok(Some(reservation.reservation)),
            Err(CreditError::TooFew(available)) => Err(Refused::TooFew(available)),
            Err(CreditError::Refused(404, _)) => Err(Refused::TooFew(0)),
            // Nothing of the machine exists yet, so it is for certain that it wasn't made.
            Err(error) => Err(Refused::Unavailable { why: error.to_string(), unknown: false }),
        }
    }

    /// Gives back what is held for a machine.
    pub async fn release(&self, vm: &Vm) -> Done<()> {
        let (Some(billing), Some(reservation)) = (&self.billing, &vm.reservation) else { return Ok(()) };
        match billing.credits.roll_back(reservation).await {
            Ok(_) | Err(CreditError::Settled(_)) => Ok(()),
            Err(error) => Err(Refused::Unavailable { why: error.to_string(), unknown: true }),
        }
    }

    /// Wants something else of a machine.
    pub async fn want(&self, name: &str, wanted: Wanted) -> Done<Found> {
        for _ in 0..TRIES {
            let Found { vm, version } = self.get(name).await?;
            match (vm.wanted, wanted) {
                (before, now) if before == now => return Ok(Found { vm, version }),
                (Wanted::Deleted, _) => return Err(Refused::State("The virtual machine is being deleted.")),
                _ if vm.state == State::Failed && wanted != Wanted::Deleted => {
                    return Err(Refused::State("The virtual machine couldn't be started; delete it."));
                }
                _ => (),
            }
            let next = Vm { wanted, ..vm };
            match self.write(name, &next, version).await {
                Err(Refused::Unavailable { unknown: false, .. }) => (),
                written => return Ok(Found { vm: next, version: written? }),
            }
        }
        Err(DatabaseError::Conflict(0).into())
    }

    /// Writes a machine whose row has this version, and gives its new one.
    pub async fn write(&self, name: &str, vm: &Vm, version: u64) -> Done<u64> {
        let version = (!sabotaged("vm-row-without-version")).then_some(version);
        Ok(self.database.transact(&[Change::put(&self.vms, &key(name)?, row(vm), version)]).await?)
    }

    /// Removes a machine, and keeps how long it has run.
    pub async fn remove(&self, name: &str, found: &Found) -> Done<()> {
        let tenant = key(&found.vm.spec.tenant)?;
        let used = self.database.get(&self.usage, &tenant).await?;
        let version = used.as_ref().map_or(0, |used| used.version);
        let before = used.and_then(|used| used.row["ran_ms"].as_u64()).unwrap_or_default();
        let total = Map::from_iter([("ran_ms".to_owned(), (before + found.vm.ran_ms).into())]);
        let changes = [
            Change::delete(&self.vms, &key(name)?, Some(found.version)),
            Change::put(&self.usage, &tenant, total, Some(version)),
        ];
        self.database.transact(&changes).await?;
        Ok(())
    }

    /// How long each tenant's machines have run, in milliseconds; those that are gone as well.
    pub async fn usage(&self, machines: &[(String, Found)]) -> Done<BTreeMap<String, u64>> {
        let (rows, _) = self.database.scan(&self.usage, None, PAGE).await?;
        let mut usage: BTreeMap<String, u64> =
            rows.into_iter().map(|row| (row.key, row.row["ran_ms"].as_u64().unwrap_or_default())).collect();
        let now = now();
        for (_, found) in machines {
            *usage.entry(found.vm.spec.tenant.clone()).or_default() += found.vm.ran_until(now);
        }
        Ok(usage)
    }
}

fn same(found: Found, spec: &Spec) -> Done<(Found, bool)> {
    if found.vm.spec == *spec && found.vm.wanted != Wanted::Deleted {
        return Ok((found, false));
    }
    Err(Refused::Taken)
}
