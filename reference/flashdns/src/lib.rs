//! flashdns: an authoritative DNS server of one zone. Its records stand in flaredb, and every answer
//! is read from there, so that an acknowledged change is in every later answer of every server.
//!
//! A small stand-in for a private service: see the workspace's README.

mod api;
mod cli;
mod dns;
mod record;
pub mod server;
mod zone;

pub use servicekit::COMMIT;

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
