//! The servers that this package's tests start: cargo shows a test only the binaries of its own package.

fn main() -> std::process::ExitCode {
    servicekit::one_of(&[
        ("chainfire", chainfire::server::main),
        ("creditservice", creditservice::server::main),
        ("fiberlb", fiberlb::server::main),
        ("flaredb", flaredb::server::main),
        ("flashdns", flashdns::server::main),
        ("nightlight", nightlight::server::main),
        ("plasmavmc", plasmavmc::server::main),
    ])
}
