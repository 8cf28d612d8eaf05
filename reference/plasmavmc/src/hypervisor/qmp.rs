use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// QEMU's machine protocol: a line of JSON there, a line of JSON back, and events in between.
pub struct Qmp {
    stream: BufReader<UnixStream>,
}

impl Qmp {
    /// Takes the greeting, and gets ready for commands.
    pub fn negotiate(stream: UnixStream, most: Duration) -> Result<Self, String> {
        let mut qmp = Self { stream: BufReader::new(stream) };
        let greeting = qmp.line(Instant::now() + most)?;
        if greeting["QMP"].is_null() {
            return Err(format!("QEMU greets with {greeting}"));
        }
        qmp.ask("qmp_capabilities", most)?;
        Ok(qmp)
    }

    /// The answer to a command without arguments.
    pub fn ask(&mut self, command: &str, most: Duration) -> Result<Value, String> {
        let line = format!("{}\n", json!({ "execute": command }));
        self.stream.get_mut().write_all(line.as_bytes()).map_err(|e| format!("{command}: {e}"))?;
        let end = Instant::now() + most;
        loop {
            let mut answer = self.line(end).map_err(|e| format!("{command}: {e}"))?;
            if !answer["error"].is_null() {
                return Err(format!("{command}: {}", answer["error"]["desc"]));
            }
            if !answer["return"].is_null() {
                return Ok(answer["return"].take());
            }
        }
    }

    fn line(&mut self, end: Instant) -> Result<Value, String> {
        let line = read_line(&mut self.stream, end)?;
        serde_json::from_str(&line).map_err(|e| format!("QEMU doesn't speak QMP: {e}: {line:?}"))
    }
}

/// A line that has come whole before the end; at most 64 KiB of it.
pub fn read_line(stream: &mut BufReader<UnixStream>, end: Instant) -> Result<String, String> {
    let mut line = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || line.len() > 64 * 1024 {
            return Err("no answer in time".to_owned());
        }
        stream.get_ref().set_read_timeout(Some(left)).map_err(|e| e.to_string())?;
        let read = match stream.fill_buf() {
            Ok([]) => return Err("QEMU has closed the connection".to_owned()),
            Ok(bytes) => {
                let upto = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
                line.extend_from_slice(&bytes[..upto]);
                upto
            }
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => 0,
            Err(e) => return Err(e.to_string()),
        };
        stream.consume(read);
        if line.last() == Some(&b'\n') {
            return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
    }
}
