//! No virtual machine runs that isn't paid for, and none is paid for that doesn't run.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{SERVERS, Vms, spec};
use serde_json::{Value, json};
use testkit::{Platform, Service, eventually};

const PRICE: u64 = 10;

struct Paid {
    vms: Vms,
    credits: Service,
    _platform: Platform,
}

impl Paid {
    /// With so many credits for the tenant `acme`. What is held isn't given back by the passing of
    /// time while the test runs, unless `more` says so.
    #[track_caller]
    fn start(credits: u64, more: &[&str]) -> Self {
        let platform = Platform::start(SERVERS, 1);
        let service = platform.service("creditservice", &[platform.database(), "--sweep-ms=50".into()]);
        assert_eq!(service.request("PUT", "/v1/accounts/acme", "").status, 200);
        let deposit = json!({ "amount": credits }).to_string();
        assert_eq!(service.request("POST", "/v1/accounts/acme/deposits?request_id=d", &deposit).status, 200);
        let mut arguments = vec![format!("--creditservice={}", service.url()), format!("--price={PRICE}")];
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        Self { vms: Vms::start(&platform, &arguments), credits: service, _platform: platform }
    }

    /// Spent, available and held.
    fn account(&self) -> [u64; 3] {
        let account = self.credits.request("GET", "/v1/accounts/acme", "").json;
        ["spent", "available", "held"].map(|name| account[name].as_u64().expect("an account"))
    }

    /// Waits until nothing is held, and so much is spent and available.
    #[track_caller]
    fn settle(&self, spent: u64, available: u64) {
        eventually(&format!("{spent} credits are spent, {available} available, none held"), || {
            let sums = self.account();
            if sums == [spent, available, 0] { Ok(()) } else { Err(format!("{sums:?}")) }
        });
    }

    /// So many clients ask at once for machines of one CPU; gives the answers' statuses.
    fn race(&self, clients: u64) -> Vec<u16> {
        std::thread::scope(|scope| {
            let ask = |n| self.vms.api.insist("PUT", &format!("/vm-{n}"), &spec("acme", 1)).0;
            let clients: Vec<_> = (0..clients).map(|n| scope.spawn(move || ask(n))).collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        })
    }

    /// Asks for six machines, each while plasmavmc is killed on its way to the answer.
    fn ask_while_killed(&mut self) {
        for n in 0..6 {
            let api = self.vms.api.clone();
            let asking = std::thread::spawn(move || api.create(&format!("vm-{n}")));
            std::thread::sleep(Duration::from_millis(7 * n));
            self.vms.service.restart();
            let (status, answer) = asking.join().unwrap();
            assert!(matches!(status, 0 | 201), "{answer}");
            if n % 2 == 0 {
                self.credits.restart();
            }
        }
    }
}

#[test]
fn of_racing_clients_exactly_as_many_get_a_machine_as_can_pay() {
    let paid = Paid::start(100, &[]);
    let answers = paid.race(32);
    let count = |wanted| answers.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(201), count(402)), (10, 22), "{answers:?}");
    paid.vms.each_runs_once(10);
    paid.settle(100, 0);
    assert_eq!(paid.vms.started().len(), 10);
    paid.vms.none_was_started_twice();
}

#[test]
fn clients_that_ask_for_the_same_machine_pay_for_it_once() {
    let paid = Paid::start(15, &[]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let (status, vm) = paid.vms.api.insist("PUT", "/web", &spec("acme", 1));
                assert!(matches!(status, 200 | 201), "{vm}");
            });
        }
    });
    paid.vms.each_runs_once(1);
    paid.settle(10, 5);
}

#[test]
fn a_machine_that_fails_to_start_costs_nothing() {
    let paid = Paid::start(500, &[]);
    for n in 0..3 {
        assert_eq!(paid.vms.api.ask("PUT", &format!("/odd-{n}"), &spec("acme", 13)).0, 201);
        paid.vms.api.reach(&format!("odd-{n}"), "failed");
        // At once, not only when the hold is over.
        assert_eq!(paid.account(), [0, 500, 0]);
    }
    paid.vms.each_runs_once(0);
}

#[test]
fn a_machine_deleted_at_once_is_either_paid_and_ran_or_neither() {
    let paid = Paid::start(100, &[]);
    for n in 0..6 {
        let name = format!("brief-{n}");
        assert_eq!(paid.vms.api.create(&name).0, 201);
        assert_eq!(paid.vms.api.ask("DELETE", &format!("/{name}"), &Value::Null).0, 200);
        paid.vms.api.gone(&name);
    }
    assert!(paid.vms.instances().is_empty());
    let ran = paid.vms.started().len() as u64;
    let [spent, available, held] = paid.account();
    assert!(held == 0 && spent + available == 100 && spent <= PRICE * ran, "{spent} spent, {ran} ran");
}

#[test]
fn a_machine_stopped_before_it_ran_is_paid_when_it_starts() {
    let mut paid = Paid::start(10, &["--reconcile-ms=300"]);
    assert_eq!(paid.vms.api.create("web").0, 201);
    paid.vms.service.restart();
    assert_eq!(paid.vms.api.ask("POST", "/web/stop", &Value::Null).0, 200);
    paid.vms.api.reach("web", "stopped");
    assert_eq!(paid.account()[2], 0);
    assert_eq!(paid.vms.api.ask("POST", "/web/start", &Value::Null).0, 200);
    for _ in 0..2 {
        paid.vms.api.reach("web", "running");
        paid.settle(10, 0);
        assert_eq!(paid.vms.api.ask("POST", "/web/stop", &Value::Null).0, 200);
        paid.vms.api.reach("web", "stopped");
        // It has been paid, so that it runs again although nothing is left.
        assert_eq!(paid.vms.api.ask("POST", "/web/start", &Value::Null).0, 200);
    }
}

/// The rows and reservations that a crash leaves are the ones that the next try finds: what is held
/// would not come back by itself before the test is over.
#[test]
fn crashes_between_reserve_and_commit_lose_and_leak_nothing() {
    let mut paid = Paid::start(60, &[]);
    paid.ask_while_killed();
    for n in 0..6 {
        let (status, vm) = paid.vms.api.insist("PUT", &format!("/vm-{n}"), &spec("acme", 1));
        assert!(matches!(status, 200 | 201), "{vm}");
    }
    paid.vms.each_runs_once(6);
    paid.settle(60, 0);
    paid.vms.none_was_started_twice();
}

#[test]
fn what_nobody_asks_for_again_runs_and_is_paid_or_neither() {
    let mut paid = Paid::start(100, &[]);
    paid.ask_while_killed();
    eventually("nothing is held, and what runs is paid", || {
        let ([spent, available, held], running) = (paid.account(), paid.vms.instances().len() as u64);
        let (status, all) = paid.vms.api.ask("GET", "", &Value::Null);
        let all_run =
            status == 200 && all["vms"].as_array().unwrap().iter().all(|vm| vm["state"] == "running");
        match (held, spent) {
            (0, sum) if all_run && sum == PRICE * running && available == 100 - sum => Ok(()),
            _ => Err(format!("{spent} spent, {held} held, {running} run, {all}")),
        }
    });
}

#[test]
fn a_reservation_that_ended_while_the_server_was_away_is_made_again() {
    let mut paid = Paid::start(10, &["--reconcile-ms=500", "--hold-ms=100"]);
    assert_eq!(paid.vms.api.create("web").0, 201);
    paid.vms.service.kill();
    eventually("nothing is held", || match paid.account() {
        [_, _, 0] => Ok(()),
        sums => Err(format!("{sums:?}")),
    });
    paid.vms.service.spawn();
    paid.vms.service.wait_healthy();
    paid.vms.each_runs_once(1);
    paid.settle(10, 0);
}

#[test]
fn nobody_without_an_account_gets_a_machine() {
    let paid = Paid::start(100, &[]);
    let (status, refused) = paid.vms.api.ask("PUT", "/web", &spec("stranger", 1));
    assert_eq!((status, &refused["available"]), (402, &json!(0)), "{refused}");
    assert_eq!(paid.vms.api.ask("GET", "/web", &Value::Null).0, 404);
}
