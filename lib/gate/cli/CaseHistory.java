package gate.cli;

import gate.report.Amounts;
import gate.report.History;
import gate.report.History.Past;
import gate.report.History.Test;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What turned red, is flaky or slow in many runs, as lines and as JSON. */
record CaseHistory(History history) {
  private static final int MOST_LINES = 10;

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    part(
        lines,
        "turned red",
        history.turned().stream()
            .map(it ->
                "%s: first on commit %s in run %s; passed on %s"
                    .formatted(
                        it.test().shown(), commit(it.bad()), it.bad().run(), commit(it.good())))
            .toList());
    part(
        lines,
        "flaky",
        history.flaky().stream()
            .map(it ->
                "%s: %d of %s"
                    .formatted(it.test().shown(), it.times(), Amounts.of(it.ran(), "run")))
            .toList());
    part(
        lines,
        "slowest",
        history.slowest().stream()
            .map(it ->
                "%s: mostly %s, %s the last time"
                    .formatted(
                        it.test().shown(), Amounts.time(it.median()), Amounts.time(it.last())))
            .toList());
    return lines;
  }

  private static void part(List<String> lines, String title, List<String> all) {
    lines.add(title + (all.isEmpty() ? ": none" : ""));
    all.stream().limit(MOST_LINES).forEach(it -> lines.add("  " + it));
    if (all.size() > MOST_LINES) {
      lines.add("  and %d more; --json has all".formatted(all.size() - MOST_LINES));
    }
  }

  private static String commit(Past past) {
    return "%.12s%s".formatted(past.commit(), past.dirty() ? " (dirty)" : "");
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("runs", history.runs().stream().map(Past::run).toList());
    fields.put(
        "turnedRed",
        history.turned().stream()
            .map(it -> {
              Map<String, Object> test = fields(it.test());
              test.put("firstBadCommit", it.bad().commit());
              test.put("firstBadRun", it.bad().run());
              test.put("lastGoodCommit", it.good().commit());
              test.put("lastGoodRun", it.good().run());
              return test;
            })
            .toList());
    fields.put(
        "flaky",
        history.flaky().stream()
            .map(it -> {
              Map<String, Object> test = fields(it.test());
              test.put("times", it.times());
              test.put("ran", it.ran());
              return test;
            })
            .toList());
    fields.put(
        "slowest",
        history.slowest().stream()
            .map(it -> {
              Map<String, Object> test = fields(it.test());
              test.put("medianMillis", it.median());
              test.put("lastMillis", it.last());
              return test;
            })
            .toList());
    return fields;
  }

  private static Map<String, Object> fields(Test test) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("leg", test.leg());
    fields.put("step", test.step());
    fields.put("group", test.group());
    fields.put("name", test.name());
    return fields;
  }
}
