//! Names and records, as they are stored and as DNS has them.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use hickory_proto::rr::rdata::{A, AAAA, CNAME, SRV, TXT};
use hickory_proto::rr::{Name, RData, RecordType};
use serde::{Deserialize, Serialize};

/// The types of records that can be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    A,
    Aaaa,
    Cname,
    Srv,
    Txt,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::A, Self::Aaaa, Self::Cname, Self::Srv, Self::Txt];

    /// DNS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }

    /// Those of these types that a question for this one asks for.
    pub fn asked(number: RecordType) -> &'static [Self] {
        match number {
            RecordType::A => &[Self::A],
            RecordType::AAAA => &[Self::Aaaa],
            RecordType::CNAME => &[Self::Cname],
            RecordType::SRV => &[Self::Srv],
            RecordType::TXT => &[Self::Txt],
            RecordType::ANY => &Self::ALL,
            _ => &[],
        }
    }

    /// The types that can't stand at the same name: an alias stands alone.
    pub fn excludes(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |other| *other != self && [self, *other].contains(&Self::Cname))
    }

    /// What a value of this type says; a sentence where it says nothing.
    pub fn data(self, value: &str) -> Result<RData, String> {
        let wrong = |what: &str| format!("The value {value:?} isn't {what}.");
        Ok(match self {
            Self::A => RData::A(A(value.parse::<Ipv4Addr>().map_err(|_| wrong("an IPv4 address"))?)),
            Self::Aaaa => RData::AAAA(AAAA(value.parse::<Ipv6Addr>().map_err(|_| wrong("an IPv6 address"))?)),
            Self::Cname => RData::CNAME(CNAME(absolute(value).ok_or_else(|| wrong("a name"))?)),
            Self::Srv => srv(value).ok_or_else(|| wrong("PRIORITY WEIGHT PORT NAME"))?,
            Self::Txt if value.len() > 255 => return Err("A text has at most 255 bytes.".to_owned()),
            Self::Txt => RData::TXT(TXT::new(vec![value.to_owned()])),
        })
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::word).join(", ");
        let kind = Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(text));
        kind.ok_or_else(|| format!("There are no records of type {text}; known are {known}."))
    }
}

fn absolute(text: &str) -> Option<Name> {
    let mut name = Name::from_ascii(text.to_ascii_lowercase()).ok()?;
    name.set_fqdn(true);
    Some(name)
}

fn srv(value: &str) -> Option<RData> {
    let mut words = value.split_ascii_whitespace();
    let (priority, weight, port) =
        (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let target = absolute(words.next()?)?;
    words.next().is_none().then(|| RData::SRV(SRV::new(priority, weight, port, target)))
}

/// All records of one name and type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    /// How long an answer may be kept, in seconds.
    pub ttl: u32,
    /// The values, in the order of the answer.
    pub values: Vec<String>,
}

/// A name that can have records: lower-case labels without the last dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host(String);

impl Host {
    /// A name, if it can be stored: labels of 1 to 63 letters, digits, `_` and, within them, `-`; 200
    /// bytes in all.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.chars().all(allowed)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        (text.len() <= 200 && text.split('.').all(label)).then_some(Self(text))
    }

    /// Whether this is the zone or a name below it.
    pub fn is_in(&self, zone: &Self) -> bool {
        self == zone || self.0.strip_suffix(&zone.0).is_some_and(|below| below.ends_with('.'))
    }

    /// What the keys of the rows of this name and of all names below it begin with: the labels from
    /// the last to the first. A `-` and the type follow for the name itself, which thus come first, and
    /// a label for those below it.
    pub fn prefix(&self) -> String {
        self.0.rsplit('.').flat_map(|label| [label, "."]).collect()
    }

    /// The name and type of a row's key.
    pub fn of_key(key: &str) -> Option<(Self, Kind)> {
        let (labels, kind) = key.rsplit_once(".-")?;
        Some((Self(labels.rsplit('.').collect::<Vec<_>>().join(".")), kind.parse().ok()?))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_zone_or_not() {
        let zone = Host::parse("Platform.test.").unwrap();
        for (name, inside) in
            [("platform.test", true), ("web.platform.test", true), ("xplatform.test", false), ("test", false)]
        {
            assert_eq!(Host::parse(name).unwrap().is_in(&zone), inside, "{name}");
        }
        for name in ["", ".", "a..b", "a b", "*.a", "é.a", "-a.b", "a-.b", &"a".repeat(64)] {
            assert!(Host::parse(name).is_none(), "{name}");
        }
        assert_eq!(zone.prefix(), "test.platform.");
        assert_eq!(Host::of_key("test.platform.-AAAA"), Some((zone, Kind::Aaaa)));
    }

    #[test]
    fn values_are_checked_by_their_type() {
        for (kind, value, good) in [
            (Kind::A, "127.0.0.1", true),
            (Kind::A, "::1", false),
            (Kind::Aaaa, "::1", true),
            (Kind::Cname, "web.platform.test", true),
            (Kind::Srv, "1 2 80 web.platform.test", true),
            (Kind::Srv, "1 2 80", false),
            (Kind::Srv, "1 2 80 a b", false),
        ] {
            assert_eq!(kind.data(value).is_ok(), good, "{kind:?} {value}");
        }
    }
}
