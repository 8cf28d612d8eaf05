//! A platform of real processes: a chainfire cluster and a flaredb server on it.

use testkit::{Chainfire, Port, Reply, Server, request};

const FLAREDB: &str = env!("CARGO_BIN_EXE_flaredb-server");
const CHAINFIRE: &str = env!("CARGO_BIN_EXE_flaredb-test-chainfire");

pub struct Platform {
    pub flaredb: Server,
    pub chainfire: Chainfire,
    _port: Port,
}

impl Platform {
    #[track_caller]
    pub fn start(replicas: usize) -> Self {
        let chainfire = Chainfire::start(CHAINFIRE, replicas);
        let port = Port::claim();
        let arguments =
            [format!("--listen={}", port.address()), format!("--chainfire={}", chainfire.urls().join(","))];
        let mut flaredb = Server::spawn(chainfire.folder(), "flaredb", port.url(), FLAREDB, &arguments);
        flaredb.wait_healthy();
        Self { flaredb, chainfire, _port: port }
    }

    /// Asks flaredb.
    #[track_caller]
    pub fn request(&self, method: &str, path: &str, body: &str) -> Reply {
        request(method, &format!("{}{path}", self.flaredb.url()), body).expect("flaredb answers")
    }
}
