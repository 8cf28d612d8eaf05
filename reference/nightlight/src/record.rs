//! What one scrape changes: samples, usage and alerts, in one transaction.

use std::collections::{HashMap, HashSet};

use redb::{ReadableTable, WriteTransaction};
use servicekit::sabotaged;

use crate::alert::Alert;
use crate::config::Config;
use crate::store::{ALERTS, AnyResult, NOTIFICATIONS, SAMPLES, TARGETS, USAGE, all_alerts};
use crate::text::Sample;

/// All samples of a target at one time.
pub struct Scrape {
    /// The target's name.
    pub target: String,
    pub samples: Vec<Sample>,
    /// When its answer was there, in milliseconds since the epoch.
    pub at: u64,
    /// Whether the scrape before it failed, or was made by a process that has ended.
    pub gap: bool,
    /// Whether it is the first good one of this process.
    pub first: bool,
}

/// Counts the scrape's samples and judges the rules by them.
pub fn record(transaction: &WriteTransaction, config: &Config, scrape: &Scrape) -> AnyResult<()> {
    count(transaction, config, scrape)?;
    judge(transaction, config, scrape)?;
    transaction.open_table(TARGETS)?.insert(scrape.target.as_str(), scrape.at)?;
    Ok(())
}

fn count(transaction: &WriteTransaction, config: &Config, scrape: &Scrape) -> AnyResult<()> {
    let (mut samples, mut usage) = (transaction.open_table(SAMPLES)?, transaction.open_table(USAGE)?);
    for sample in &scrape.samples {
        let (Some(now), series) = (sample.whole, sample.series()) else { continue };
        let key = (scrape.target.as_str(), series.as_str());
        let stamp = sample.stamp.unwrap_or(i64::MIN);
        let last = samples.get(key)?.map(|last| last.value());
        if sample.stamp.is_some() && last.is_some_and(|(_, newest)| stamp < newest) {
            continue; // It is older than what was counted, so it says nothing of a reset.
        }
        let forgotten = scrape.first && sabotaged("metric-double-counted");
        let increase = increase(last.map(|(value, _)| value).filter(|_| !forgotten), now);
        for meter in &config.meters {
            let Ok(Some(account)) = meter.account(sample) else { continue };
            let key = (account, meter.meter.as_str());
            let used = usage.get(key)?.map(|used| used.value());
            let sum = used.unwrap_or_default().checked_add(increase);
            let sum = sum.ok_or_else(|| format!("the usage of {account} is beyond 64 bits"))?;
            if used != Some(sum) {
                usage.insert(key, sum)?;
            }
        }
        if last != Some((now, stamp)) {
            samples.insert(key, (now, stamp))?;
        }
    }
    Ok(())
}

/// By how much a counter has grown. One that was never seen has grown from 0: either its target
/// was read before without it, or this is the target's first scrape ever. One that has fallen has
/// begun again from 0.
fn increase(last: Option<u64>, now: u64) -> u64 {
    match last {
        None => now,
        Some(last) if now >= last => now - last,
        Some(_) if sabotaged("reset-unseen") => 0,
        Some(_) => now,
    }
}

fn judge(transaction: &WriteTransaction, config: &Config, scrape: &Scrape) -> AnyResult<()> {
    let mut table = transaction.open_table(ALERTS)?;
    let known = all_alerts(&table)?.into_iter().map(|alert| (alert.key(), alert));
    let mut known: HashMap<String, Alert> = known.collect();
    for rule in &config.rules {
        for sample in scrape.samples.iter().filter(|sample| rule.is_about(sample)) {
            let new = Alert::new(rule, &scrape.target, sample, scrape.at);
            let (key, old) = (new.key(), known.remove(&new.key()));
            let mut alert = old.clone().unwrap_or(new);
            if alert.judge(rule, sample.value, scrape.at, scrape.gap) {
                queue(transaction, config, &alert)?;
            }
            if old.as_ref() != Some(&alert) {
                table.insert(key.as_str(), serde_json::to_vec(&alert)?.as_slice())?;
            }
        }
    }
    // The series or the rule is gone, or the target isn't in the configuration any more.
    let targets: HashSet<_> = config.targets.iter().map(|target| target.service.as_str()).collect();
    let gone = |alert: &Alert| alert.target == scrape.target || !targets.contains(alert.target.as_str());
    for (key, mut alert) in known.into_iter().filter(|(_, alert)| gone(alert)) {
        if alert.end(scrape.at) {
            queue(transaction, config, &alert)?;
        }
        table.remove(key.as_str())?;
    }
    Ok(())
}

/// Queues what the webhook, if there is one, is to be told.
fn queue(transaction: &WriteTransaction, config: &Config, alert: &Alert) -> AnyResult<()> {
    if config.webhook.is_some() {
        let mut queue = transaction.open_table(NOTIFICATIONS)?;
        let next = queue.last()?.map_or(0, |(number, _)| number.value() + 1);
        let json = serde_json::to_vec(&alert.notification())?;
        queue.insert(next, (alert.key().as_str(), json.as_slice()))?;
    }
    Ok(())
}
