package gate.evidence;

import gate.base.Durations;
import gate.definition.Definition;
import gate.definition.GatePolicy;
import gate.definition.Leg;
import gate.evidence.Manifest.Service;
import gate.evidence.Manifest.Told;
import gate.journal.Event.MachineUsed;
import gate.journal.Event.PartMerged;
import gate.journal.Event.PlannedStep;
import gate.journal.Event.ToggleValue;
import gate.journal.Judge;
import gate.journal.Outcome;
import gate.journal.RunRecord;
import gate.journal.RunRecord.LegRecord;
import gate.journal.RunRecord.StepRecord;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What matrix.yaml's {@code gate:} asks of a kept run, a rule each. */
final class Policy {
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final Definition definition;
  private final GatePolicy policy;
  private final Verified kept;
  private final Manifest manifest;
  private final RunRecord run;
  private final List<Rule> rules = new ArrayList<>();

  private Policy(Definition definition, Verified kept) {
    this.definition = definition;
    this.policy = definition.gate();
    this.kept = kept;
    this.manifest = kept.manifest().orElseThrow();
    this.run = kept.run().orElseThrow();
  }

  /**
   * Applies it.
   *
   * @param definition that of the commit that is to be released
   * @param kept evidence whose manifest and journal can be read
   * @param last what the release before passed
   */
  static List<Rule> rules(Definition definition, Verified kept, LastRelease last, Instant now) {
    return new Policy(definition, kept).rules(last, now);
  }

  private List<Rule> rules(LastRelease last, Instant now) {
    signature();
    legs();
    policy.require().forEach(this::toggle);
    policy.accelerator().ifPresent(this::accelerator);
    age(now);
    flaky();
    cases();
    fewerCases(last);
    services(now);
    waiver(now);
    return List.copyOf(rules);
  }

  private void pass(String rule, String why) {
    rules.add(Rule.passed(rule, why));
  }

  private void fail(String rule, String why, String fix) {
    rules.add(Rule.failed(rule, why, fix));
  }

  private void signature() {
    Optional<String> name = kept.signature().map(Signers.Signer::name);
    if (name.isPresent() && !policy.signers().isEmpty() && !policy.signers().contains(name.get())) {
      fail(
          "signature",
          "%s signed it, and `signers` in matrix.yaml are %s"
              .formatted(name.get(), String.join(", ", policy.signers())),
          "have one of them keep the run: `matrix evidence promote RUN --key KEY.pem`");
    } else if (name.isPresent()) {
      pass("signature", "signed by " + name.get());
    } else if (policy.signed()) {
      fail(
          "signature",
          manifest.signer() == null ? "it isn't signed" : "no valid signature is on it",
          "keep the run with `matrix evidence promote RUN --key KEY.pem`, by a key of "
              + EvidenceFolder.SIGNERS);
    } else {
      pass("signature", "not signed, and none is asked for");
    }
  }

  private void legs() {
    List<String> bad = new ArrayList<>();
    int passed = 0;
    var records =
        run.legs().stream()
            .collect(Collectors.toMap(leg -> leg.plan().leg(), Function.identity(), (a, _) -> a));
    for (Leg leg : definition.legs()) {
      LegRecord record = records.get(leg.id());
      if (record == null) {
        bad.add("`%s` is missing".formatted(leg.id()));
      } else if (record.outcome() == Outcome.SKIPPED && manifest.waiver() != null
          || record.outcome() == Outcome.PLANNED && leg.planned().isPresent()) {
        continue; // the waiver and required toggles have rules of their own
      } else if (record.outcome() == Outcome.PASSED
          || record.outcome() == Outcome.FLAKY // has a rule of its own
          || record.outcome() == Outcome.LEAKED && leg.allow().contains("leaked")) {
        passed++;
      } else {
        bad.add("`%s` %s".formatted(leg.id(), record.outcome().word()));
      }
    }
    if (bad.isEmpty() && passed > 0) {
      pass("legs", "%d passed".formatted(passed));
    } else {
      fail(
          "legs",
          bad.isEmpty() ? "none passed" : String.join(", ", bad),
          "run all legs on this content: `./jbang matrix.java`, then `matrix evidence promote`");
    }
  }

  private void toggle(String name) {
    String rule = "toggle " + name;
    String fix = "run with `%s=1`".formatted(name);
    boolean on =
        run.started().toggles().stream()
            .filter(toggle -> toggle.name().equals(name))
            .map(ToggleValue::value)
            .anyMatch(value -> !value.isEmpty());
    if (!on) {
      fail(rule, "it wasn't set in the run", fix);
      return;
    }
    List<String> waiting = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    for (LegRecord leg : run.legs()) {
      for (StepRecord step : leg.steps()) {
        PlannedStep plan = leg.plan().steps().get(step.step() - 1);
        if (plan.waits().contains(name)) {
          String what = "step `%s` of leg `%s`".formatted(step.name(), leg.plan().leg());
          waiting.add(what);
          if (step.outcome() != Outcome.PASSED) {
            bad.add("%s is %s".formatted(what, step.outcome().word()));
          }
        }
      }
      if (leg.steps().isEmpty()) {
        leg.plan().steps().stream()
            .filter(step -> step.waits().contains(name))
            .forEach(step ->
                bad.add(
                    "step `%s` of leg `%s` didn't run".formatted(step.name(), leg.plan().leg())));
      }
    }
    for (Leg leg : definition.legs()) {
      if (leg.planned().equals(Optional.of(name))) {
        waiting.add("leg `%s`".formatted(leg.id()));
        run.legs().stream()
            .filter(it -> it.plan().leg().equals(leg.id()) && it.outcome() == Outcome.PLANNED)
            .forEach(it -> bad.add("leg `%s` is planned still".formatted(leg.id())));
      }
    }
    if (bad.isEmpty()) {
      pass(
          rule,
          waiting.isEmpty()
              ? "set; no step waits for it"
              : "set; passed: " + String.join(", ", waiting));
    } else {
      fail(rule, String.join(", ", bad), fix + ", where these steps can pass");
    }
  }

  private void accelerator(String wanted) {
    List<MachineUsed> machines =
        run.legs().stream()
            .flatMap(leg -> leg.steps().stream())
            .flatMap(step -> step.machines().stream())
            .toList();
    List<String> asking =
        run.legs().stream()
            .flatMap(leg -> leg.plan().steps().stream())
            .filter(step -> !step.accelerator().isEmpty() && step.decision().equals("run"))
            .map(PlannedStep::name)
            .toList();
    List<String> degraded =
        run.legs().stream()
            .flatMap(leg -> leg.steps().stream())
            .filter(step -> !step.degraded().isEmpty())
            .map(step -> "step `%s` ran degraded: %s".formatted(step.name(), step.degraded()))
            .toList();
    String fix = "run on a host where `matrix doctor kvm` says that KVM is usable";
    List<String> others =
        machines.stream()
            .map(MachineUsed::accelerator)
            .filter(it -> !it.equals(wanted) && !(wanted.equals("tcg") && it.equals("kvm")))
            .distinct()
            .toList();
    if (!others.isEmpty()) {
      fail("accelerator", "virtual machines ran on " + String.join(", ", others), fix);
    } else if (wanted.equals("kvm") && !degraded.isEmpty()) {
      fail("accelerator", degraded.getFirst(), fix);
    } else if (machines.isEmpty() && !asking.isEmpty()) {
      fail(
          "accelerator",
          "step `%s` asks for one, and no virtual machine was seen".formatted(asking.getFirst()),
          fix);
    } else if (machines.isEmpty()) {
      pass("accelerator", "no step that ran asks for one");
    } else {
      pass("accelerator", "%d virtual machines on %s".formatted(machines.size(), wanted));
    }
  }

  /** Without `max-age` it may be as old as it likes, but not younger than now. */
  private void age(Instant now) {
    Instant ended = run.at().plusMillis(run.millis());
    Duration age = Duration.between(oldest(ended), now);
    String fix = "run again: `./jbang matrix.java`, then `matrix evidence promote`";
    Instant kept = manifest.promotedAt();
    if (ended.isAfter(now.plus(SKEW))) {
      fail("age", "the run ended at %s, which is still to come".formatted(ended), fix);
    } else if (kept.isAfter(now.plus(SKEW))) {
      fail("age", "the run was kept at %s, which is still to come".formatted(kept), fix);
    } else if (kept.isBefore(ended.minus(SKEW))) {
      fail("age", "the run was kept at %s, before its end at %s".formatted(kept, ended), fix);
    } else if (policy.maxAge().filter(most -> age.compareTo(most) > 0).isPresent()) {
      fail(
          "age",
          "%s ended %s ago, and `max-age` is %s"
              .formatted(whose(), Durations.rough(age), Durations.rough(policy.maxAge().get())),
          fix);
    } else {
      pass("age", "%s ended %s ago".formatted(whose(), Durations.rough(age)));
    }
  }

  /** A run that was merged is as old as the first of its parts that ended. */
  private Instant oldest(Instant ended) {
    return run.merged().stream()
        .map(Policy::ended)
        .filter(it -> it.isBefore(ended))
        .min(Instant::compareTo)
        .orElse(ended);
  }

  /** One that tells no time is as old as any. */
  private static Instant ended(PartMerged part) {
    try {
      return Instant.parse(part.at()).plusMillis(part.millis());
    } catch (DateTimeException | ArithmeticException e) {
      return Instant.EPOCH;
    }
  }

  private String whose() {
    return run.merged().isEmpty() ? "the run" : "its oldest part";
  }

  private void flaky() {
    List<String> flaky =
        run.legs().stream()
            .filter(leg -> leg.outcome() == Outcome.FLAKY)
            .filter(leg -> policy.flaky() == GatePolicy.Flaky.DENY && !allowsFlaky(leg))
            .map(leg -> "`%s`".formatted(leg.plan().leg()))
            .toList();
    if (flaky.isEmpty()) {
      pass("flaky", "no leg was that isn't allowed to be");
    } else {
      fail("flaky", String.join(", ", flaky) + " passed only when tried again", "mend the leg");
    }
  }

  private boolean allowsFlaky(LegRecord leg) {
    return definition.legs().stream()
        .anyMatch(it -> it.id().equals(leg.plan().leg()) && it.allow().contains("flaky"));
  }

  private void cases() {
    List<String> few =
        run.legs().stream()
            .filter(leg -> leg.plan().decision().equals("run") && passed(leg) < policy.cases())
            .map(leg -> "leg `%s` passed %d".formatted(leg.plan().leg(), passed(leg)))
            .toList();
    if (few.isEmpty()) {
      pass("cases", "each leg that ran passed at least %d".formatted(policy.cases()));
    } else {
      fail(
          "cases",
          "%s; `cases` asks for %d".formatted(String.join(", ", few), policy.cases()),
          "let the leg's steps run the tests that show it");
    }
  }

  private void fewerCases(LastRelease last) {
    String rule = "fewer cases";
    if (policy.fewerCases()) {
      pass(rule, "allowed");
      return;
    }
    switch (last) {
      case LastRelease.None() -> pass(rule, "there is no release before this one");
      case LastRelease.Silent(String tag) ->
          pass(rule, "release %s holds no evidence to compare with".formatted(tag));
      case LastRelease.CutOff() ->
          fail(
              rule,
              "the repository is a shallow clone, without the release before",
              "fetch all of it: `git fetch --unshallow --tags`, or `fetch-depth: 0` in CI");
      case LastRelease.Passed(String tag, Map<String, Long> cases) -> {
        List<String> fewer = new ArrayList<>();
        cases.forEach((leg, then) -> {
          long now = passed(leg);
          if (now < then && !skippedByWaiver(leg)) {
            fewer.add("leg `%s` passed %d, in %s %d".formatted(leg, now, tag, then));
          }
        });
        if (fewer.isEmpty()) {
          pass(rule, "no leg passed fewer than in " + tag);
        } else {
          fail(
              rule,
              String.join(", ", fewer),
              "bring them back, or say `fewer-cases: allow` in `gate` of matrix.yaml and run"
                  + " again");
        }
      }
    }
  }

  private long passed(String leg) {
    return run.legs().stream()
        .filter(it -> it.plan().leg().equals(leg))
        .mapToLong(Policy::passed)
        .sum();
  }

  private boolean skippedByWaiver(String leg) {
    return manifest.waiver() != null
        && run.legs().stream()
            .anyMatch(it -> it.plan().leg().equals(leg) && it.outcome() == Outcome.SKIPPED);
  }

  /** How many cases of a leg passed. */
  static long passed(LegRecord leg) {
    return leg.steps().stream()
        .flatMap(step -> step.cases().stream())
        .filter(it -> it.outcome() == Outcome.PASSED)
        .count();
  }

  private void services(Instant now) {
    Optional<Service> nameless =
        Told.of(run).services().stream().filter(Service::nameless).findFirst();
    if (nameless.isEmpty()) {
      pass("services", "each that the user named tells its version");
    } else if (waived(now)) {
      pass("services", "%s tells no version, which is waived".formatted(nameless.get().service()));
    } else {
      fail(
          "services",
          "%s at %s tells neither version nor commit"
              .formatted(nameless.get().service(), String.join(" ", nameless.get().urls())),
          "have its health check tell `version` or `commit`, or keep the run with a waiver");
    }
  }

  private boolean waived(Instant now) {
    return manifest.waived().filter(it -> it.fault(now).isEmpty()).isPresent();
  }

  private void waiver(Instant now) {
    List<String> missing = Judge.missing(run);
    Optional<Waiver> waiver = manifest.waived();
    Optional<String> fault = waiver.flatMap(it -> it.fault(now));
    String fix = "run what was left out, or keep the run anew with `--waive`, `--until` and `--by`";
    if (fault.isPresent()) {
      fail("waiver", fault.get(), fix);
    } else if (waiver.isPresent()) {
      pass(
          "waiver",
          "%s until %s: %s"
              .formatted(waiver.get().by(), waiver.get().until(), waiver.get().reason()));
    } else if (!missing.isEmpty()) {
      fail("waiver", "the run is PARTIAL, and nobody waived that: " + missing.getFirst(), fix);
    } else {
      pass("waiver", "none is needed");
    }
  }
}
