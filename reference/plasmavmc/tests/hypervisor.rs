//! The hypervisor QEMU, with programs in its place that are not QEMU, or not as asked.

#![allow(clippy::unwrap_used)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{SERVERS, Vms, spec};
use serde_json::Value;
use testkit::{Platform, eventually};

/// Speaks QMP on the descriptor that it inherits, as far as the server asks.
const STAND_IN: &str = r#"#!/bin/bash
for word; do case $word in
  socket,id=qmp,fd=*) fd=${word##*=} ;;
  file=*) disk=${word#file=}; disk=${disk%%,*} ;;
esac; [ "$last" = -uuid ] && uuid=$word; last=$word; done
say() { echo "$1" >&"$fd"; }
answer() { say "{\"return\": $1, \"id\":${line##*:}"; }
say '{"QMP": {"version": {}}}'; status=prelaunch
while read -r line <&"$fd"; do case $line in
  *query-kvm*) say '{"return": {"enabled": 1}, "id": 1}'; answer '{"enabled": KVM, "present": true}' ;;
  *query-uuid*) answer '{"UUID": "UUIDS"}' ;;
  *query-block*) answer "[{\"file\": \"DISK\"}]" ;;
  *cont*) say '{"event": "RESUME"}'; answer '{}'; status=running ;;
  *query-status*) answer "{\"status\": \"STATUS\"}" ;;
  *quit*) answer '{}'; exit ;;
  *) answer '{}' ;;
esac; done
"#;

/// What stands in the script, and what takes its place.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn stand_in(folder: &Path, changes: Changes) -> PathBuf {
    let mut script = STAND_IN.to_owned();
    for (from, to) in changes {
        script = script.replace(from, to);
    }
    for (from, to) in
        [("KVM", "false"), ("\"UUIDS\"", "\"'\"$uuid\"'\""), ("DISK", "$disk"), ("STATUS", "$status")]
    {
        script = script.replace(from, to);
    }
    program(folder, &script)
}

fn program(folder: &Path, script: &str) -> PathBuf {
    let path = folder.join("stand-in");
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn is_there(pid: &str) -> bool {
    Path::new("/proc").join(pid).exists()
}

fn kill(pid: &str) {
    assert!(Command::new("kill").args(["-9", pid]).status().unwrap().success());
}

fn server(platform: &Platform, qemu: &Path, accelerator: &str) -> Vms {
    let disk = platform.folder().join("disk.qcow2");
    std::fs::write(&disk, "a disk").unwrap();
    let arguments = [
        "--hypervisor=qemu".to_owned(),
        format!("--qemu={}", qemu.display()),
        format!("--disk={}", disk.display()),
        format!("--accelerator={accelerator}"),
    ];
    Vms::start(platform, &arguments)
}

#[test]
fn a_program_that_is_as_asked_runs_a_machine() {
    let platform = Platform::start(SERVERS, 1);
    let vms = server(&platform, &stand_in(platform.folder(), &[]), "tcg");
    assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 1)).0, 201);
    let vm = vms.api.reach("web", "running");
    assert_eq!(
        (&vm["run"]["accelerator"], &vm["run"]["guest"]),
        (&"tcg".into(), &"not asked".into()),
        "{vm}"
    );
}

#[test]
fn a_program_that_is_not_as_asked_makes_no_machine() {
    let table: [(&str, Changes, &str); 8] = [
        ("kvm", &[], "asked for kvm, it runs on tcg"),
        ("tcg", &[("KVM", "true")], "asked for tcg, it runs on kvm"),
        ("tcg", &[("UUIDS", "another")], "it has \"another\""),
        ("tcg", &[("DISK", "/other.img")], "/other.img"),
        ("tcg", &[("DISK", "$disk.bak")], "disk.qcow2.bak"),
        ("tcg", &[("STATUS", "running")], "its status is \"running\", not \"prelaunch\""),
        ("tcg", &[("status=running", "")], "its status is \"prelaunch\", not \"running\""),
        ("tcg", &[("\"QMP\"", "\"SMTP\"")], "QEMU greets with"),
    ];
    for (accelerator, changes, sentence) in table {
        let platform = Platform::start(SERVERS, 1);
        let vms = server(&platform, &stand_in(platform.folder(), changes), accelerator);
        assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 1)).0, 201);
        let reason = vms.api.reach("web", "failed")["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains(sentence), "{sentence}: {reason}");
    }
}

#[test]
fn a_program_that_is_not_qemu_makes_no_machine() {
    for (script, sentence) in [
        (
            "#!/bin/sh\necho 'failed to initialize kvm: no device' >&2; exit 1\n",
            "failed to initialize kvm: no device",
        ),
        ("#!/bin/sh\nexit 0\n", "exit status: 0"),
    ] {
        let platform = Platform::start(SERVERS, 1);
        let vms = server(&platform, &program(platform.folder(), script), "kvm");
        assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 1)).0, 201);
        let reason = vms.api.reach("web", "failed")["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains(sentence), "{sentence}: {reason}");
    }
}

/// Its child holds the standard error open, longer than the test waits.
#[test]
fn a_program_that_says_nothing_is_given_up_and_ended() {
    let platform = Platform::start(SERVERS, 1);
    let pids = platform.folder().join("pids");
    let script =
        format!("#!/bin/sh\nsleep 25 &\necho $$ $! > '{}'\necho waiting >&2\nwait\n", pids.display());
    let vms = server(&platform, &program(platform.folder(), &script), "tcg");
    assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 1)).0, 201);
    let vm = vms.api.reach("web", "failed");
    assert_eq!(vm["reason"], "QEMU can't run web: no answer in time (waiting)");
    let pids = std::fs::read_to_string(pids).unwrap();
    let (pid, child) = pids.trim().split_once(' ').unwrap();
    assert!(!is_there(pid), "{pid} is there");
    kill(child);
}

#[test]
fn a_program_that_ends_by_itself_is_started_again_and_one_that_does_not_end_is_killed() {
    let platform = Platform::start(SERVERS, 1);
    let stays = stand_in(platform.folder(), &[("*quit*) answer '{}'; exit ;;", "*quit*) answer '{}' ;;")]);
    let vms = server(&platform, &stays, "tcg");
    assert_eq!(vms.api.ask("PUT", "/web", &spec("acme", 1)).0, 201);
    let first = vms.api.reach("web", "running")["run"]["pid"].to_string();
    kill(&first);
    let second =
        eventually("another one runs", || match vms.api.reach("web", "running")["run"]["pid"].clone() {
            Value::Number(pid) if pid.to_string() != first => Ok(pid.to_string()),
            other => Err(other.to_string()),
        });
    assert_eq!(vms.api.ask("POST", "/web/stop", &Value::Null).0, 200);
    vms.api.reach("web", "stopped");
    assert!(!is_there(&second), "{second} is there");
}

#[test]
fn a_wrong_way_to_start_the_server_ends_it_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "").unwrap();
    let plain = format!("--qemu={}", plain.display());
    let (qemu, disk, tcg) = ("--hypervisor=qemu", "--disk=/dev/../bin/true", "--accelerator=tcg");
    let table: [(&[&str], &str); 11] = [
        (&["--hypervisor=xen"], "simulated, qemu"),
        (&[qemu, tcg], "--disk"),
        (&[qemu, disk], "--accelerator"),
        (&[qemu, disk, "--accelerator=xen"], "kvm, tcg"),
        (&[qemu, tcg, "--disk=/none.qcow2", "--qemu=/bin/true"], "the disk /none.qcow2: No such file"),
        (&[qemu, disk, tcg, "--qemu=/bin"], "the program /bin is not a file"),
        (&[qemu, disk, tcg, "--qemu=/none"], "the program /none: No such file"),
        (&[qemu, disk, tcg, "--qemu=no-such-qemu"], "there is no program no-such-qemu on the PATH"),
        (&[qemu, disk, tcg, &plain], "is not executable"),
        (&[disk], "--disk goes with --hypervisor qemu alone"),
        (&["--hypervisor=simulated", tcg], "--accelerator goes with --hypervisor qemu alone"),
    ];
    for (arguments, sentence) in table {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plasmavmc-server"));
        command.args(["--listen=127.0.0.1:0", "--flaredb=http://127.0.0.1:1"]);
        let run = format!("--run={}", folder.path().display());
        let output = command.arg(run).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(sentence), "{arguments:?}: {output:?}");
    }
}

#[test]
fn the_guest_is_what_its_source_assembles_to() {
    let folder = tempfile::tempdir().unwrap();
    let (object, binary) = (folder.path().join("echo.o"), folder.path().join("echo.bin"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("guest/echo.s");
    let missing =
        ["as", "ld"].into_iter().find(|program| Command::new(program).arg("--version").output().is_err());
    if let Some(program) = missing.or((!cfg!(target_arch = "x86_64")).then_some("as for x86")) {
        return eprintln!("skipped: there is no {program} to build the guest with");
    }
    let run = |program: &str, arguments: &[&str], files: [&Path; 2]| {
        let status = Command::new(program).args(arguments).args(files).status();
        assert!(status.as_ref().is_ok_and(|status| status.success()), "{program} (of binutils): {status:?}");
    };
    run("as", &["--32", "-o"], [&object, &source]);
    run("ld", &["-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-o"], [&binary, &object]);
    assert_eq!(std::fs::read(binary).unwrap(), std::fs::read(source.with_extension("bin")).unwrap());
}
