use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A TCP proxy on a free port of its own, by which a test cuts one server off from another: while
/// it is cut, connections that exist are closed and new ones get no answer.
pub struct Proxy {
    address: String,
    shared: Arc<Shared>,
}

struct Shared {
    target: String,
    cut: AtomicBool,
    ended: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Starts it; `target` is an address like `127.0.0.1:20001`, which needn't be there yet.
    pub fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let shared = Arc::new(Shared {
            target: target.to_owned(),
            cut: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            open: Mutex::new(Vec::new()),
        });
        let accepting = shared.clone();
        std::thread::spawn(move || accept(&listener, &accepting));
        Self { address, shared }
    }

    /// The proxy's own address, like `127.0.0.1:41234`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Cuts the connection, or lets it be made again.
    pub fn cut(&self, cut: bool) {
        self.shared.cut.store(cut, Ordering::SeqCst);
        if cut {
            self.shared.close_all();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.shared.close_all();
        let _ = TcpStream::connect(&self.address); // wakes accept()
    }
}

impl Shared {
    fn close_all(&self) {
        for stream in self.open.lock().expect("no panic").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((client, _)) = listener.accept() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        let shared = shared.clone();
        std::thread::spawn(move || serve(client, &shared));
    }
}

fn serve(client: TcpStream, shared: &Arc<Shared>) {
    // Kept first and looked at then, so that a cut in between closes it.
    let Ok(kept) = client.try_clone() else { return };
    shared.open.lock().expect("no panic").push(kept);
    if shared.cut.load(Ordering::SeqCst) {
        // Like a network that loses packets: silent, until the client gives up or the cut ends.
        while shared.cut.load(Ordering::SeqCst) && !shared.ended.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = client.shutdown(Shutdown::Both);
        return;
    }
    let Ok(server) = TcpStream::connect(&shared.target) else {
        let _ = client.shutdown(Shutdown::Both);
        return;
    };
    let (Ok(kept), Ok(client2), Ok(server2)) = (server.try_clone(), client.try_clone(), server.try_clone())
    else {
        return;
    };
    shared.open.lock().expect("no panic").push(kept);
    if shared.cut.load(Ordering::SeqCst) {
        shared.close_all();
    }
    let back = std::thread::spawn(move || pump(server2, client2));
    pump(client, server);
    let _ = back.join();
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
