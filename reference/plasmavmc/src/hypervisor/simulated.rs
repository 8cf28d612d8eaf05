use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::Hypervisor;
use crate::vm::Spec;

/// Runs nothing: an instance is a file that says which machine it stands for. Machines with 13 CPUs
/// can't be started, so that failures can be tried.
pub struct Simulated {
    folder: PathBuf,
}

impl Simulated {
    /// Keeps its instances in a folder, created when missing.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }
}

impl Hypervisor for Simulated {
    fn name(&self) -> &'static str {
        "simulated"
    }

    fn start(&self, instance: &str, machine: &str, spec: &Spec) -> Result<(), String> {
        if spec.cpus == 13 {
            return Err("no host has 13 CPUs to give".to_owned());
        }
        let file = self.folder.join(instance);
        if !file.exists() {
            // In one write, so that the line is whole whoever else writes there or kills this process.
            let _ = io::stderr().write_all(format!("plasmavmc starts {machine} as {instance}\n").as_bytes());
        }
        fs::write(&file, machine).map_err(|e| format!("can't write {}: {e}", file.display()))
    }

    fn stop(&self, instance: &str) -> Result<(), String> {
        let file = self.folder.join(instance);
        match fs::remove_file(&file) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                Err(format!("can't remove {}: {e}", file.display()))
            }
            _ => Ok(()),
        }
    }

    fn list(&self) -> Result<BTreeSet<String>, String> {
        let names = fs::read_dir(&self.folder).and_then(|entries| {
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        });
        names.map_err(|e| format!("can't read {}: {e}", self.folder.display()))
    }
}
