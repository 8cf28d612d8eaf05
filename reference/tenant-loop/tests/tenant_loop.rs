//! The whole loop of a tenant: credits, virtual machines, a name, a balanced address, use, a bill, an
//! alert, a refusal; and in the end nothing is left of it. The hypervisor is a simulated one, so what
//! the machines serve is played by the test.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use serde_json::{Value, json};
use testkit::{Platform, Port, Reply, Service, eventually};

const SERVERS: &str = env!("CARGO_BIN_EXE_tenant-loop-test-servers");
const PRICE: u64 = 10;
const UNIT_PRICE: u64 = 7;
const SITE: &str = "web.acme.platform.test";

/// A listener under the test's control: answers every connection by a function of its first line.
fn serve(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
                let _ = reader.read_line(&mut first);
                while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                    if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
                        length = n.trim().parse().unwrap();
                    }
                    line.clear();
                }
                let mut body = vec![0; length];
                let _ = reader.read_exact(&mut body);
                let told = answer(&format!("{}\n{}", first.trim(), String::from_utf8_lossy(&body)));
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length";
                let _ = write!(stream, "{head}: {}\r\n\r\n{told}", told.len());
            });
        }
    });
    address
}

/// What the webhook was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Value>>>);

impl Told {
    fn listen(&self) -> String {
        let told = self.0.clone();
        serve(move |request| {
            let body = request.split_once('\n').unwrap_or_default().1;
            told.lock().unwrap().push(serde_json::from_str(body).unwrap_or_default());
            String::new()
        })
    }

    #[track_caller]
    fn wait(&self, state: &str) {
        eventually(&format!("the alert is {state}"), || {
            let told = self.0.lock().unwrap();
            let any = told.iter().any(|it| it["alert"] == "AccountLow" && it["state"] == state);
            if any { Ok(()) } else { Err(format!("{told:?}")) }
        });
    }
}

struct Loop {
    credits: Service,
    vms: Service,
    bills: Service,
    balancer: Service,
    names: Service,
    dns: Port,
    told: Told,
    platform: Platform,
}

#[track_caller]
fn ok(reply: Reply) -> Value {
    assert!(matches!(reply.status, 200 | 201), "{}", reply.text);
    reply.json
}

impl Loop {
    #[track_caller]
    fn start() -> Self {
        let platform = Platform::start(SERVERS, 1);
        let credits = platform.service("creditservice", &[platform.database()]);
        let run = format!("--run={}", platform.folder().join("run").display());
        let pays = [format!("--creditservice={}", credits.url()), format!("--price={PRICE}")];
        let vms = [platform.database(), run, "--reconcile-ms=20".to_owned()];
        let vms = platform.service("plasmavmc", &[&vms[..], &pays[..]].concat());
        let told = Told::default();
        let config = json!({
            "interval_ms": 100,
            "targets": [
                { "service": "creditservice", "url": credits.url() },
                { "service": "plasmavmc", "url": vms.url() },
            ],
            "meters": [{
                "meter": "credits", "metric": "creditservice_spent_credits_total",
                "account_label": "account", "unit_price": UNIT_PRICE,
            }],
            "rules": [{
                "alert": "AccountLow", "metric": "creditservice_available_credits",
                "labels": { "account": "acme" }, "op": "<", "value": PRICE, "for_ms": 300,
            }],
            "webhook": format!("http://{}/hook", told.listen()),
        });
        let file = platform.folder().join("nightlight.json");
        std::fs::write(&file, config.to_string()).unwrap();
        let data = platform.folder().join("nightlight-data");
        let bills = [format!("--config={}", file.display()), format!("--data={}", data.display())];
        let bills = platform.service("nightlight", &bills);
        let balancer = platform.service("fiberlb", &[platform.database()]);
        let dns = Port::claim();
        let names =
            [platform.database(), format!("--dns={}", dns.address()), "--zone=platform.test".to_owned()];
        let names = platform.service("flashdns", &names);
        Self { credits, vms, bills, balancer, names, dns, told, platform }
    }

    #[track_caller]
    fn account(&self) -> [u64; 3] {
        let account = ok(self.credits.request("GET", "/v1/accounts/acme", ""));
        ["spent", "held", "available"].map(|name| account[name].as_u64().unwrap())
    }

    #[track_caller]
    fn machine(&self, name: &str) -> Reply {
        let spec = json!({ "tenant": "acme", "cpus": 1, "memory_mib": 256 }).to_string();
        self.vms.request("PUT", &format!("/v1/vms/{name}"), &spec)
    }

    #[track_caller]
    fn runs(&self, name: &str) {
        eventually(&format!("{name} runs"), || {
            let vm = self.vms.request("GET", &format!("/v1/vms/{name}"), "");
            if vm.json["state"] == "running" { Ok(()) } else { Err(vm.text) }
        });
    }

    /// Asks DNS as a resolver would.
    #[track_caller]
    fn resolve(&self, name: &str, kind: RecordType) -> (ResponseCode, Vec<RData>) {
        let mut message = Message::new(9, MessageType::Query, OpCode::Query);
        message.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket.send_to(&message.to_vec().unwrap(), self.dns.address()).unwrap();
        let mut bytes = [0; 1024];
        let n = socket.recv(&mut bytes).expect("an answer");
        let answer = Message::from_vec(&bytes[..n]).unwrap();
        (answer.metadata.response_code, answer.answers.into_iter().map(|record| record.data).collect())
    }

    /// Uses the site by its name alone: asks where it is, and there what it says.
    #[track_caller]
    fn visit(&self) -> String {
        let service = self.resolve(&format!("_http._tcp.{SITE}"), RecordType::SRV).1;
        let [RData::SRV(service)] = &service[..] else { panic!("{service:?}") };
        let address = self.resolve(&service.target.to_string(), RecordType::A).1;
        let [RData::A(address)] = &address[..] else { panic!("{address:?}") };
        let mut stream = TcpStream::connect((address.0, service.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nhost: {SITE}\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text.split("\r\n\r\n").last().unwrap().to_owned()
    }

    fn visits(&self, count: usize) -> BTreeMap<String, usize> {
        let mut visits = BTreeMap::new();
        (0..count).for_each(|_| *visits.entry(self.visit()).or_default() += 1);
        visits
    }
}

#[test]
fn a_tenant_pays_for_uses_and_releases_everything() {
    let it = Loop::start();
    // Credits for three machines.
    ok(it.credits.request("PUT", "/v1/accounts/acme", ""));
    let deposit = json!({ "amount": 3 * PRICE }).to_string();
    ok(it.credits.request("POST", "/v1/accounts/acme/deposits?request_id=first", &deposit));

    // Two machines, paid for when they run.
    let machines = ["web-1", "web-2"];
    let backends = machines.map(|name| serve(move |_| name.to_owned()));
    for name in machines {
        assert_eq!(ok(it.machine(name))["hypervisor"], "simulated");
        it.runs(name);
    }
    assert_eq!(it.account(), [2 * PRICE, 0, PRICE]);

    // One address for both, and a name for it.
    let site = Port::claim();
    let check = json!({ "path": "/", "interval_ms": 50, "rise": 1, "fall": 1 });
    let balanced = json!({ "listen": site.address(), "backends": backends, "check": check }).to_string();
    ok(it.balancer.request("PUT", "/v1/balancers/acme-web", &balanced));
    eventually("both machines are healthy", || {
        let told = it.balancer.request("GET", "/v1/balancers/acme-web", "");
        let healthy = told.json["backends"].as_array().into_iter().flatten();
        let count = healthy.filter(|backend| backend["healthy"] == true).count();
        if count == 2 { Ok(()) } else { Err(told.text) }
    });
    let address = json!({ "ttl": 1, "values": ["127.0.0.1"] }).to_string();
    ok(it.names.request("PUT", &format!("/v1/records/{SITE}/A"), &address));
    let service = json!({ "ttl": 1, "values": [format!("0 0 {} {SITE}", site.number)] }).to_string();
    ok(it.names.request("PUT", &format!("/v1/records/_http._tcp.{SITE}/SRV"), &service));

    // It is used: by its name, over both machines in turn.
    assert_eq!(it.visits(10), BTreeMap::from([("web-1".to_owned(), 5), ("web-2".to_owned(), 5)]));

    // A third machine takes the last credits; a fourth is refused, and the tenant is told.
    ok(it.machine("spare"));
    it.runs("spare");
    it.told.wait("firing");
    let refused = it.machine("too-many");
    assert_eq!((refused.status, &refused.json["available"]), (402, &json!(0)), "{}", refused.text);
    assert_eq!(it.vms.request("GET", "/v1/vms/too-many", "").status, 404);

    // The bill is what was spent, and the machines' time is metered.
    ok(it.bills.request("POST", "/v1/scrape", ""));
    let bill = ok(it.bills.request("GET", "/v1/bills/acme", ""));
    assert_eq!(bill["total"], 3 * PRICE * UNIT_PRICE, "{bill}");
    let metrics = it.vms.request("GET", "/metrics", "").text;
    let metered = metrics
        .lines()
        .find_map(|line| line.strip_prefix("plasmavmc_vm_milliseconds_total{tenant=\"acme\"} "));
    assert!(metered.unwrap().parse::<u64>().unwrap() > 0, "{metrics}");

    // Credits again, and the alert is over.
    ok(it.credits.request("POST", "/v1/accounts/acme/deposits?request_id=second", &deposit));
    it.told.wait("resolved");

    // One machine is drained: the site goes on without it.
    let drain = format!("/v1/balancers/acme-web/backends/{}/drain", backends[0]);
    ok(it.balancer.request("POST", &drain, ""));
    assert_eq!(it.visits(6), BTreeMap::from([("web-2".to_owned(), 6)]));

    // Everything is released.
    ok(it.balancer.request("DELETE", "/v1/balancers/acme-web", ""));
    for record in [format!("_http._tcp.{SITE}/SRV"), format!("{SITE}/A")] {
        ok(it.names.request("DELETE", &format!("/v1/records/{record}"), ""));
    }
    assert_eq!(it.resolve(SITE, RecordType::A).0, ResponseCode::NXDomain);
    assert!(TcpStream::connect(site.address()).is_err());
    for name in ["web-1", "web-2", "spare"] {
        ok(it.vms.request("DELETE", &format!("/v1/vms/{name}"), ""));
    }
    eventually("the machines are gone", || {
        let left = it.vms.request("GET", "/v1/vms?tenant=acme", "");
        if left.json["vms"] == json!([]) { Ok(()) } else { Err(left.text) }
    });
    assert_eq!(std::fs::read_dir(it.platform.folder().join("run")).unwrap().count(), 0);
    assert_eq!(it.account(), [3 * PRICE, 0, 3 * PRICE]);
}
