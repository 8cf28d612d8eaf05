use std::path::{Path, PathBuf};

use crate::http::{Reply, request};
use crate::port::Port;
use crate::report::report;
use crate::server::Server;

/// How many ports are tried.
const PORTS: usize = 3;

/// How to start a service.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The service's name, such as `flaredb`.
    pub name: &'static str,
    /// The binary, as `env!("CARGO_BIN_EXE_…")` gives it.
    pub binary: &'static str,
    /// Whether the binary holds several services, and its first argument names one.
    pub several: bool,
}

impl Program {
    /// A service from the binary of servers that the package's tests start.
    pub const fn of(binary: &'static str, name: &'static str) -> Self {
        Self { name, binary, several: true }
    }

    /// The arguments, with the service's name before them where the binary wants it.
    pub fn arguments(&self, arguments: &[String]) -> Vec<String> {
        let name = self.several.then(|| self.name.to_owned());
        name.into_iter().chain(arguments.iter().cloned()).collect()
    }
}

/// A service of one process on a port of its own. It can die and come back at the same address.
pub struct Service {
    program: Program,
    folder: PathBuf,
    arguments: Vec<String>,
    // In this order: the server ends before its port goes.
    server: Option<Server>,
    port: Port,
}

impl Service {
    /// Starts it with `--listen=127.0.0.1:PORT` and these arguments, and waits until it is healthy.
    /// Where somebody else is faster to take the port, it tries another one, at most three in all.
    #[track_caller]
    pub fn start(program: Program, folder: &Path, arguments: &[String]) -> Self {
        for _ in 1..PORTS {
            let mut service = Self::new(program, folder, arguments);
            service.spawn();
            if service.server().healthy().is_ok() {
                report(program.name, &service.url(), "own");
                return service;
            }
        }
        let mut service = Self::new(program, folder, arguments);
        service.spawn();
        service.wait_healthy();
        service
    }

    /// The same, but not started yet.
    pub fn new(program: Program, folder: &Path, arguments: &[String]) -> Self {
        let port = Port::claim();
        let listen = format!("--listen={}", port.address());
        let arguments = [listen].into_iter().chain(arguments.iter().cloned()).collect();
        Self { program, folder: folder.to_owned(), arguments, server: None, port }
    }

    /// Starts it, where it doesn't run, and doesn't wait.
    pub fn spawn(&mut self) {
        assert!(self.server.is_none(), "{} runs already", self.program.name);
        let arguments = self.program.arguments(&self.arguments);
        let url = self.port.url();
        self.server =
            Some(Server::spawn(&self.folder, self.program.name, url, self.program.binary, &arguments));
    }

    /// Waits until it is healthy.
    #[track_caller]
    pub fn wait_healthy(&mut self) {
        let url = self.port.url();
        self.server().wait_healthy();
        report(self.program.name, &url, "own");
    }

    /// Kills it, as `kill -9` does.
    pub fn kill(&mut self) {
        self.server.take().expect("it runs").kill();
    }

    /// Kills it, starts it again and waits until it is healthy.
    #[track_caller]
    pub fn restart(&mut self) {
        self.kill();
        self.spawn();
        self.wait_healthy();
    }

    /// Asks it to end, by SIGTERM; gives the exit code and its log's end.
    #[track_caller]
    pub fn terminate(&mut self) -> (Option<i32>, String) {
        let (status, log) = self.server.take().expect("it runs").terminate();
        (status.code(), log)
    }

    /// The running server: to freeze it, or to see its log.
    pub fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("it runs")
    }

    /// Its endpoint, like `http://127.0.0.1:20001`, whether or not it runs.
    pub fn url(&self) -> String {
        self.port.url()
    }

    /// Its address, like `127.0.0.1:20001`.
    pub fn address(&self) -> String {
        self.port.address()
    }

    /// Asks it; a connection that fails is status 0.
    pub fn request(&self, method: &str, path: &str, body: &str) -> Reply {
        let broken =
            |e: std::io::Error| Reply { status: 0, text: e.to_string(), json: serde_json::Value::Null };
        request(method, &format!("{}{path}", self.url()), body).unwrap_or_else(broken)
    }
}
