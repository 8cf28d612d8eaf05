//! The server of flaredb.

fn main() -> std::process::ExitCode {
    flaredb::server::main(std::env::args_os().collect())
}
