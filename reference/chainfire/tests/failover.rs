//! What was acknowledged survives a leader killed by `kill -9`, and a minority acknowledges nothing.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chainfire::{Client, ClientError, Key};
use serde_json::json;
use testkit::{Chainfire, Program, SetOnDrop, eventually};

const CHAINFIRE: Program =
    Program { name: "chainfire", binary: env!("CARGO_BIN_EXE_chainfire-server"), several: false };

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

#[test]
fn an_acknowledged_write_is_readable_after_the_leader_is_killed() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    let written = cluster.request(leader, "PUT", "/v1/kv/kept", "\"yes\"");
    assert_eq!(written.status, 200, "{}", written.text);
    cluster.kill(leader);
    for replica in cluster.running() {
        eventually("a survivor reads the write", || {
            let read = cluster.request(replica, "GET", "/v1/kv/kept", "");
            if read.json["value"] == "yes" { Ok(()) } else { Err(read.text) }
        });
    }
}

#[test]
fn a_killed_replica_catches_up_on_its_own_data() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    assert_eq!(cluster.request(leader, "PUT", "/v1/kv/before", "1").status, 200);
    cluster.kill(leader);
    let next = cluster.leader();
    assert_eq!(cluster.request(next, "PUT", "/v1/kv/meanwhile", "2").status, 200);
    cluster.spawn(leader);
    cluster.wait_healthy(leader);
    assert_eq!(cluster.request(leader, "GET", "/v1/kv/before", "").json["value"], 1);
    assert_eq!(cluster.request(leader, "GET", "/v1/kv/meanwhile", "").json["value"], 2);
}

#[test]
fn the_whole_cluster_comes_back_with_its_data() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    assert_eq!(cluster.request(0, "PUT", "/v1/kv/kept", "1").status, 200);
    (0..3).for_each(|replica| cluster.kill(replica));
    (0..3).for_each(|replica| cluster.spawn(replica));
    (0..3).for_each(|replica| cluster.wait_healthy(replica));
    assert_eq!(cluster.request(1, "GET", "/v1/kv/kept", "").json["value"], 1);
}

#[test]
fn a_minority_refuses_writes_reads_and_health() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let leader = cluster.leader();
    assert_eq!(cluster.request(leader, "PUT", "/v1/kv/a", "1").status, 200);
    cluster.kill((leader + 1) % 3);
    cluster.kill((leader + 2) % 3);
    for (method, path, body) in [("PUT", "/v1/kv/a", "2"), ("GET", "/v1/kv/a", ""), ("GET", "/healthz", "")] {
        let reply = cluster.request(leader, method, path, body);
        assert_eq!(reply.status, 503, "{method} {path}: {}", reply.text);
    }
    eventually("the lone leader refuses at once, for certain", || {
        let reply = cluster.request(leader, "PUT", "/v1/kv/a", "3");
        assert_eq!(reply.status, 503, "{}", reply.text);
        if reply.json["outcome"] == "not-applied" { Ok(()) } else { Err(reply.text) }
    });
}

/// A leader that was frozen while another took over still believes that it leads when it wakes. The
/// read waits for it in its socket, so that it is answered before the new leader can tell.
#[test]
fn a_leader_that_was_overthrown_in_its_sleep_answers_no_old_value() {
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let old = cluster.leader();
    assert_eq!(cluster.request(old, "PUT", "/v1/kv/a", "1").status, 200);
    let sleeper = cluster.take(old);
    sleeper.freeze(true);
    let new = cluster.leader();
    let written = cluster.request(new, "PUT", "/v1/kv/a", "2");
    assert_eq!(written.status, 200, "{}", written.text);
    let read = std::thread::scope(|scope| {
        let read = scope.spawn(|| cluster.request(old, "GET", "/v1/kv/a", ""));
        std::thread::sleep(Duration::from_millis(200));
        sleeper.freeze(false);
        read.join().unwrap()
    });
    let refused = read.status == 503 && read.json["error"].is_string();
    assert!(refused || read.json["value"] == 2, "{}", read.text);
    cluster.put_back(old, sleeper);
    cluster.leader();
    assert_eq!(cluster.request(old, "GET", "/v1/kv/a", "").json["value"], 2);
}

/// Writers go on while the leader is killed and comes back, twice. Every acknowledged write has to
/// be there in the end, with the version that was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost() {
    const WRITERS: u64 = 4;
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let (done, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let histories = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (urls, done, acknowledged) = (cluster.urls(), &done, &acknowledged);
                scope.spawn(move || block_on(write_until(done, writer, urls, acknowledged)))
            })
            .collect();
        let stop = SetOnDrop(&done);
        for _ in 0..2 {
            more_writes(&acknowledged);
            let killed = cluster.kill_leader();
            more_writes(&acknowledged);
            cluster.spawn(killed);
            cluster.wait_healthy(killed);
        }
        drop(stop);
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });
    let client = Client::new(cluster.urls());
    for (name, version) in &histories {
        let found = client.get(&key(name)).await.unwrap();
        assert_eq!(found.map(|entry| entry.version), Some(*version), "{name}");
    }
    let (entries, more) = client.scan("history/", "", 1_000).await.unwrap();
    assert!(more || entries.len() == histories.len(), "{} keys of {}", entries.len(), histories.len());
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Waits until 50 more writes have been acknowledged.
fn more_writes(acknowledged: &AtomicU64) {
    let goal = acknowledged.load(Ordering::Relaxed) + 50;
    eventually("50 more writes are acknowledged", || match acknowledged.load(Ordering::Relaxed) {
        now if now >= goal => Ok(()),
        now => Err(format!("{now} of {goal}")),
    });
}

async fn write_until(
    done: &AtomicBool,
    writer: u64,
    urls: Vec<String>,
    acknowledged: &AtomicU64,
) -> Vec<(String, u64)> {
    let client = Client::new(urls);
    let mut history = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let name = format!("history/{writer}/{:06}", history.len());
        // A request id makes a repeated try harmless: "must be absent" holds for the first alone.
        let version = client.put(&key(&name), &json!({ "writer": writer }), Some(0)).await.unwrap();
        history.push((name, version));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    history
}

/// Clients count up one number together by compare-and-swap, while the leader is killed.
#[test]
fn compare_and_swap_loses_no_update_under_contention() {
    const CLIENTS: u64 = 4;
    const EACH: u64 = 25;
    let mut cluster = Chainfire::start(CHAINFIRE, 3);
    let conflicts = AtomicU64::new(0);
    let counted = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            let (urls, conflicts, counted) = (cluster.urls(), &conflicts, &counted);
            scope.spawn(move || block_on(count_up(urls, EACH, conflicts, counted)));
        }
        eventually("a quarter is counted", || match counted.load(Ordering::Relaxed) {
            n if n >= CLIENTS * EACH / 4 => Ok(()),
            n => Err(n.to_string()),
        });
        cluster.kill_leader();
    });
    let total = block_on(Client::new(cluster.urls()).get(&key("counter"))).unwrap().unwrap().value;
    assert_eq!(total, json!(CLIENTS * EACH));
    assert!(conflicts.load(Ordering::Relaxed) > 0, "the clients never met");
}

async fn count_up(urls: Vec<String>, times: u64, conflicts: &AtomicU64, counted: &AtomicU64) {
    let (client, counter) = (Client::with_deadline(urls, Duration::from_secs(30)), key("counter"));
    for _ in 0..times {
        loop {
            let entry = client.get(&counter).await.unwrap();
            let (number, version) =
                entry.map_or((0, 0), |entry| (entry.value.as_u64().unwrap(), entry.version));
            match client.put(&counter, &json!(number + 1), Some(version)).await {
                Ok(_) => break,
                Err(ClientError::Conflict(_)) => conflicts.fetch_add(1, Ordering::Relaxed),
                Err(error) => panic!("{error}"),
            };
        }
        counted.fetch_add(1, Ordering::Relaxed);
    }
}
