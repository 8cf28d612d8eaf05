//! The process `fiberlb-server`.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use servicekit::{Failure, listen, run_server, serve, stop_signal};

use crate::api;
use crate::cli::Cli;
use crate::registry::Registry;

/// How long to wait until what is stored is read again: when all of it runs, and when it doesn't.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(300));

/// Runs the server until SIGTERM or SIGINT (exit code 0). It starts without flaredb too, and is
/// unhealthy until it knows what to balance. Wrong arguments end it with 2, all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("fiberlb", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let stopped = stop_signal()?;
    let listener = listen(cli.listen).await?;
    eprintln!("fiberlb listens on {}, over flaredb at {}", cli.listen, cli.flaredb.join(", "));
    let registry = Arc::new(Registry::new(&cli.flaredb));
    tokio::spawn(follow(registry.clone()));
    let stop = async {
        let signal = stopped.await;
        eprintln!("fiberlb ends on {signal}");
    };
    Ok(serve(listener, api::routes(registry), stop).await?)
}

async fn follow(registry: Arc<Registry>) {
    let mut said = String::new();
    loop {
        let problem = registry.follow().await.err().map(|error| error.to_string()).unwrap_or_default();
        if problem != said && !problem.is_empty() {
            eprintln!("fiberlb doesn't run all that is stored: {problem}");
        }
        tokio::time::sleep(if problem.is_empty() { PAUSES.0 } else { PAUSES.1 }).await;
        said = problem;
    }
}
