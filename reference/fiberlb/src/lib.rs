//! fiberlb: a TCP load balancer. It spreads connections over backends that are healthy, and drains
//! those that are to go. What it balances stands in flaredb, so that it outlives the process.
//!
//! A small stand-in for a private service: see the workspace's README.

mod api;
mod balancer;
mod cli;
mod registry;
pub mod server;

pub use servicekit::COMMIT;

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
