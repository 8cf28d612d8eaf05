//! Many clients race for few credits while creditservice is killed: to the unit, none is made, lost
//! or spent twice.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::{Value, json};
use testkit::{LIMIT, Platform, Reply, eventually, request};

const SERVERS: &str = env!("CARGO_BIN_EXE_creditservice-test-servers");
const CLIENTS: u64 = 64;
const ACCOUNTS: u64 = 3;
const DEPOSIT: u64 = 100;

#[test]
fn racing_clients_conserve_credits_while_servers_are_killed() {
    let platform = Platform::start(SERVERS, 1);
    let start = || platform.service("creditservice", &[platform.database()]);
    let (mut first, mut second) = (start(), start());
    for account in 0..ACCOUNTS {
        assert_eq!(ask(&first.url(), "PUT", &format!("/v1/accounts/a{account}"), "").status, 200);
        let deposit = format!("/v1/accounts/a{account}/deposits?request_id=d");
        assert_eq!(
            ask(&first.url(), "POST", &deposit, &json!({ "amount": DEPOSIT }).to_string()).status,
            200
        );
    }
    let urls = [first.url(), second.url()];
    let settled = AtomicU64::new(0);
    let spent: Vec<Vec<u64>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (urls, settled) = (&urls, &settled);
                scope.spawn(move || client(number, urls, settled))
            })
            .collect();
        for (after, server) in [(8, &mut first), (30, &mut second)] {
            eventually("some clients are done", || match settled.load(Ordering::Relaxed) {
                n if n >= after => Ok(()),
                n => Err(n.to_string()),
            });
            server.restart();
        }
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    for account in 0..ACCOUNTS {
        let told = ask(&urls[0], "GET", &format!("/v1/accounts/a{account}"), "").json;
        let answered: u64 = spent.iter().map(|of| of[account as usize]).sum();
        assert_eq!(told["spent"], answered, "what clients were told they spent: {told}");
        assert_eq!(told["held"], 0, "{told}");
        assert_eq!(told["balance"], DEPOSIT - answered, "{told}");
        let entries = ask(&urls[0], "GET", &format!("/v1/accounts/a{account}/entries"), "").json;
        let booked: u64 = entries["entries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["kind"] == "commit")
            .map(|entry| entry["amount"].as_u64().unwrap())
            .sum();
        assert_eq!(booked, answered, "the ledger: {entries}");
    }
    assert_eq!(spent.iter().flatten().sum::<u64>(), ACCOUNTS * DEPOSIT, "credits were left over");
}

/// Reserves 10 credits, and commits or rolls them back, until none are left; says what it spent.
fn client(number: u64, urls: &[String; 2], settled: &AtomicU64) -> Vec<u64> {
    let account = number % ACCOUNTS;
    let mut spent = vec![0; ACCOUNTS as usize];
    let mut progress = Instant::now();
    for turn in 0.. {
        let id = format!("c{number}-{turn}");
        let reserve = format!("/v1/accounts/a{account}/reservations?request_id={id}");
        let wanted = json!({ "amount": 10, "purpose": id }).to_string();
        let reserved = insist(urls, "POST", &reserve, &wanted);
        if reserved.status == 402 {
            // Others may roll back what they hold yet.
            let told = insist(urls, "GET", &format!("/v1/accounts/a{account}"), "").json;
            if told["held"] == 0 && told["available"].as_u64().unwrap() < 10 {
                break;
            }
            assert!(progress.elapsed() < LIMIT, "credits stay held: {told}");
            continue;
        }
        assert!(matches!(reserved.status, 200 | 201), "{}", reserved.text);
        let told = insist(urls, "GET", &format!("/v1/accounts/a{account}"), "").json;
        assert!(told["held"].as_u64().unwrap() <= told["balance"].as_u64().unwrap(), "overspent: {told}");
        let roll_back = turn == 0 && number.is_multiple_of(4);
        let end = if roll_back { "rollback" } else { "commit" };
        let path = format!("/v1/reservations/a{account}~{id}/{end}");
        let done = insist(urls, "POST", &path, "");
        assert_eq!(done.status, 200, "{path}: {}", done.text);
        if !roll_back {
            spent[account as usize] += 10;
        }
        settled.fetch_add(1, Ordering::Relaxed);
        progress = Instant::now();
    }
    spent
}

fn ask(url: &str, method: &str, path: &str, body: &str) -> Reply {
    let broken = |e: std::io::Error| Reply { status: 0, text: e.to_string(), json: Value::Null };
    request(method, &format!("{url}{path}"), body).unwrap_or_else(broken)
}

/// Asks one server after the other until one answers.
fn insist(urls: &[String; 2], method: &str, path: &str, body: &str) -> Reply {
    let mut turn = 0;
    eventually(path, || {
        turn += 1;
        let reply = ask(&urls[turn % 2], method, path, body);
        if matches!(reply.status, 0 | 503) { Err(reply.text) } else { Ok(reply) }
    })
}
