//! The process `nightlight-server`.

use std::ffi::OsString;
use std::future::pending;
use std::process::ExitCode;
use std::sync::Arc;

use servicekit::{Failure, listen, run_server, serve, stop_signal};

use crate::api::{Api, routes};
use crate::cli::Cli;
use crate::config::Config;
use crate::notifier::Notifier;
use crate::scraper::Scraper;
use crate::store::Store;

/// Runs the server until SIGTERM or SIGINT (exit code 0). Wrong arguments end it with 2, a wrong
/// configuration and all else with 1.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    run_server("nightlight", arguments, run)
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let config = Arc::new(Config::read(&cli.config)?);
    let stopped = stop_signal()?;
    let listener = listen(cli.listen).await?;
    let opened = Store::open(&cli.data).await;
    let store = opened.map_err(|e| format!("can't open {}: {e}", cli.data.display()))?;
    let scraper = Scraper::new(config.clone(), store.clone()).await?;
    let delivered = Arc::default();
    let notifier = config
        .webhook
        .as_ref()
        .map(|hook| Notifier::new(store.clone(), hook.clone(), Arc::clone(&delivered)));
    let recorded = scraper.recorded.clone();
    let notifying = async {
        match notifier {
            Some(notifier) => notifier.run(recorded).await,
            None => pending().await,
        }
    };
    eprintln!("nightlight listens on {}, and scrapes {} targets", cli.listen, config.targets.len());
    let stop = async {
        let signal = stopped.await;
        eprintln!("nightlight ends on {signal}");
    };
    let api = Api { config, store, scraper: scraper.clone(), delivered };
    tokio::select! {
        served = serve(listener, routes(api), stop) => served?,
        () = scraper.run() => (),
        () = notifying => (),
    }
    Ok(())
}
