//! A cluster of real processes forms, replicates, and sees a dead replica.

#![allow(clippy::unwrap_used)]

use serde_json::json;
use testkit::{Chainfire, Program, eventually};

const CHAINFIRE: Program =
    Program { name: "chainfire", binary: env!("CARGO_BIN_EXE_chainfire-server"), several: false };

#[test]
fn three_replicas_form_one_cluster_with_one_leader() {
    let cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    let states: Vec<_> = (0..3).map(|replica| cluster.status(replica)["state"].clone()).collect();
    assert_eq!(states.iter().filter(|state| **state == "leader").count(), 1, "{states:?}");
    assert_eq!(states[leader], "leader");
}

#[test]
fn a_write_anywhere_is_read_everywhere() {
    let cluster = Chainfire::start(CHAINFIRE, 3);
    for writer in 0..3 {
        let written = cluster.request(writer, "PUT", "/v1/kv/greeting", &format!("{{\"from\":{writer}}}"));
        assert_eq!(written.status, 200, "{}", written.text);
        for reader in 0..3 {
            let read = cluster.request(reader, "GET", "/v1/kv/greeting", "");
            assert_eq!(read.status, 200, "{}", read.text);
            assert_eq!(read.json["value"], json!({ "from": writer }));
            assert_eq!(read.json["version"], written.json["version"]);
        }
    }
}

#[test]
fn gossip_sees_a_replica_die_and_come_back() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    let (watcher, victim) = ((leader + 1) % 3, (leader + 2) % 3);
    see(&cluster, watcher, victim, "alive");
    cluster.kill(victim);
    see(&cluster, watcher, victim, "suspect");
    cluster.spawn(victim);
    cluster.wait_healthy(victim);
    see(&cluster, watcher, victim, "alive");
}

fn see(cluster: &Chainfire, watcher: usize, victim: usize, state: &str) {
    eventually(&format!("replica {victim} looks {state}"), || {
        let status = cluster.status(watcher);
        if status["members"][victim]["gossip"] == state { Ok(()) } else { Err(status.to_string()) }
    });
}

#[test]
fn one_replica_alone_works_and_keeps_its_data() {
    let mut cluster = Chainfire::start(CHAINFIRE, 1);
    assert_eq!(cluster.request(0, "PUT", "/v1/kv/a", "1").status, 200);
    cluster.kill(0);
    cluster.spawn(0);
    cluster.wait_healthy(0);
    assert_eq!(cluster.request(0, "GET", "/v1/kv/a", "").json["value"], 1);
}

#[test]
fn a_replica_that_lost_its_data_is_refused() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    assert_eq!(cluster.request(leader, "PUT", "/v1/kv/a", "1").status, 200);
    let victim = (leader + 1) % 3;
    cluster.kill(victim);
    cluster.wipe(victim);
    cluster.spawn(victim);
    let (ended, log) = cluster.take(victim).wait_end();
    assert_eq!(ended.code(), Some(1), "{log}");
    assert!(log.contains("this replica has lost its data"), "{log}");
    assert_eq!(cluster.request(leader, "PUT", "/v1/kv/a", "2").status, 200);
}

#[test]
fn sigterm_ends_a_replica_orderly() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    for replica in 0..3 {
        let (ended, log) = cluster.take(replica).terminate();
        assert_eq!(ended.code(), Some(0), "{log}");
    }
}

#[test]
fn health_tells_service_version_and_commit() {
    let cluster = Chainfire::start(CHAINFIRE, 1);
    let health = cluster.request(0, "GET", "/healthz", "");
    let told = ["service", "version", "commit", "status"].map(|name| health.json[name].as_str().unwrap());
    assert_eq!(told, ["chainfire", chainfire::VERSION, chainfire::COMMIT, "ok"]);
    let metrics = cluster.request(0, "GET", "/metrics", "").text;
    assert!(metrics.contains("chainfire_is_leader 1\n"), "{metrics}");
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let cluster = Chainfire::start(CHAINFIRE, 1);
    let refused = |method: &str, path: &str, body: &str| {
        let reply = cluster.request(0, method, path, body);
        (reply.status, reply.json["error"].as_str().unwrap_or_default().to_owned())
    };
    let none = (404, "There is no key none.".to_owned());
    assert_eq!(refused("GET", "/v1/kv/none", ""), none);
    assert_eq!(refused("PUT", "/v1/kv/a", "{").0, 400);
    assert_eq!(
        refused("PUT", "/v1/kv/a//b", "1").1,
        "There can't be such a key: the key has an empty segment."
    );
    assert_eq!(refused("PUT", "/v1/kv/a?if_versoin=1", "1").0, 400);
    assert_eq!(refused("PUT", "/v1/kv/a", &format!("\"{}\"", "x".repeat(70_000))).0, 413);
    assert_eq!(refused("GET", "/nothing", "").1, "There is nothing at /nothing.");
    assert_eq!(refused("POST", "/v1/kv/a", "").1, "/v1/kv/a doesn't take POST.");
}
