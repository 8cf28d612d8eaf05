//! The hypervisor QEMU, with programs in its place that are not QEMU, or not as asked.

#![allow(clippy::unwrap_used)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{SERVERS, Vms, spec};
use testkit::Platform;

/// Speaks QMP on the descriptor that it inherits, as far as the server asks.
const STAND_IN: &str = r#"#!/bin/bash
for word; do case $word in
  socket,id=qmp,fd=*) fd=${word##*=} ;;
  file=*) disk=${word#file=}; disk=${disk%%,*} ;;
esac; [ "$last" = -uuid ] && uuid=$word; last=$word; done
say() { echo "$1" >&"$fd"; }
say '{"QMP": {"version": {}}}'
while read -r line <&"$fd"; do case $line in
  *query-kvm*) say '{"return": {"enabled": KVM, "present": true}}' ;;
  *query-uuid*) say '{"return": {"UUID": "UUIDS"}}' ;;
  *query-block*) say "{\"return\": [{\"file\": \"DISK\"}]}" ;;
  *cont*) say '{"event": "RESUME"}'; say '{"return": {}}' ;;
  *query-status*) say '{"return": {"status": "running"}}' ;;
  *quit*) say '{"return": {}}'; exit ;;
  *) say '{"return": {}}' ;;
esac; done
"#;

/// What stands in the script, and what takes its place.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn stand_in(folder: &Path, changes: Changes) -> PathBuf {
    let mut script = STAND_IN.to_owned();
    for (from, to) in changes {
        script = script.replace(from, to);
    }
    for (from, to) in [("KVM", "false"), ("\"UUIDS\"", "\"'\"$uuid\"'\""), ("DISK", "$disk")] {
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
    let table: [(&str, Changes, &str); 5] = [
        ("kvm", &[], "asked for kvm, it runs on tcg"),
        ("tcg", &[("KVM", "true")], "asked for tcg, it runs on kvm"),
        ("tcg", &[("UUIDS", "another")], "it has \"another\""),
        ("tcg", &[("DISK", "/other.img")], "/other.img"),
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
    let run = |program: &str, arguments: &[&str], files: [&Path; 2]| {
        let status = Command::new(program).args(arguments).args(files).status();
        assert!(status.as_ref().is_ok_and(|status| status.success()), "{program} (of binutils): {status:?}");
    };
    run("as", &["--32", "-o"], [&object, &source]);
    run("ld", &["-m", "elf_i386", "-Ttext", "0x7c00", "--oformat", "binary", "-o"], [&binary, &object]);
    assert_eq!(std::fs::read(binary).unwrap(), std::fs::read(source.with_extension("bin")).unwrap());
}
