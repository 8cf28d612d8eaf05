//! Hands the commit to the crate as `SERVICEKIT_COMMIT`: `GIT_COMMIT` from the environment if it is
//! set, else what git says, else "unknown".

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=GIT_COMMIT");
    let named = std::env::var("GIT_COMMIT").unwrap_or_default();
    let commit = match named.trim() {
        "" => from_git(),
        named => Some(named.to_owned()),
    };
    println!("cargo::rustc-env=SERVICEKIT_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
}

fn from_git() -> Option<String> {
    // The reflog of HEAD grows whenever HEAD moves: by a commit, a checkout, a reset, a rebase.
    // Without one (nothing committed yet, or reflogs off) HEAD and the branches are watched.
    // A path that doesn't exist is never named: cargo would run this script at every build.
    let watched: &[&str] = match git_path("logs/HEAD") {
        Some(_) => &["HEAD", "logs/HEAD"],
        None => &["HEAD", "refs/heads", "packed-refs"],
    };
    for path in watched.iter().filter_map(|name| git_path(name)) {
        println!("cargo::rerun-if-changed={path}");
    }
    git(&["rev-parse", "--verify", "--short=12", "HEAD"])
}

/// The absolute path of a file in git's folder, if it exists.
fn git_path(name: &str) -> Option<String> {
    let path = git(&["rev-parse", "--path-format=absolute", "--git-path", name])?;
    Path::new(&path).exists().then_some(path)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
