//! chainfire: a replicated key-value store. Raft (openraft) keeps the replicas' logs equal, redb
//! keeps them on disk, and gossip (chitchat) tells which replicas look alive.
//!
//! A small stand-in for a private service: see the workspace's README.

mod api;
mod cli;
mod client;
mod command;
mod gossip;
mod key;
mod network;
mod node;
mod refusal;
pub mod server;
mod store;
mod wiped;

pub use client::{Client, ClientError, Entry};
pub use key::{InvalidKey, Key};
pub use servicekit::COMMIT;

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
