package gate.journal;

import gate.journal.Event.HostFact;
import gate.journal.Event.InputsRead;
import gate.journal.Event.Kept;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.RunStarted;
import gate.journal.Event.Source;
import gate.journal.Event.StrayBuilt;
import gate.journal.Event.ToggleValue;
import gate.journal.RunRecord.AttemptRecord;
import gate.journal.RunRecord.LegRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of a run that was cut off still counts.
 *
 * @param changed what differs from before, a sentence each
 * @param kept the attempts that came to their end and whose inputs are the same
 */
public record Resumption(List<String> changed, List<Kept> kept) {
  /** Toggles that change where and how something is written, and nothing of what comes out. */
  private static final Set<String> NO_INPUT = Set.of("LOG_DIR", "DRY_RUN");

  /** Builds alone get the user's, and a shell of {@code nix develop} has another one each time. */
  private static final Set<String> PER_SHELL = Set.of("TMPDIR", "NIX_BUILD_TOP");

  /** Facts that differ each time. */
  private static final Set<String> VOLATILE = Set.of("space", "memory", "clock");

  /**
   * Compares a run with what it would go on with.
   *
   * @param before the run
   * @param now as at a run's start
   * @param inputs what would be tested
   * @param strays what stands now where the run built what no commit holds: its digest, by path
   * @param plan what would run
   */
  public static Resumption of(
      RunRecord before,
      RunStarted now,
      InputsRead inputs,
      Map<String, String> strays,
      List<PlannedLeg> plan) {
    List<String> changed = new ArrayList<>(settings(before.started(), now));
    if (before.inputs().isEmpty()) {
      changed.add("what was tested isn't known");
    } else {
      changed.addAll(sources(before.inputs().get(), inputs));
    }
    for (StrayBuilt stray : before.strays()) {
      compare("content of " + stray.path(), stray.sha256(), strays.get(stray.path()), changed);
    }
    return changed.isEmpty()
        ? legs(before, inputs, plan)
        : new Resumption(List.copyOf(changed), List.of());
  }

  private static List<String> settings(RunStarted before, RunStarted now) {
    List<String> changed = new ArrayList<>();
    compare("the gate's version", before.gate(), now.gate(), changed);
    compare("the commit", before.commit(), now.commit(), changed);
    compareAll("toggle", toggles(before), toggles(now), changed);
    compareAll("variable", environment(before), environment(now), changed);
    compareAll("fact", facts(before), facts(now), changed);
    return changed;
  }

  private static Map<String, String> toggles(RunStarted run) {
    return run.toggles().stream()
        .filter(toggle -> !NO_INPUT.contains(toggle.name()))
        .collect(Collectors.toMap(ToggleValue::name, ToggleValue::value));
  }

  private static Map<String, String> environment(RunStarted run) {
    Map<String, String> environment = new TreeMap<>(run.environment());
    environment.keySet().removeAll(PER_SHELL);
    return environment;
  }

  private static Map<String, String> facts(RunStarted run) {
    return run.facts().stream()
        .filter(fact -> !VOLATILE.contains(fact.name()))
        .collect(
            Collectors.toMap(
                HostFact::name, fact -> fact.level() + " " + new TreeMap<>(fact.details())));
  }

  private static List<String> sources(InputsRead before, InputsRead now) {
    List<String> changed = new ArrayList<>();
    compare("matrix.yaml", before.definition(), now.definition(), changed);
    compareAll("commit in", by(before, Source::commit), by(now, Source::commit), changed);
    compareAll("content of", by(before, Source::content), by(now, Source::content), changed);
    compareAll("Cargo's settings", before.settings(), now.settings(), changed);
    now.sources().stream()
        .filter(source -> source.content().equals("unknown"))
        .forEach(source -> changed.add("git doesn't know the content of " + source.folder()));
    return changed;
  }

  private static Map<String, String> by(InputsRead inputs, Function<Source, String> what) {
    return inputs.sources().stream().collect(Collectors.toMap(Source::folder, what));
  }

  private static void compareAll(
      String what, Map<String, String> before, Map<String, String> now, List<String> changed) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    names.forEach(name -> compare(what + " " + name, before.get(name), now.get(name), changed));
  }

  private static void compare(String what, String before, String now, List<String> changed) {
    if (!Objects.equals(before, now)) {
      changed.add("%s was %s and is %s".formatted(what, shown(before), shown(now)));
    }
  }

  private static String shown(String value) {
    if (value == null || value.isEmpty()) {
      return "not set";
    }
    return "`" + (value.matches("[0-9a-f]{40,}") ? value.substring(0, 12) : value) + "`";
  }

  /** A leg is repeated with those that it needs. */
  private static Resumption legs(RunRecord before, InputsRead inputs, List<PlannedLeg> plan) {
    Map<String, LegRecord> records = new LinkedHashMap<>();
    before.legs().forEach(leg -> records.put(leg.plan().leg(), leg));
    List<String> changed = new ArrayList<>();
    List<Kept> kept = new ArrayList<>();
    Set<String> repeated = new HashSet<>();
    for (PlannedLeg leg : plan) {
      Optional<String> why =
          Optional.ofNullable(records.get(leg.leg()))
              .flatMap(record -> change(record, before.inputs().orElseThrow(), leg, inputs));
      why.ifPresent(changed::add);
      int attempts = records.containsKey(leg.leg()) ? ended(records.get(leg.leg())) : 0;
      boolean again = why.isPresent() || leg.needs().stream().anyMatch(repeated::contains);
      if (!again && attempts > 0) {
        kept.add(new Kept(leg.leg(), attempts));
      } else if (leg.decision().equals("run")) {
        repeated.add(leg.leg());
      }
    }
    return new Resumption(List.copyOf(changed), List.copyOf(kept));
  }

  private static Optional<String> change(
      LegRecord before, InputsRead inputsBefore, PlannedLeg now, InputsRead inputs) {
    if (!Objects.equals(inputsBefore.scripts().get(now.leg()), inputs.scripts().get(now.leg()))) {
      return Optional.of("the script of leg `%s` changed".formatted(now.leg()));
    }
    return before.plan().equals(now)
        ? Optional.empty()
        : Optional.of("the plan of leg `%s` changed".formatted(now.leg()));
  }

  /** How many attempts came to an end of their own. */
  private static int ended(LegRecord leg) {
    return (int)
        leg.attempts().stream()
            .map(AttemptRecord::outcome)
            .takeWhile(outcome -> outcome != Outcome.INTERRUPTED)
            .count();
  }
}
