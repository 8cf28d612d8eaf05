package gate.report;

import gate.journal.Event.CaseFinished;
import gate.journal.Judge;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import gate.journal.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What many runs came to, one after the other. Something that was blocked, interrupted or didn't
 * run in one of them tells nothing there.
 */
public final class History {
  /**
   * A run.
   *
   * @param mark {@link RunRecord#mark}
   * @param page where its page is, as a link; empty: nowhere
   */
  public record Past(
      String run,
      String page,
      Verdict verdict,
      String mark,
      boolean dirty,
      String commit,
      Instant at,
      long millis) {

    /** Whether its commit says what was tested. */
    boolean pinned() {
      return !dirty && !commit.equals("unknown");
    }
  }

  /**
   * A case; a step without cases, where group and name are empty; or a leg, where all but the first
   * is empty.
   */
  public record Test(String leg, String step, String group, String name) {
    boolean isLeg() {
      return step.isEmpty() && group.isEmpty() && name.isEmpty();
    }

    /** All that it is called by. */
    public String shown() {
      String test = (group + " " + name).strip();
      return leg + (step.isEmpty() ? "" : " › " + step) + (test.isEmpty() ? "" : " › " + test);
    }
  }

  /** Something that is red now: the first run of those in which it was so, and the one before. */
  public record Turned(Test test, Past good, Past bad) {}

  /** Something that was flaky so many times of those in which it ran. */
  public record Flaky(Test test, int times, int ran) {}

  /** How long a case takes, in milliseconds: in the middle, and the last time. */
  public record Slow(Test test, long median, long last) {}

  /** How a test ended in each run; null where nothing is told. */
  static final class Line {
    private final Outcome[] outcomes;
    private final int[] millis;

    private Line(int runs) {
      outcomes = new Outcome[runs];
      millis = new int[runs];
      Arrays.fill(millis, -1);
    }

    Optional<Outcome> outcome(int run) {
      return Optional.ofNullable(outcomes[run]);
    }

    /** Its time in a run, or -1. */
    int millis(int run) {
      return millis[run];
    }

    private void put(int run, Outcome outcome, Optional<Long> took) {
      switch (outcome) {
        case PASSED, FAILED, FLAKY, TIMED_OUT, LEAKED, ERRORED -> {
          outcomes[run] = outcome;
          millis[run] = took.map(it -> (int) Math.min(it, Integer.MAX_VALUE)).orElse(-1);
        }
        case SKIPPED, OFF, PLANNED, BLOCKED, INTERRUPTED -> {}
      }
    }

    private int[] ran() {
      return IntStream.range(0, outcomes.length).filter(it -> outcomes[it] != null).toArray();
    }
  }

  private final int most;
  private final List<Past> runs = new ArrayList<>();
  private final Map<Test, Line> lines = new LinkedHashMap<>();

  /**
   * @param most how many runs there can be
   */
  public History(int most) {
    this.most = most;
  }

  /** Adds a run, which began after all that are in it; one that was dry tells nothing. */
  public void add(RunRecord run, String page) {
    if (run.started().dry()) {
      return;
    }
    runs.add(
        new Past(
            run.started().run(),
            page,
            Judge.replayed(run),
            run.mark(),
            run.started().dirty(),
            run.started().commit(),
            run.at(),
            run.millis()));
    run.legs().forEach(this::leg);
  }

  private void leg(LegRecord leg) {
    String id = leg.plan().leg();
    Optional<Long> took = Optional.of(leg.millis()).filter(it -> it > 0);
    line(new Test(id, "", "", "")).put(runs.size() - 1, leg.outcome(), took);
    Set<Test> failed = new HashSet<>();
    for (AttemptRecord attempt : leg.attempts()) {
      cases(
          leg,
          attempt.steps(),
          (test, it) -> {
            if (it.outcome().bad()) {
              failed.add(test);
            }
          });
    }
    cases(
        leg,
        leg.steps(),
        (test, it) ->
            line(test)
                .put(
                    runs.size() - 1,
                    it.outcome() == Outcome.PASSED && failed.contains(test)
                        ? Outcome.FLAKY
                        : it.outcome(),
                    it.millis()));
    for (StepRecord step : leg.steps()) {
      if (step.cases().isEmpty()) {
        line(new Test(id, step.name(), "", ""))
            .put(runs.size() - 1, step.outcome(), Optional.of(step.millis()));
      }
    }
  }

  private interface Sight {
    void of(Test test, CaseFinished it);
  }

  private static void cases(LegRecord leg, List<StepRecord> steps, Sight sight) {
    for (StepRecord step : steps) {
      for (CaseFinished it : step.cases()) {
        sight.of(new Test(leg.plan().leg(), step.name(), it.group(), it.name()), it);
      }
    }
  }

  private Line line(Test test) {
    return lines.computeIfAbsent(test, _ -> new Line(most));
  }

  /** The runs, the earliest first. */
  public List<Past> runs() {
    return List.copyOf(runs);
  }

  /** The legs. */
  Map<Test, Line> legs() {
    Map<Test, Line> legs = new LinkedHashMap<>();
    lines.forEach((test, line) -> {
      if (test.isLeg()) {
        legs.put(test, line);
      }
    });
    return legs;
  }

  /** What was red when it last ran, and passed once before; what turned last comes first. */
  public List<Turned> turned() {
    return lines.entrySet().stream()
        .map(it -> turned(it.getKey(), it.getValue()))
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing((Turned it) -> it.bad().at()).reversed())
        .toList();
  }

  /** Or null where it isn't so. */
  private Turned turned(Test test, Line line) {
    int[] ran = line.ran();
    int first = ran.length;
    while (first > 0 && line.outcomes[ran[first - 1]].bad()) {
      first--;
    }
    return first == ran.length || first == 0
        ? null
        : new Turned(test, runs.get(ran[first - 1]), runs.get(ran[first]));
  }

  /**
   * What passed only when it was tried again, or failed on a commit on which it has passed, too;
   * what did so most often comes first.
   */
  public List<Flaky> flaky() {
    return lines.entrySet().stream()
        .map(it -> flaky(it.getKey(), it.getValue()))
        .filter(it -> it.times() > 0)
        .sorted(
            Comparator.comparingDouble((Flaky it) -> -(double) it.times() / it.ran())
                .thenComparing(it -> -it.times())
                .thenComparing(it -> it.test().shown()))
        .toList();
  }

  private Flaky flaky(Test test, Line line) {
    int[] ran = line.ran();
    Set<String> passed = new HashSet<>();
    for (int run : ran) {
      if (line.outcomes[run] == Outcome.PASSED && runs.get(run).pinned()) {
        passed.add(runs.get(run).commit());
      }
    }
    int times = 0;
    for (int run : ran) {
      boolean either =
          line.outcomes[run].bad()
              && runs.get(run).pinned()
              && passed.contains(runs.get(run).commit());
      times += line.outcomes[run] == Outcome.FLAKY || either ? 1 : 0;
    }
    return new Flaky(test, times, ran.length);
  }

  /**
   * The cases, and steps without cases, that take longest, by the middle of their times where they
   * passed.
   */
  public List<Slow> slowest() {
    return lines.entrySet().stream()
        .filter(it -> !it.getKey().isLeg())
        .map(it -> slow(it.getKey(), it.getValue()))
        .filter(Objects::nonNull)
        .sorted(
            Comparator.comparing((Slow it) -> -it.median()).thenComparing(it -> it.test().shown()))
        .toList();
  }

  private static Slow slow(Test test, Line line) {
    int[] took =
        Arrays.stream(line.ran())
            .filter(it -> !line.outcomes[it].bad())
            .map(it -> line.millis[it])
            .filter(it -> it >= 0)
            .toArray();
    if (took.length == 0) {
      return null;
    }
    int last = took[took.length - 1];
    Arrays.sort(took);
    return new Slow(test, took[took.length / 2], last);
  }
}
