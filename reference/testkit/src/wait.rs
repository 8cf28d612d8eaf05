use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a test waits for what is bound to come: far longer than it takes.
pub const LIMIT: Duration = Duration::from_secs(20);

/// Tries until the probe succeeds, and returns what it gave. Panics after 20 s, with what the
/// probe said last.
#[track_caller]
pub fn eventually<T>(what: &str, mut probe: impl FnMut() -> Result<T, String>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        match probe() {
            Ok(value) => return value,
            Err(why) if Instant::now() > end => panic!("not within {LIMIT:?}: {what}; last seen: {why}"),
            Err(_) => sleep(Duration::from_millis(50)),
        }
    }
}

/// Sets its flag when it goes, so that threads which run until then end with a failed test too.
pub struct SetOnDrop<'a>(pub &'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
