//! The process `creditservice-server`.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use servicekit::{Failure, listen, run_server, serve, stop_signal};

use crate::api;
use crate::cli::Cli;
use crate::ledger::Ledger;

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without flaredb too, and is
/// unhealthy until flaredb is there. Wrong arguments end it with 2, all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("creditservice", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let listener = listen(cli.listen).await?;
    eprintln!("creditservice listens on {}, over flaredb at {}", cli.listen, cli.flaredb.join(", "));
    let ledger = Arc::new(Ledger::new(&cli.flaredb));
    let stop = async {
        let signal = stopped.await;
        eprintln!("creditservice ends on {signal}");
    };
    let sweep = async {
        loop {
            tokio::time::sleep(Duration::from_millis(cli.sweep_ms)).await;
            if let Err(error) = ledger.sweep().await {
                eprintln!("creditservice can't look for expired reservations: {error}");
            }
        }
    };
    tokio::select! {
        served = serve(listener, api::routes(ledger.clone()), stop) => Ok(served?),
        () = sweep => Ok(()),
    }
}
