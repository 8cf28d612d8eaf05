use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::hypervisor::{Accelerator, Guest};

/// The server of plasmavmc: a control plane of virtual machines, over flaredb.
#[derive(Debug, Parser)]
#[command(name = "plasmavmc-server", version)]
pub struct Cli {
    /// The address to serve HTTP on
    #[arg(long, value_name = "IP:PORT")]
    pub listen: SocketAddr,
    /// The endpoints of flaredb, such as http://127.0.0.1:7101
    #[arg(long, value_name = "URL,…", value_delimiter = ',', required = true)]
    pub flaredb: Vec<String>,
    /// The endpoints of creditservice; without it, virtual machines cost nothing
    #[arg(long, value_name = "URL,…", value_delimiter = ',')]
    pub creditservice: Vec<String>,
    /// What a virtual machine costs, in credits for each CPU
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub price: u64,
    /// How long credits are held for a virtual machine that doesn't run yet, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 60_000, value_parser = clap::value_parser!(u64).range(100..))]
    pub hold_ms: u64,
    /// How often what is is compared with what is wanted, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 100, value_parser = clap::value_parser!(u64).range(10..))]
    pub reconcile_ms: u64,
    /// What runs the virtual machines
    #[arg(long, default_value = "simulated")]
    pub hypervisor: Kind,
    /// QEMU's binary, for the hypervisor qemu; without it, qemu-system-x86_64 on the PATH
    #[arg(long, value_name = "FILE")]
    pub qemu: Option<PathBuf>,
    /// The disk that each of qemu's virtual machines boots, a qcow2; nothing is written to it
    #[arg(long, value_name = "FILE", required_if_eq("hypervisor", "qemu"))]
    pub disk: Option<PathBuf>,
    /// What qemu's virtual machines run on; there is no falling back
    #[arg(long, required_if_eq("hypervisor", "qemu"))]
    pub accelerator: Option<Accelerator>,
    /// What the disk's guest does on its first serial port; without it, that is unknown
    #[arg(long)]
    pub guest: Option<Guest>,
    /// The folder in which the simulated hypervisor keeps what it runs, created when missing; servers on one
    /// database share it
    #[arg(long, value_name = "DIR")]
    pub run: PathBuf,
}

/// The hypervisors.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Kind {
    /// Runs nothing, and says so in every answer
    Simulated,
    /// Runs a QEMU process for each
    Qemu,
}
