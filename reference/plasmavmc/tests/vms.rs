//! What the API of plasmavmc does with virtual machines.

#![allow(clippy::unwrap_used)]

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;

use common::{SERVERS, Vms, spec};
use serde_json::{Value, json};
use testkit::{Platform, Program, Service, eventually};

#[test]
fn a_machine_is_made_started_stopped_and_deleted() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    let (status, made) = vms.api.create("web");
    assert_eq!((status, &made["state"], &made["hypervisor"]), (201, &json!("pending"), &json!("simulated")));
    let running = vms.api.reach("web", "running");
    assert_eq!(vms.instances().values().collect::<Vec<_>>(), ["web"]);
    assert_eq!(vms.api.create("web").0, 200);
    assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 2)).0, 409);
    assert_eq!(vms.api.ask("POST", "/web/stop", &Value::Null).0, 200);
    let stopped = vms.api.reach("web", "stopped");
    assert!(vms.instances().is_empty());
    assert_eq!(stopped["instance"], Value::Null);
    assert_eq!(vms.api.ask("POST", "/web/start", &Value::Null).0, 200);
    let again = vms.api.reach("web", "running");
    assert_ne!(again["instance"], running["instance"]);
    assert_eq!(vms.api.ask("DELETE", "/web", &Value::Null).0, 200);
    vms.api.gone("web");
    assert!(vms.instances().is_empty());
    assert_eq!(vms.started()["web"].len(), 2);
}

#[test]
fn a_tenant_sees_its_own_machines() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    for (name, tenant) in [("a", "acme"), ("b", "other"), ("c", "acme")] {
        assert_eq!(vms.api.ask("PUT", &format!("/{name}"), &spec(tenant, 1)).0, 201);
    }
    let (status, listed) = vms.api.ask("GET", "?tenant=acme", &Value::Null);
    let names: Vec<_> =
        listed["vms"].as_array().unwrap().iter().map(|vm| vm["name"].as_str().unwrap()).collect();
    assert_eq!((status, names, &listed["hypervisor"]), (200, vec!["a", "c"], &json!("simulated")));
}

#[test]
fn a_machine_that_cannot_be_started_says_why() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    assert_eq!(vms.api.ask("PUT", "/odd", &spec("acme", 13)).0, 201);
    assert_eq!(vms.api.reach("odd", "failed")["reason"], "no host has 13 CPUs to give");
    assert_eq!(vms.api.ask("POST", "/odd/stop", &Value::Null).0, 409);
    assert_eq!(vms.api.ask("POST", "/odd/start", &Value::Null).0, 409);
    assert_eq!(vms.api.ask("DELETE", "/odd", &Value::Null).0, 200);
    vms.api.gone("odd");
}

#[test]
fn a_machine_whose_instance_dies_is_started_again_and_what_nobody_wants_is_ended() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    assert_eq!(vms.api.create("web").0, 201);
    let first = vms.api.reach("web", "running")["instance"].clone();
    let run = platform.folder().join("run");
    std::fs::remove_file(run.join(first.as_str().unwrap())).unwrap();
    std::fs::write(run.join("left-over"), "web").unwrap();
    eventually("another instance runs", || match vms.api.reach("web", "running")["instance"].clone() {
        now if now != first => Ok(()),
        now => Err(now.to_string()),
    });
    vms.each_runs_once(1);
}

#[test]
fn of_racing_wishes_for_one_name_one_is_granted() {
    const NAMES: u64 = 8;
    let platform = Platform::start(SERVERS, 1);
    let servers = [(); 2].map(|()| Vms::start(&platform, &[]));
    for n in 0..NAMES {
        let path = format!("/vm-{n}");
        let together = Barrier::new(12);
        let answers: Vec<(u64, u16)> = std::thread::scope(|scope| {
            let ask = |cpus: u64| {
                let api = &servers[cpus as usize % 2].api;
                together.wait();
                api.insist("PUT", &path, &spec("acme", cpus)).0
            };
            let clients: Vec<_> = (1..=12).map(|cpus| scope.spawn(move || (cpus, ask(cpus)))).collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        });
        let granted: Vec<u64> =
            answers.iter().filter(|(_, status)| *status == 201).map(|(cpus, _)| *cpus).collect();
        assert_eq!(granted.len(), 1, "{path}: {answers:?}");
        assert!(answers.iter().all(|(_, status)| matches!(status, 201 | 409)), "{path}: {answers:?}");
        assert_eq!(servers[0].api.reach(&path[1..], "running")["cpus"], granted[0], "{path}");
    }
    servers[0].each_runs_once(NAMES as usize);
}

#[test]
fn of_two_servers_one_brings_the_machines_up_and_the_other_takes_over() {
    let platform = Platform::start(SERVERS, 1);
    let [mut first, mut second] = [(); 2].map(|()| Vms::start(&platform, &[]));
    for n in 0..10 {
        let vms = if n % 2 == 0 { &first } else { &second };
        assert_eq!(vms.api.create(&format!("vm-{n}")).0, 201);
    }
    first.each_runs_once(10);
    first.service.kill();
    assert_eq!(second.api.create("late").0, 201);
    second.each_runs_once(11);
    first.service.spawn();
    first.service.wait_healthy();
    second.service.kill();
    assert_eq!(first.api.create("later").0, 201);
    first.each_runs_once(12);
    first.none_was_started_twice();
}

#[test]
fn running_time_is_counted_and_never_falls() {
    let platform = Platform::start(SERVERS, 1);
    let mut vms = Vms::start(&platform, &[]);
    let metric = |vms: &Vms, name: &str| -> u64 {
        let text = vms.service.request("GET", "/metrics", "").text;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or("0").parse().unwrap()
    };
    let time = "plasmavmc_vm_milliseconds_total{tenant=\"acme\"}";
    let mut last = 0;
    for (method, path, state) in
        [("PUT", "/web", "running"), ("POST", "/web/stop", "stopped"), ("POST", "/web/start", "running")]
    {
        let body = if method == "PUT" { spec("acme", 1) } else { Value::Null };
        assert!(matches!(vms.api.ask(method, path, &body).0, 200 | 201));
        vms.api.reach("web", state);
        let states = format!("plasmavmc_vms{{state=\"{state}\"}}");
        assert_eq!(metric(&vms, &states), 1);
        let now = metric(&vms, time);
        assert!(now >= last, "{now} ms after {last} ms");
        last = now;
    }
    last = eventually("the machine has run for 100 ms more", || match metric(&vms, time) {
        now if now > last + 100 => Ok(now),
        now => Err(format!("{now} ms")),
    });
    assert_eq!(vms.api.ask("DELETE", "/web", &Value::Null).0, 200);
    vms.api.gone("web");
    vms.service.restart();
    let total = metric(&vms, time);
    assert!(total >= last, "{total} ms after {last} ms");
    assert_eq!((metric(&vms, time), metric(&vms, "plasmavmc_starts_total")), (total, 2));
}

#[test]
fn a_wrong_request_gets_one_clear_sentence() {
    let platform = Platform::start(SERVERS, 1);
    let vms = Vms::start(&platform, &[]);
    let table = [
        ("PUT", "/a~b", spec("acme", 1), 400, "There can't be a virtual machine \"a~b\": a name is"),
        ("PUT", "/web", spec("a/b", 1), 400, "There can't be a tenant \"a/b\": a name is"),
        ("PUT", "/web", spec("..", 1), 400, "There can't be a tenant \"..\": a name is"),
        ("PUT", "/web", spec("acme", 0), 400, "A virtual machine has 1 to 128 CPUs"),
        ("PUT", "/web", json!({ "tenant": "acme" }), 400, "The virtual machine can't be read:"),
        ("GET", "/none", Value::Null, 404, "There is no such virtual machine."),
        ("DELETE", "/none", Value::Null, 404, "There is no such virtual machine."),
        ("POST", "/none/stop", Value::Null, 404, "There is no such virtual machine."),
        ("GET", "?owner=acme", Value::Null, 400, "Failed to deserialize query string"),
        ("POST", "/web", Value::Null, 405, "/v1/vms/web doesn't take POST."),
    ];
    for (method, path, body, status, sentence) in table {
        let (got, answer) = vms.api.ask(method, path, &body);
        let said = answer["error"].as_str().unwrap_or_default();
        assert!(got == status && said.starts_with(sentence), "{method} {path}: {got} {answer}");
    }
}

/// Somebody who answers every request as a healthy server would sits on the port that was chosen.
#[test]
fn a_server_on_a_taken_port_is_an_error_and_never_a_pass() {
    let platform = Platform::start(SERVERS, 1);
    let arguments = [format!("--chainfire={}", platform.chainfire.urls().join(","))];
    let mut service = Service::new(Program::of(SERVERS, "flaredb"), platform.folder(), &arguments);
    let other = TcpListener::bind(service.address()).unwrap();
    std::thread::spawn(move || {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 34\r\n\r\n{\"service\":\"flaredb\",\"pid\":    1}";
        for mut client in other.incoming().flatten() {
            let _ = client.read(&mut [0; 1024]).and_then(|_| client.write_all(answer.as_bytes()));
        }
    });
    service.spawn();
    let why = service.server().healthy().unwrap_err();
    let us = format!("(pid {})", std::process::id());
    assert!(why.contains("is answered by pid 1, not by flaredb") || why.contains(&us), "{why}");
}

/// Somebody else is faster, the first time.
#[test]
fn a_service_whose_port_is_taken_starts_on_another_one() {
    let platform = Platform::start(SERVERS, 1);
    let script = platform.folder().join("slow");
    let text = format!(
        "#!/bin/sh\nfor word; do case $word in --listen=*) echo $word >> \"$0.tried\";; esac; done\n\
         [ $(wc -l < \"$0.tried\") = 1 ] && echo \"can't listen on it\" && exit 1\nexec '{SERVERS}' \"$@\"\n"
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let binary: &'static str = script.to_str().unwrap().to_owned().leak();
    let arguments = [format!("--chainfire={}", platform.chainfire.urls().join(","))];
    let service = Service::start(Program::of(binary, "flaredb"), platform.folder(), &arguments);
    let tried = std::fs::read_to_string(script.with_extension("tried")).unwrap();
    let tried: Vec<&str> = tried.lines().collect();
    assert_eq!(tried.len(), 2, "{tried:?}");
    assert!(tried[0] != tried[1] && tried[1].ends_with(&service.address()), "{tried:?}");
}
