use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, channel};
use std::thread;

type Order = (Command, Vec<RawFd>, Sender<io::Result<Child>>);

/// Starts processes that die with this one, also when it is killed. Linux ties that to the thread
/// that starts them, so it is one that lives as long as the process.
pub struct Spawner(Sender<Order>);

impl Spawner {
    pub fn new() -> Self {
        let (orders, taken) = channel::<Order>();
        thread::spawn(move || {
            for (command, inherited, reply) in taken {
                let _ = reply.send(spawn(command, &inherited));
            }
        });
        Self(orders)
    }

    /// Starts a process that inherits these descriptors, under the same numbers.
    pub fn spawn(&self, command: Command, inherited: Vec<RawFd>) -> io::Result<Child> {
        let (reply, child) = channel();
        let gone = |_| io::Error::other("the thread that starts processes is gone");
        self.0.send((command, inherited, reply)).map_err(|e| gone(e.to_string()))?;
        child.recv().map_err(|e| gone(e.to_string()))?
    }
}

fn spawn(mut command: Command, inherited: &[RawFd]) -> io::Result<Child> {
    let (parent, inherited) = (std::process::id() as libc::pid_t, inherited.to_vec());
    // SAFETY: between fork and exec, only calls that are safe for signal handlers.
    unsafe {
        command.pre_exec(move || {
            libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
            for descriptor in &inherited {
                libc::fcntl(*descriptor, libc::F_SETFD, 0);
            }
            if libc::getppid() == parent { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::ESRCH)) }
        });
    }
    command.spawn()
}
