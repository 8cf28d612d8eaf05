use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that Linux gives to outgoing connections.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port of the loopback address that is free for TCP and UDP, and that no other test takes while
/// this guard lives: not even while the server that had it is being restarted.
#[derive(Debug)]
pub struct Port {
    /// Its number.
    pub number: u16,
    // A name in Linux's abstract namespace: it leaves no file, and goes with the process.
    _claim: UnixListener,
}

impl Port {
    /// Claims a free port.
    pub fn claim() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let start = (std::process::id().wrapping_mul(37) % u32::from(COUNT)) as u16;
        for _ in 0..COUNT {
            let offset = NEXT.fetch_add(1, Ordering::Relaxed);
            let number = FIRST + (start.wrapping_add(offset)) % COUNT;
            let name = SocketAddr::from_abstract_name(format!("reference-testkit-port-{number}"));
            let Ok(claim) = name.and_then(|name| UnixListener::bind_addr(&name)) else { continue };
            let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, number);
            if TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok() {
                return Self { number, _claim: claim };
            }
        }
        panic!("no free port from {FIRST} to {}", FIRST + COUNT - 1);
    }

    /// The address, like `127.0.0.1:20001`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.number)
    }

    /// The address as an endpoint, like `http://127.0.0.1:20001`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }
}
