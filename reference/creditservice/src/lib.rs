//! creditservice: accounts of credits, and admission control by reservations: who wants to use
//! something reserves its price, and commits or rolls back.
//!
//! A small stand-in for a private service: see the workspace's README.

mod api;
mod cli;
mod client;
mod ledger;
pub mod server;

pub use client::{Client, CreditError};
pub use ledger::{Account, Reservation, State};
pub use servicekit::COMMIT;

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
