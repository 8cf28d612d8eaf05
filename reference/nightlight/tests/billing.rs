//! The bill is the ledger, to the unit, whatever dies in between.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use support::{SERVERS, bill, nightlight, scrape};
use testkit::{Platform, Reply, Service, eventually, request};

const ACCOUNTS: [&str; 3] = ["acme", "globex", "initech"];
const UNIT_PRICE: u64 = 3;
/// How often each spender spends.
const TURNS: u64 = 16;

#[test]
fn the_bill_is_the_ledger_while_nightlight_and_creditservice_are_killed() {
    let platform = Platform::start(SERVERS, 1);
    let mut credits = platform.service("creditservice", &[platform.database()]);
    let url = credits.url();
    for account in ACCOUNTS {
        assert!(insist(&url, "PUT", &format!("/v1/accounts/{account}"), "").status < 300);
        let deposit = format!("/v1/accounts/{account}/deposits?request_id=first");
        assert!(insist(&url, "POST", &deposit, r#"{"amount":10000}"#).status < 300);
    }
    let mut nightlight = nightlight(platform.folder(), &config(&url));
    let spent = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for spender in 0..2 * ACCOUNTS.len() {
            let (url, spent) = (&url, &spent);
            scope.spawn(move || spend(url, spender, spent));
        }
        for part in 1..=5 {
            eventually("some more is spent", || match spent.load(Ordering::Relaxed) {
                now if now >= ACCOUNTS.len() as u64 * TURNS * part / 3 => Ok(()),
                now => Err(now.to_string()),
            });
            billed_at_least_at_most(&nightlight, &url);
            match part {
                2 | 4 => credits.restart(),
                _ => nightlight.restart(),
            }
        }
    });
    for kill in [false, true] {
        if kill {
            nightlight.restart();
        }
        wait_scraped(&nightlight);
        for account in ACCOUNTS {
            let quantity = committed(&url, account);
            assert!(quantity > 0);
            let amount = UNIT_PRICE * quantity;
            let bill = bill(&nightlight, account);
            let line = json!({ "meter": "credits", "quantity": quantity, "unit_price": UNIT_PRICE, "amount": amount });
            let expected = json!({ "account": account, "lines": [line], "total": amount, "scraped_at": bill["scraped_at"] });
            assert_eq!(bill, expected, "of {account}");
            let told = insist(&url, "GET", &format!("/v1/accounts/{account}"), "").json;
            assert_eq!((told["spent"].as_u64(), &told["held"]), (Some(quantity), &json!(0)), "{told}");
        }
    }
}

fn config(url: &str) -> Value {
    json!({
        "interval_ms": 50,
        "targets": [{ "service": "creditservice", "url": url }],
        "meters": [{
            "meter": "credits", "metric": "creditservice_spent_credits_total",
            "account_label": "account", "unit_price": UNIT_PRICE,
        }],
    })
}

/// Asks until it is answered: creditservice may be dead just now.
fn insist(url: &str, method: &str, path: &str, body: &str) -> Reply {
    eventually(path, || match request(method, &format!("{url}{path}"), body) {
        Ok(reply) if reply.status != 503 => Ok(reply),
        other => Err(format!("{other:?}")),
    })
}

/// Reserves and commits, or every fourth time rolls back, under request ids of its own.
fn spend(url: &str, spender: usize, spent: &AtomicU64) {
    let account = ACCOUNTS[spender % ACCOUNTS.len()];
    for turn in 0..TURNS {
        let path = format!("/v1/accounts/{account}/reservations?request_id=s{spender}-{turn}");
        let amount = 1 + (spender as u64 * 7 + turn * 5) % 23;
        let wanted = json!({ "amount": amount, "purpose": "test", "ttl_ms": 60_000 }).to_string();
        let reserved = insist(url, "POST", &path, &wanted);
        let id =
            reserved.json["reservation"].as_str().unwrap_or_else(|| panic!("{}", reserved.text)).to_owned();
        let (end, body) = match turn % 4 {
            0 => ("rollback", String::new()),
            1 => ("commit", json!({ "amount": amount.div_ceil(2) }).to_string()),
            _ => ("commit", String::new()),
        };
        // Twice, as a client does that has missed the first answer.
        for _ in 0..2 {
            let ended = insist(url, "POST", &format!("/v1/reservations/{id}/{end}"), &body);
            assert_eq!(ended.status, 200, "{}", ended.text);
        }
        spent.fetch_add(1, Ordering::Relaxed);
    }
}

/// The sum of the ledger's commits.
fn committed(url: &str, account: &str) -> u64 {
    let ledger = insist(url, "GET", &format!("/v1/accounts/{account}/entries"), "").json;
    let commits = ledger["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "commit");
    commits.map(|entry| entry["amount"].as_u64().unwrap()).sum()
}

fn wait_scraped(nightlight: &Service) {
    eventually("the target is read", || match scrape(nightlight) {
        target if target["up"] == true => Ok(()),
        target => Err(target.to_string()),
    });
}

/// While others spend, a bill lies between what was spent before the scrape and after the bill.
fn billed_at_least_at_most(nightlight: &Service, url: &str) {
    let before = ACCOUNTS.map(|account| committed(url, account));
    wait_scraped(nightlight);
    for (account, before) in ACCOUNTS.into_iter().zip(before) {
        let bill = bill(nightlight, account);
        let total = bill["total"].as_u64().unwrap_or_else(|| panic!("{bill}"));
        let after = committed(url, account);
        let between = UNIT_PRICE * before..=UNIT_PRICE * after;
        assert!(between.contains(&total), "{account}: {total} isn't in {between:?}: {bill}");
    }
}
