use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Listens there, or says in a sentence why not, and who has the port.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        let holder = match error.kind() {
            ErrorKind::AddrInUse => format!("; {} has it", holder(address.port())),
            _ => String::new(),
        };
        format!("can't listen on {address}: {error}{holder}")
    })
}

/// Which process listens on a port of this host, as far as this user may see.
fn holder(port: u16) -> String {
    let sockets: Vec<String> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().flat_map(|table| listening(table, port)).collect();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for process in processes.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok()) {
        let files = fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        let mut targets = files.filter_map(|file| fs::read_link(file.path()).ok());
        if targets.any(|target| sockets.iter().any(|socket| target.to_string_lossy() == socket.as_str())) {
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            return format!("{} (pid {})", name.trim(), process.file_name().to_string_lossy());
        }
    }
    "another process".to_owned()
}

/// The sockets that listen on a port, by the kernel's table: columns 1, 3 and 9 are the local
/// address, the state (0A: LISTEN) and the inode.
fn listening(table: &str, port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    let rows = fs::read_to_string(table).unwrap_or_default();
    let columns = rows.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    columns
        .filter(|row| row.len() > 9 && row[1].ends_with(&suffix) && row[3] == "0A")
        .map(|row| format!("socket:[{}]", row[9]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_who_has_it() {
        let first = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let why = listen(first.local_addr().unwrap()).await.unwrap_err();
        assert!(why.contains(&format!("(pid {}) has it", std::process::id())), "{why}");
    }
}
