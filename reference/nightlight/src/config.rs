use std::collections::HashSet;
use std::path::Path;

use axum::http::Uri;
use serde::Deserialize;

use crate::text::{Labels, Sample, is_label_name, is_metric_name};

/// What to scrape, to bill and to alert on: the file that `--config` names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The time between two scrapes of a target, in milliseconds.
    pub interval_ms: u64,
    pub targets: Vec<Target>,
    #[serde(default)]
    pub meters: Vec<Meter>,
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Where notifications go; without it, none are made.
    pub webhook: Option<String>,
}

/// A server whose metrics are read. What was counted hangs on its name, not on its address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name: several servers of one service need several.
    pub service: String,
    /// `http://HOST:PORT`, to which `/metrics` is added, or an address with a path of its own.
    pub url: String,
}

/// Bills the increase of a counter to the account that one of its labels names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    pub meter: String,
    pub metric: String,
    pub account_label: String,
    /// In whole credits.
    pub unit_price: u64,
}

/// An alert for each series of a metric whose value holds against a threshold for long enough.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub alert: String,
    pub metric: String,
    /// Labels that the series has, among others.
    #[serde(default)]
    pub labels: Labels,
    pub op: Op,
    pub value: f64,
    pub for_ms: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Op {
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    AtMost,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    AtLeast,
    #[serde(rename = "==")]
    Equal,
    #[serde(rename = "!=")]
    Unequal,
}

impl Config {
    /// Reads and checks the file; the error names the place in it.
    pub fn read(file: &Path) -> Result<Self, String> {
        let place = file.display();
        let json = std::fs::read(file).map_err(|e| format!("can't read the configuration {place}: {e}"))?;
        let config: Self =
            serde_json::from_slice(&json).map_err(|e| format!("the configuration {place} is wrong: {e}"))?;
        config.check().map_err(|e| format!("the configuration {place} is wrong at {e}"))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        require((10..=86_400_000).contains(&self.interval_ms), || "interval_ms: it isn't 10 to 86400000")?;
        require(!self.targets.is_empty(), || "targets: there are none")?;
        unique("targets", self.targets.iter().map(|target| &target.service))?;
        unique("meters", self.meters.iter().map(|meter| &meter.meter))?;
        unique("rules", self.rules.iter().map(|rule| &rule.alert))?;
        for (i, target) in self.targets.iter().enumerate() {
            url(&target.url, format!("targets[{i}].url"))?;
        }
        for (i, meter) in self.meters.iter().enumerate() {
            metric(&meter.metric, format!("meters[{i}].metric"))?;
            label(&meter.account_label, format!("meters[{i}].account_label"))?;
        }
        for (i, rule) in self.rules.iter().enumerate() {
            metric(&rule.metric, format!("rules[{i}].metric"))?;
            rule.labels.keys().try_for_each(|name| label(name, format!("rules[{i}].labels")))?;
        }
        self.webhook.as_ref().map_or(Ok(()), |hook| url(hook, "webhook".to_owned()))
    }
}

impl Target {
    /// The address of its metrics.
    pub fn metrics_url(&self) -> String {
        match self.url.trim_start_matches("http://").split_once('/') {
            None | Some((_, "")) => format!("{}/metrics", self.url.trim_end_matches('/')),
            Some(_) => self.url.clone(),
        }
    }
}

impl Meter {
    /// The account that a sample is billed to, if it is of this meter's metric; a sentence, if it
    /// can't be billed.
    pub fn account<'a>(&self, sample: &'a Sample) -> Result<Option<&'a str>, String> {
        if sample.name != self.metric {
            return Ok(None);
        }
        let (series, label) = (sample.series(), &self.account_label);
        let account = sample.labels.get(label).filter(|account| !account.is_empty());
        let account = account.ok_or_else(|| format!("{series} has no label `{label}` to bill it to"))?;
        match sample.whole {
            Some(_) => Ok(Some(account)),
            None => Err(format!("{series} can't be billed: {} isn't a counter's value", sample.value)),
        }
    }
}

impl Rule {
    /// Whether the rule is about this series.
    pub fn is_about(&self, sample: &Sample) -> bool {
        sample.name == self.metric
            && self.labels.iter().all(|(label, value)| sample.labels.get(label) == Some(value))
    }

    /// Whether a value holds against the threshold.
    pub fn holds(&self, value: f64) -> bool {
        match self.op {
            Op::Less => value < self.value,
            Op::AtMost => value <= self.value,
            Op::Greater => value > self.value,
            Op::AtLeast => value >= self.value,
            Op::Equal => value == self.value,
            Op::Unequal => value != self.value,
        }
    }
}

fn require<S: Into<String>>(fine: bool, problem: impl FnOnce() -> S) -> Result<(), String> {
    if fine { Ok(()) } else { Err(problem().into()) }
}

fn unique<'a>(place: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for (i, name) in names.enumerate() {
        require(!name.is_empty(), || format!("{place}[{i}]: its name is empty"))?;
        require(seen.insert(name), || format!("{place}[{i}]: there is another `{name}`"))?;
    }
    Ok(())
}

fn url(text: &str, place: String) -> Result<(), String> {
    let uri = text.parse::<Uri>().ok();
    let fine = uri.is_some_and(|uri| uri.scheme_str() == Some("http") && uri.host() != Some(""));
    require(fine, || format!("{place}: `{text}` isn't http://HOST:PORT"))
}

fn metric(text: &str, place: String) -> Result<(), String> {
    require(is_metric_name(text), || format!("{place}: `{text}` isn't a metric's name"))
}

fn label(text: &str, place: String) -> Result<(), String> {
    require(is_label_name(text), || format!("{place}: `{text}` isn't a label's name"))
}
