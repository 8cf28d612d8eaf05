use std::fs::Metadata;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A program as a person names it, by a path or by a name on the PATH: a file that can be executed,
/// or a sentence.
pub fn program(named: &Path) -> Result<PathBuf, String> {
    let runs = |file: &Metadata| file.permissions().mode() & 0o111 != 0;
    if named.components().count() > 1 {
        let (found, file) = file("program", named)?;
        let not = || format!("the program {} is not executable", named.display());
        return runs(&file).then_some(found).ok_or_else(not);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|folder| folder.join(named));
    found
        .find(|path| path.metadata().is_ok_and(|file| file.is_file() && runs(&file)))
        .ok_or_else(|| format!("there is no program {} on the PATH", named.display()))
}

/// A disk as a person names it: a file that is there, or a sentence.
pub fn disk(named: &Path) -> Result<PathBuf, String> {
    file("disk", named).map(|(found, _)| found)
}

fn file(what: &str, named: &Path) -> Result<(PathBuf, Metadata), String> {
    let found = named.canonicalize().and_then(|found| Ok((found.metadata()?, found)));
    match found {
        Ok((file, found)) if file.is_file() => Ok((found, file)),
        Ok(_) => Err(format!("the {what} {} is not a file", named.display())),
        Err(error) => Err(format!("the {what} {}: {error}", named.display())),
    }
}
