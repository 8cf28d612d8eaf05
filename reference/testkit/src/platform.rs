use std::path::Path;

use crate::cluster::Chainfire;
use crate::service::{Program, Service};

/// A chainfire cluster and a flaredb server on it, for the services above them.
pub struct Platform {
    /// The database.
    pub flaredb: Service,
    /// Its storage.
    pub chainfire: Chainfire,
    binary: &'static str,
}

impl Platform {
    /// Starts them from the binary of servers that the package's tests start.
    #[track_caller]
    pub fn start(binary: &'static str, replicas: usize) -> Self {
        let chainfire = Chainfire::start(Program::of(binary, "chainfire"), replicas);
        let storage = format!("--chainfire={}", chainfire.urls().join(","));
        let flaredb = Service::start(Program::of(binary, "flaredb"), chainfire.folder(), &[storage]);
        Self { flaredb, chainfire, binary }
    }

    /// Starts another service of that binary, and waits until it is healthy.
    #[track_caller]
    pub fn service(&self, name: &'static str, arguments: &[String]) -> Service {
        Service::start(Program::of(self.binary, name), self.folder(), arguments)
    }

    /// The argument `--flaredb=…` that the services above take.
    pub fn database(&self) -> String {
        format!("--flaredb={}", self.flaredb.url())
    }

    /// The folder that holds data and logs, gone with this guard.
    pub fn folder(&self) -> &Path {
        self.chainfire.folder()
    }
}
