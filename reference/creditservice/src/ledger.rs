//! The accounts and their reservations, as rows of flaredb. What belongs together is written in one
//! transaction that asks for the version of the account's row, so that any number of servers may
//! work on one account.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use flaredb::{Change, Client, DatabaseError, RowKey, TableName};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use servicekit::sabotaged;

/// How long a write is tried again while others change the same account.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the health check waits for the database.
const HEALTH_PATIENCE: Duration = Duration::from_secs(2);
/// The rows of a page.
const PAGE: usize = 1_000;

/// What an account has, in whole credits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// All that was paid in.
    pub deposited: u64,
    /// All that was committed.
    pub spent: u64,
    /// What open reservations hold.
    pub held: u64,
    /// How many entries its ledger has.
    pub entries: u64,
}

impl Account {
    /// What is there, held or not.
    pub fn balance(&self) -> u64 {
        self.deposited - self.spent
    }

    /// What can be reserved.
    pub fn available(&self) -> u64 {
        self.balance().saturating_sub(self.held)
    }
}

/// What became of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It holds its amount.
    Held,
    /// It was spent.
    Committed,
    /// Its amount is available again.
    RolledBack,
}

/// Credits that are set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// Its name: the account's, `~`, and the request's.
    pub reservation: String,
    /// Whose credits they are.
    pub account: String,
    /// How many are held, or were committed.
    pub amount: u64,
    /// What it is for, in the words of whoever made it.
    pub purpose: String,
    /// What became of it.
    pub state: State,
    /// When it rolls back by itself, in milliseconds since the epoch.
    pub expires_at: u64,
}

/// Why something can't be done.
#[derive(Debug)]
pub enum Refused {
    /// There is no such account or reservation.
    Missing(String),
    /// The account has fewer credits available than asked for: so many.
    TooFew(u64),
    /// The reservation is in another state already.
    Settled(State),
    /// The request id has named another request before.
    Reused,
    /// The request is wrong, in a sentence.
    Wrong(String),
    /// The database failed.
    Database(DatabaseError),
}

impl From<DatabaseError> for Refused {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "There is no {what}."),
            Self::TooFew(available) => write!(f, "The account has {available} credits available."),
            Self::Settled(State::Committed) => f.write_str("The reservation has been committed."),
            Self::Settled(State::RolledBack) => f.write_str("The reservation has been rolled back."),
            Self::Settled(State::Held) => f.write_str("The reservation is held."),
            Self::Reused => f.write_str("This request id has named another request before."),
            Self::Wrong(why) => f.write_str(why),
            Self::Database(error) => error.fmt(f),
        }
    }
}

type Done<T> = Result<T, Refused>;

/// A row's content with its version; the default with version 0 where there is no row.
struct Found<T> {
    row: T,
    version: u64,
}

/// The accounts.
pub struct Ledger {
    database: Client,
    health: Client,
    tables: Tables,
    /// One writer an account at a time in this process: they would only get in each other's way.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

struct Tables {
    accounts: TableName,
    reservations: TableName,
    open: TableName,
    entries: TableName,
    requests: TableName,
}

fn table(name: &str) -> TableName {
    name.parse().unwrap_or_else(|_| unreachable!("{name} is a table's name"))
}

fn key(text: &str) -> Done<RowKey> {
    text.parse().map_err(|e: flaredb::InvalidName| Refused::Wrong(e.to_string()))
}

fn row(content: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(content) {
        Ok(Value::Object(row)) => row,
        _ => Map::new(),
    }
}

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

impl Ledger {
    /// The accounts in the database at these endpoints.
    pub fn new(flaredb: &[String]) -> Self {
        let tables = Tables {
            accounts: table("credit-accounts"),
            reservations: table("credit-reservations"),
            open: table("credit-open"),
            entries: table("credit-entries"),
            requests: table("credit-requests"),
        };
        let health = Client::with_deadline(flaredb, HEALTH_PATIENCE);
        Self { database: Client::new(flaredb), health, tables, turns: Mutex::default() }
    }

    /// Fails unless the database is ready within 2 s.
    pub async fn ready(&self) -> Done<()> {
        Ok(self.health.ready().await?)
    }

    /// Makes an account, if there is none of that name.
    pub async fn create(&self, account: &str) -> Done<Account> {
        let new = Account::default();
        let change = Change::put(&self.tables.accounts, &key(account)?, row(&new), Some(0));
        match self.database.transact(&[change]).await {
            Ok(_) => Ok(new),
            Err(DatabaseError::Conflict(_)) => self.account(account).await,
            Err(error) => Err(error.into()),
        }
    }

    /// What an account has.
    pub async fn account(&self, account: &str) -> Done<Account> {
        Ok(self.find_account(account).await?.row)
    }

    /// All accounts by their names.
    pub async fn accounts(&self) -> Done<Vec<(String, Account)>> {
        self.all(&self.tables.accounts, "", "").await
    }

    /// Pays credits in; once for one request id.
    pub async fn deposit(&self, account: &str, request_id: &str, amount: u64) -> Done<Account> {
        let turn = self.turn(account).await;
        loop {
            let done = self.try_deposit(account, request_id, amount).await;
            if !turn.again(&done) {
                return done;
            }
        }
    }

    async fn try_deposit(&self, account: &str, request_id: &str, amount: u64) -> Done<Account> {
        let request = key(&format!("{account}~{request_id}"))?;
        let found = self.find_account(account).await?;
        if let Some(before) = self.database.get(&self.tables.requests, &request).await? {
            return if before.row["amount"] == amount { Ok(found.row) } else { Err(Refused::Reused) };
        }
        let mut next = found.row.clone();
        next.deposited = next
            .deposited
            .checked_add(amount)
            .ok_or_else(|| Refused::Wrong("The account can't hold that much.".to_owned()))?;
        let done = row(&json!({ "amount": amount }));
        let changes = [
            Change::put(&self.tables.requests, &request, done, Some(0)),
            self.entry(account, &mut next, "deposit", amount, request_id)?,
            self.account_change(account, &next, found.version)?,
        ];
        self.database.transact(&changes).await?;
        Ok(next)
    }

    /// Sets credits aside, if the account has them; once for one request id. Tells whether it is new.
    pub async fn reserve(
        &self,
        account: &str,
        request_id: &str,
        amount: u64,
        purpose: &str,
        ttl_ms: u64,
    ) -> Done<(Reservation, bool)> {
        let id = match sabotaged("request-id-ignored") {
            false => format!("{account}~{request_id}"),
            true => format!("{account}~{}", servicekit::new_request_id()),
        };
        let turn = self.turn(account).await;
        loop {
            let done = self.try_reserve(account, &id, amount, purpose, ttl_ms).await;
            if !turn.again(&done) {
                return done;
            }
        }
    }

    async fn try_reserve(
        &self,
        account: &str,
        id: &str,
        amount: u64,
        purpose: &str,
        ttl_ms: u64,
    ) -> Done<(Reservation, bool)> {
        if let Some(before) = self.find_reservation(id).await? {
            let same = before.row.purpose == purpose
                && (before.row.amount == amount || before.row.state == State::Committed);
            return if same { Ok((before.row, false)) } else { Err(Refused::Reused) };
        }
        let found = self.find_account(account).await?;
        if amount > found.row.available() {
            return Err(Refused::TooFew(found.row.available()));
        }
        let mut next = found.row.clone();
        next.held += amount;
        let reservation = Reservation {
            reservation: id.to_owned(),
            account: account.to_owned(),
            amount,
            purpose: purpose.to_owned(),
            state: State::Held,
            expires_at: now().saturating_add(ttl_ms),
        };
        let mut changes = vec![
            self.account_change(account, &next, found.version)?,
            Change::put(&self.tables.reservations, &key(id)?, row(&reservation), Some(0)),
            Change::put(&self.tables.open, &open_key(&reservation)?, Map::new(), None),
        ];
        if sabotaged("reservation-without-check") {
            tokio::time::sleep(Duration::from_millis(5)).await;
            changes[0].if_version = None;
        }
        self.database.transact(&changes).await?;
        Ok((reservation, true))
    }

    /// Spends what a reservation holds, or less; the rest becomes available. Tells whether it was
    /// this call that did.
    pub async fn commit(&self, id: &str, amount: Option<u64>) -> Done<(Reservation, bool)> {
        self.settle(id, State::Committed, amount).await
    }

    /// Makes what a reservation holds available again.
    pub async fn roll_back(&self, id: &str) -> Done<(Reservation, bool)> {
        self.settle(id, State::RolledBack, Some(0)).await
    }

    async fn settle(&self, id: &str, state: State, spent: Option<u64>) -> Done<(Reservation, bool)> {
        let turn = self.turn(account_of(id)).await;
        loop {
            let done = self.try_settle(id, state, spent).await;
            if !turn.again(&done) {
                return done;
            }
        }
    }

    async fn try_settle(&self, id: &str, state: State, spent: Option<u64>) -> Done<(Reservation, bool)> {
        let missing = || Refused::Missing(format!("reservation {id}"));
        let reservation = self.find_reservation(id).await?.ok_or_else(missing)?;
        if reservation.row.state == state {
            return Ok((reservation.row, false));
        }
        if reservation.row.state != State::Held {
            return Err(Refused::Settled(reservation.row.state));
        }
        let held = reservation.row.amount;
        let spent = spent.unwrap_or(held);
        if spent > held {
            return Err(Refused::Wrong(format!("The reservation holds {held} credits, not {spent}.")));
        }
        let account = account_of(id);
        let found = self.find_account(account).await?;
        let mut next = found.row.clone();
        if state == State::Committed || !sabotaged("rollback-forgets-credits") {
            next.held = next.held.saturating_sub(held);
        }
        next.spent += spent;
        let mut settled = Reservation { state, ..reservation.row };
        let mut changes = Vec::new();
        if state == State::Committed {
            settled.amount = spent;
            changes.push(self.entry(account, &mut next, "commit", spent, id)?);
        }
        changes.push(self.account_change(account, &next, found.version)?);
        let version = Some(reservation.version);
        changes.push(Change::put(&self.tables.reservations, &key(id)?, row(&settled), version));
        changes.push(Change::delete(&self.tables.open, &open_key(&settled)?, None));
        self.database.transact(&changes).await?;
        Ok((settled, true))
    }

    /// A reservation by its name.
    pub async fn reservation(&self, id: &str) -> Done<Reservation> {
        let found = self.find_reservation(id).await?;
        Ok(found.ok_or_else(|| Refused::Missing(format!("reservation {id}")))?.row)
    }

    /// An account's reservations, by their names.
    pub async fn reservations(&self, account: &str) -> Done<Vec<Reservation>> {
        self.find_account(account).await?;
        let rows = self.all(&self.tables.reservations, account, "~").await?;
        Ok(rows.into_iter().map(|(_, reservation)| reservation).collect())
    }

    /// An account's entries: every deposit and commit, in order.
    pub async fn entries(&self, account: &str) -> Done<Vec<Value>> {
        self.find_account(account).await?;
        let rows = self.all(&self.tables.entries, account, "~").await?;
        Ok(rows.into_iter().map(|(_, entry)| entry).collect())
    }

    /// Rolls back reservations whose time is over.
    pub async fn sweep(&self) -> Done<()> {
        let until = key(&format!("{:015}", now()))?;
        let (rows, _) = self.database.scan(&self.tables.open, None, PAGE).await?;
        for open in rows.iter().filter(|open| open.key.as_str() < until.as_str()) {
            let id = open.key.split_once('~').map(|(_, id)| id).unwrap_or_default();
            match self.roll_back(id).await {
                Ok(_) | Err(Refused::Settled(_)) => (),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits for this process's turn at an account.
    async fn turn(&self, account: &str) -> Turn {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.entry(account.to_owned()).or_default().clone()
        };
        let held = match sabotaged("reservation-without-check") {
            false => Some(turn.lock_owned().await),
            true => None,
        };
        Turn { _held: held, end: Instant::now() + PATIENCE }
    }

    async fn find_account(&self, account: &str) -> Done<Found<Account>> {
        let found = self.find(&self.tables.accounts, account).await?;
        found.ok_or_else(|| Refused::Missing(format!("account {account}")))
    }

    async fn find_reservation(&self, id: &str) -> Done<Option<Found<Reservation>>> {
        self.find(&self.tables.reservations, id).await
    }

    async fn find<T: for<'de> Deserialize<'de>>(
        &self,
        table: &TableName,
        name: &str,
    ) -> Done<Option<Found<T>>> {
        let Some(found) = self.database.get(table, &key(name)?).await? else { return Ok(None) };
        Ok(Some(Found { row: read(found.row)?, version: found.version }))
    }

    /// All rows whose keys begin with the name and the separator.
    async fn all<T: for<'de> Deserialize<'de>>(
        &self,
        table: &TableName,
        name: &str,
        separator: &str,
    ) -> Done<Vec<(String, T)>> {
        let prefix = format!("{name}{separator}");
        let mut after = if name.is_empty() { None } else { Some(key(name)?) };
        let mut found = Vec::new();
        loop {
            let (rows, more) = self.database.scan(table, after.as_ref(), PAGE).await?;
            after = rows.last().map(|row| key(&row.key)).transpose()?;
            for row in rows {
                if row.key.starts_with(&prefix) {
                    found.push((row.key, read(row.row)?));
                } else if row.key.as_str() > prefix.as_str() {
                    return Ok(found);
                }
            }
            if !more {
                return Ok(found);
            }
        }
    }

    fn account_change(&self, account: &str, next: &Account, version: u64) -> Done<Change> {
        Ok(Change::put(&self.tables.accounts, &key(account)?, row(next), Some(version)))
    }

    /// The account's next entry.
    fn entry(&self, account: &str, next: &mut Account, kind: &str, amount: u64, why: &str) -> Done<Change> {
        next.entries += 1;
        let entry =
            json!({ "kind": kind, "amount": amount, "balance": next.balance(), "for": why, "at": now() });
        let name = key(&format!("{account}~{:012}", next.entries))?;
        Ok(Change::put(&self.tables.entries, &name, row(&entry), Some(0)))
    }
}

/// A turn at an account. Other processes take theirs at the same time, so a write may conflict.
struct Turn {
    _held: Option<tokio::sync::OwnedMutexGuard<()>>,
    end: Instant,
}

impl Turn {
    /// Whether the work met a conflict, and is to be done again.
    fn again<T>(&self, done: &Done<T>) -> bool {
        matches!(done, Err(Refused::Database(DatabaseError::Conflict(_)))) && Instant::now() < self.end
    }
}

fn account_of(reservation: &str) -> &str {
    reservation.split('~').next().unwrap_or_default()
}

/// The rows of open reservations stand in the order of their ends.
fn open_key(reservation: &Reservation) -> Done<RowKey> {
    key(&format!("{:015}~{}", reservation.expires_at, reservation.reservation))
}

fn read<T: for<'de> Deserialize<'de>>(row: Value) -> Done<T> {
    serde_json::from_value(row).map_err(|e| {
        let why = format!("a row of the database can't be read: {e}");
        DatabaseError::Unavailable { why, unknown: false }.into()
    })
}
