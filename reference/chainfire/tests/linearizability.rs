//! Whatever happens to the replicas, each key behaves like one register: the answers that all
//! clients got, put together, have an order in keeping with the times.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use testkit::{
    Action, Call, Chainfire, Program, Reply, SetOnDrop, Verdict, eventually, linearizable, request_within,
};

const CHAINFIRE: Program =
    Program { name: "chainfire", binary: env!("CARGO_BIN_EXE_chainfire-server"), several: false };
const CLIENTS: u64 = 6;
const KEYS: u64 = 3;
/// The calls of one client: enough for all that happens, and few enough to be judged.
const CALLS: u64 = 400;
const LIMIT: Duration = Duration::from_secs(1);

#[test]
fn every_key_is_linearizable_while_its_leader_is_killed() {
    judge(|cluster, progress| {
        let killed = cluster.kill_leader();
        progress();
        cluster.spawn(killed);
        cluster.wait_healthy(killed);
    });
}

#[test]
fn every_key_is_linearizable_while_its_leader_is_paused() {
    judge(|cluster, progress| {
        let leader = cluster.leader();
        cluster.freeze(leader, true);
        progress();
        cluster.freeze(leader, false);
    });
}

#[test]
fn every_key_is_linearizable_while_its_leader_is_cut_off() {
    judge(|cluster, progress| {
        let leader = cluster.leader();
        cluster.cut_off(leader, true);
        progress();
        cluster.cut_off(leader, false);
        cluster.leader();
    });
}

/// Clients read and write while `trouble` happens; then each key's history is judged.
/// `trouble` can wait until the clients have got on.
fn judge(trouble: impl Fn(&mut Chainfire, &dyn Fn())) {
    let mut cluster = Chainfire::start_with_links(CHAINFIRE, 3);
    cluster.leader();
    let (urls, start) = (cluster.urls(), Instant::now());
    let (done, answered, unique) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(1));
    let history = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let client = Client { number, urls: &urls, start, unique: &unique, answered: &answered };
                let done = &done;
                scope.spawn(move || client.run(done))
            })
            .collect();
        let stop = SetOnDrop(&done);
        let progress = || {
            let goal = answered.load(Ordering::Relaxed) + 60;
            eventually("60 more calls are answered", || match answered.load(Ordering::Relaxed) {
                now if now >= goal => Ok(()),
                now => Err(format!("{now} of {goal}")),
            });
        };
        progress();
        trouble(&mut cluster, &progress);
        progress();
        drop(stop);
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    let mut keys: BTreeMap<u64, Vec<Call>> = BTreeMap::new();
    for (key, call) in history {
        keys.entry(key).or_default().push(call);
    }
    for (key, calls) in keys {
        let verdict = linearizable(&calls);
        assert_eq!(verdict, Verdict::Linearizable, "key {key}, {} calls: {}", calls.len(), shown(&calls));
    }
}

struct Client<'a> {
    number: u64,
    urls: &'a [String],
    start: Instant,
    unique: &'a AtomicU64,
    answered: &'a AtomicU64,
}

impl Client<'_> {
    /// Reads, writes and swaps at one replica after another, and never tries again: what wasn't
    /// answered counts as that.
    fn run(&self, done: &AtomicBool) -> Vec<(u64, Call)> {
        let mut history = Vec::new();
        for turn in 0..CALLS {
            if done.load(Ordering::Relaxed) {
                break;
            }
            let key = (self.number + turn) % KEYS;
            let url = format!(
                "{}/v1/kv/register-{key}",
                self.urls[(self.number + turn) as usize % self.urls.len()]
            );
            match turn % 3 {
                0 => history.push((key, self.write(&url))),
                1 => history.extend(self.read(&url).map(|(call, _)| (key, call))),
                _ => {
                    if let Some((read, version)) = self.read(&url) {
                        let Action::Read(seen) = read.action else { unreachable!() };
                        history.push((key, read));
                        history.extend(self.swap(&url, seen, version).map(|call| (key, call)));
                    }
                }
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        history
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_nanos() as u64
    }

    fn ask(&self, method: &str, url: &str, body: &str) -> (u64, Option<Reply>, u64) {
        let start = self.now();
        let reply = request_within(LIMIT, method, url, body).ok();
        let answered = reply.as_ref().is_some_and(|reply| reply.status < 500);
        self.answered.fetch_add(u64::from(answered), Ordering::Relaxed);
        (start, reply, self.now())
    }

    fn write(&self, url: &str) -> Call {
        let value = self.unique.fetch_add(1, Ordering::Relaxed);
        let (start, reply, end) = self.ask("PUT", url, &value.to_string());
        let end = reply.filter(|reply| reply.status == 200).map(|_| end);
        Call { start, end, action: Action::Write(value) }
    }

    /// What was read, and its version; nothing where there was no answer.
    fn read(&self, url: &str) -> Option<(Call, u64)> {
        let (start, reply, end) = self.ask("GET", url, "");
        let reply = reply.filter(|reply| matches!(reply.status, 200 | 404))?;
        let call = Call { start, end: Some(end), action: Action::Read(reply.json["value"].as_u64()) };
        Some((call, reply.json["version"].as_u64().unwrap_or_default()))
    }

    /// Nothing where the swap was refused, which says nothing of the value.
    fn swap(&self, url: &str, seen: Option<u64>, version: u64) -> Option<Call> {
        let value = self.unique.fetch_add(1, Ordering::Relaxed);
        let (start, reply, end) = self.ask("PUT", &format!("{url}?if_version={version}"), &value.to_string());
        let status = reply.map_or(0, |reply| reply.status);
        let end = (status == 200).then_some(end);
        (status != 409).then_some(Call { start, end, action: Action::Swap(seen, value) })
    }
}

/// The end of a history, a line a call, in milliseconds.
fn shown(calls: &[Call]) -> String {
    let mut calls: Vec<_> = calls.iter().collect();
    calls.sort_by_key(|call| call.start);
    let line = |call: &&Call| {
        let end = call.end.map_or("never".to_owned(), |end| format!("{:.1}", end as f64 / 1e6));
        format!("\n  {:.1} to {end}: {:?}", call.start as f64 / 1e6, call.action)
    };
    calls.iter().rev().take(40).rev().map(line).collect()
}
