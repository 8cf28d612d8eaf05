use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What a virtual machine is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Whose it is, and whose credits pay for it.
    pub tenant: String,
    /// How many CPUs it has.
    pub cpus: u64,
    /// How much memory it has, in MiB.
    pub memory_mib: u64,
}

/// What is wanted of a virtual machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// It is to run.
    Running,
    /// It is to be there, and not to run.
    Stopped,
    /// It is to be gone.
    Deleted,
}

/// What a virtual machine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its tenant has been asked for credits; no client has seen it yet.
    Admitting,
    /// It has never been started.
    Pending,
    /// Its instance has a name, and may run or not.
    Starting,
    /// It runs.
    Running,
    /// Its instance may run or not, and is to end.
    Stopping,
    /// It doesn't run.
    Stopped,
    /// It couldn't be started.
    Failed,
}

/// A virtual machine, as its row in the database has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vm {
    /// What it is to be.
    #[serde(flatten)]
    pub spec: Spec,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// What it is.
    pub state: State,
    /// Why it failed, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The instance that runs, or may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The credits that are held for it, until they are committed or rolled back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reservation: Option<String>,
    /// Whether it has been paid for, or costs nothing.
    #[serde(default)]
    pub paid: bool,
    /// Since when it runs, in milliseconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running_since: Option<u64>,
    /// How long it has run before, in milliseconds.
    pub ran_ms: u64,
    /// How often it was started.
    #[serde(default)]
    pub starts: u64,
}

impl Vm {
    /// How long it has run until now, in milliseconds.
    pub fn ran_until(&self, now: u64) -> u64 {
        self.ran_ms + self.running_since.map_or(0, |since| now.saturating_sub(since))
    }

    /// The same machine, without an instance and with nothing held for it.
    pub fn ended(self, state: State, reason: Option<String>) -> Self {
        let ran_ms = self.ran_until(now());
        Self { ran_ms, running_since: None, instance: None, reservation: None, state, reason, ..self }
    }
}

/// Milliseconds since the epoch.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
