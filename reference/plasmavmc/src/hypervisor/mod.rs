//! What runs virtual machines.

mod complaints;
mod lines;
mod named;
mod qemu;
mod qmp;
mod simulated;
mod spawner;

use std::collections::BTreeSet;

use serde::Serialize;

pub use qemu::{Accelerator, Guest, Qemu};
pub use simulated::Simulated;

use crate::vm::Spec;

/// What runs virtual machines. An instance is one run of one machine, under a name of the caller's.
/// The calls may block, and fail with a sentence.
pub trait Hypervisor: Send + Sync {
    /// Its name, which stands in every answer.
    fn name(&self) -> &'static str;

    /// Starts an instance, if it doesn't run yet.
    fn start(&self, instance: &str, machine: &str, spec: &Spec) -> Result<(), String>;

    /// Ends an instance, if it runs.
    fn stop(&self, instance: &str) -> Result<(), String>;

    /// The instances that run, or that a call starts or ends right now.
    fn list(&self) -> Result<BTreeSet<String>, String>;

    /// What can be seen of an instance from outside, where it runs as a process of its own.
    fn inspect(&self, _instance: &str) -> Option<Run> {
        None
    }
}

/// A virtual machine that runs as a process of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The name that the process gives it.
    pub uuid: String,
    /// The process.
    pub pid: u32,
    /// What it runs on: `kvm` or `tcg`, as the process says.
    pub accelerator: &'static str,
    /// What the process says of it now, such as `running`.
    pub status: String,
    /// Whether the guest has sent back what it was sent: `answered` or `not asked`.
    pub guest: &'static str,
}
