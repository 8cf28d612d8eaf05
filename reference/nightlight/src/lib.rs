//! nightlight: metering, bills and alerts from the other services' metrics. It reads their `/metrics`
//! at an interval, sums the increase of counters up to bills, judges rules, and tells a webhook of
//! alerts that fire and resolve.
//!
//! A small stand-in for a private service: see the workspace's README.

mod alert;
mod api;
mod cli;
mod config;
mod notifier;
mod record;
mod scraper;
pub mod server;
mod store;
mod text;

pub use servicekit::COMMIT;

/// This package's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
