//! plasmavmc on a database of its own, and the instances that its hypervisor keeps.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Platform, Service, eventually};

pub const SERVERS: &str = env!("CARGO_BIN_EXE_plasmavmc-test-servers");

pub struct Vms {
    pub service: Service,
    run: PathBuf,
}

impl Vms {
    #[track_caller]
    pub fn start(platform: &Platform, more: &[String]) -> Self {
        let run = platform.folder().join("run");
        let mut arguments =
            vec![platform.database(), format!("--run={}", run.display()), "--reconcile-ms=20".to_owned()];
        arguments.extend_from_slice(more);
        Self { service: platform.service("plasmavmc", &arguments), run }
    }

    pub fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.service.request(method, &format!("/v1/vms{path}"), &body);
        (reply.status, reply.json)
    }

    /// Asks until there is an answer other than 503.
    #[track_caller]
    pub fn insist(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        eventually(&format!("{method} {path} is answered"), || match self.ask(method, path, body) {
            (0 | 503, why) => Err(why.to_string()),
            answer => Ok(answer),
        })
    }

    pub fn create(&self, name: &str) -> (u16, Value) {
        self.ask("PUT", &format!("/{name}"), &spec("acme", 1))
    }

    #[track_caller]
    pub fn reach(&self, name: &str, state: &str) -> Value {
        eventually(&format!("{name} is {state}"), || {
            match self.ask("GET", &format!("/{name}"), &Value::Null) {
                (200, vm) if vm["state"] == state => Ok(vm),
                (_, other) => Err(other.to_string()),
            }
        })
    }

    /// Machine by instance, as the hypervisor has them.
    pub fn instances(&self) -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(&self.run).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            Some((name, std::fs::read_to_string(path).ok()?))
        };
        entries.filter_map(read).collect()
    }

    /// Waits until the instances that run are those that the machines' rows name, each once.
    #[track_caller]
    pub fn each_runs_once(&self, expected: usize) {
        eventually(&format!("{expected} machines run, each once"), || {
            let (status, all) = self.ask("GET", "", &Value::Null);
            let vms = all["vms"].as_array().filter(|_| status == 200).ok_or_else(|| all.to_string())?;
            let running: BTreeMap<String, String> = vms
                .iter()
                .filter(|vm| vm["state"] == "running")
                .map(|vm| (vm["instance"].as_str().unwrap().into(), vm["name"].as_str().unwrap().into()))
                .collect();
            let instances = self.instances();
            let settled = vms.iter().all(|vm| vm["state"] != "pending" && vm["state"] != "starting");
            if settled && running.len() == expected && running == instances {
                return Ok(());
            }
            Err(format!("{} running, instances {instances:?}, machines {all}", running.len()))
        });
    }
}

pub fn spec(tenant: &str, cpus: u64) -> Value {
    json!({ "tenant": tenant, "cpus": cpus, "memory_mib": 512 })
}
