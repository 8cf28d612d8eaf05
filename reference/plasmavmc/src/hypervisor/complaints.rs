use std::io::Read;
use std::process::ChildStderr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How much is kept, in bytes.
const MOST: usize = 4 * 1024;
/// How long the last of it may take to come. A child of the process that has ended may hold its
/// standard error open for ever.
const LAST: Duration = Duration::from_millis(500);

/// The last of what a process has written to its standard error.
pub struct Complaints {
    kept: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Complaints {
    /// Goes on reading until the process has ended.
    pub fn of(mut stderr: ChildStderr) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let into = kept.clone();
        let reader = thread::spawn(move || {
            let mut bytes = [0; 1024];
            while let Ok(read @ 1..) = stderr.read(&mut bytes) {
                let mut kept = into.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&bytes[..read]);
                let over = kept.len().saturating_sub(MOST);
                kept.drain(..over);
            }
        });
        Self { kept, reader }
    }

    /// The last line of a process that has ended, if it has written any.
    pub fn last(&self) -> Option<String> {
        let end = Instant::now() + LAST;
        while !self.reader.is_finished() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let said = String::from_utf8_lossy(&kept);
        said.lines().rfind(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned())
    }
}
