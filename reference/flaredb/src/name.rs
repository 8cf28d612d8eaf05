use std::fmt;
use std::str::FromStr;

use chainfire::{InvalidKey, Key};
use serde::Serialize;

/// The name of a table: 1 to 64 lower-case letters, digits, `_` and `-`, a letter first.
///
/// ```
/// use flaredb::TableName;
///
/// assert!("vms".parse::<TableName>().is_ok());
/// assert!("VMs".parse::<TableName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableName(String);

/// The key of a row: 1 to 256 bytes, of the characters of a [`chainfire::Key`] without `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowKey(String);

/// Why a text isn't a name, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidName(String);

impl RowKey {
    /// The longest key, in bytes.
    pub const MAX: usize = 256;

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TableName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= 64 && text.chars().all(allowed)
        {
            return Ok(Self(text.to_owned()));
        }
        let rule = "1 to 64 lower-case letters, digits, _ and -, a letter first";
        Err(InvalidName(format!("There can't be a table {text:?}: a name is {rule}.")))
    }
}

impl FromStr for RowKey {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let wrong = |why: &str| Err(InvalidName(format!("There can't be a row {text:?}: {why}.")));
        if text.contains('/') {
            return wrong("the key has a slash");
        }
        if text.len() > Self::MAX {
            return wrong("the key has more than 256 bytes");
        }
        match text.parse::<Key>() {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => wrong(&error.to_string()),
        }
    }
}

/// Where chainfire keeps a row.
pub(crate) fn place(table: &TableName, key: &RowKey) -> Result<Key, InvalidKey> {
    format!("{}{key}", rows_of(table)).parse()
}

/// What the places of all rows of a table begin with.
pub(crate) fn rows_of(table: &TableName) -> String {
    format!("flaredb/rows/{table}/")
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_plain_names() {
        assert!("vm-2_x".parse::<TableName>().is_ok());
        for text in ["", "2", "-a", "A", "a b", "a/b", &"a".repeat(65)] {
            assert!(text.parse::<TableName>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_longest_names_fit_into_a_key() {
        let (table, key) = ("t".repeat(64).parse().unwrap(), "k".repeat(256).parse().unwrap());
        assert!(place(&table, &key).is_ok());
    }

    #[test]
    fn a_row_key_is_one_segment() {
        assert!("web-1@a".parse::<RowKey>().is_ok());
        for text in ["", "a/b", "..", "a b", &"k".repeat(257)] {
            assert!(text.parse::<RowKey>().is_err(), "{text}");
        }
    }
}
