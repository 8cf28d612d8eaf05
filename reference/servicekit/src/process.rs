use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;

use clap::Parser;

/// What a server's work may fail with.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Arguments that can't be taken as they are, in a sentence: a server that fails so ends with 2.
#[derive(Debug)]
pub struct WrongArguments(pub String);

impl fmt::Display for WrongArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for WrongArguments {}

/// A server as a function: its whole command line in, its exit code out.
pub type Main = fn(Vec<OsString>) -> ExitCode;

/// Runs a server: reads its command line, of which the first word is the program's name (wrong
/// arguments: exit code 2), and does its work on two threads until that ends (0) or fails (1, with
/// a line on standard error).
pub fn run_server<C: Parser, F: Future<Output = Result<(), Failure>>>(
    name: &str,
    arguments: Vec<OsString>,
    work: impl FnOnce(C) -> F,
) -> ExitCode {
    let cli = match C::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(said) => {
            let _ = said.print();
            return ExitCode::from(said.exit_code() as u8);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime.map_err(Failure::from).and_then(|runtime| runtime.block_on(work(cli))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}-server: {error}");
            if error.is::<WrongArguments>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// Runs the server that the first argument names, for a binary that holds several.
pub fn one_of(servers: &[(&str, Main)]) -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let wanted = arguments.first().and_then(|name| name.to_str()).unwrap_or_default();
    match servers.iter().find(|(name, _)| *name == wanted) {
        Some((_, main)) => main(arguments),
        None => {
            let names: Vec<_> = servers.iter().map(|(name, _)| *name).collect();
            eprintln!("the first argument names a server: {}", names.join(", "));
            ExitCode::from(2)
        }
    }
}
