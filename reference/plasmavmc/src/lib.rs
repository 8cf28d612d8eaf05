//! plasmavmc: a control plane of virtual machines. What is wanted stands in flaredb before it is
//! acknowledged; a loop brings what is towards it; what it costs is reserved at creditservice first.
//!
//! A small stand-in for a private service: see the workspace's README.

mod api;
mod cli;
mod control;
mod hypervisor;
mod reconcile;
pub mod server;
mod vm;

pub use hypervisor::{Accelerator, Guest, Hypervisor, Qemu, Run, Simulated};
pub use servicekit::COMMIT;
pub use vm::{Spec, State, Vm, Wanted};

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
