use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::answer;

/// How long requests under way may take to finish after the stop.
const GRACE: Duration = Duration::from_secs(3);

/// Serves until `stop` is ready, then lets the requests under way finish, for at most 3 s.
/// Unknown paths and methods are answered with JSON.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopped, mut stopping) = tokio::sync::watch::channel(false);
    let stop = async move {
        stop.await;
        let _ = stopped.send(true);
    };
    let routes = routes.fallback(answer::fallback).method_not_allowed_fallback(answer::not_allowed);
    let serving = axum::serve(listener, routes).with_graceful_shutdown(stop);
    let out_of_grace = async move {
        let _ = stopping.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served,
        () = out_of_grace => Ok(()),
    }
}

/// Ready when the process is asked to end, by SIGTERM or SIGINT.
pub fn stop_signal() -> io::Result<impl Future<Output = &'static str>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}
