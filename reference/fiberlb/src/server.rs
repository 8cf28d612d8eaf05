//! The process `fiberlb-server`.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use servicekit::{Failure, run_server, serve, stop_signal};
use tokio::net::TcpListener;

use crate::api;
use crate::cli::Cli;
use crate::registry::Registry;

/// How long to wait before the stored balancers are asked for again.
const PAUSE: Duration = Duration::from_millis(300);

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without flaredb too, and is
/// unhealthy until it knows what to balance. Wrong arguments end it with 2, all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("fiberlb", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let listener =
        TcpListener::bind(cli.listen).await.map_err(|e| format!("can't listen on {}: {e}", cli.listen))?;
    eprintln!("fiberlb listens on {}, over flaredb at {}", cli.listen, cli.flaredb.join(", "));
    let registry = Arc::new(Registry::new(&cli.flaredb));
    let loading = registry.clone();
    tokio::spawn(async move {
        while let Err(error) = loading.load().await {
            eprintln!("fiberlb can't load its balancers yet: {error}");
            tokio::time::sleep(PAUSE).await;
        }
    });
    let stop = async {
        let signal = stopped.await;
        eprintln!("fiberlb ends on {signal}");
    };
    Ok(serve(listener, api::routes(registry), stop).await?)
}
