//! The server of flaredb.

fn main() -> std::process::ExitCode {
    flaredb::server::main()
}
