use std::os::unix::net::UnixStream;
use std::time::Instant;

use serde_json::{Value, json};

use super::lines::Lines;

/// QEMU's machine protocol: a line of JSON there, a line of JSON back, and events in between.
pub struct Qmp {
    lines: Lines,
    asked: u64,
}

impl Qmp {
    /// Takes the greeting, and gets ready for commands.
    pub fn negotiate(stream: UnixStream, by: Instant) -> Result<Self, String> {
        let mut qmp = Self { lines: Lines::new(stream).map_err(|e| e.to_string())?, asked: 0 };
        let greeting = qmp.next(by)?;
        if greeting["QMP"].is_null() {
            return Err(format!("QEMU greets with {greeting}"));
        }
        qmp.ask("qmp_capabilities", by)?;
        Ok(qmp)
    }

    /// The answer to a command without arguments. One that comes too late isn't taken for the
    /// answer to the next.
    pub fn ask(&mut self, command: &str, by: Instant) -> Result<Value, String> {
        self.exchange(command, by).map_err(|why| format!("{command}: {why}"))
    }

    fn exchange(&mut self, command: &str, by: Instant) -> Result<Value, String> {
        self.asked += 1;
        self.lines.send(&json!({ "execute": command, "id": self.asked }).to_string())?;
        loop {
            let mut answer = self.next(by)?;
            if answer["id"] != self.asked {
                continue;
            }
            return match &answer["error"] {
                Value::Null => Ok(answer["return"].take()),
                error => Err(error["desc"].to_string()),
            };
        }
    }

    fn next(&mut self, by: Instant) -> Result<Value, String> {
        let line = self.lines.next(by)?;
        serde_json::from_str(&line).map_err(|e| format!("QEMU doesn't speak QMP: {e}: {line:?}"))
    }
}
