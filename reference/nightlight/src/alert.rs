use serde::{Deserialize, Serialize};
use serde_json::{Number, Value, json};
use servicekit::{new_request_id, sabotaged};

use crate::config::Rule;
use crate::text::{Labels, Sample, label_text};

/// How an alert stands; pending is one whose condition hasn't held for long enough yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Inactive,
    Pending,
    Firing,
}

/// The alert of one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    pub alert: String,
    pub target: String,
    pub labels: Labels,
    pub state: State,
    /// Since when it is in that state, in milliseconds since the epoch. For a pending one that is
    /// since when its condition has been seen to hold without a gap.
    pub since: u64,
    /// The series' last value.
    pub value: Value,
}

impl Alert {
    /// The alert of a series that wasn't seen before.
    pub fn new(rule: &Rule, target: &str, sample: &Sample, now: u64) -> Self {
        let (alert, target, labels) = (rule.alert.clone(), target.to_owned(), sample.labels.clone());
        Self { alert, target, labels, state: State::Inactive, since: now, value: Value::Null }
    }

    /// What tells it from all others.
    pub fn key(&self) -> String {
        format!("{} {} {}", self.target, label_text(&self.labels), self.alert)
    }

    /// Takes a sample at the time `now` in, and says whether the alert has just fired or resolved.
    /// After a gap in which the series wasn't seen, a pending alert stays pending, and its window
    /// begins again.
    pub fn judge(&mut self, rule: &Rule, value: f64, now: u64, gap: bool) -> bool {
        let before = self.state;
        self.value = json_number(value);
        if !rule.holds(value) {
            return self.end(now);
        }
        if before == State::Inactive || before == State::Pending && gap {
            (self.state, self.since) = (State::Pending, now);
        }
        let window = if sabotaged("for-window-ignored") { 0 } else { rule.for_ms };
        let fires = self.state == State::Pending && now.saturating_sub(self.since) >= window;
        if fires {
            (self.state, self.since) = (State::Firing, now);
        }
        fires
    }

    /// The condition doesn't hold any more; says whether the alert has just resolved.
    pub fn end(&mut self, now: u64) -> bool {
        let before = self.state;
        if before != State::Inactive {
            (self.state, self.since) = (State::Inactive, now);
        }
        before == State::Firing
    }

    /// What the webhook is to be told when it has just fired or resolved.
    pub fn notification(&self) -> Value {
        let state = if self.state == State::Firing { "firing" } else { "resolved" };
        json!({
            "id": new_request_id(), "alert": self.alert, "target": self.target, "labels": self.labels,
            "state": state, "value": self.value, "at": self.since,
        })
    }
}

/// A whole number without a point; what JSON can't say as a number, as `"NaN"`, `"+Inf"` or `"-Inf"`.
fn json_number(value: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Value::from(value as i64);
    }
    let unusual = if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Number::from_f64(value).map_or(Value::from(unusual), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Firing, Inactive, Pending};

    #[test]
    fn an_alert_fires_after_its_window_and_a_gap_begins_the_window_again() {
        let rule = r#"{"alert":"A","metric":"m","op":"<","value":10,"for_ms":600}"#;
        let rule: Rule = serde_json::from_str(rule).unwrap();
        let sample = &crate::text::parse("m{a=\"b\"} 1\n").unwrap()[0];
        let mut alert = Alert::new(&rule, "shop", sample, 1_000);
        for (value, now, gap, state, since, tells) in [
            (10.0, 1_500, true, Inactive, 1_000, false),
            (9.0, 2_000, false, Pending, 2_000, false),
            (9.0, 2_599, false, Pending, 2_000, false),
            (9.0, 9_000, true, Pending, 9_000, false),
            (10.0, 9_100, false, Inactive, 9_100, false),
            (9.0, 9_200, false, Pending, 9_200, false),
            (9.5, 9_800, false, Firing, 9_800, true),
            (9.5, 99_000, true, Firing, 9_800, false),
            (f64::NAN, 99_100, false, Inactive, 99_100, true),
        ] {
            assert_eq!(alert.judge(&rule, value, now, gap), tells, "at {now}");
            assert_eq!((alert.state, alert.since, &alert.value), (state, since, &json_number(value)));
        }
        assert_eq!(
            [9.5, 3.0, f64::NEG_INFINITY].map(|v| json_number(v).to_string()),
            ["9.5", "3", "\"-Inf\""]
        );
    }
}
