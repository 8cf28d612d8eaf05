use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;

use serde_json::{Value, json};

use crate::http::request;

/// Tells whoever runs the tests which server they talk to: a line of JSON (`service`, `url`,
/// `version`, `commit`, `origin`) appended to the file that `MATRIX_SERVERS` names. `origin` is
/// `own` for a server that a test has started, and `named` for one that it was pointed to.
pub(crate) fn report(service: &str, url: &str, origin: &str) {
    let Some(file) = std::env::var_os("MATRIX_SERVERS") else { return };
    let health = request("GET", &format!("{url}/healthz"), "").map(|reply| reply.json).unwrap_or_default();
    let line = json!({
        "service": service,
        "url": url,
        "version": health["version"].as_str().unwrap_or("unknown"),
        "commit": health["commit"].as_str().unwrap_or("unknown"),
        "origin": origin,
    });
    append(&file, &line);
}

/// Tells whoever runs the tests of a virtual machine that a test has running, as it was read back
/// from what runs it: a line of JSON (`machine`, `uuid`, `pid`, `accelerator`, `guest`) appended to
/// the file that `MATRIX_MACHINES` names.
pub fn report_machine(machine: &str, run: &Value) {
    let Some(file) = std::env::var_os("MATRIX_MACHINES") else { return };
    let mut line = json!({ "machine": machine });
    for field in ["uuid", "pid", "accelerator", "guest"] {
        line[field] = run[field].clone();
    }
    append(&file, &line);
}

/// One write, so that lines of several processes don't mix.
fn append(file: &OsStr, line: &Value) {
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .and_then(|mut out| out.write_all(format!("{line}\n").as_bytes()));
    if let Err(error) = written {
        panic!("{}: {error}", file.display());
    }
}

/// The endpoints that the environment names for a service, such as those of `CHAINFIRE_ENDPOINT`
/// for `chainfire`, parted by commas; none where the tests are to start servers of their own.
/// Panics where one isn't healthy: a test never falls back to a server that nobody asked for.
#[track_caller]
pub fn named(service: &str) -> Option<Vec<String>> {
    let variable = format!("{}_ENDPOINT", service.to_uppercase());
    let value = std::env::var(&variable).ok().filter(|value| !value.trim().is_empty())?;
    let urls: Vec<_> = value.split(',').map(|url| url.trim().trim_end_matches('/').to_owned()).collect();
    for url in &urls {
        let health = request("GET", &format!("{url}/healthz"), "");
        match health {
            Ok(reply) if reply.status == 200 && reply.json["service"] == service => {
                report(service, url, "named")
            }
            Ok(reply) => {
                panic!("{variable}: {url} isn't a healthy {service}: {} {}", reply.status, reply.text)
            }
            Err(error) => panic!("{variable}: {url} can't be reached: {error}"),
        }
    }
    Some(urls)
}
