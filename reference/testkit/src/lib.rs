//! For tests alone: real server processes with free ports, folders and logs of their own, which
//! are gone when their guards are, also after a panic.

mod cluster;
mod history;
mod http;
mod platform;
mod port;
mod proxy;
mod report;
mod server;
mod service;
mod wait;

pub use cluster::{Chainfire, Folder};
pub use history::{Action, Call, Verdict, linearizable};
pub use http::{Reply, request, request_within};
pub use platform::Platform;
pub use port::Port;
pub use proxy::Proxy;
pub use report::{named, report_machine};
pub use server::Server;
pub use service::{Program, Service};
pub use wait::{LIMIT, SetOnDrop, eventually};
