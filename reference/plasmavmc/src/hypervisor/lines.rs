use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// The longest line, in bytes.
const LONGEST: usize = 64 * 1024;
/// How long a write may wait for the other side.
const WRITE: Duration = Duration::from_secs(1);

/// Lines there and back, with a bound on every wait.
pub struct Lines {
    stream: BufReader<UnixStream>,
    // What has come of the line under way: a wait that ended early loses nothing of it.
    line: Vec<u8>,
}

impl Lines {
    /// Over this stream.
    pub fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_write_timeout(Some(WRITE))?;
        Ok(Self { stream: BufReader::new(stream), line: Vec::new() })
    }

    /// Sends a line.
    pub fn send(&mut self, line: &str) -> Result<(), String> {
        self.stream.get_mut().write_all(format!("{line}\n").as_bytes()).map_err(|e| e.to_string())
    }

    /// The next line, without its end, if it has come whole by then.
    pub fn next(&mut self, by: Instant) -> Result<String, String> {
        while self.line.last() != Some(&b'\n') {
            let left = by.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err("no answer in time".to_owned());
            }
            if self.line.len() > LONGEST {
                return Err(format!("a line of more than {LONGEST} bytes"));
            }
            self.stream.get_ref().set_read_timeout(Some(left)).map_err(|e| e.to_string())?;
            let read = match self.stream.fill_buf() {
                Ok([]) => return Err("QEMU has closed the connection".to_owned()),
                Ok(bytes) => {
                    let upto = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
                    self.line.extend_from_slice(&bytes[..upto]);
                    upto
                }
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
                Err(e) if e.kind() == ErrorKind::Interrupted => 0,
                Err(e) => return Err(e.to_string()),
            };
            self.stream.consume(read);
        }
        Ok(String::from_utf8_lossy(&std::mem::take(&mut self.line)).trim_end().to_owned())
    }
}
