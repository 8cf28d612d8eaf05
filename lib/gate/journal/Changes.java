package gate.journal;

import gate.journal.Event.CaseFinished;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * What differs between two runs, legs and cases alike, each list in the order of {@link Item}.
 *
 * <p>Something passes where it passed in the attempt that counts; it is flaky where it failed in
 * another. What isn't there, or didn't run, neither passes nor fails.
 *
 * @param added pass now, and weren't there or didn't run before
 * @param gone passed before, and don't now: aren't there, didn't run or failed
 * @param slower pass both times, and took at least twice as long and at least 500 ms more, where
 *     both times were observed; a leg's is that of the attempt that counts
 * @param flaky are flaky now, and weren't before; what wasn't there before is in both lists
 * @param fixed pass now and aren't flaky, and failed or were flaky before
 */
public record Changes(
    List<Item> added, List<Item> gone, List<Slower> slower, List<Item> flaky, List<Item> fixed) {
  private static final int TIMES = 2;
  private static final long MORE_MILLIS = 500;

  public Changes {
    added = List.copyOf(added);
    gone = List.copyOf(gone);
    slower = List.copyOf(slower);
    flaky = List.copyOf(flaky);
    fixed = List.copyOf(fixed);
  }

  /**
   * A leg, where all but the first is empty, or a case.
   *
   * @param step the step's name
   * @param number from 1, among those of the same names in one attempt; 0 for a leg
   */
  public record Item(String leg, String step, String group, String name, int number)
      implements Comparable<Item> {
    private static final Comparator<Item> ORDER =
        Comparator.comparing(Item::leg)
            .thenComparing(Item::step)
            .thenComparing(Item::group)
            .thenComparing(Item::name)
            .thenComparing(Item::number);

    @Override
    public int compareTo(Item other) {
      return ORDER.compare(this, other);
    }

    /** Whether it is no case. */
    public boolean isLeg() {
      return number == 0;
    }
  }

  /** With both times in milliseconds. */
  public record Slower(Item item, long before, long now) {}

  private enum How {
    PASSED,
    FLAKY,
    FAILED,
    ABSENT
  }

  private record Seen(How how, Optional<Long> millis) {
    static final Seen NEVER = new Seen(How.ABSENT, Optional.empty());

    boolean passes() {
      return how == How.PASSED || how == How.FLAKY;
    }

    /** The same, where it failed in another attempt. */
    Seen butFailed() {
      return how == How.PASSED ? new Seen(How.FLAKY, millis) : this;
    }
  }

  /** From one to the other. */
  public static Changes between(RunRecord before, RunRecord now) {
    Map<Item, Seen> old = seen(before);
    Map<Item, Seen> young = seen(now);
    SortedSet<Item> all = new TreeSet<>(old.keySet());
    all.addAll(young.keySet());
    return new Changes(
        those(all, old, young, (was, is) -> was.how() == How.ABSENT && is.passes()),
        those(all, old, young, (was, is) -> was.passes() && !is.passes()),
        all.stream()
            .map(item -> slower(item, at(old, item), at(young, item)))
            .filter(Objects::nonNull)
            .toList(),
        those(all, old, young, (was, is) -> was.how() != How.FLAKY && is.how() == How.FLAKY),
        those(
            all,
            old,
            young,
            (was, is) ->
                (was.how() == How.FLAKY || was.how() == How.FAILED) && is.how() == How.PASSED));
  }

  /** Whether nothing differs. */
  public boolean none() {
    return added.isEmpty()
        && gone.isEmpty()
        && slower.isEmpty()
        && flaky.isEmpty()
        && fixed.isEmpty();
  }

  /** Whether all that it says of the later run is so. */
  public boolean fits(RunRecord now) {
    Map<Item, Seen> is = seen(now);
    return added.stream().allMatch(it -> at(is, it).passes())
        && gone.stream().noneMatch(it -> at(is, it).passes())
        && flaky.stream().allMatch(it -> at(is, it).how() == How.FLAKY)
        && fixed.stream().allMatch(it -> at(is, it).how() == How.PASSED)
        && slower.stream()
            .allMatch(it ->
                at(is, it.item()).passes()
                    && at(is, it.item()).millis().equals(Optional.of(it.now())));
  }

  private static List<Item> those(
      SortedSet<Item> all,
      Map<Item, Seen> old,
      Map<Item, Seen> young,
      BiPredicate<Seen, Seen> changed) {
    return all.stream().filter(item -> changed.test(at(old, item), at(young, item))).toList();
  }

  private static Seen at(Map<Item, Seen> seen, Item item) {
    return seen.getOrDefault(item, Seen.NEVER);
  }

  /** Or null where it isn't. */
  private static Slower slower(Item item, Seen was, Seen is) {
    if (!was.passes() || !is.passes() || was.millis().isEmpty() || is.millis().isEmpty()) {
      return null;
    }
    long before = was.millis().get();
    long now = is.millis().get();
    return now / TIMES >= before && now - before >= MORE_MILLIS
        ? new Slower(item, before, now)
        : null;
  }

  private static Map<Item, Seen> seen(RunRecord run) {
    Map<Item, Seen> seen = new TreeMap<>();
    for (LegRecord leg : run.legs()) {
      Optional<AttemptRecord> counts = leg.counts();
      seen.put(
          new Item(leg.plan().leg(), "", "", "", 0),
          new Seen(
              how(leg.outcome()), counts.map(AttemptRecord::millis).filter(millis -> millis > 0)));
      counts.ifPresent(attempt -> seen.putAll(cases(leg, attempt)));
      for (AttemptRecord attempt : leg.attempts()) {
        cases(leg, attempt)
            .forEach((item, it) -> {
              if (it.how() == How.FAILED) {
                seen.computeIfPresent(item, (_, counting) -> counting.butFailed());
              }
            });
      }
    }
    return seen;
  }

  private static Map<Item, Seen> cases(LegRecord leg, AttemptRecord attempt) {
    Map<Item, Integer> numbers = new HashMap<>();
    Map<Item, Seen> cases = new TreeMap<>();
    for (StepRecord step : attempt.steps()) {
      for (CaseFinished test : step.cases()) {
        Item first = new Item(leg.plan().leg(), step.name(), test.group(), test.name(), 1);
        int number = numbers.merge(first, 1, Integer::sum);
        cases.put(
            new Item(first.leg(), first.step(), first.group(), first.name(), number),
            new Seen(how(test.outcome()), test.millis()));
      }
    }
    return cases;
  }

  private static How how(Outcome outcome) {
    return switch (outcome) {
      case PASSED, LEAKED -> How.PASSED;
      case FLAKY -> How.FLAKY;
      case FAILED, TIMED_OUT, ERRORED, BLOCKED, INTERRUPTED -> How.FAILED;
      case SKIPPED, OFF, PLANNED -> How.ABSENT;
    };
  }
}
