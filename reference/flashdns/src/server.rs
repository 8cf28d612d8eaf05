//! The process `flashdns-server`.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use hickory_server::Server;
use servicekit::{Failure, listen, run_server, serve, stop_signal};
use tokio::net::UdpSocket;

use crate::api;
use crate::cli::Cli;
use crate::dns::{Answers, Counts};
use crate::record::Host;
use crate::zone::Zone;

/// How long a TCP connection may be idle, and how many answers may wait on it.
const TCP: (Duration, usize) = (Duration::from_secs(5), 32);

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without flaredb too, and is
/// unhealthy, and answers SERVFAIL, until flaredb is there. Wrong arguments end it with 2, all else
/// with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("flashdns", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let name = Host::parse(&cli.zone).ok_or_else(|| format!("{:?} isn't a zone's name", cli.zone))?;
    let (listener, tcp) = (listen(cli.listen).await?, listen(cli.dns).await?);
    let udp = UdpSocket::bind(cli.dns).await.map_err(|e| format!("can't listen on {}: {e}", cli.dns))?;
    eprintln!("flashdns answers for {name} on {}, over flaredb at {}", cli.dns, cli.flaredb.join(", "));
    let (zone, counts) = (Arc::new(Zone::new(name, &cli.flaredb)), Arc::new(Counts::default()));
    let mut dns = Server::new(Answers { zone: zone.clone(), counts: counts.clone() });
    dns.register_socket(udp);
    dns.register_listener(tcp, TCP.0, TCP.1);
    let stop = async {
        let signal = stopped.await;
        eprintln!("flashdns ends on {signal}");
    };
    tokio::select! {
        served = serve(listener, api::routes(zone, counts), stop) => Ok(served?),
        ended = dns.block_until_done() => Ok(ended?),
    }
}
