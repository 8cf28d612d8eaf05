//! An HTTP server under a test's control, and a nightlight that talks to it.

#![allow(clippy::unwrap_used, dead_code)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use testkit::{Port, Program, Service, eventually};

pub const SERVERS: &str = env!("CARGO_BIN_EXE_nightlight-test-servers");

/// What a stub does with a request. It never answers one that it hangs on, and nobody listens
/// where it is down.
#[derive(Clone, Debug, PartialEq)]
pub enum Mode {
    Answer(u16, String),
    Hang,
    Down,
}

/// A request that a stub has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub at: u64,
    pub body: Value,
    pub mode: Mode,
}

/// A server on a port of its own, for metrics or for notifications.
pub struct Stub {
    port: Port,
    mode: Arc<Mutex<Mode>>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Stub {
    pub fn start(first: Mode) -> Self {
        let this =
            Self { port: Port::claim(), mode: Arc::new(Mutex::new(Mode::Down)), taken: Arc::default() };
        let (address, mode, taken) = (this.port.address(), this.mode.clone(), this.taken.clone());
        thread::spawn(move || listen(&address, &mode, &taken));
        this.set(first);
        this
    }

    pub fn url(&self) -> String {
        self.port.url()
    }

    /// Returns when requests are treated so.
    pub fn set(&self, mode: Mode) {
        let up = mode != Mode::Down;
        *self.mode.lock().unwrap() = mode;
        eventually("the stub is up, or down", || match TcpStream::connect(self.port.address()) {
            connected if connected.is_ok() == up => Ok(()),
            other => Err(format!("{other:?}")),
        });
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

fn listen(address: &str, mode: &Arc<Mutex<Mode>>, taken: &Arc<Mutex<Vec<Taken>>>) {
    let mut listener = None;
    loop {
        if *mode.lock().unwrap() == Mode::Down {
            listener = None;
        } else if listener.is_none() {
            let bound = TcpListener::bind(address).unwrap();
            bound.set_nonblocking(true).unwrap();
            listener = Some(bound);
        }
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((stream, _))) => {
                let (mode, taken) = (mode.clone(), taken.clone());
                thread::spawn(move || serve(stream, &mode, &taken));
            }
            _ => thread::sleep(Duration::from_millis(2)),
        }
    }
}

fn serve(mut stream: TcpStream, mode: &Mutex<Mode>, taken: &Mutex<Vec<Taken>>) -> Option<()> {
    stream.set_nonblocking(false).ok()?;
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    let body = loop {
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..n]).ok()?);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut lines = head.lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break serde_json::from_str(body).unwrap_or(Value::Null);
        }
    };
    let mode = {
        // One lock, so that what is taken is in the order of the modes.
        let mode = mode.lock().unwrap();
        taken.lock().unwrap().push(Taken { at: now(), body, mode: mode.clone() });
        mode.clone()
    };
    let Mode::Answer(status, body) = mode else {
        loop {
            thread::park()
        }
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all((head + &body).as_bytes()).ok()
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

pub fn ok(body: impl Into<String>) -> Mode {
    Mode::Answer(200, body.into())
}

/// Starts nightlight with its data and this configuration in a folder, and waits until it has
/// scraped every target once, well or not.
pub fn nightlight(folder: &Path, config: &Value) -> Service {
    let program = Program::of(SERVERS, "nightlight");
    let nightlight = Service::start(program, folder, &arguments(folder, config));
    eventually("all targets are scraped once", || {
        let known = nightlight.request("GET", "/v1/targets", "").json;
        let scraped = |target: &Value| !target["last_scrape"].is_null() || !target["error"].is_null();
        if known["targets"].as_array().unwrap().iter().all(scraped) { Ok(()) } else { Err(known.to_string()) }
    });
    nightlight
}

pub fn arguments(folder: &Path, config: &Value) -> [String; 2] {
    let file = folder.join("nightlight.json");
    std::fs::write(&file, config.to_string()).unwrap();
    [format!("--data={}", folder.join("nightlight").display()), format!("--config={}", file.display())]
}

/// Scrapes now; how the first target stands then.
pub fn scrape(nightlight: &Service) -> Value {
    let reply = nightlight.request("POST", "/v1/scrape", "");
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json["targets"][0].clone()
}

/// An account's bill.
pub fn bill(nightlight: &Service, account: &str) -> Value {
    nightlight.request("GET", &format!("/v1/bills/{account}"), "").json
}
