package gate.report;

import gate.report.Timeline.Span;
import java.io.IOException;
import java.util.Locale;

/** An axis of time, and bars along it. */
final class Track {
  private static final long[] STEPS = {
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    1_200_000,
    1_800_000,
    3_600_000,
    7_200_000,
    14_400_000
  };
  private static final int MOST_MARKS = 6;

  private final long end;

  Track(long end) {
    this.end = Math.max(1, end);
  }

  /** The axis with its times. */
  void ruler(Html html) throws IOException {
    html.open("div", "class", "ruler row", "aria-hidden", "true");
    html.line("span", "", "class", "sign").line("span", "", "class", "what");
    html.line("span", "", "class", "outcome").line("span", "", "class", "time");
    open(html);
    for (long at = 0; at <= end; at += step()) {
      String x = percent(at);
      html.open("line", "x1", x, "x2", x, "y1", "0", "y2", "100%", "class", "tick").close("line");
      html.line("text", label(at), "x", x, "y", "11", "dx", "3");
    }
    close(html).close("div").newLine();
  }

  Html open(Html html) throws IOException {
    return html.open("svg", "class", "track", "aria-hidden", "true", "focusable", "false");
  }

  Html close(Html html) throws IOException {
    return html.close("svg");
  }

  /** A bar in the colours of a mark. */
  void bar(Html html, Span span, Mark mark, String more) throws IOException {
    rect(html, span.from(), span.until().orElse(end), ("bar " + mark.style() + " " + more).strip());
  }

  /** A time in which nothing could begin. */
  void wait(Html html, long from, long until) throws IOException {
    if (until - from > end / 200) {
      rect(html, from, until, "wait");
    }
  }

  private void rect(Html html, long from, long until, String style) throws IOException {
    html.open(
        "rect",
        "x",
        percent(from),
        "y",
        "25%",
        "width",
        percent(Math.max(until - from, end / 500)),
        "height",
        "50%",
        "class",
        style);
    html.close("rect");
  }

  private String label(long at) {
    return step() < 1_000
        ? String.format(Locale.ROOT, "%.1f s", at / 1_000.0)
        : Amounts.running(at);
  }

  private long step() {
    for (long step : STEPS) {
      if (end / step <= MOST_MARKS) {
        return step;
      }
    }
    return end;
  }

  private String percent(long millis) {
    long hundredths = Math.min(10_000, (20_000 * millis + end) / (2 * end));
    long rest = hundredths % 100;
    return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + "%";
  }
}
