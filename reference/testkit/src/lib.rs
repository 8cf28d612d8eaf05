//! For tests alone: real server processes with free ports, folders and logs of their own, which
//! are gone when their guards are, also after a panic.

mod cluster;
mod http;
mod port;
mod server;
mod wait;

pub use cluster::{Chainfire, Folder};
pub use http::{Reply, request};
pub use port::Port;
pub use server::Server;
pub use wait::{LIMIT, SetOnDrop, eventually};
