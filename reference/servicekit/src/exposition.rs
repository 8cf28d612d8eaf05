use std::fmt::{Display, Write};

use axum::response::Response;

use crate::COMMIT;
use crate::answer::text;

/// The metrics of a service, in Prometheus' text format 0.0.4. Each name is given once, with all
/// its samples.
pub struct Exposition {
    service: &'static str,
    out: String,
}

impl Exposition {
    /// Begins with `SERVICE_build_info`.
    pub fn new(service: &'static str, version: &str) -> Self {
        let mut this = Self { service, out: String::new() };
        this.family("build_info", "gauge", [(&[("version", version), ("commit", COMMIT)][..], 1)]);
        this
    }

    /// One number that only grows: `SERVICE_NAME_total`.
    pub fn counter(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.family(&format!("{name}_total"), "counter", [(&[][..], value)])
    }

    /// One number that goes up and down: `SERVICE_NAME`.
    pub fn gauge(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.family(name, "gauge", [(&[][..], value)])
    }

    /// Samples of one name that differ in their labels. `name` comes without the service's, and
    /// with `_total` where it is a counter.
    pub fn family<'a, V: Display>(
        &mut self,
        name: &str,
        kind: &str,
        samples: impl IntoIterator<Item = (&'a [(&'a str, &'a str)], V)>,
    ) -> &mut Self {
        let service = self.service;
        // Writing to a String can't fail.
        let _ = writeln!(self.out, "# TYPE {service}_{name} {kind}");
        for (labels, value) in samples {
            let labels: Vec<_> =
                labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            let _ = writeln!(self.out, "{service}_{name}{labels} {value}");
        }
        self
    }

    /// The answer to `GET /metrics`.
    pub fn answer(&mut self) -> Response {
        text(std::mem::take(&mut self.out))
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_written_as_prometheus_reads_them() {
        let mut metrics = Exposition::new("x", "1.0");
        metrics.counter("reads", 3).gauge("depth", -1);
        metrics.family("spent_total", "counter", [(&[("account", "a\"b\\c\nd")][..], 7)]);
        let lines: Vec<_> = metrics.out.lines().skip(2).collect();
        let expected = [
            "# TYPE x_reads_total counter",
            "x_reads_total 3",
            "# TYPE x_depth gauge",
            "x_depth -1",
            "# TYPE x_spent_total counter",
            r#"x_spent_total{account="a\"b\\c\nd"} 7"#,
        ];
        assert_eq!(lines, expected);
        assert!(metrics.out.starts_with("# TYPE x_build_info gauge\nx_build_info{version=\"1.0\",commit=\""));
    }
}
