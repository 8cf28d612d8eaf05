//! The loop that brings each machine towards what is wanted of it, a step at a time. Each step is
//! written with the version that it was decided on, and can be taken again: a server that dies
//! between two of them leaves nothing that the next one doesn't mend.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use creditservice::CreditError;
use flaredb::{Change, DatabaseError, RowKey, TableName};
use serde_json::json;
use servicekit::{new_request_id, sabotaged};
use tokio::task::{JoinSet, spawn_blocking};

use crate::control::{Control, Done, Found, Refused, key, row, table};
use crate::hypervisor::Hypervisor;
use crate::vm::{State, Vm, Wanted, now};

/// How long a server has the say over the machines, unless it renews it, in milliseconds.
const LEASE: u64 = 2_000;

/// One server's share in the loop.
pub struct Reconciler {
    control: Arc<Control>,
    owner: String,
    leases: TableName,
    lease: RowKey,
}

impl Reconciler {
    /// Of these machines.
    pub fn new(control: Arc<Control>) -> Done<Arc<Self>> {
        let (leases, lease) = (table("vm-leases"), key("reconciler")?);
        Ok(Arc::new(Self { control, owner: new_request_id(), leases, lease }))
    }

    /// Goes on for as long as it is polled. Each machine has at most one step under way; a slow one
    /// holds up no other machine.
    pub async fn run(self: Arc<Self>, every: Duration) {
        let (mut steps, mut busy) = (JoinSet::new(), HashSet::new());
        loop {
            tokio::time::sleep(every).await;
            while let Some(ended) = steps.try_join_next() {
                ended.iter().for_each(|name: &String| _ = busy.remove(name));
            }
            match self.round(&mut steps, &mut busy).await {
                Ok(true) => (),
                Ok(false) => {
                    steps.abort_all();
                    busy.clear();
                }
                Err(error) => eprintln!("plasmavmc can't reconcile: {error}"),
            }
        }
    }

    /// Begins the steps that are due, if this server has the say.
    async fn round(self: &Arc<Self>, steps: &mut JoinSet<String>, busy: &mut HashSet<String>) -> Done<bool> {
        if !self.leads().await? {
            return Ok(false);
        }
        // An instance is named by a row before it starts and until it has ended. So one that ran
        // before the rows were read and that none of them names is left over, and one that a row
        // says is running and that doesn't run afterwards has ended by itself.
        let before = self.ask(|hypervisor| hypervisor.list()).await?;
        let all = self.control.all().await?;
        let after = self.ask(|hypervisor| hypervisor.list()).await?;
        let named: BTreeSet<&String> =
            all.iter().filter_map(|(_, found)| found.vm.instance.as_ref()).collect();
        for instance in before.into_iter().filter(|instance| !named.contains(instance)) {
            self.ask(move |hypervisor| hypervisor.stop(&instance)).await?;
        }
        for (name, found) in all {
            let runs = found.vm.instance.as_ref().is_some_and(|instance| after.contains(instance));
            if !is_due(&found.vm, runs) || !busy.insert(name.clone()) {
                continue;
            }
            let this = self.clone();
            steps.spawn(async move {
                match this.step(&name, found).await {
                    // The next round sees what it is now.
                    Ok(()) | Err(Refused::Changed) => (),
                    Err(error) => eprintln!("plasmavmc can't go on with {name}: {error}"),
                }
                name
            });
        }
        Ok(true)
    }

    /// Takes or renews the say over the machines. Two that believe to have it do no harm, but get in
    /// each other's way.
    async fn leads(&self) -> Done<bool> {
        let held = self.control.database.get(&self.leases, &self.lease).await?;
        let version = held.as_ref().map_or(0, |held| held.version);
        if let Some(held) = held {
            let left = held.row["until"].as_u64().unwrap_or_default().saturating_sub(now());
            let mine = held.row["owner"] == self.owner.as_str();
            if left > 0 && (!mine || left > LEASE / 2) {
                return Ok(mine);
            }
        }
        let mine = row(&json!({ "owner": self.owner, "until": now() + LEASE }));
        let change = Change::put(&self.leases, &self.lease, mine, Some(version));
        match self.control.database.transact(&[change]).await {
            Ok(_) => Ok(true),
            Err(DatabaseError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn step(&self, name: &str, found: Found) -> Done<()> {
        match (found.vm.wanted, found.vm.state) {
            (_, State::Admitting) => match self.control.admit(name, found).await {
                Ok(_) | Err(Refused::TooFew(_)) => Ok(()),
                Err(error) => Err(error),
            },
            (Wanted::Deleted, State::Pending | State::Stopped | State::Failed) => {
                self.control.release(&found.vm).await?;
                self.control.remove(name, &found).await
            }
            (Wanted::Running, State::Pending | State::Stopped) => {
                let vm = Vm { state: State::Starting, instance: Some(new_request_id()), ..found.vm };
                let found = self.control.write(name, vm, found.version).await?;
                self.start(name, found).await
            }
            (Wanted::Running, State::Starting) => self.start(name, found).await,
            (Wanted::Running, State::Running) => self.end(name, found, State::Stopped, None).await,
            (_, State::Stopped | State::Failed) => Ok(()),
            _ => self.stop(name, found).await,
        }
    }

    async fn start(&self, name: &str, found: Found) -> Done<()> {
        let mut instance = found.vm.instance.clone().unwrap_or_default();
        if sabotaged("started-twice") {
            instance = new_request_id();
        }
        let (machine, spec) = (name.to_owned(), found.vm.spec.clone());
        let started = self.ask(move |hypervisor| hypervisor.start(&instance, &machine, &spec)).await;
        if let Err(why) = started {
            if !sabotaged("reservation-kept") {
                self.control.release(&found.vm).await?;
            }
            return self.end(name, found, State::Failed, Some(why.to_string())).await;
        }
        if let (Some(billing), Some(reservation)) = (&self.control.billing, &found.vm.reservation) {
            match billing.credits.commit(reservation).await {
                Ok(_) => (),
                Err(CreditError::Settled(_) | CreditError::Refused(404, _)) => {
                    return self.hold_again(name, found).await;
                }
                Err(error) => return Err(Refused::Unavailable { why: error.to_string(), unknown: true }),
            }
        }
        let running = Vm {
            state: State::Running,
            running_since: Some(now()),
            paid: found.vm.paid || found.vm.reservation.is_some(),
            reservation: None,
            starts: found.vm.starts + 1,
            ..found.vm
        };
        self.control.write(name, running, found.version).await.map(|_| ())
    }

    /// The reservation ended before the machine ran: there is another one, or no machine.
    async fn hold_again(&self, name: &str, found: Found) -> Done<()> {
        match self.control.hold(name, &found).await {
            Ok(reservation) => {
                let vm = Vm { reservation, ..found.vm };
                let held = self.control.write_held(name, vm, found.version).await?;
                Box::pin(self.start(name, held)).await
            }
            Err(error @ Refused::TooFew(_)) => {
                self.stop_instance(&found.vm).await?;
                self.end(name, found, State::Failed, Some(error.to_string())).await
            }
            Err(error) => Err(error),
        }
    }

    /// What was held for a machine that didn't run yet is given back: it is to be paid when it is
    /// wanted again.
    async fn stop(&self, name: &str, mut found: Found) -> Done<()> {
        if found.vm.state != State::Stopping {
            let vm = Vm { state: State::Stopping, ..found.vm };
            found = self.control.write(name, vm, found.version).await?;
        }
        self.stop_instance(&found.vm).await?;
        found.vm.paid |= self.control.release(&found.vm).await?;
        self.end(name, found, State::Stopped, None).await
    }

    async fn stop_instance(&self, vm: &Vm) -> Done<()> {
        let Some(instance) = vm.instance.clone() else { return Ok(()) };
        self.ask(move |hypervisor| hypervisor.stop(&instance)).await
    }

    async fn end(&self, name: &str, found: Found, state: State, reason: Option<String>) -> Done<()> {
        self.control.write(name, found.vm.ended(state, reason), found.version).await.map(|_| ())
    }

    /// Asks the hypervisor, whose calls may block.
    async fn ask<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Hypervisor) -> Result<T, String> + Send + 'static,
    ) -> Done<T> {
        let hypervisor = self.control.hypervisor.clone();
        let called = spawn_blocking(move || call(&*hypervisor)).await;
        let called = called.unwrap_or_else(|e| Err(format!("the hypervisor's call broke off: {e}")));
        called.map_err(|why| Refused::Unavailable { why, unknown: true })
    }
}

/// Whether there is anything to do about a machine; `runs` tells whether its instance does.
fn is_due(vm: &Vm, runs: bool) -> bool {
    match (vm.wanted, vm.state) {
        (Wanted::Running, State::Running) => !runs,
        (Wanted::Stopped, State::Stopped) | (Wanted::Running | Wanted::Stopped, State::Failed) => false,
        _ => true,
    }
}
