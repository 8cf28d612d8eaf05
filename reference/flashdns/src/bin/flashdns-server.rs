//! The server of flashdns.

fn main() -> std::process::ExitCode {
    flashdns::server::main(std::env::args_os().collect())
}
