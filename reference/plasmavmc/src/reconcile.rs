//! The loop that brings each machine towards what is wanted of it, a step at a time. Each step is
//! written with the version that it was decided on, and can be taken again: a server that dies
//! between two of them leaves nothing that the next one doesn't mend.

use std::time::Duration;

use creditservice::CreditError;
use flaredb::{Change, DatabaseError, RowKey, TableName};
use serde_json::json;
use servicekit::{new_request_id, sabotaged};

use crate::control::{Control, Done, Found, Refused, key, row, table};
use crate::vm::{State, Vm, Wanted, now};

/// How long a server has the say over the machines, unless it renews it.
const LEASE: Duration = Duration::from_secs(2);

/// One server's share in the loop.
pub struct Reconciler<'a> {
    control: &'a Control,
    owner: String,
    leases: TableName,
    lease: RowKey,
}

impl<'a> Reconciler<'a> {
    /// Of these machines.
    pub fn new(control: &'a Control) -> Done<Self> {
        Ok(Self { control, owner: new_request_id(), leases: table("vm-leases"), lease: key("reconciler")? })
    }

    /// Goes on for as long as it is polled.
    pub async fn run(&self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            if let Err(error) = self.round().await {
                eprintln!("plasmavmc can't reconcile: {error}");
            }
        }
    }

    async fn round(&self) -> Done<()> {
        if !self.leads().await? {
            return Ok(());
        }
        for (name, found) in self.control.all().await? {
            match self.step(&name, found).await {
                // Somebody changed the machine meanwhile; the next round sees what it is now.
                Ok(()) | Err(Refused::Missing) => (),
                Err(error) => eprintln!("plasmavmc can't go on with {name}: {error}"),
            }
        }
        Ok(())
    }

    /// Takes or renews the say over the machines. Two that believe to have it do no harm, but get in
    /// each other's way.
    async fn leads(&self) -> Done<bool> {
        let held = self.control.database.get(&self.leases, &self.lease).await?;
        let version = held.as_ref().map_or(0, |held| held.version);
        if let Some(held) = held
            && held.row["owner"] != self.owner.as_str()
            && held.row["until"].as_u64().unwrap_or_default() > now()
        {
            return Ok(false);
        }
        let until = now() + LEASE.as_millis() as u64;
        let mine = row(&json!({ "owner": self.owner, "until": until }));
        let change = Change::put(&self.leases, &self.lease, mine, Some(version));
        match self.control.database.transact(&[change]).await {
            Ok(_) => Ok(true),
            Err(DatabaseError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn step(&self, name: &str, found: Found) -> Done<()> {
        match (found.vm.wanted, found.vm.state) {
            (Wanted::Running, State::Pending | State::Stopped) => {
                let vm = Vm { state: State::Starting, instance: Some(new_request_id()), ..found.vm };
                let version = self.control.write(name, &vm, found.version).await?;
                self.start(name, Found { vm, version }).await
            }
            (Wanted::Running, State::Starting) => self.start(name, found).await,
            (Wanted::Running, State::Running) => self.watch(name, found).await,
            (Wanted::Running | Wanted::Stopped, State::Failed) => Ok(()),
            (Wanted::Stopped, State::Stopped) => Ok(()),
            (Wanted::Stopped, State::Pending) => self.pay_nothing(name, found).await,
            (Wanted::Stopped, _) => self.stop(name, found).await.map(|_| ()),
            (Wanted::Deleted, _) => self.delete(name, found).await,
        }
    }

    async fn start(&self, name: &str, found: Found) -> Done<()> {
        let hypervisor = &self.control.hypervisor;
        let mut instance = found.vm.instance.clone().unwrap_or_default();
        if sabotaged("started-twice") {
            instance = new_request_id();
        }
        if let Err(why) = hypervisor.start(&instance, name, &found.vm.spec) {
            if !sabotaged("reservation-kept") {
                self.control.release(&found.vm).await?;
            }
            let failed = Vm { reason: Some(why), reservation: None, ..found.vm.ended(State::Failed, now()) };
            return self.control.write(name, &failed, found.version).await.map(|_| ());
        }
        if let (Some(billing), Some(reservation)) = (&self.control.billing, &found.vm.reservation) {
            match billing.credits.commit(reservation).await {
                Ok(_) => (),
                Err(CreditError::Settled(_) | CreditError::Refused(404, _)) => {
                    hypervisor.stop(&instance).map_err(broken)?;
                    let why = "The credits held for it were given back before it ran.".to_owned();
                    let ended = found.vm.ended(State::Failed, now());
                    let failed = Vm { reason: Some(why), reservation: None, ..ended };
                    return self.control.write(name, &failed, found.version).await.map(|_| ());
                }
                Err(error) => return Err(Refused::Unavailable { why: error.to_string(), unknown: true }),
            }
        }
        let running = Vm { state: State::Running, running_since: Some(now()), reservation: None, ..found.vm };
        self.control.write(name, &running, found.version).await.map(|_| ())
    }

    /// A machine whose instance has ended by itself is started again.
    async fn watch(&self, name: &str, found: Found) -> Done<()> {
        let instance = found.vm.instance.as_deref().unwrap_or_default();
        if self.control.hypervisor.runs(instance) || sabotaged("started-twice") {
            return Ok(());
        }
        let stopped = found.vm.ended(State::Stopped, now());
        self.control.write(name, &stopped, found.version).await.map(|_| ())
    }

    async fn pay_nothing(&self, name: &str, found: Found) -> Done<()> {
        self.control.release(&found.vm).await?;
        let why = "It was stopped before it ran.".to_owned();
        let failed = Vm { reason: Some(why), reservation: None, state: State::Failed, ..found.vm };
        self.control.write(name, &failed, found.version).await.map(|_| ())
    }

    async fn stop(&self, name: &str, found: Found) -> Done<Found> {
        if let Some(instance) = &found.vm.instance {
            self.control.hypervisor.stop(instance).map_err(broken)?;
        }
        if found.vm.reservation.is_some() {
            // It was on its way up, so nobody knows whether it was paid for; it is now not.
            self.control.release(&found.vm).await?;
        }
        let stopped = Vm { reservation: None, ..found.vm.ended(State::Stopped, now()) };
        let version = self.control.write(name, &stopped, found.version).await?;
        Ok(Found { vm: stopped, version })
    }

    async fn delete(&self, name: &str, found: Found) -> Done<()> {
        let ended = match found.vm.instance {
            Some(_) => self.stop(name, found).await?,
            None => found,
        };
        self.control.release(&ended.vm).await?;
        self.control.remove(name, &ended).await
    }
}

fn broken(why: String) -> Refused {
    Refused::Unavailable { why, unknown: true }
}
