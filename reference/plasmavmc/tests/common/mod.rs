//! plasmavmc on a database of its own, and the instances that its hypervisor keeps.

#![allow(dead_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::{Platform, Service, eventually, request};

pub const SERVERS: &str = env!("CARGO_BIN_EXE_plasmavmc-test-servers");

/// What clients see, also while the server is away.
#[derive(Clone)]
pub struct Api(String);

pub struct Vms {
    pub service: Service,
    pub api: Api,
    folder: PathBuf,
}

impl Api {
    /// The status, and the answer; status 0 where there is none.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        match request(method, &format!("{}/v1/vms{path}", self.0), &body) {
            Ok(reply) => (reply.status, reply.json),
            Err(error) => (0, json!(error.to_string())),
        }
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

    #[track_caller]
    pub fn gone(&self, name: &str) {
        eventually(&format!("{name} is gone"), || match self.ask("GET", &format!("/{name}"), &Value::Null) {
            (404, _) => Ok(()),
            (_, vm) => Err(vm.to_string()),
        });
    }
}

impl Vms {
    #[track_caller]
    pub fn start(platform: &Platform, more: &[String]) -> Self {
        let folder = platform.folder().to_owned();
        let run = format!("--run={}", folder.join("run").display());
        let mut arguments = vec![platform.database(), run];
        if !more.iter().any(|argument| argument.starts_with("--reconcile-ms")) {
            arguments.push("--reconcile-ms=20".to_owned());
        }
        arguments.extend_from_slice(more);
        let service = platform.service("plasmavmc", &arguments);
        Self { api: Api(service.url()), service, folder }
    }

    /// Machine by instance, as the hypervisor has them.
    pub fn instances(&self) -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(self.folder.join("run")).unwrap().map(|entry| entry.unwrap().path());
        let read = |path: PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            Some((name, std::fs::read_to_string(path).ok()?))
        };
        entries.filter_map(read).collect()
    }

    /// All instances that were ever started, by their machines, as the server's log has them.
    pub fn started(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut started: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in std::fs::read_to_string(self.folder.join("plasmavmc.log")).unwrap().lines() {
            if let Some((machine, instance)) =
                line.strip_prefix("plasmavmc starts ").and_then(|rest| rest.split_once(" as "))
            {
                started.entry(machine.to_owned()).or_default().insert(instance.to_owned());
            }
        }
        started
    }

    /// Waits until the instances that run are those that the machines' rows name, each once.
    #[track_caller]
    pub fn each_runs_once(&self, expected: usize) {
        let moving = ["pending", "starting", "stopping"];
        eventually(&format!("{expected} machines run, each once"), || {
            let (status, all) = self.api.ask("GET", "", &Value::Null);
            let vms = all["vms"].as_array().filter(|_| status == 200).ok_or_else(|| all.to_string())?;
            let running: BTreeMap<String, String> = vms
                .iter()
                .filter(|vm| vm["state"] == "running")
                .map(|vm| (vm["instance"].as_str().unwrap().into(), vm["name"].as_str().unwrap().into()))
                .collect();
            let instances = self.instances();
            let settled = vms.iter().all(|vm| !moving.contains(&vm["state"].as_str().unwrap()));
            if settled && running.len() == expected && running == instances {
                return Ok(());
            }
            Err(format!("{} running, instances {instances:?}, machines {all}", running.len()))
        });
    }

    /// Over its whole history, no machine has been started under two names.
    #[track_caller]
    pub fn none_was_started_twice(&self) {
        for (machine, instances) in self.started() {
            assert_eq!(instances.len(), 1, "{machine} was started as {instances:?}");
        }
    }
}

pub fn spec(tenant: &str, cpus: u64) -> Value {
    json!({ "tenant": tenant, "cpus": cpus, "memory_mib": 512 })
}
