//! What clients ask for: written to the database before it is acknowledged.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use creditservice::{CreditError, State as Credits};
use flaredb::{Change, DatabaseError, Row, RowKey, TableName};
use serde::Serialize;
use serde_json::{Map, Value, json};
use servicekit::sabotaged;

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
    pub hypervisor: Arc<dyn Hypervisor>,
    health: flaredb::Client,
    vms: TableName,
    usage: TableName,
    /// The running times that have been told: a counter must not fall, and a machine's end is a
    /// little earlier than the write that tells of it.
    told: Mutex<BTreeMap<String, u64>>,
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
    /// Somebody else has changed the machine meanwhile.
    Changed,
    /// The database or creditservice failed; `unknown` tells whether it may have happened.
    Unavailable { why: String, unknown: bool },
}

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Unavailable { why, unknown } => Self::Unavailable { why, unknown },
            DatabaseError::Conflict(_) => Self::Changed,
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
            Self::Changed => f.write_str("Others go on changing the virtual machine."),
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

/// What a tenant's machines have run, in starts and in milliseconds.
#[derive(Clone, Copy, Default)]
pub struct Used {
    pub starts: u64,
    pub ran_ms: u64,
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

fn used(row: &Value) -> Used {
    let number = |name: &str| row[name].as_u64().unwrap_or_default();
    Used { starts: number("starts"), ran_ms: number("ran_ms") }
}

impl Control {
    /// The machines in the database at these endpoints.
    pub fn new(flaredb: &[String], billing: Option<Billing>, hypervisor: Arc<dyn Hypervisor>) -> Self {
        Self {
            database: Arc::new(flaredb::Client::new(flaredb)),
            health: flaredb::Client::with_deadline(flaredb, HEALTH_PATIENCE),
            billing,
            hypervisor,
            vms: table("vms"),
            usage: table("vm-usage"),
            told: Mutex::default(),
        }
    }

    /// Fails unless the database is ready within 2 s.
    pub async fn ready(&self) -> Done<()> {
        Ok(self.health.ready().await?)
    }

    /// A machine by its name.
    pub async fn get(&self, name: &str) -> Done<Found> {
        let found = self.find(name).await?;
        found.filter(|found| found.vm.state != State::Admitting).ok_or(Refused::Missing)
    }

    async fn find(&self, name: &str) -> Done<Option<Found>> {
        self.database.get(&self.vms, &key(name)?).await?.map(found).transpose()
    }

    /// All machines by their names, those that wait for admission as well.
    pub async fn all(&self) -> Done<Vec<(String, Found)>> {
        let rows = self.rows(&self.vms).await?;
        rows.into_iter().map(|row| Ok((row.key.clone(), found(row)?))).collect()
    }

    async fn rows(&self, table: &TableName) -> Done<Vec<Row>> {
        let (mut after, mut all) = (None, Vec::new());
        loop {
            let (rows, more) = self.database.scan(table, after.as_ref(), PAGE).await?;
            all.extend(rows);
            if !more {
                return Ok(all);
            }
            after = all.last().map(|row| key(&row.key)).transpose()?;
        }
    }

    /// Makes a machine that is to run, if its tenant can pay for it. Tells whether it is new.
    ///
    /// After a crash in between, whoever asks again goes on with the same row and the same
    /// reservation; if nobody does, the reconciler.
    pub async fn create(&self, name: &str, spec: Spec) -> Done<(Found, bool)> {
        let mut new = false;
        for _ in 0..TRIES {
            match self.try_create(name, &spec, &mut new).await {
                Err(Refused::Changed) => (),
                done => return Ok((done?, new)),
            }
        }
        Err(Refused::Changed)
    }

    async fn try_create(&self, name: &str, spec: &Spec, new: &mut bool) -> Done<Found> {
        let found = match self.find(name).await? {
            Some(found) if found.vm.spec != *spec || found.vm.wanted == Wanted::Deleted => {
                return Err(Refused::Taken);
            }
            Some(found) => found,
            None => {
                let paid = self.billing.is_none();
                let vm = Vm {
                    spec: spec.clone(),
                    wanted: Wanted::Running,
                    state: if paid { State::Pending } else { State::Admitting },
                    reason: None,
                    instance: None,
                    reservation: None,
                    paid,
                    running_since: None,
                    ran_ms: 0,
                    starts: 0,
                };
                *new = true;
                match sabotaged("vm-acknowledged-before-write") {
                    false => self.write(name, vm, 0).await?,
                    true => return self.write_later(name, vm),
                }
            }
        };
        if found.vm.state == State::Admitting { self.admit(name, found).await } else { Ok(found) }
    }

    fn write_later(&self, name: &str, vm: Vm) -> Done<Found> {
        let (database, change) = (self.database.clone(), Change::put(&self.vms, &key(name)?, row(&vm), None));
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(400)).await;
            let _ = database.transact(&[change]).await;
        });
        Ok(Found { vm, version: 1 })
    }

    /// Admits a machine that waits for it, or removes its row where the tenant can't pay.
    pub async fn admit(&self, name: &str, found: Found) -> Done<Found> {
        match self.hold(name, &found).await {
            Ok(reservation) => {
                let vm = Vm { state: State::Pending, reservation, ..found.vm };
                self.write_held(name, vm, found.version).await
            }
            Err(Refused::TooFew(available)) => {
                let gone = Change::delete(&self.vms, &key(name)?, Some(found.version));
                self.database.transact(&[gone]).await?;
                Err(Refused::TooFew(available))
            }
            Err(error) => Err(error),
        }
    }

    /// Holds what a machine costs, and gives the reservation's name. The request id is the row's
    /// version, so there is one reservation however often this is done before the next write.
    pub async fn hold(&self, name: &str, found: &Found) -> Done<Option<String>> {
        let Some(billing) = &self.billing else { return Ok(None) };
        let Found { vm: Vm { spec, .. }, version } = found;
        let (id, purpose) = (format!("vm-{version}"), format!("vm/{name}"));
        let amount = billing.price * spec.cpus;
        match billing.credits.reserve(&spec.tenant, &id, amount, &purpose, billing.hold).await {
            Ok(held) if held.state == Credits::Held => Ok(Some(held.reservation)),
            Ok(_) | Err(CreditError::Refused(422, _)) => {
                // It has ended, or is for something else. The row's next version has another one.
                self.write(name, found.vm.clone(), *version).await?;
                Err(Refused::Changed)
            }
            Err(CreditError::TooFew(available)) => Err(Refused::TooFew(available)),
            Err(CreditError::Refused(404, _)) => Err(Refused::TooFew(0)),
            Err(error) => Err(Refused::Unavailable { why: error.to_string(), unknown: true }),
        }
    }

    /// Writes a machine with what was held for it, and gives that back if others were faster.
    pub async fn write_held(&self, name: &str, vm: Vm, version: u64) -> Done<Found> {
        match self.write(name, vm.clone(), version).await {
            Err(Refused::Changed) => match self.find(name).await? {
                Some(now) if now.vm.reservation == vm.reservation => Ok(now),
                _ => {
                    self.release(&vm).await?;
                    Err(Refused::Changed)
                }
            },
            written => written,
        }
    }

    /// Gives back what is held for a machine. Tells whether it had been paid already.
    pub async fn release(&self, vm: &Vm) -> Done<bool> {
        let (Some(billing), Some(reservation)) = (&self.billing, &vm.reservation) else { return Ok(false) };
        match billing.credits.roll_back(reservation).await {
            Ok(_) | Err(CreditError::Refused(404, _)) => Ok(false),
            Err(CreditError::Settled(_)) => Ok(true),
            Err(error) => Err(Refused::Unavailable { why: error.to_string(), unknown: true }),
        }
    }

    /// Wants something else of a machine.
    pub async fn want(&self, name: &str, wanted: Wanted) -> Done<Found> {
        for _ in 0..TRIES {
            match self.try_want(name, wanted).await {
                Err(Refused::Changed) => (),
                done => return done,
            }
        }
        Err(Refused::Changed)
    }

    async fn try_want(&self, name: &str, wanted: Wanted) -> Done<Found> {
        let mut found = self.find(name).await?.ok_or(Refused::Missing)?;
        if found.vm.state == State::Admitting {
            found = match self.admit(name, found).await {
                Err(Refused::TooFew(_)) => return Err(Refused::Missing),
                admitted => admitted?,
            };
        }
        let vm = &found.vm;
        match (wanted, vm.wanted, vm.state) {
            (Wanted::Deleted, ..) => (),
            (_, Wanted::Deleted, _) => return Err(Refused::State("The virtual machine is being deleted.")),
            (_, _, State::Failed) => {
                return Err(Refused::State("The virtual machine couldn't be started; delete it."));
            }
            (Wanted::Running, _, State::Stopping) if !vm.paid => {
                return Err(Refused::State("The virtual machine is being stopped; start it afterwards."));
            }
            _ => (),
        }
        if vm.wanted == wanted {
            return Ok(found);
        }
        let mut next = Vm { wanted, ..vm.clone() };
        if wanted == Wanted::Running && vm.state == State::Stopped && !vm.paid {
            next.reservation = self.hold(name, &found).await?;
            return self.write_held(name, next, found.version).await;
        }
        self.write(name, next, found.version).await
    }

    /// Writes a machine whose row has this version, 0 if there is none yet.
    pub async fn write(&self, name: &str, vm: Vm, version: u64) -> Done<Found> {
        let version = (!sabotaged("vm-row-without-version")).then_some(version);
        let change = Change::put(&self.vms, &key(name)?, row(&vm), version);
        Ok(Found { version: self.database.transact(&[change]).await?, vm })
    }

    /// Removes a machine, and keeps what it has run.
    pub async fn remove(&self, name: &str, found: &Found) -> Done<()> {
        let tenant = key(&found.vm.spec.tenant)?;
        let before = self.database.get(&self.usage, &tenant).await?;
        let version = before.as_ref().map_or(0, |before| before.version);
        let Used { starts, ran_ms } = before.map(|before| used(&before.row)).unwrap_or_default();
        let sums = json!({ "starts": starts + found.vm.starts, "ran_ms": ran_ms + found.vm.ran_ms });
        let changes = [
            Change::delete(&self.vms, &key(name)?, Some(found.version)),
            Change::put(&self.usage, &tenant, row(&sums), Some(version)),
        ];
        self.database.transact(&changes).await?;
        Ok(())
    }

    /// All machines, and what each tenant's have run, those that are gone as well.
    pub async fn metered(&self) -> Done<(Vec<(String, Found)>, BTreeMap<String, Used>)> {
        for _ in 0..TRIES {
            let (gone, all) = (self.rows(&self.usage).await?, self.all().await?);
            // A machine that goes in between would be counted twice.
            if gone != self.rows(&self.usage).await? {
                continue;
            }
            let mut usage: BTreeMap<String, Used> =
                gone.into_iter().map(|row| (row.key, used(&row.row))).collect();
            let now = now();
            for (_, found) in &all {
                let sums = usage.entry(found.vm.spec.tenant.clone()).or_default();
                sums.starts += found.vm.starts;
                sums.ran_ms += found.vm.ran_until(now);
            }
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            for (tenant, sums) in &mut usage {
                let most = told.entry(tenant.clone()).or_default();
                *most = sums.ran_ms.max(*most);
                sums.ran_ms = *most;
            }
            return Ok((all, usage));
        }
        Err(Refused::Changed)
    }
}
