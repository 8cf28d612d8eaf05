//! The zone's records in the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use flaredb::{Change, Client, DatabaseError, RowKey, TableName};
use serde_json::Value;
use servicekit::{Endpoints, new_request_id, sabotaged};

use crate::record::{Host, Kind, Records};

/// How long a question waits for the database: less than a resolver waits for the answer.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long one try of a write, and the whole of it, may take.
const WRITE: (Duration, Duration) = (Duration::from_secs(6), Duration::from_secs(20));
/// How many aliases are followed.
const ALIASES: usize = 8;
/// The rows that are read at a time.
const PAGE: usize = 1_000;

/// What there is at one name, at one moment.
#[derive(Clone, Debug)]
struct There {
    records: Vec<(Kind, Records)>,
    /// Whether the name exists, be it for names below it alone.
    exists: bool,
}

/// The answer to a question.
#[derive(Debug)]
pub struct Found {
    /// The records, those of aliases first.
    pub records: Vec<(Host, Kind, Records)>,
    /// How the search ended.
    pub end: End,
}

/// How a search ended, at the last name that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// What was asked for is there.
    Answer,
    /// An alias leads out of the zone, in a circle, or too far.
    Alias,
    /// The name exists, without records of this type.
    NoData,
    /// There is no such name.
    NoName,
}

/// The zone.
pub struct Zone {
    pub name: Host,
    /// The name of its server.
    pub server: Host,
    database: Client,
    asked: Client,
    writes: Endpoints,
    table: TableName,
    /// What a sabotaged server remembers; else empty.
    old: Mutex<HashMap<Host, (Instant, There)>>,
}

fn key(host: &Host, kind: Kind) -> RowKey {
    let text = format!("{}-{}", host.prefix(), kind.word());
    text.parse().unwrap_or_else(|_| unreachable!("{text} is a row's key"))
}

impl Zone {
    /// Of the database at these endpoints.
    pub fn new(name: Host, flaredb: &[String]) -> Self {
        Self {
            server: Host::parse(&format!("ns.{name}")).unwrap_or_else(|| name.clone()),
            name,
            database: Client::new(flaredb),
            asked: Client::with_deadline(flaredb, PATIENCE),
            writes: Endpoints::new(flaredb, WRITE.0, WRITE.1),
            table: "dns-records".parse().unwrap_or_else(|_| unreachable!("a table's name")),
            old: Mutex::default(),
        }
    }

    /// Fails unless the database is ready within 1.5 s.
    pub async fn ready(&self) -> Result<(), DatabaseError> {
        self.asked.ready().await
    }

    /// Writes the records of a name and type, and returns their version. An alias stands alone at its
    /// name: where it wouldn't, that is a conflict, too. Repeated under the same request id, it has one
    /// effect and one answer.
    pub async fn put(
        &self,
        host: &Host,
        kind: Kind,
        records: &Records,
        if_version: Option<u64>,
        request_id: Option<String>,
    ) -> Result<u64, DatabaseError> {
        let row = match serde_json::to_value(records) {
            Ok(Value::Object(row)) => row,
            _ => unreachable!("records are an object"),
        };
        let mut changes = vec![Change::put(&self.table, &key(host, kind), row, if_version)];
        changes.extend(kind.excludes().map(|other| Change::check(&self.table, &key(host, other), 0)));
        self.database.transact_as(&request_id.unwrap_or_else(new_request_id), &changes).await
    }

    /// What keeps records of this type from being stored at a name.
    pub async fn excluding(&self, host: &Host, kind: Kind) -> Result<Option<Kind>, DatabaseError> {
        let there = self.read(host).await?;
        Ok(there.records.iter().map(|(other, _)| *other).find(|other| kind.excludes().any(|it| it == *other)))
    }

    /// Removes the records of a name and type, and tells whether there were any; the rest as for
    /// [`put`](Self::put).
    pub async fn delete(
        &self,
        host: &Host,
        kind: Kind,
        if_version: Option<u64>,
        request_id: Option<String>,
    ) -> Result<bool, DatabaseError> {
        // flaredb's client doesn't take a request id for this.
        let condition = if_version.map(|version| format!("&if_version={version}")).unwrap_or_default();
        let id = request_id.unwrap_or_else(new_request_id);
        let row = format!("/v1/tables/{}/rows/{}", self.table, key(host, kind));
        let path = format!("{row}?request_id={id}{condition}");
        let answer = self.writes.call(Method::DELETE, &path, None).await;
        let answer =
            answer.map_err(|e| DatabaseError::Unavailable { why: e.why.clone(), unknown: e.unknown })?;
        match answer.status {
            StatusCode::OK => Ok(answer.body["deleted"] == true),
            StatusCode::CONFLICT => {
                Err(DatabaseError::Conflict(answer.body["version"].as_u64().unwrap_or_default()))
            }
            status => {
                let why = answer.body["error"].as_str().unwrap_or("flaredb gave no reason");
                Err(DatabaseError::Refused(status.as_u16(), why.to_owned()))
            }
        }
    }

    /// The records of a name and type, with their version.
    pub async fn get(&self, host: &Host, kind: Kind) -> Result<Option<(Records, u64)>, DatabaseError> {
        let found = self.asked.get(&self.table, &key(host, kind)).await?;
        found.map(|row| Ok((read(row.row)?, row.version))).transpose()
    }

    /// All records of the zone, with their versions.
    pub async fn all(&self) -> Result<Vec<(Host, Kind, Records, u64)>, DatabaseError> {
        let (prefix, mut all) = (self.name.prefix(), Vec::new());
        let mut after = prefix.parse::<RowKey>().ok();
        loop {
            let (rows, more) = self.asked.scan(&self.table, after.as_ref(), PAGE).await?;
            after = rows.last().and_then(|row| row.key.parse().ok());
            for row in rows {
                match Host::of_key(&row.key).filter(|_| row.key.starts_with(&prefix)) {
                    Some((host, kind)) => all.push((host, kind, read(row.row)?, row.version)),
                    None => return Ok(all), // another zone's, which follow
                }
            }
            if !more || after.is_none() {
                return Ok(all);
            }
        }
    }

    /// Answers a question for any of these types from the database as it is now, following aliases
    /// within the zone. Fails where that takes longer than 1.5 s.
    pub async fn find(&self, host: &Host, kinds: &[Kind]) -> Result<Found, DatabaseError> {
        let late =
            || DatabaseError::Unavailable { why: "the database is too slow".to_owned(), unknown: false };
        tokio::time::timeout(PATIENCE + PATIENCE / 10, self.search(host, kinds)).await.map_err(|_| late())?
    }

    async fn search(&self, host: &Host, kinds: &[Kind]) -> Result<Found, DatabaseError> {
        let (mut records, mut at) = (Vec::new(), host.clone());
        loop {
            let there = self.there(&at).await?;
            let known = records.len();
            let wanted = there.records.iter().filter(|(kind, _)| kinds.contains(kind));
            records.extend(wanted.map(|(kind, found)| (at.clone(), *kind, found.clone())));
            if records.len() > known {
                return Ok(Found { records, end: End::Answer });
            }
            let alias = there.records.into_iter().find(|(kind, _)| *kind == Kind::Cname);
            let Some((_, alias)) = alias else {
                let end = if there.exists { End::NoData } else { End::NoName };
                return Ok(Found { records, end });
            };
            let target = alias.values.first().and_then(|name| Host::parse(name));
            records.push((at, Kind::Cname, alias));
            let known = |target: &Host| records.iter().any(|(host, ..)| host == target);
            match target.filter(|target| target.is_in(&self.name) && !known(target)) {
                Some(target) if records.len() < ALIASES => at = target,
                _ => return Ok(Found { records, end: End::Alias }),
            }
        }
    }

    async fn there(&self, host: &Host) -> Result<There, DatabaseError> {
        let old = self.old.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned();
        if let Some((since, there)) = &old
            && sabotaged("answer-stale")
            && since.elapsed() < Duration::from_secs(1)
        {
            return Ok(there.clone());
        }
        let read = self.read(host).await;
        if let (Err(_), Some((_, there))) = (&read, old)
            && sabotaged("servfail-answers-old")
        {
            return Ok(there);
        }
        if sabotaged("answer-stale") || sabotaged("servfail-answers-old") {
            let there = read.clone()?;
            let mut old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
            old.insert(host.clone(), (Instant::now(), there));
        }
        read
    }

    /// Reads a name's own rows and the first of those below it at once.
    async fn read(&self, host: &Host) -> Result<There, DatabaseError> {
        let prefix = host.prefix();
        let after = prefix.parse().map_err(|e: flaredb::InvalidName| {
            DatabaseError::Refused(StatusCode::BAD_REQUEST.as_u16(), e.to_string())
        })?;
        let (rows, _) = self.asked.scan(&self.table, Some(&after), Kind::ALL.len() + 1).await?;
        let below = rows.first().is_some_and(|row| row.key.starts_with(&prefix));
        let own = rows.into_iter().filter_map(|row| match Host::of_key(&row.key) {
            Some((of, kind)) if of == *host => Some(read(row.row).map(|records| (kind, records))),
            _ => None,
        });
        let exists = below || [&self.name, &self.server].contains(&host);
        Ok(There { records: own.collect::<Result<_, _>>()?, exists })
    }
}

fn read(row: Value) -> Result<Records, DatabaseError> {
    serde_json::from_value(row).map_err(|e| {
        let why = format!("a record's row can't be read: {e}");
        DatabaseError::Unavailable { why, unknown: false }
    })
}
