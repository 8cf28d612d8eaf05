//! Alerts fire after their window, resolve, and are told of until the webhook has heard it.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::HashSet;

use serde_json::{Value, json};
use support::{Mode, Stub, Taken, nightlight, now, ok, scrape};
use testkit::{Folder, Service, eventually};

const WINDOW: u64 = 400;

fn config(shop: &Stub, hook: &Stub, interval_ms: u64) -> Value {
    json!({
        "interval_ms": interval_ms,
        "targets": [{ "service": "shop", "url": shop.url() }],
        "rules": [{
            "alert": "AccountLow", "metric": "available", "labels": { "kind": "real" },
            "op": "<", "value": 10, "for_ms": WINDOW,
        }],
        "webhook": format!("{}/hook", hook.url()),
    })
}

/// Metrics with what each account has; the accounts' names are `a`, `b`, ….
fn available(values: &[u64]) -> Mode {
    let line = |(i, value): (usize, &u64)| {
        let account = char::from(b'a' + i as u8);
        format!(
            "available{{account=\"{account}\",kind=\"real\"}} {value}\navailable{{account=\"{account}\"}} 0\n"
        )
    };
    ok(values.iter().enumerate().map(line).collect::<String>())
}

/// What the hook has said 200 to, each notification once: the account, the state, and the rest.
type Told = (String, String, Taken);

fn wait_told(hook: &Stub, count: usize) -> Vec<Told> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    eventually(&format!("{count} notifications are delivered"), || {
        let (mut ids, mut told) = (HashSet::new(), Vec::new());
        for taken in hook.taken().into_iter().filter(|taken| matches!(taken.mode, Mode::Answer(200, _))) {
            if ids.insert(text(&taken.body["id"])) {
                told.push((text(&taken.body["labels"]["account"]), text(&taken.body["state"]), taken));
            }
        }
        if told.len() >= count { Ok(told) } else { Err(format!("{told:?}")) }
    })
}

fn state(nightlight: &Service, account: &str) -> (String, u64) {
    let alerts = nightlight.request("GET", "/v1/alerts", "").json;
    let of = |alert: &&Value| alert["labels"]["account"] == account;
    let alert = alerts["alerts"].as_array().unwrap().iter().find(of).unwrap_or_else(|| panic!("{alerts}"));
    (alert["state"].as_str().unwrap().to_owned(), alert["since"].as_u64().unwrap())
}

fn wait_state(nightlight: &Service, account: &str, wanted: &str) -> u64 {
    eventually(&format!("{account} is {wanted}"), || match state(nightlight, account) {
        (state, since) if state == wanted => Ok(since),
        other => Err(format!("{other:?}")),
    })
}

/// Waits until this process has delivered so many notifications, and this many are left.
fn wait_counted(nightlight: &Service, delivered: usize, left: usize) {
    eventually("notifications are counted", || {
        let metrics = nightlight.request("GET", "/metrics", "").text;
        let has = |line: String| metrics.lines().any(|found| found == line);
        let counted = has(format!("nightlight_notifications_total {delivered}"))
            && has(format!("nightlight_notifications_pending {left}"));
        if counted { Ok(()) } else { Err(metrics) }
    });
}

#[test]
fn an_alert_fires_once_after_its_window_and_resolves_once() {
    let (folder, hook) = (Folder::new(), Stub::start(ok("")));
    let shop = Stub::start(available(&[10, 50]));
    let nightlight = nightlight(folder.path(), &config(&shop, &hook, 50));
    wait_state(&nightlight, "a", "inactive");
    let low = now();
    shop.set(available(&[4, 50]));
    let firing = wait_told(&hook, 1).remove(0).2;
    assert!(firing.at >= low + WINDOW, "it fired {} ms after its condition held", firing.at - low);
    let labels = json!({ "account": "a", "kind": "real" });
    let (id, at) = (&firing.body["id"], &firing.body["at"]);
    let body = json!({
        "id": id, "alert": "AccountLow", "target": "shop", "labels": labels,
        "state": "firing", "value": 4, "at": at,
    });
    assert_eq!(firing.body, body);
    assert_eq!(at.as_u64().unwrap(), wait_state(&nightlight, "a", "firing"));
    shop.set(available(&[10, 50]));
    let resolved = wait_told(&hook, 2).remove(1).2;
    assert_eq!((&resolved.body["state"], &resolved.body["value"]), (&json!("resolved"), &json!(10)));
    assert_ne!(&resolved.body["id"], id);
    assert_eq!(state(&nightlight, "a").0, "inactive");
    wait_counted(&nightlight, 2, 0);
}

#[test]
fn an_alert_keeps_its_state_while_its_target_is_down_and_ends_with_its_series() {
    let (folder, hook, shop) = (Folder::new(), Stub::start(ok("")), Stub::start(Mode::Down));
    let nightlight = nightlight(folder.path(), &config(&shop, &hook, 3_600_000));
    for (available, expected) in [(4, "pending"), (10, "inactive"), (4, "pending")] {
        shop.set(self::available(&[available, 50]));
        scrape(&nightlight);
        assert_eq!(state(&nightlight, "a").0, expected, "one sample tells of no window");
    }
    let first = state(&nightlight, "a");
    shop.set(Mode::Down);
    scrape(&nightlight);
    assert_eq!(state(&nightlight, "a"), first, "a target that is down changes nothing");
    eventually("the window is over", || if now() > first.1 + WINDOW { Ok(()) } else { Err(String::new()) });
    shop.set(available(&[4, 50]));
    scrape(&nightlight);
    let (pending, since) = state(&nightlight, "a");
    assert!(pending == "pending" && since > first.1 + WINDOW, "nobody has seen the condition hold since");
    let fired = eventually("it fires", || {
        scrape(&nightlight);
        let (state, at) = state(&nightlight, "a");
        if state == "firing" { Ok(at) } else { Err(state) }
    });
    assert!(fired >= since + WINDOW);
    shop.set(Mode::Down);
    scrape(&nightlight);
    assert_eq!(state(&nightlight, "a"), ("firing".to_owned(), fired));
    shop.set(ok("available{account=\"b\",kind=\"real\"} 50\n"));
    scrape(&nightlight);
    let states: Vec<_> =
        wait_told(&hook, 2).into_iter().map(|(account, state, _)| (account, state)).collect();
    assert_eq!(states, [("a".into(), "firing".into()), ("a".into(), "resolved".into())]);
}

#[test]
fn every_notification_is_delivered_in_order_by_a_webhook_in_trouble_and_through_kills() {
    const ACCOUNTS: usize = 3;
    let folder = Folder::new();
    let (shop, hook) = (Stub::start(available(&[50; ACCOUNTS])), Stub::start(Mode::Down));
    let mut nightlight = nightlight(folder.path(), &config(&shop, &hook, 50));
    let mut expected = 0;
    let troubles = [Mode::Down, Mode::Answer(500, String::new()), Mode::Hang];
    for trouble in troubles {
        hook.set(trouble.clone());
        let before = hook.taken().len();
        for (values, wanted) in [([1; ACCOUNTS], "firing"), ([50; ACCOUNTS], "inactive")] {
            shop.set(available(&values));
            for account in ["a", "b", "c"] {
                wait_state(&nightlight, account, wanted);
            }
            expected += ACCOUNTS;
        }
        eventually("the webhook was tried", || match hook.taken().len() {
            n if n > before || trouble == Mode::Down => Ok(()),
            n => Err(n.to_string()),
        });
        nightlight.restart();
        let metrics = nightlight.request("GET", "/metrics", "").text;
        let left = format!("\nnightlight_notifications_pending {expected}\n");
        assert!(metrics.contains(&left), "{expected} were never delivered: {metrics}");
    }
    hook.set(ok(""));
    let told = wait_told(&hook, expected);
    assert_eq!(told.len(), expected);
    for account in ["a", "b", "c"] {
        let of: Vec<_> = told.iter().filter(|(name, _, _)| name == account).collect();
        let states: Vec<_> = of.iter().map(|(_, state, _)| state.as_str()).collect();
        assert_eq!(states, ["firing", "resolved"].repeat(3), "{account}");
        assert!(of.is_sorted_by_key(|(_, _, taken)| taken.body["at"].as_u64()), "{account}: {told:?}");
    }
    wait_counted(&nightlight, expected, 0);
}
