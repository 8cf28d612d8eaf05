use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The name of a value: 1 to 512 bytes, in segments parted by `/`. A segment is made of ASCII
/// letters, digits and `. _ : @ ~ -`, and is neither `.` nor `..`; a key is thus its own URL path.
///
/// ```
/// use chainfire::Key;
///
/// let key: Key = "vms/web-1/spec".parse()?;
/// assert_eq!(key.as_str(), "vms/web-1/spec");
/// assert_eq!("vms//spec".parse::<Key>().unwrap_err().to_string(), "the key has an empty segment");
/// # Ok::<(), chainfire::InvalidKey>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

/// Why a text isn't a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidKey {
    /// The text is empty.
    Empty,
    /// The text has this many bytes, more than 512.
    TooLong(usize),
    /// Two slashes follow each other, or a slash begins or ends the text.
    EmptySegment,
    /// A segment is `.` or `..`.
    DotSegment,
    /// This character isn't allowed.
    Character(char),
}

impl Key {
    /// The longest key, in bytes.
    pub const MAX: usize = 512;

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        match text.len() {
            0 => return Err(InvalidKey::Empty),
            n if n > Self::MAX => return Err(InvalidKey::TooLong(n)),
            _ => {}
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || "./_:@~-".contains(c);
        if let Some(c) = text.chars().find(|&c| !allowed(c)) {
            return Err(InvalidKey::Character(c));
        }
        for segment in text.split('/') {
            match segment {
                "" => return Err(InvalidKey::EmptySegment),
                "." | ".." => return Err(InvalidKey::DotSegment),
                _ => {}
            }
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Key {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the key is empty"),
            Self::TooLong(n) => write!(f, "the key has {n} bytes, more than {}", Key::MAX),
            Self::EmptySegment => f.write_str("the key has an empty segment"),
            Self::DotSegment => f.write_str("the key has a segment of dots"),
            Self::Character(c) => write!(f, "the key has the character {c:?}, which isn't allowed"),
        }
    }
}

impl std::error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_paths() {
        for text in ["a", "a/b", "vm:1/disk@2", "x~y/z.w_v-u", &"k".repeat(512)] {
            assert_eq!(text.parse::<Key>().map(|k| k.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn refuses_what_a_url_would_change() {
        let refused = |text: &str| text.parse::<Key>().unwrap_err();
        assert_eq!(refused(""), InvalidKey::Empty);
        assert_eq!(refused(&"k".repeat(513)), InvalidKey::TooLong(513));
        assert_eq!(refused("/a"), InvalidKey::EmptySegment);
        assert_eq!(refused("a/"), InvalidKey::EmptySegment);
        assert_eq!(refused("a/../b"), InvalidKey::DotSegment);
        assert_eq!(refused("a b"), InvalidKey::Character(' '));
        assert_eq!(refused("é"), InvalidKey::Character('é'));
    }
}
