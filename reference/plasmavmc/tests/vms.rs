//! What the API of plasmavmc does with virtual machines.

#![allow(clippy::unwrap_used)]

mod common;

use common::{SERVERS, Vms, spec};
use serde_json::{Value, json};
use testkit::{Platform, eventually};

#[test]
fn a_machine_is_made_started_stopped_and_deleted() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    let (status, made) = vms.create("web");
    assert_eq!((status, &made["state"], &made["hypervisor"]), (201, &json!("pending"), &json!("simulated")));
    let running = vms.reach("web", "running");
    assert_eq!(vms.instances().values().collect::<Vec<_>>(), ["web"]);
    assert_eq!(vms.create("web").0, 200);
    assert_eq!(vms.ask("PUT", "/web", &spec("acme", 2)).0, 409);
    assert_eq!(vms.ask("POST", "/web/stop", &Value::Null).0, 200);
    let stopped = vms.reach("web", "stopped");
    assert!(vms.instances().is_empty());
    assert_eq!(stopped["instance"], Value::Null);
    assert_eq!(vms.ask("POST", "/web/start", &Value::Null).0, 200);
    let again = vms.reach("web", "running");
    assert_ne!(again["instance"], running["instance"]);
    assert_eq!(vms.ask("DELETE", "/web", &Value::Null).0, 200);
    eventually("the machine is gone", || match vms.ask("GET", "/web", &Value::Null) {
        (404, _) => Ok(()),
        (_, vm) => Err(vm.to_string()),
    });
    assert!(vms.instances().is_empty());
}

#[test]
fn a_machine_that_cannot_be_started_says_why() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    assert_eq!(vms.ask("PUT", "/odd", &spec("acme", 13)).0, 201);
    assert_eq!(vms.reach("odd", "failed")["reason"], "no host has 13 CPUs to give");
    assert_eq!(vms.ask("POST", "/odd/stop", &Value::Null).0, 409);
    assert_eq!(vms.ask("DELETE", "/odd", &Value::Null).0, 200);
}

#[test]
fn a_machine_whose_instance_dies_is_started_again() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    assert_eq!(vms.create("web").0, 201);
    let first = vms.reach("web", "running")["instance"].clone();
    std::fs::remove_file(platform.folder().join("run").join(first.as_str().unwrap())).unwrap();
    eventually("another instance runs", || match vms.reach("web", "running")["instance"].clone() {
        now if now != first => Ok(()),
        now => Err(now.to_string()),
    });
    vms.each_runs_once(1);
}

#[test]
fn of_racing_wishes_for_one_name_one_is_granted() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    let answers: Vec<(u64, u16)> = std::thread::scope(|scope| {
        let ask = |cpus| vms.insist("PUT", "/web", &spec("acme", cpus)).0;
        let clients: Vec<_> = (1..=12).map(|cpus| scope.spawn(move || (cpus, ask(cpus)))).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let granted: Vec<u64> =
        answers.iter().filter(|(_, status)| *status == 201).map(|(cpus, _)| *cpus).collect();
    assert_eq!(granted.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(_, status)| matches!(status, 201 | 409)), "{answers:?}");
    assert_eq!(vms.reach("web", "running")["cpus"], granted[0]);
    vms.each_runs_once(1);
}

#[test]
fn two_servers_share_the_machines_without_a_fight() {
    let platform = Platform::start(SERVERS, 1);
    let first = Vms::start(&platform, &[]);
    let mut second = Vms::start(&platform, &[]);
    for n in 0..10 {
        let vms = if n % 2 == 0 { &first } else { &second };
        assert_eq!(vms.create(&format!("vm-{n}")).0, 201);
    }
    first.each_runs_once(10);
    second.service.kill();
    assert_eq!(first.create("late").0, 201);
    first.each_runs_once(11);
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    let table = [
        ("PUT", "/a~b", spec("acme", 1), 400, "There can't be a virtual machine \"a~b\": a name is"),
        ("PUT", "/web", spec("a/b", 1), 400, "There can't be a tenant \"a/b\": a name is"),
        ("PUT", "/web", spec("acme", 0), 400, "A virtual machine has 1 to 128 CPUs"),
        ("PUT", "/web", json!({ "tenant": "acme" }), 400, "The virtual machine can't be read:"),
        ("GET", "/none", Value::Null, 404, "There is no such virtual machine."),
        ("POST", "/none/stop", Value::Null, 404, "There is no such virtual machine."),
    ];
    for (method, path, body, status, sentence) in table {
        let (got, answer) = vms.ask(method, path, &body);
        let said = answer["error"].as_str().unwrap_or_default();
        assert!(got == status && said.starts_with(sentence), "{method} {path}: {got} {answer}");
    }
}
