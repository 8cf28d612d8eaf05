//! Prometheus' text format 0.0.4.

use std::collections::{BTreeMap, HashSet};

/// A series' labels by their names.
pub type Labels = BTreeMap<String, String>;

/// One sample of one series.
#[derive(Debug, PartialEq)]
pub struct Sample {
    pub name: String,
    pub labels: Labels,
    pub value: f64,
    /// The value without its fraction, exact also where `value` isn't; `None` where it is negative,
    /// infinite, not a number or beyond 64 bits, and so no counter's.
    pub whole: Option<u64>,
    /// When the target took it, if it says so, in milliseconds since the epoch.
    pub stamp: Option<i64>,
}

impl Sample {
    /// The series' name and labels as one text, the same in each scrape.
    pub fn series(&self) -> String {
        format!("{}{}", self.name, label_text(&self.labels))
    }
}

/// Labels as JSON, in the order of their names.
pub fn label_text(labels: &Labels) -> String {
    // Texts by texts are always JSON.
    serde_json::to_string(labels).unwrap_or_default()
}

/// Reads all samples, or says what is wrong with the first line that is.
pub fn parse(text: &str) -> Result<Vec<Sample>, String> {
    let (mut samples, mut seen) = (Vec::new(), HashSet::new());
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let wrong = |why: String| format!("line {} is wrong: {why}", i + 1);
        let ended = line.strip_suffix('\n').ok_or_else(|| wrong("the text breaks off in it".to_owned()))?;
        let line = ended.trim_matches([' ', '\t', '\r']);
        if let Some(comment) = line.strip_prefix('#') {
            check_comment(comment).map_err(wrong)?;
        } else if !line.is_empty() {
            let sample = sample(line).map_err(wrong)?;
            if !seen.insert(sample.series()) {
                return Err(wrong(format!("{} is there twice", sample.series())));
            }
            samples.push(sample);
        }
    }
    Ok(samples)
}

/// Comments say anything, but `# HELP` names a metric, and `# TYPE` its kind too.
fn check_comment(comment: &str) -> Result<(), String> {
    const KINDS: [&str; 5] = ["counter", "gauge", "histogram", "summary", "untyped"];
    match comment.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        ["TYPE", name, kind] if is_metric_name(name) && KINDS.contains(&kind) => Ok(()),
        ["HELP", name, ..] if is_metric_name(name) => Ok(()),
        ["TYPE" | "HELP", ..] => Err(format!("`#{comment}` names no metric, or no kind")),
        _ => Ok(()),
    }
}

fn sample(line: &str) -> Result<Sample, String> {
    let mut rest = line;
    let name = word(&mut rest);
    if !is_metric_name(name) || !rest.starts_with([' ', '\t', '{']) {
        return Err(format!("`{line}` doesn't begin with a metric's name"));
    }
    let labels = match take(&mut rest, '{') {
        true => labels(&mut rest)?,
        false => Labels::new(),
    };
    let mut words = rest.split_ascii_whitespace();
    let number = words.next().ok_or("there is no value")?;
    let value: f64 = number.parse().map_err(|_| format!("`{number}` isn't a number"))?;
    let stamp = words.next().map(|stamp| stamp.parse().map_err(|_| format!("`{stamp}` isn't a time")));
    let stamp = stamp.transpose()?;
    match words.next() {
        None => Ok(Sample { name: name.to_owned(), labels, value, whole: whole(number, value), stamp }),
        Some(more) => Err(format!("`{more}` follows the time")),
    }
}

/// A float holds no more than 53 bits exactly, so whole numbers are read as such.
fn whole(number: &str, value: f64) -> Option<u64> {
    const BEYOND: f64 = 18_446_744_073_709_551_616.0;
    number.parse().ok().or_else(|| (0.0..BEYOND).contains(&value).then_some(value as u64))
}

/// The labels behind `{`, with the `}`.
fn labels(rest: &mut &str) -> Result<Labels, String> {
    let mut labels = Labels::new();
    while !take(rest, '}') {
        let label = word(rest).to_owned();
        if !is_label_name(&label) {
            return Err(format!("a label's name is wanted before `{rest}`"));
        }
        if !take(rest, '=') || !take(rest, '"') {
            return Err(format!("`=\"` is wanted after the label `{label}`"));
        }
        let value = quoted(rest)?;
        if labels.contains_key(&label) {
            return Err(format!("the label `{label}` is there twice"));
        }
        labels.insert(label, value);
        if !take(rest, ',') && !rest.starts_with('}') {
            return Err(format!("`,` or `}}` is wanted before `{rest}`"));
        }
        blanks(rest);
    }
    Ok(labels)
}

/// A label's value behind `"`, with the closing `"`.
fn quoted(rest: &mut &str) -> Result<String, String> {
    let (mut value, mut chars) = (String::new(), rest.chars());
    loop {
        match chars.next().ok_or("a label's value doesn't end")? {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => value.push('\n'),
                Some(c @ ('\\' | '"')) => value.push(c),
                _ => return Err("only `\\\\`, `\\\"` and `\\n` are escapes".to_owned()),
            },
            c => value.push(c),
        }
    }
    *rest = chars.as_str();
    blanks(rest);
    Ok(value)
}

fn word<'a>(rest: &mut &'a str) -> &'a str {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = after;
    word
}

/// Takes the character, after blanks and with those behind it, if it is next.
fn take(rest: &mut &str, c: char) -> bool {
    let Some(after) = rest.trim_start_matches([' ', '\t']).strip_prefix(c) else { return false };
    *rest = after;
    if c != '"' {
        blanks(rest);
    }
    true
}

fn blanks(rest: &mut &str) {
    *rest = rest.trim_start_matches([' ', '\t']);
}

/// Letters, digits, `_` and `:`, and no digit first.
pub fn is_metric_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    text.starts_with(|c: char| !c.is_ascii_digit()) && text.chars().all(allowed)
}

/// The same without `:`.
pub fn is_label_name(text: &str) -> bool {
    is_metric_name(text) && !text.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_read_exactly() {
        let text = "# HELP a_total \\n what {\n# TYPE a_total counter\n\
                    a_total{account=\"a\\\"b\\\\c\\nd}\", x = \"é\",} 18446744073709551615 1700000000000\n\n\
                    \tb\t+Inf \nb{} -3.5e1\n";
        assert!(parse(text).unwrap_err().contains("is there twice"));
        let samples = parse(&text.replace("b{}", "c{}")).unwrap();
        let labels = [("account", "a\"b\\c\nd}"), ("x", "é")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!((&samples[0].labels, samples[0].whole), (&Labels::from(labels), Some(u64::MAX)));
        assert_eq!(samples[0].stamp, Some(1_700_000_000_000));
        assert_eq!((samples[1].value, samples[1].whole), (f64::INFINITY, None));
        assert_eq!((samples[2].value, samples[2].whole), (-35.0, None));
        assert_eq!(parse("a 12.9\n").unwrap()[0].whole, Some(12));
        assert!(parse("a NaN\n").unwrap()[0].value.is_nan());
    }

    #[test]
    fn a_broken_line_is_named() {
        let broken = [
            "a",
            "a x",
            "a 1 2 3",
            "a-b 1",
            "1a 1",
            "{} 1",
            "a{ 1",
            "a{b} 1",
            "a{b=1} 1",
            "a{b=\"} 1",
            "a{b=\"\\x\"} 1",
            "a{b=\"1\" c=\"2\"} 1",
            "a{b=\"1\",b=\"2\"} 1",
            "a 1 1.5",
            "# TYPE a thing",
        ];
        for line in broken {
            let why = parse(&format!("fine 1\n{line}\n")).expect_err(line);
            assert!(why.starts_with("line 2 is wrong: "), "{line}: {why}");
        }
        assert_eq!(parse("a 12").unwrap_err(), "line 1 is wrong: the text breaks off in it");
        assert!(parse("").unwrap().is_empty());
    }
}
