package gate.evidence;

import gate.journal.Event.CaseFinished;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What differs between the cases of two runs, each as {@code leg / step / group name}.
 *
 * @param added passed now, and weren't there before
 * @param gone passed before, and didn't now
 * @param slower took at least twice as long and half a second more; with both times
 * @param flaky failed in one attempt and passed in a later one, and didn't before
 */
record Changes(List<String> added, List<String> gone, List<Slower> slower, List<String> flaky) {
  private static final int TIMES = 2;
  private static final long MORE_MILLIS = 500;

  Changes {
    added = List.copyOf(added);
    gone = List.copyOf(gone);
    slower = List.copyOf(slower);
    flaky = List.copyOf(flaky);
  }

  /** A case with its times in milliseconds. */
  record Slower(String name, long before, long now) {}

  static Changes between(RunRecord before, RunRecord now) {
    Map<String, CaseFinished> old = passed(before);
    Map<String, CaseFinished> young = passed(now);
    List<Slower> slower = new ArrayList<>();
    young.forEach((name, test) -> {
      long then =
          old.containsKey(name) ? old.get(name).millis().orElse(Long.MAX_VALUE) : Long.MAX_VALUE;
      long took = test.millis().orElse(0L);
      if (then != Long.MAX_VALUE && took >= TIMES * then && took - then >= MORE_MILLIS) {
        slower.add(new Slower(name, then, took));
      }
    });
    Set<String> flaky = flaky(now);
    flaky.removeAll(flaky(before));
    return new Changes(
        without(young.keySet(), old.keySet()),
        without(old.keySet(), young.keySet()),
        slower,
        List.copyOf(flaky));
  }

  boolean none() {
    return added.isEmpty() && gone.isEmpty() && slower.isEmpty() && flaky.isEmpty();
  }

  private static List<String> without(Set<String> some, Set<String> others) {
    return some.stream().filter(name -> !others.contains(name)).toList();
  }

  /** The cases that passed in the attempts that count; one that is there twice has a number. */
  private static Map<String, CaseFinished> passed(RunRecord run) {
    Map<String, CaseFinished> passed = new LinkedHashMap<>();
    for (LegRecord leg : run.legs()) {
      for (StepRecord step : leg.steps()) {
        for (CaseFinished test : step.cases()) {
          if (test.outcome() == Outcome.PASSED) {
            String name = name(leg, step, test);
            int number = 1;
            while (passed.putIfAbsent(number == 1 ? name : name + " #" + number, test) != null) {
              number++;
            }
          }
        }
      }
    }
    return passed;
  }

  private static Set<String> flaky(RunRecord run) {
    Set<String> flaky = new TreeSet<>();
    for (LegRecord leg : run.legs()) {
      Set<String> failed = new TreeSet<>();
      for (AttemptRecord attempt : leg.attempts()) {
        for (StepRecord step : attempt.steps()) {
          for (CaseFinished test : step.cases()) {
            String name = name(leg, step, test);
            if (test.outcome().bad()) {
              failed.add(name);
            } else if (failed.contains(name)) {
              flaky.add(name);
            }
          }
        }
      }
    }
    return flaky;
  }

  static String name(LegRecord leg, StepRecord step, CaseFinished test) {
    return "%s / %s / %s"
        .formatted(leg.plan().leg(), step.name(), (test.group() + " " + test.name()).strip());
  }
}
