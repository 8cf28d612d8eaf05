use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::http::{Reply, request};
use crate::port::Port;
use crate::proxy::Proxy;
use crate::report::report;
use crate::server::Server;
use crate::service::Program;
use crate::wait::eventually;

/// A folder for a test, removed with this guard.
pub struct Folder(TempDir);

impl Folder {
    /// Makes an empty folder.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(tempfile::Builder::new().prefix("reference-test-").tempdir().expect("a temporary folder"))
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A cluster of chainfire on this machine. Replicas are numbered from 0; their ids from 1.
pub struct Chainfire {
    program: Program,
    // In this order: the servers end before their ports and folders go.
    servers: Vec<Option<Server>>,
    ports: Vec<Port>,
    /// Between each two replicas, by the one that asks and the one that is asked; empty where the
    /// replicas talk to each other directly.
    links: Vec<Vec<Proxy>>,
    folder: Folder,
}

impl Chainfire {
    /// Starts the replicas and waits until all are healthy.
    #[track_caller]
    pub fn start(program: Program, replicas: usize) -> Self {
        Self::begin(program, replicas, false)
    }

    /// The same, with a proxy on each way between two replicas, for [`cut_off`](Self::cut_off).
    #[track_caller]
    pub fn start_with_links(program: Program, replicas: usize) -> Self {
        Self::begin(program, replicas, true)
    }

    fn begin(program: Program, replicas: usize, linked: bool) -> Self {
        let ports: Vec<_> = (0..replicas).map(|_| Port::claim()).collect();
        let servers = ports.iter().map(|_| None).collect();
        let row = || ports.iter().map(|port| Proxy::to(&port.address())).collect();
        let links = if linked { ports.iter().map(|_| row()).collect() } else { Vec::new() };
        let mut cluster = Self { program, servers, ports, links, folder: Folder::new() };
        (0..replicas).for_each(|replica| cluster.spawn(replica));
        (0..replicas).for_each(|replica| cluster.wait_healthy(replica));
        cluster
    }

    /// Starts a replica on the data it has, and doesn't wait.
    pub fn spawn(&mut self, replica: usize) {
        let peers = self.ports.iter().enumerate().map(|(i, port)| {
            let link = self.links.get(replica).filter(|_| i != replica);
            let address = link.map_or_else(|| port.address(), |row| row[i].address().to_owned());
            format!("{}={address}", i + 1)
        });
        let data = self.folder.path().join(format!("data-{}", replica + 1));
        let port = &self.ports[replica];
        let arguments = [
            format!("--id={}", replica + 1),
            format!("--listen={}", port.address()),
            format!("--peers={}", peers.collect::<Vec<_>>().join(",")),
            format!("--data={}", data.display()),
        ];
        let name = format!("chainfire-{}", replica + 1);
        let server = Server::spawn(
            self.folder.path(),
            &name,
            port.url(),
            self.program.binary,
            &self.program.arguments(&arguments),
        );
        self.servers[replica] = Some(server);
    }

    /// Waits until a running replica is healthy.
    #[track_caller]
    pub fn wait_healthy(&mut self, replica: usize) {
        self.servers[replica].as_mut().expect("the replica runs").wait_healthy();
        report(self.program.name, &self.url(replica), "own");
    }

    /// Kills a replica, as `kill -9` does.
    pub fn kill(&mut self, replica: usize) {
        self.servers[replica].take().expect("the replica runs").kill();
    }

    /// Freezes a running replica, as SIGSTOP does, or lets it go on.
    pub fn freeze(&self, replica: usize, frozen: bool) {
        self.servers[replica].as_ref().expect("the replica runs").freeze(frozen);
    }

    /// Cuts a replica off from the others, both ways, or lets it talk to them again.
    pub fn cut_off(&self, replica: usize, cut: bool) {
        assert!(!self.links.is_empty(), "the cluster was started without links");
        for (from, row) in self.links.iter().enumerate() {
            for (to, link) in row.iter().enumerate() {
                if from != to && (from == replica || to == replica) {
                    link.cut(cut);
                }
            }
        }
    }

    /// Takes a running replica out, for what this type can't do with it.
    pub fn take(&mut self, replica: usize) -> Server {
        self.servers[replica].take().expect("the replica runs")
    }

    /// Puts back what [`take`](Self::take) took out.
    pub fn put_back(&mut self, replica: usize, server: Server) {
        self.servers[replica] = Some(server);
    }

    /// Removes the data of a replica that doesn't run.
    pub fn wipe(&self, replica: usize) {
        let data = self.folder.path().join(format!("data-{}", replica + 1));
        std::fs::remove_dir_all(data).expect("the data goes");
    }

    /// Kills the leader and returns which replica it was.
    #[track_caller]
    pub fn kill_leader(&mut self) -> usize {
        let leader = self.leader();
        self.kill(leader);
        leader
    }

    /// The endpoint of a replica.
    pub fn url(&self, replica: usize) -> String {
        self.ports[replica].url()
    }

    /// The endpoints of all replicas, running or not.
    pub fn urls(&self) -> Vec<String> {
        self.ports.iter().map(Port::url).collect()
    }

    /// The folder that holds data and logs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The replicas that run.
    pub fn running(&self) -> Vec<usize> {
        (0..self.servers.len()).filter(|replica| self.servers[*replica].is_some()).collect()
    }

    /// Asks a replica; a connection that fails is status 0.
    pub fn request(&self, replica: usize, method: &str, path: &str, body: &str) -> Reply {
        let broken = |e: std::io::Error| Reply { status: 0, text: e.to_string(), json: Value::Null };
        request(method, &format!("{}{path}", self.url(replica)), body).unwrap_or_else(broken)
    }

    /// What a replica tells of itself.
    pub fn status(&self, replica: usize) -> Value {
        self.request(replica, "GET", "/v1/status", "").json
    }

    /// Waits until one running replica leads, and all running ones agree on it and are healthy.
    #[track_caller]
    pub fn leader(&self) -> usize {
        eventually("one leader that all running replicas name", || {
            let statuses: Vec<Value> =
                self.running().into_iter().map(|replica| self.status(replica)).collect();
            let logs = || self.servers.iter().flatten().map(Server::tail).collect::<String>();
            let leader = statuses.first().and_then(|status| status["leader"]["id"].as_u64());
            let healthy = |replica: &usize| self.request(*replica, "GET", "/healthz", "").status == 200;
            match leader {
                Some(id)
                    if statuses.iter().all(|status| status["leader"]["id"] == id)
                        && self.running().contains(&(id as usize - 1))
                        && self.running().iter().all(healthy) =>
                {
                    Ok(id as usize - 1)
                }
                _ => Err(format!("{statuses:?}\n{}", logs())),
            }
        })
    }
}
