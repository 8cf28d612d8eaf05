use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::Value;

use super::complaints::Complaints;
use super::lines::Lines;
use super::qmp::Qmp;
use super::spawner::Spawner;
use super::{Hypervisor, Run, named};
use crate::vm::Spec;

/// How long QEMU has to be ready, and its guest to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long QEMU has to end by itself, or to tell how it is.
const LEAVE: Duration = Duration::from_secs(2);

/// What guests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Accelerator {
    /// The processor's own virtualization
    Kvm,
    /// QEMU's translator, in software
    Tcg,
}

/// What is known of the disk's guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Guest {
    /// It sends each line from its first serial port back, behind "you said: "
    Echo,
    /// Nothing; it isn't asked
    Unknown,
}

/// Runs each instance as a QEMU process, which dies with this one. It has no network, no socket file
/// and no monitor that anybody else could reach, and writes nothing to its disk.
pub struct Qemu {
    program: PathBuf,
    disk: PathBuf,
    accelerator: Accelerator,
    guest: Guest,
    spawner: Spawner,
    machines: Mutex<BTreeMap<String, Arc<Mutex<Slot>>>>,
}

/// One instance: it may be on its way, run, or be over.
#[derive(Default)]
struct Slot(Option<Machine>);

struct Machine {
    child: Child,
    qmp: Qmp,
    name: String,
    complaints: Option<Complaints>,
    uuid: String,
    guest: &'static str,
    // Open as long as the machine runs: a guest may go on writing.
    _serial: UnixStream,
}

impl Accelerator {
    fn name(self) -> &'static str {
        match self {
            Self::Kvm => "kvm",
            Self::Tcg => "tcg",
        }
    }
}

impl Qemu {
    /// Boots this disk by that program.
    pub fn new(program: &Path, disk: &Path, accelerator: Accelerator, guest: Guest) -> Result<Self, String> {
        let (program, disk) = (named::program(program)?, named::disk(disk)?);
        let (spawner, machines) = (Spawner::new(), Mutex::default());
        Ok(Self { program, disk, accelerator, guest, spawner, machines })
    }

    fn machines(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Mutex<Slot>>>> {
        self.machines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, instance: &str) -> Option<Arc<Mutex<Slot>>> {
        self.machines().get(instance).cloned()
    }

    fn boot(&self, machine: &str, spec: &Spec) -> Result<Machine, String> {
        let uuid = new_uuid().map_err(|e| format!("no random number for a uuid: {e}"))?;
        let pair = || UnixStream::pair().map_err(|e| format!("no pair of sockets: {e}"));
        let ((qmp, qemus_qmp), (serial, qemus_serial)) = (pair()?, pair()?);
        let inherited = vec![qemus_qmp.as_raw_fd(), qemus_serial.as_raw_fd()];
        let mut command = Command::new(&self.program);
        command.args(self.arguments(machine, &uuid, spec, &inherited));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let started = self.spawner.spawn(command, inherited);
        let mut child = started.map_err(|e| format!("{} doesn't start: {e}", self.program.display()))?;
        drop((qemus_qmp, qemus_serial));
        let complaints = child.stderr.take().map(Complaints::of);
        match self.begin(&uuid, qmp, &serial) {
            Ok((qmp, guest)) => {
                let name = machine.to_owned();
                Ok(Machine { child, qmp, name, complaints, uuid, guest, _serial: serial })
            }
            Err(why) => {
                let _ = child.kill();
                let last = last_words(child.wait().ok(), complaints.as_ref());
                Err(format!("QEMU can't run {machine}: {why} ({last})"))
            }
        }
    }

    fn arguments(&self, machine: &str, uuid: &str, spec: &Spec, inherited: &[i32]) -> Vec<String> {
        let disk = self.disk.display().to_string().replace(',', ",,");
        let channel = |id: &str, descriptor: i32| format!("socket,id={id},fd={descriptor}");
        let words = [
            ["-name", &machine.replace(',', ",,")],
            ["-uuid", uuid],
            ["-accel", self.accelerator.name()],
            ["-machine", "pc"],
            ["-display", "none"],
            ["-smp", &spec.cpus.to_string()],
            ["-m", &format!("{}M", spec.memory_mib)],
            ["-drive", &format!("file={disk},format=qcow2,if=ide,snapshot=on")],
            ["-chardev", &channel("qmp", inherited[0])],
            ["-mon", "chardev=qmp,mode=control"],
            ["-chardev", &channel("serial", inherited[1])],
            ["-serial", "chardev:serial"],
        ]
        .map(|pair| pair.map(str::to_owned));
        let flags = ["-nodefaults", "-no-user-config", "-S"].map(str::to_owned);
        flags.into_iter().chain(words.into_iter().flatten()).collect()
    }

    /// Sees that QEMU is what was asked for, and lets the guest run.
    fn begin(&self, uuid: &str, qmp: UnixStream, serial: &UnixStream) -> Result<(Qmp, &'static str), String> {
        let by = Instant::now() + ANSWER;
        let mut qmp = Qmp::negotiate(qmp, by)?;
        let on_kvm = qmp.ask("query-kvm", by)?["enabled"].as_bool();
        let on_kvm = on_kvm.ok_or("it doesn't tell what it runs on")?;
        if on_kvm != (self.accelerator == Accelerator::Kvm) {
            let ran = if on_kvm { "kvm" } else { "tcg" };
            return Err(format!("asked for {}, it runs on {ran}", self.accelerator.name()));
        }
        let named = qmp.ask("query-uuid", by)?["UUID"].take();
        if named != uuid {
            return Err(format!("asked for the uuid {uuid}, it has {named}"));
        }
        let disks = qmp.ask("query-block", by)?;
        if !names(&disks, &self.disk.to_string_lossy()) {
            return Err(format!("its disks are {disks}, without {}", self.disk.display()));
        }
        status_is(&mut qmp, "prelaunch", by)?;
        qmp.ask("cont", by)?;
        let guest = match self.guest {
            Guest::Unknown => "not asked",
            Guest::Echo => answered(serial).map(|()| "answered")?,
        };
        status_is(&mut qmp, "running", Instant::now() + LEAVE)?;
        Ok((qmp, guest))
    }
}

impl Hypervisor for Qemu {
    fn name(&self) -> &'static str {
        "qemu"
    }

    fn start(&self, instance: &str, machine: &str, spec: &Spec) -> Result<(), String> {
        let slot = self.machines().entry(instance.to_owned()).or_default().clone();
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.running().is_some() {
            return Ok(());
        }
        match self.boot(machine, spec) {
            Ok(machine) => slot.0 = Some(machine),
            Err(why) => {
                self.machines().remove(instance);
                return Err(why);
            }
        }
        Ok(())
    }

    fn stop(&self, instance: &str) -> Result<(), String> {
        let Some(slot) = self.slot(instance) else { return Ok(()) };
        slot.lock().unwrap_or_else(PoisonError::into_inner).end();
        self.machines().remove(instance);
        Ok(())
    }

    fn list(&self) -> Result<BTreeSet<String>, String> {
        let mut machines = self.machines();
        machines.retain(|_, slot| {
            // Whoever else has it starts it, ends it or asks it right now.
            let Some(slot) = Arc::get_mut(slot) else { return true };
            slot.get_mut().unwrap_or_else(PoisonError::into_inner).running().is_some()
        });
        Ok(machines.keys().cloned().collect())
    }

    fn inspect(&self, instance: &str) -> Option<Run> {
        let slot = self.slot(instance)?;
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let machine = slot.running()?;
        let status = machine.qmp.ask("query-status", Instant::now() + LEAVE);
        Some(Run {
            uuid: machine.uuid.clone(),
            pid: machine.child.id(),
            accelerator: self.accelerator.name(),
            status: status.map_or_else(|e| e, |it| it["status"].as_str().unwrap_or("unknown").to_owned()),
            guest: machine.guest,
        })
    }
}

impl Slot {
    /// The machine, unless it has ended by itself.
    fn running(&mut self) -> Option<&mut Machine> {
        let machine = self.0.as_mut()?;
        if let Ok(Some(status)) = machine.child.try_wait() {
            let last = last_words(Some(status), machine.complaints.as_ref());
            eprintln!("plasmavmc: {} ended by itself ({last})", machine.name);
            self.0 = None;
        }
        self.0.as_mut()
    }

    /// Asks QEMU to leave, and ends it where it doesn't.
    fn end(&mut self) {
        let Some(mut machine) = self.0.take() else { return };
        let deadline = Instant::now() + LEAVE;
        let _ = machine.qmp.ask("quit", deadline);
        while matches!(machine.child.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = machine.child.kill();
                let _ = machine.child.wait();
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.end();
    }
}

/// Sends the guest a word that nobody knew before, and waits until it comes back.
fn answered(serial: &UnixStream) -> Result<(), String> {
    let by = Instant::now() + ANSWER;
    let mut lines = serial.try_clone().and_then(Lines::new).map_err(|e| e.to_string())?;
    let (nonce, mut sent) = (new_uuid().map_err(|e| e.to_string())?, false);
    loop {
        let line = lines.next(by).map_err(|e| format!("its guest doesn't answer: {e}"))?;
        if line.ends_with("plasmavmc guest") && !sent {
            lines.send(&nonce)?;
            sent = true;
        } else if sent && line == format!("you said: {nonce}") {
            return Ok(());
        }
    }
}

fn status_is(qmp: &mut Qmp, wanted: &str, by: Instant) -> Result<(), String> {
    let status = qmp.ask("query-status", by)?["status"].take();
    if status == wanted { Ok(()) } else { Err(format!("its status is {status}, not {wanted:?}")) }
}

/// Whether a text stands anywhere in it, whole.
fn names(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(items) => items.iter().any(|item| names(item, text)),
        Value::Object(members) => members.values().any(|member| names(member, text)),
        _ => false,
    }
}

/// What a process that has ended complained of last, or how it ended.
fn last_words(status: Option<ExitStatus>, complaints: Option<&Complaints>) -> String {
    let how = || status.map_or("it doesn't end".to_owned(), |status| status.to_string());
    complaints.and_then(Complaints::last).unwrap_or_else(how)
}

/// A random one, by RFC 9562: version 4.
fn new_uuid() -> std::io::Result<String> {
    let mut bytes = [0u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}
