use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use crate::http::request;
use crate::wait::eventually;

/// How much of a log a panic shows, in bytes.
const TAIL: i64 = 3_000;

/// A running server process, which is killed when this guard goes. Its output goes to a log file.
#[derive(Debug)]
pub struct Server {
    name: String,
    url: String,
    log: PathBuf,
    /// Where this process' own part of the log begins.
    begin: u64,
    child: Child,
}

impl Server {
    /// Starts a server that is going to answer at `url`, logging to `folder/name.log`.
    pub fn spawn(folder: &Path, name: &str, url: String, binary: &str, arguments: &[String]) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = OpenOptions::new().create(true).append(true).open(&log).expect("the log opens");
        let begin = file.metadata().expect("the log's length").len();
        let mut command = Command::new(binary);
        command.args(arguments).stdin(Stdio::null());
        command.stdout(file.try_clone().expect("the log is shared")).stderr(file);
        // Should the test die without running its guards (SIGKILL), the server dies with the
        // thread that started it, which is the test's own.
        let parent = std::process::id() as libc::pid_t;
        // SAFETY: between fork and exec, only calls that are safe for signal handlers.
        unsafe {
            command.pre_exec(move || {
                libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
                if libc::getppid() == parent {
                    return Ok(());
                }
                Err(std::io::Error::from_raw_os_error(libc::ESRCH))
            });
        }
        let child = command.spawn().unwrap_or_else(|e| panic!("{binary} doesn't start: {e}"));
        Self { name: name.to_owned(), url, log, begin, child }
    }

    /// The server's endpoint, like `http://127.0.0.1:20001`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `/healthz` says 200, from this very process.
    #[track_caller]
    pub fn wait_healthy(&mut self) {
        self.healthy().unwrap_or_else(|taken| panic!("{taken}\n{}", self.tail()));
    }

    /// The same, but an error where somebody else has the server's port, in a sentence.
    #[track_caller]
    pub fn healthy(&mut self) -> Result<(), String> {
        let what = format!("{} is healthy", self.name);
        eventually(&what, || {
            if let Ok(Some(status)) = self.child.try_wait() {
                let log = self.read(SeekFrom::Start(self.begin));
                return match log.lines().find(|line| line.contains("can't listen on")) {
                    Some(taken) => Ok(Err(taken.to_owned())),
                    None => panic!("{} ended by itself: {status}\n{}", self.name, self.tail()),
                };
            }
            match request("GET", &format!("{}/healthz", self.url), "") {
                Ok(reply) if reply.status == 200 && reply.json["pid"] == self.child.id() => Ok(Ok(())),
                Ok(reply) if reply.status == 200 => {
                    let (other, own) = (&reply.json["pid"], self.child.id());
                    Ok(Err(format!(
                        "{} is answered by pid {other}, not by {} (pid {own})",
                        self.url, self.name
                    )))
                }
                Ok(reply) => Err(format!("{}\n{}", reply.text, self.tail())),
                Err(error) => Err(format!("{error}\n{}", self.tail())),
            }
        })
    }

    /// Ends the server at once, as `kill -9` does.
    pub fn kill(mut self) {
        self.end();
    }

    /// Asks the server to end, by SIGTERM, and waits until it has; gives its log's end too.
    #[track_caller]
    pub fn terminate(self) -> (ExitStatus, String) {
        self.signal(libc::SIGTERM);
        self.wait_end()
    }

    /// Freezes the server, with SIGSTOP, and waits until all its threads have stopped; or lets it go on.
    #[track_caller]
    pub fn freeze(&self, frozen: bool) {
        self.signal(if frozen { libc::SIGSTOP } else { libc::SIGCONT });
        if frozen {
            eventually(&format!("{} stops", self.name), || {
                if self.stopped() { Ok(()) } else { Err("it goes on".to_owned()) }
            });
        }
    }

    fn stopped(&self) -> bool {
        // SAFETY: a siginfo_t of zeros is one, and waitid only writes to it.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let options = libc::WSTOPPED | libc::WNOHANG | libc::WNOWAIT;
        // SAFETY: the same.
        let code = unsafe { libc::waitid(libc::P_PID, self.child.id(), &raw mut info, options) };
        code == 0 && info.si_signo == libc::SIGCHLD
    }

    fn signal(&self, signal: libc::c_int) {
        // SAFETY: the process is a child that hasn't been waited for, so the number is still its own.
        unsafe { libc::kill(self.child.id() as libc::pid_t, signal) };
    }

    /// Waits until the server has ended by itself; gives its log's end too.
    #[track_caller]
    pub fn wait_end(mut self) -> (ExitStatus, String) {
        let status = eventually(&format!("{} ends", self.name), || {
            self.child.try_wait().map_err(|e| e.to_string())?.ok_or_else(|| self.tail())
        });
        (status, self.tail())
    }

    /// The end of the server's log, under a heading.
    pub fn tail(&self) -> String {
        format!("--- {} ---\n{}", self.log.display(), self.read(SeekFrom::End(-TAIL)))
    }

    fn read(&self, from: SeekFrom) -> String {
        let mut text = Vec::new();
        if let Ok(mut file) = File::open(&self.log) {
            let _ = file.seek(from).or_else(|_| file.seek(SeekFrom::Start(0)));
            let _ = file.read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking() {
            eprintln!("{}", self.tail());
        }
    }
}
