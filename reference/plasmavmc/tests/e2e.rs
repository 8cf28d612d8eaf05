//! Real virtual machines, by QEMU. They are asked for by name: each of these tests is ignored
//! otherwise.
//!
//! `PLASMAVMC_QEMU_PATH` names QEMU's binary (without it, qemu-system-x86_64 on the PATH),
//! `PLASMAVMC_QCOW2_PATH` the disk of whoever runs them (without it, one of the tests' own), and
//! `MATRIX_ACCELERATOR` what the machines run on: `kvm` or `tcg`. Without that it is what
//! `PLASMA_ACCEL` says, if that is one of both, else `tcg`.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{SERVERS, Vms, spec};
use serde_json::{Value, json};
use testkit::{Platform, Server, eventually, report_machine};

const ECHO: &[u8] = include_bytes!("../guest/echo.bin");
const PIDS: &str = "PLASMAVMC_E2E_PIDS";

fn qemu() -> PathBuf {
    std::env::var_os("PLASMAVMC_QEMU_PATH").map_or_else(|| "qemu-system-x86_64".into(), PathBuf::from)
}

fn accelerator() -> String {
    if let Ok(named) = std::env::var("MATRIX_ACCELERATOR") {
        assert!(["kvm", "tcg"].contains(&named.as_str()), "MATRIX_ACCELERATOR is kvm or tcg, not {named:?}");
        return named;
    }
    let wanted = std::env::var("PLASMA_ACCEL").unwrap_or_default();
    if wanted == "kvm" { wanted } else { "tcg".to_owned() }
}

fn qemu_img(arguments: &[&str], files: &[&Path]) {
    let beside = qemu().with_file_name("qemu-img");
    let program = if beside.is_file() { beside } else { "qemu-img".into() };
    let made = Command::new(program).args(arguments).args(files).status().unwrap();
    assert!(made.success(), "qemu-img: {made}");
}

/// A disk whose guest answers.
fn echo_disk(folder: &Path) -> PathBuf {
    let (raw, disk) = (folder.join("echo.img"), folder.join("echo.qcow2"));
    std::fs::write(&raw, ECHO).unwrap();
    qemu_img(&["convert", "-f", "raw", "-O", "qcow2"], &[&raw, &disk]);
    disk
}

fn server(platform: &Platform, disk: &Path, guest: &str) -> Vms {
    let arguments = [
        "--hypervisor=qemu".to_owned(),
        format!("--qemu={}", qemu().display()),
        format!("--disk={}", disk.display()),
        format!("--accelerator={}", accelerator()),
        format!("--guest={guest}"),
    ];
    Vms::start(platform, &arguments)
}

fn define(vms: &Vms, name: &str) {
    define_with(vms, name, 16);
}

fn define_with(vms: &Vms, name: &str, memory_mib: u64) {
    let spec = json!({ "tenant": "acme", "cpus": 1, "memory_mib": memory_mib });
    let (status, answer) = vms.api.ask("PUT", &format!("/{name}"), &spec);
    assert_eq!(status, 201, "{answer}");
}

/// Waits until a machine runs, and tells whoever runs the tests of it.
#[track_caller]
fn running(vms: &Vms, name: &str) -> Value {
    let vm = eventually(&format!("{name} runs as a process"), || {
        let (_, vm) = vms.api.ask("GET", &format!("/{name}"), &Value::Null);
        if vm["state"] == "failed" {
            panic!("{vm}");
        }
        if vm["state"] == "running" && vm["run"]["status"] == "running" {
            Ok(vm)
        } else {
            Err(vm.to_string())
        }
    });
    assert_eq!(
        (&vm["hypervisor"], &vm["run"]["accelerator"]),
        (&"qemu".into(), &accelerator().into()),
        "{vm}"
    );
    report_machine(name, &vm["run"]);
    vm["run"].clone()
}

fn is_there(pid: &Value) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// The processes that a process has started, and those that they have.
fn descendants(of: u32) -> Vec<u32> {
    let parent_of = |pid: u32| -> Option<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()
    };
    let names = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name());
    let pids = names.filter_map(|name| name.to_str()?.parse().ok());
    let children: Vec<u32> = pids.filter(|pid| parent_of(*pid) == Some(of)).collect();
    children.iter().flat_map(|child| [vec![*child], descendants(*child)].concat()).collect()
}

#[track_caller]
fn ends(pid: &Value) {
    eventually(&format!("process {pid} is gone"), || {
        if is_there(pid) { Err("it is there") } else { Ok(()) }.map_err(str::to_owned)
    });
}

#[test]
#[ignore = "boots real virtual machines"]
fn a_machine_boots_from_the_given_disk_is_inspected_and_stopped() {
    let platform = Platform::start(SERVERS, 1);
    let given = std::env::var_os("PLASMAVMC_QCOW2_PATH").map(PathBuf::from);
    let disk = given.unwrap_or_else(|| echo_disk(platform.folder()));
    let state = || disk.metadata().map(|file| (file.len(), file.modified().unwrap())).unwrap();
    let before = state();
    let vms = server(&platform, &disk, "unknown");
    // Nobody knows how much its guest needs.
    define_with(&vms, "web", 256);
    let run = running(&vms, "web");
    assert_eq!(run["guest"], "not asked");
    let cmdline = std::fs::read_to_string(format!("/proc/{}/cmdline", run["pid"])).unwrap();
    let words: Vec<&str> = cmdline.split('\0').collect();
    for word in [run["uuid"].as_str().unwrap(), &accelerator()] {
        assert!(words.contains(&word), "{word} in {words:?}");
    }
    let named = format!("file={},", disk.canonicalize().unwrap().display().to_string().replace(',', ",,"));
    assert!(words.iter().any(|word| word.starts_with(&named)), "{named} in {words:?}");
    assert_eq!(vms.api.ask("POST", "/web/stop", &Value::Null).0, 200);
    vms.api.reach("web", "stopped");
    ends(&run["pid"]);
    assert_eq!(vms.api.ask("DELETE", "/web", &Value::Null).0, 200);
    vms.api.gone("web");
    assert_eq!(before, state(), "the disk was written to");
}

#[test]
#[ignore = "boots real virtual machines"]
fn the_guest_that_answers_is_the_one_just_started() {
    let platform = Platform::start(SERVERS, 1);
    let vms = server(&platform, &echo_disk(platform.folder()), "echo");
    define(&vms, "web");
    let first = running(&vms, "web");
    assert_eq!(first["guest"], "answered");
    assert_eq!(vms.api.ask("POST", "/web/stop", &Value::Null).0, 200);
    vms.api.reach("web", "stopped");
    ends(&first["pid"]);
    assert_eq!(vms.api.ask("POST", "/web/start", &Value::Null).0, 200);
    let second = running(&vms, "web");
    assert_eq!(second["guest"], "answered");
    assert_ne!((&first["uuid"], &first["pid"]), (&second["uuid"], &second["pid"]));
}

#[test]
#[ignore = "boots real virtual machines"]
fn a_guest_that_does_not_answer_is_no_running_machine() {
    let platform = Platform::start(SERVERS, 1);
    let silent = platform.folder().join("silent.qcow2");
    qemu_img(&["create", "-q", "-f", "qcow2"], &[&silent, Path::new("1M")]);
    let vms = server(&platform, &silent, "echo");
    define(&vms, "web");
    let vm = vms.api.reach("web", "failed");
    let reason = vm["reason"].as_str().unwrap();
    assert!(reason.contains("its guest doesn't answer: no answer in time"), "{reason}");
}

#[test]
#[ignore = "boots real virtual machines"]
fn twenty_machines_boot_at_once_each_its_own() {
    let platform = Platform::start(SERVERS, 1);
    let vms = server(&platform, &echo_disk(platform.folder()), "echo");
    let names: Vec<String> = (0..20).map(|n| format!("vm-{n}")).collect();
    std::thread::scope(|scope| names.iter().for_each(|name| _ = scope.spawn(|| define(&vms, name))));
    let runs: Vec<Value> = names.iter().map(|name| running(&vms, name)).collect();
    for field in ["uuid", "pid"] {
        let different: BTreeSet<String> = runs.iter().map(|run| run[field].to_string()).collect();
        assert_eq!(different.len(), names.len(), "{field}: {runs:?}");
    }
    assert!(runs.iter().all(|run| run["guest"] == "answered"), "{runs:?}");
    for name in &names {
        assert_eq!(vms.api.insist("DELETE", &format!("/{name}"), &Value::Null).0, 200);
    }
    names.iter().for_each(|name| vms.api.gone(name));
    runs.iter().for_each(|run| ends(&run["pid"]));
}

#[test]
#[ignore = "boots real virtual machines"]
fn machines_die_with_a_killed_server_and_are_started_again_by_the_next() {
    let platform = Platform::start(SERVERS, 1);
    let mut vms = server(&platform, &echo_disk(platform.folder()), "echo");
    define(&vms, "web");
    let first = running(&vms, "web");
    vms.service.kill();
    ends(&first["pid"]);
    vms.service.spawn();
    vms.service.wait_healthy();
    let second = eventually("another process runs it", || match running(&vms, "web") {
        now if now["pid"] != first["pid"] => Ok(now),
        now => Err(now.to_string()),
    });
    assert_eq!(json!(descendants(vms.service.server().pid())), json!([second["pid"]]));
    vms.service.terminate();
    ends(&second["pid"]);
}

/// What the test below does in a process of its own, until it is killed.
fn be_killed(file: &Path) {
    let platform = Platform::start(SERVERS, 1);
    let vms = server(&platform, &echo_disk(platform.folder()), "echo");
    define(&vms, "web");
    let pid = running(&vms, "web")["pid"].to_string();
    std::fs::write(file.with_extension("part"), pid).unwrap();
    std::fs::rename(file.with_extension("part"), file).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(600));
}

#[test]
#[ignore = "boots real virtual machines"]
fn nothing_is_left_of_a_killed_test() {
    if let Some(file) = std::env::var_os(PIDS) {
        return be_killed(Path::new(&file));
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pids");
    let (this, name) = (std::env::current_exe().unwrap(), "nothing_is_left_of_a_killed_test");
    let mut arguments =
        vec![format!("{PIDS}={}", file.display()), format!("TMPDIR={}", folder.path().display())];
    arguments.extend([&this.to_string_lossy(), "--ignored", "--exact", name].map(str::to_owned));
    let test = Server::spawn(folder.path(), "other-test", String::new(), "env", &arguments);
    let machine = eventually("a machine runs in the other test", || {
        std::fs::read_to_string(&file).map_err(|why| format!("{why}\n{}", test.tail()))
    });
    let all = descendants(test.pid());
    // chainfire, flaredb, plasmavmc and its machine.
    assert!(all.len() == 4 && all.contains(&machine.parse().unwrap()), "{machine} of {all:?}");
    test.kill();
    all.iter().for_each(|pid| ends(&json!(pid)));
}

#[test]
#[ignore = "boots real virtual machines"]
fn a_disk_that_is_no_qcow2_makes_no_machine() {
    let platform = Platform::start(SERVERS, 1);
    let raw = platform.folder().join("raw.qcow2");
    std::fs::write(&raw, ECHO).unwrap();
    let vms = server(&platform, &raw, "unknown");
    assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 1)).0, 201);
    let vm = vms.api.reach("web", "failed");
    let reason = vm["reason"].as_str().unwrap();
    assert!(reason.starts_with("QEMU can't run web:") && reason.contains("not in qcow2 format"), "{reason}");
}
