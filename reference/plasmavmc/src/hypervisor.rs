use std::fs;
use std::io;
use std::path::PathBuf;

use crate::vm::Spec;

/// What runs virtual machines. An instance is one run of one machine, under a name of the caller's;
/// instances outlive this process. The calls block.
pub trait Hypervisor: Send + Sync {
    /// Its name, which stands in every answer.
    fn name(&self) -> &'static str;

    /// Starts an instance, if it doesn't run yet; fails with a sentence.
    fn start(&self, instance: &str, machine: &str, spec: &Spec) -> Result<(), String>;

    /// Ends an instance, if it runs.
    fn stop(&self, instance: &str) -> Result<(), String>;

    /// Whether an instance runs.
    fn runs(&self, instance: &str) -> bool;
}

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
        fs::write(&file, machine).map_err(|e| format!("can't write {}: {e}", file.display()))
    }

    fn stop(&self, instance: &str) -> Result<(), String> {
        match fs::remove_file(self.folder.join(instance)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    fn runs(&self, instance: &str) -> bool {
        self.folder.join(instance).exists()
    }
}
