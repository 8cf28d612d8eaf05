//! No virtual machine runs that isn't paid for, and none is paid for that doesn't run.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{SERVERS, Vms, spec};
use serde_json::{Value, json};
use testkit::{Platform, Service, eventually, request};

const PRICE: u64 = 10;

struct Paid {
    vms: Vms,
    credits: Service,
    _platform: Platform,
}

impl Paid {
    /// With so many credits for the tenant `acme`.
    #[track_caller]
    fn start(credits: u64) -> Self {
        let platform = Platform::start(SERVERS, 1);
        let service = platform.service("creditservice", &[platform.database(), "--sweep-ms=50".into()]);
        assert_eq!(service.request("PUT", "/v1/accounts/acme", "").status, 200);
        let deposit = json!({ "amount": credits }).to_string();
        assert_eq!(service.request("POST", "/v1/accounts/acme/deposits?request_id=d", &deposit).status, 200);
        let more = [
            format!("--creditservice={}", service.url()),
            format!("--price={PRICE}"),
            "--hold-ms=3000".to_owned(),
        ];
        Self { vms: Vms::start(&platform, &more), credits: service, _platform: platform }
    }

    /// Waits until nothing is held, and so much is spent and available.
    #[track_caller]
    fn settle(&self, spent: u64, available: u64) {
        eventually(&format!("{spent} credits are spent, {available} available, none held"), || {
            let account = self.credits.request("GET", "/v1/accounts/acme", "").json;
            let sums = ["spent", "available", "held"].map(|name| account[name].as_u64());
            if sums == [Some(spent), Some(available), Some(0)] { Ok(()) } else { Err(account.to_string()) }
        });
    }

    /// So many clients ask at once for machines of one CPU; gives the answers' statuses.
    fn race(&self, clients: u64) -> Vec<u16> {
        std::thread::scope(|scope| {
            let ask = |n| self.vms.insist("PUT", &format!("/vm-{n}"), &spec("acme", 1)).0;
            let clients: Vec<_> = (0..clients).map(|n| scope.spawn(move || ask(n))).collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        })
    }
}

#[test]
fn of_racing_clients_exactly_as_many_get_a_machine_as_can_pay() {
    let paid = Paid::start(100);
    let answers = paid.race(32);
    let (granted, refused) =
        (answers.iter().filter(|s| **s == 201).count(), answers.iter().filter(|s| **s == 402).count());
    assert_eq!((granted, refused), (10, 22), "{answers:?}");
    paid.vms.each_runs_once(10);
    paid.settle(100, 0);
}

#[test]
fn a_machine_that_fails_to_start_costs_nothing() {
    let paid = Paid::start(500);
    for n in 0..3 {
        assert_eq!(paid.vms.ask("PUT", &format!("/odd-{n}"), &spec("acme", 13)).0, 201);
        paid.vms.reach(&format!("odd-{n}"), "failed");
        // At once, not only when the hold is over.
        let account = paid.credits.request("GET", "/v1/accounts/acme", "").json;
        assert_eq!((&account["held"], &account["available"]), (&json!(0), &json!(500)), "{account}");
    }
    paid.vms.each_runs_once(0);
    paid.settle(0, 500);
}

#[test]
fn a_machine_deleted_at_once_is_either_paid_and_ran_or_neither() {
    let paid = Paid::start(100);
    for n in 0..6 {
        let name = format!("/brief-{n}");
        assert_eq!(paid.vms.ask("PUT", &name, &spec("acme", 1)).0, 201);
        assert_eq!(paid.vms.ask("DELETE", &name, &Value::Null).0, 200);
        eventually("the machine is gone", || match paid.vms.ask("GET", &name, &Value::Null) {
            (404, _) => Ok(()),
            (_, vm) => Err(vm.to_string()),
        });
    }
    assert!(paid.vms.instances().is_empty());
    let account = paid.credits.request("GET", "/v1/accounts/acme", "").json;
    assert_eq!(account["held"], 0, "{account}");
    assert_eq!(account["spent"].as_u64().unwrap() + account["available"].as_u64().unwrap(), 100, "{account}");
}

#[test]
fn crashes_between_reserve_and_commit_lose_and_leak_nothing() {
    let mut paid = Paid::start(100);
    for n in 0..6 {
        let url = format!("{}/v1/vms/vm-{n}", paid.vms.service.url());
        let asking = std::thread::spawn(move || request("PUT", &url, &spec("acme", 1).to_string()));
        std::thread::sleep(Duration::from_millis(7 * n));
        paid.vms.service.restart();
        // An answer, or none: the server was killed on its way to it.
        if let Ok(reply) = asking.join().unwrap() {
            assert_eq!(reply.status, 201, "{}", reply.text);
        }
        if n % 2 == 0 {
            paid.credits.restart();
        }
    }
    // Whoever got no answer asks again.
    for n in 0..6 {
        let (status, vm) = paid.vms.insist("PUT", &format!("/vm-{n}"), &spec("acme", 1));
        assert!(matches!(status, 200 | 201), "{vm}");
    }
    paid.vms.each_runs_once(6);
    paid.settle(60, 40);
}

#[test]
fn nobody_without_an_account_gets_a_machine() {
    let paid = Paid::start(100);
    let (status, refused) = paid.vms.ask("PUT", "/web", &spec("stranger", 1));
    assert_eq!((status, &refused["available"]), (402, &json!(0)), "{refused}");
    assert_eq!(paid.vms.ask("GET", "/web", &Value::Null).0, 404);
}
