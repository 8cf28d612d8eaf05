use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpListener;

/// Listens there, or says in a sentence why not, and who has the port.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!("can't listen on {address}: it is taken by {}", holder(address)),
        _ => format!("can't listen on {address}: {error}"),
    })
}

/// Which process listens there on this host, as far as this user may see.
fn holder(address: SocketAddr) -> String {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let sockets: Vec<String> = tables.iter().flat_map(|table| listening(table, address)).collect();
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

/// The sockets in the way of one that would listen there, by the kernel's table: columns 1, 3 and 9
/// are the local address, the state (0A: LISTEN) and the inode.
fn listening(table: &str, address: SocketAddr) -> Vec<String> {
    let (host, port) = (hexadecimal(address.ip()), format!("{:04X}", address.port()));
    let in_the_way = |local: &str| {
        local.split_once(':').is_some_and(|(its_host, its_port)| {
            // An IPv4 address stands at the end of the IPv6 one that it is mapped to.
            let everywhere = address.ip().is_unspecified() || its_host.bytes().all(|digit| digit == b'0');
            its_port == port && (everywhere || its_host.ends_with(&host))
        })
    };
    let rows = fs::read_to_string(table).unwrap_or_default();
    let columns = rows.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    columns
        .filter(|row| row.len() > 9 && row[3] == "0A" && in_the_way(row[1]))
        .map(|row| format!("socket:[{}]", row[9]))
        .collect()
}

/// An address as the kernel's table has it: words of four bytes, each in the host's order.
fn hexadecimal(ip: IpAddr) -> String {
    let bytes = match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let words = bytes.chunks_exact(4).map(|word| u32::from_ne_bytes([word[0], word[1], word[2], word[3]]));
    words.map(|word| format!("{word:08X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_who_has_it() {
        for (taken, wanted) in [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "0.0.0.0"), ("[::]", "127.0.0.1")] {
            // A host without IPv6 has one case less.
            let Ok(first) = listen(format!("{taken}:0").parse().unwrap()).await else { continue };
            let wanted = format!("{wanted}:{}", first.local_addr().unwrap().port());
            let why = listen(wanted.parse().unwrap()).await.unwrap_err();
            let start = format!("can't listen on {wanted}: it is taken by ");
            let end = format!(" (pid {})", std::process::id());
            assert!(why.starts_with(&start) && why.ends_with(&end), "{why}");
        }
    }

    #[tokio::test]
    async fn the_same_port_of_another_address_is_not_in_the_way() {
        let first = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let other = SocketAddr::new("127.0.0.2".parse().unwrap(), first.local_addr().unwrap().port());
        assert!(listening("/proc/net/tcp", other).is_empty());
    }
}
