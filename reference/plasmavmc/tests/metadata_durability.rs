//! What was acknowledged of a virtual machine survives whatever dies below and beside it.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use common::{Api, SERVERS, Vms, spec};
use serde_json::Value;
use testkit::{Platform, SetOnDrop, eventually};

const CLIENTS: u64 = 3;

/// Clients make machines while leaders are killed twice, and the database and plasmavmc once each.
#[test]
fn no_acknowledged_machine_is_lost_across_leader_switches() {
    let mut platform = Platform::start(SERVERS, 3);
    let mut vms = Vms::start(&platform, &[]);
    let (done, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let made = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (api, done, acknowledged) = (vms.api.clone(), &done, &acknowledged);
                scope.spawn(move || create_until(&api, client, done, acknowledged))
            })
            .collect();
        let stop = SetOnDrop(&done);
        more(&acknowledged);
        let killed = platform.chainfire.kill_leader();
        more(&acknowledged);
        platform.chainfire.spawn(killed);
        platform.chainfire.wait_healthy(killed);
        vms.service.restart();
        more(&acknowledged);
        platform.flaredb.restart();
        more(&acknowledged);
        platform.chainfire.kill_leader();
        more(&acknowledged);
        drop(stop);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    for (name, cpus) in &made {
        let (status, vm) = vms.api.insist("GET", &format!("/{name}"), &Value::Null);
        assert_eq!(
            (status, &vm["cpus"], &vm["tenant"]),
            (200, &(*cpus).into(), &"acme".into()),
            "{name}: {vm}"
        );
    }
    vms.none_was_started_twice();
    vms.each_runs_once(made.len());
    vms.none_was_started_twice();
}

/// plasmavmc dies right after it has acknowledged, again and again, and goes on where it was.
#[test]
fn machines_run_exactly_once_however_often_the_server_dies() {
    let platform = Platform::start(SERVERS, 1);
    let mut vms = Vms::start(&platform, &[]);
    let names: Vec<String> = (0..8).map(|n| format!("/vm-{n}")).collect();
    for name in &names {
        let (status, made) = vms.api.insist("PUT", name, &spec("acme", 1));
        assert!(matches!(status, 200 | 201), "{made}");
        vms.service.restart();
        assert_eq!(vms.api.insist("GET", name, &Value::Null).0, 200, "{name}");
    }
    vms.none_was_started_twice();
    vms.each_runs_once(names.len());
    vms.none_was_started_twice();
    for name in &names {
        assert_eq!(vms.api.insist("POST", &format!("{name}/stop"), &Value::Null).0, 200);
    }
    vms.service.restart();
    vms.each_runs_once(0);
}

/// Waits until 8 more machines have been acknowledged.
fn more(acknowledged: &AtomicU64) {
    let goal = acknowledged.load(Ordering::Relaxed) + 8;
    eventually("8 more machines are acknowledged", || match acknowledged.load(Ordering::Relaxed) {
        now if now >= goal => Ok(()),
        now => Err(format!("{now} of {goal}")),
    });
}

fn create_until(api: &Api, client: u64, done: &AtomicBool, acknowledged: &AtomicU64) -> Vec<(String, u64)> {
    let mut made = Vec::new();
    while !done.load(Ordering::Relaxed) {
        let (name, cpus) = (format!("vm-{client}-{}", made.len()), made.len() as u64 % 8 + 1);
        let (status, answer) = api.insist("PUT", &format!("/{name}"), &spec("acme", cpus));
        assert!(matches!(status, 200 | 201), "{answer}");
        made.push((name, cpus));
        acknowledged.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    made
}
