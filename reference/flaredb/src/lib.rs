//! flaredb: a small database on chainfire. Tables hold rows, which are JSON objects; every row has
//! a version, and a write may ask for the version it was made from.
//!
//! A small stand-in for a private service: see the workspace's README.

mod api;
mod cli;
mod client;
mod database;
mod name;
pub mod server;
mod transaction;

pub use client::Client;
pub use database::{Database, DatabaseError, Row};
pub use name::{InvalidName, RowKey, TableName};
pub use servicekit::COMMIT;
pub use transaction::{Action, Change};

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
