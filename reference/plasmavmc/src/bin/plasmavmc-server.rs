//! The server of plasmavmc.

fn main() -> std::process::ExitCode {
    plasmavmc::server::main(std::env::args_os().collect())
}
